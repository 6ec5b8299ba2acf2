// SPDX-License-Identifier: GPL-2.0-only
#include "host/wine/menu.hpp"

#include "base/core/result.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <sstream>
#include <string_view>

namespace rsl::wine_host {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kExec = "Exec=", kKept = "X-RSL-Exec=";

/// `Exec=env WINEPREFIX="/home/me/.wine" wine C:\\...`: what Wine's menu builder writes. Behind
/// "wine ", of this prefix.
std::optional<std::string_view> command_of(std::string_view line, const std::string& prefix) {
    if (!line.starts_with(kExec)) return std::nullopt;
    line.remove_prefix(kExec.size());
    const bool quoted = line.find("WINEPREFIX=\"" + prefix + "\"") != line.npos;
    const bool plain = line.find("WINEPREFIX=" + prefix + " ") != line.npos;
    if (!quoted && !plain) return std::nullopt;
    for (const std::string_view loader : {" wine ", " wine64 ", " wine-stable "}) {
        if (const size_t at = line.find(loader); at != line.npos)
            return line.substr(at + loader.size());
    }
    return std::nullopt;
}

/// In an Exec line, as the desktop entry specification quotes.
std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '`' || c == '$' || c == '\\') result += "\\\\";
        result += c;
    }
    return result + "\"";
}

std::string each_line(const std::string& text,
                      const std::function<std::string(const std::string&)>& change) {
    std::istringstream stream(text);
    std::string result;
    for (std::string line; std::getline(stream, line);) result += change(line);
    return result;
}

HostResult<std::string> read_entry(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return Error::from_errno("read " + file.string());
    return std::string{std::istreambuf_iterator<char>(stream), {}};
}

HostResult<void> replace_entry(const fs::path& file, const std::string& text) {
    const fs::path fresh = file.string() + ".rsl-new";
    std::ofstream(fresh, std::ios::binary) << text;
    std::error_code error;
    if (fs::file_size(fresh, error) != text.size() || error)
        return Error("cannot write " + fresh.string());
    fs::permissions(fresh, fs::status(file).permissions(), error);
    fs::rename(fresh, file, error);
    if (error) return Error(fmt::format("replace {}: {}", file.string(), error.message()));
    return {};
}

}  // namespace

std::string enabled_entry(const std::string& text, const std::string& prefix,
                          const std::string& rsl_program) {
    if (text.find(kKept) != std::string::npos) return text;
    return each_line(text, [&](const std::string& line) {
        const auto command = command_of(line, prefix);
        if (!command) return line + "\n";
        return fmt::format("{}{} wine --prefix {} -- {}\n{}{}\n", kExec, quoted(rsl_program),
                           quoted(prefix), *command, kKept, line.substr(kExec.size()));
    });
}

std::string disabled_entry(const std::string& text, const std::string& prefix) {
    // An Exec line that has a kept one behind it is ours.
    std::string result, ours;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        if (line.starts_with(kKept) && line.find(prefix) != std::string::npos && !ours.empty()) {
            result += std::string(kExec) + line.substr(kKept.size()) + "\n";
            ours.clear();
            continue;
        }
        result += ours;
        ours = line.starts_with(kExec) ? line + "\n" : "";
        if (ours.empty()) result += line + "\n";
    }
    return result + ours;
}

HostResult<MenuChange> set_menu(const std::string& applications, const std::string& prefix,
                                MenuState state, const std::string& rsl_program) {
    MenuChange change;
    std::error_code error;
    for (const auto& file : fs::recursive_directory_iterator(applications, error)) {
        if (file.path().extension() != ".desktop") continue;
        const std::string text = RSL_TRY(read_entry(file.path()));
        if (text.find(prefix) == std::string::npos) continue;
        ++change.seen;
        const std::string wanted = state == MenuState::kThroughRsl
                                       ? enabled_entry(text, prefix, rsl_program)
                                       : disabled_entry(text, prefix);
        if (wanted == text) continue;
        RSL_TRY(replace_entry(file.path(), wanted));
        ++change.changed;
    }
    return change;
}

std::string find_menu() {
    const char* data = std::getenv("XDG_DATA_HOME");
    if (data != nullptr && *data == '/') return std::string(data) + "/applications/wine";
    const char* home = std::getenv("HOME");
    return std::string(home != nullptr ? home : "") + "/.local/share/applications/wine";
}

}  // namespace rsl::wine_host
