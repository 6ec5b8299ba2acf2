// SPDX-License-Identifier: GPL-2.0-only
#include "filesystems/hostfs/names.hpp"

#include <algorithm>
#include <cstring>

namespace rsl::hostfs {
namespace {

constexpr uint32_t kPrivateUse = 0xF000;
constexpr uint32_t kBad = 0xFFFFFFFF;

/// Characters that a host name may have and an NT name may not.
constexpr bool is_forbidden(uint32_t unit) {
    return unit < 0x20 || unit == '"' || unit == '*' || unit == ':' || unit == '<' || unit == '>' || unit == '?' ||
           unit == '\\' || unit == '|';
}

/// The code point at `at`, which moves on; kBad for what is no UTF-8.
uint32_t take_utf8(std::string_view text, size_t& at) {
    const auto byte = [&](size_t index) { return static_cast<uint8_t>(text[index]); };
    const uint8_t lead = byte(at);
    if (lead < 0x80) return byte(at++);
    const size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || text.size() - at <= more) return kBad;
    uint32_t code = lead & (0x3F >> more);
    for (size_t i = 1; i <= more; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) return kBad;
        code = code << 6 | (byte(at + i) & 0x3F);
    }
    constexpr uint32_t kSmallest[] = {0, 0x80, 0x800, 0x10000};
    if (code < kSmallest[more] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return kBad;
    at += more + 1;
    return code;
}

/// The code point at `at` of UTF-16, which moves on; kBad for half a pair.
uint32_t take_utf16(std::u16string_view text, size_t& at) {
    const uint32_t unit = text[at++];
    if (unit < 0xD800 || unit >= 0xE000) return unit;
    if (unit >= 0xDC00 || at == text.size() || (text[at] & 0xFC00) != 0xDC00) return kBad;
    return 0x10000 + ((unit & 0x3FF) << 10) + (text[at++] & 0x3FFu);
}

size_t put_utf8(uint32_t code, char (&out)[4]) {
    if (code < 0x80) {
        out[0] = static_cast<char>(code);
        return 1;
    }
    const size_t more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    for (size_t i = more; i != 0; --i, code >>= 6) out[i] = static_cast<char>(0x80 | (code & 0x3F));
    constexpr uint8_t kLead[] = {0, 0xC0, 0xE0, 0xF0};
    out[0] = static_cast<char>(kLead[more] | code);
    return more + 1;
}

}  // namespace

size_t name_to_nt(std::string_view host, std::span<char16_t, kMostNameUnits> out) {
    size_t length = 0;
    for (size_t at = 0; at < host.size();) {
        uint32_t code = take_utf8(host, at);
        if (code == kBad) return 0;
        if (is_forbidden(code)) code += kPrivateUse;
        const size_t units = code < 0x10000 ? 1 : 2;
        if (out.size() - length < units) return 0;
        if (units == 2) {
            out[length++] = static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10));
            code = 0xDC00 + ((code - 0x10000) & 0x3FF);
        }
        out[length++] = static_cast<char16_t>(code);
    }
    return length;
}

Result<size_t> name_to_host(std::u16string_view name, std::span<char, kMostNameBytes> out) {
    if (name.empty() || name.size() > kMostNameUnits || name == u"." || name == u"..") {
        return Status::kObjectNameInvalid;
    }
    size_t length = 0;
    for (size_t at = 0; at < name.size();) {
        uint32_t code = take_utf16(name, at);
        if (code == kBad || is_forbidden(code) || code == '/') return Status::kObjectNameInvalid;
        if (code > kPrivateUse && code < kPrivateUse + 0x80 && is_forbidden(code - kPrivateUse)) code -= kPrivateUse;
        char bytes[4];
        const size_t count = put_utf8(code, bytes);
        if (out.size() - length < count) return Status::kObjectNameInvalid;
        std::memcpy(out.data() + length, bytes, count);
        length += count;
    }
    return length;
}

Result<void> HostPath::append(std::string_view name) {
    const size_t slash = empty() ? 0 : 1;
    if (kMostPathBytes - length_ < slash + name.size()) return Status(static_cast<int32_t>(0xC0000106));  // NAME_TOO_LONG
    if (slash != 0) text_[length_++] = '/';
    std::memcpy(text_ + length_, name.data(), name.size());
    length_ += name.size();
    return {};
}

void HostPath::remove_last() { length_ = parent().size(); }

Result<void> HostPath::assign(std::string_view path) {
    clear();
    return append(path);
}

std::string_view HostPath::last() const {
    const size_t slash = view().rfind('/');
    return slash == std::string_view::npos ? view() : view().substr(slash + 1);
}

std::string_view HostPath::parent() const {
    const size_t slash = view().rfind('/');
    return slash == std::string_view::npos ? std::string_view() : view().substr(0, slash);
}

Result<void> HostPath::replace_name(size_t at, std::string_view name) {
    const size_t end = std::min(view().find('/', at), length_);
    if (length_ - (end - at) + name.size() > kMostPathBytes) return Status(static_cast<int32_t>(0xC0000106));
    std::memmove(text_ + at + name.size(), text_ + end, length_ - end);
    std::memcpy(text_ + at, name.data(), name.size());
    length_ = length_ - (end - at) + name.size();
    return {};
}

Result<void> append_nt_path(std::u16string_view path, HostPath& out) {
    if (!path.empty() && path.front() == u'\\') path.remove_prefix(1);
    if (path == u"\\") return Status::kObjectNameInvalid;
    if (!path.empty() && path.back() == u'\\') path.remove_suffix(1);
    while (!path.empty()) {
        const size_t end = std::min(path.find(u'\\'), path.size());
        char name[kMostNameBytes];
        const size_t length = RSL_TRY(name_to_host(path.substr(0, end), name));
        RSL_TRY(out.append({name, length}));
        if (end + 1 == path.size()) return Status::kObjectNameInvalid;  // two '\' at the end
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return {};
}

}  // namespace rsl::hostfs
