// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/data_text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/core/result.hpp"
#include "base/posix/unique_fd.hpp"

namespace rsl::cli {
namespace {

constexpr size_t kMaxFileBytes = 256u << 20;

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

HostResult<Bytes> read_all(int fd, const std::string& name) {
    Bytes bytes;
    std::byte buffer[65536];
    for (;;) {
        const ssize_t got = ::read(fd, buffer, sizeof(buffer));
        if (got == 0) return bytes;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::wrong_use("cannot read " + name + ": " + std::strerror(errno));
        bytes.insert(bytes.end(), buffer, buffer + got);
        if (bytes.size() > kMaxFileBytes) return Error::wrong_use(name + " is larger than 256 MB");
    }
}

}  // namespace

HostResult<Bytes> read_file(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file && errno == ENOENT)
        return Error::wrong_use("no such file: " + path + "; check the path");
    if (!file) return Error::wrong_use("cannot open " + path + ": " + std::strerror(errno));
    struct stat info;
    if (::fstat(file.get(), &info) == 0 && S_ISDIR(info.st_mode)) {
        return Error::wrong_use(path + " is a directory; name a file in it");
    }
    return read_all(file.get(), path);
}

HostResult<Bytes> parse_data(std::string_view text) {
    if (text == "@-") return read_all(STDIN_FILENO, "standard input");
    if (text.starts_with("@")) return read_file(std::string(text.substr(1)));
    Bytes bytes;
    if (text.starts_with("text:")) {
        const auto characters = std::as_bytes(std::span(text.data(), text.size())).subspan(5);
        return Bytes(characters.begin(), characters.end());
    }
    int high = -1;
    for (const char c : text.starts_with("0x") ? text.substr(2) : text) {
        if (c == ' ' || c == ',' || c == ':') continue;
        const int digit = digit_of(c);
        if (digit < 0) {
            return Error::wrong_use(fmt::format(
                "'{}' is not hexadecimal: '{}' is no digit; write bytes as 68656c6c6f, a file as "
                "@FILE, characters as text:hello",
                text, c));
        }
        if (high < 0) {
            high = digit;
        } else {
            bytes.push_back(static_cast<std::byte>(high << 4 | digit));
            high = -1;
        }
    }
    if (high >= 0)
        return Error::wrong_use(
            fmt::format("'{}' has an odd number of hexadecimal digits; each byte takes two", text));
    return bytes;
}

std::optional<uint64_t> parse_number(std::string_view text) {
    const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
    uint64_t number = 0;
    const char* begin = text.data() + (is_hex ? 2 : 0);
    const char* end = text.data() + text.size();
    const auto [stopped, failed] = std::from_chars(begin, end, number, is_hex ? 16 : 10);
    if (failed != std::errc{} || stopped != end || begin == end) return std::nullopt;
    return number;
}

std::string hex(std::span<const std::byte> bytes) {
    std::string text;
    for (const std::byte byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned>(byte));
    return text;
}

std::vector<std::string> hex_dump(std::span<const std::byte> bytes) {
    std::vector<std::string> lines;
    for (size_t offset = 0; offset < bytes.size(); offset += 16) {
        const auto row = bytes.subspan(offset, std::min<size_t>(16, bytes.size() - offset));
        std::string digits, characters;
        for (const std::byte byte : row) {
            const auto c = static_cast<unsigned char>(byte);
            digits += fmt::format("{:02x} ", c);
            characters += c >= 0x20 && c < 0x7f ? static_cast<char>(c) : '.';
        }
        lines.push_back(fmt::format("{:04x}  {:<48} {}", offset, digits, characters));
    }
    return lines;
}

std::string duration_text(uint64_t ns) {
    if (ns < 10'000) return fmt::format("{:.1f} us", static_cast<double>(ns) / 1e3);
    if (ns < 1'000'000) return fmt::format("{:.0f} us", static_cast<double>(ns) / 1e3);
    if (ns < 1'000'000'000) return fmt::format("{:.1f} ms", static_cast<double>(ns) / 1e6);
    return fmt::format("{:.1f} s", static_cast<double>(ns) / 1e9);
}

std::string size_text(uint64_t bytes) {
    if (bytes < 10'000) return fmt::format("{} bytes", bytes);
    if (bytes < 1'000'000) return fmt::format("{:.0f} KB", static_cast<double>(bytes) / 1024);
    return fmt::format("{:.1f} MB", static_cast<double>(bytes) / (1024 * 1024));
}

}  // namespace rsl::cli
