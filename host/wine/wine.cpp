// SPDX-License-Identifier: GPL-2.0-only
#include "host/wine/wine.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>

#include "base/posix/unique_fd.hpp"

namespace rsl::wine_host {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 3> kUsualLoaders{
    "/usr/lib/wine/wine64", "/opt/wine-stable/bin/wine", "/opt/wine-devel/bin/wine"};

std::optional<std::string> in_path(std::string_view name) {
    const char* path = std::getenv("PATH");
    std::string_view left = path != nullptr ? path : "";
    while (!left.empty()) {
        const std::string_view folder = left.substr(0, left.find(':'));
        left.remove_prefix(std::min(left.size(), folder.size() + 1));
        const std::string file = std::string(folder) + "/" + std::string(name);
        if (!folder.empty() && ::access(file.c_str(), X_OK) == 0) return file;
    }
    return std::nullopt;
}

std::string read_proc(pid_t pid, const char* file) {
    const UniqueFd opened{::open(fmt::format("/proc/{}/{}", pid, file).c_str(), O_RDONLY | O_CLOEXEC)};
    std::string text;
    std::array<char, 16384> piece;
    for (ssize_t bytes = 1; opened && bytes > 0;) {
        bytes = ::read(opened.get(), piece.data(), piece.size());
        if (bytes > 0) text.append(piece.data(), static_cast<size_t>(bytes));
    }
    return text;
}

/// The program's name as it was started: the beginning of its command line, by one read.
std::string program_of(pid_t pid) {
    const UniqueFd opened{::open(fmt::format("/proc/{}/cmdline", pid).c_str(), O_RDONLY | O_CLOEXEC)};
    std::array<char, 1024> piece;
    const ssize_t bytes = opened ? ::read(opened.get(), piece.data(), piece.size()) : 0;
    return {piece.data(), bytes > 0 ? ::strnlen(piece.data(), static_cast<size_t>(bytes)) : 0};
}

/// A variable of another process' environment.
std::string variable_of(const std::string& environment, std::string_view name) {
    for (size_t at = 0; at < environment.size(); at = environment.find('\0', at) + 1) {
        const char* entry = environment.c_str() + at;
        if (std::string_view(entry).starts_with(name) && entry[name.size()] == '=')
            return entry + name.size() + 1;
        if (environment.find('\0', at) == std::string::npos) break;
    }
    return {};
}

std::string home() {
    const char* home = std::getenv("HOME");
    return home != nullptr ? home : "";
}

/// Two spellings of one folder; also before it exists.
bool same_folder(const std::string& a, const std::string& b) {
    std::error_code error;
    return a == b || fs::weakly_canonical(a, error) == fs::weakly_canonical(b, error);
}

/// /proc, without the costs of file names as objects: this is most of what `rsl wine` takes.
class Processes {
  public:
    Processes() : folder_(::opendir("/proc")) {}
    Processes(const Processes&) = delete;
    Processes& operator=(const Processes&) = delete;
    ~Processes() {
        if (folder_ != nullptr) ::closedir(folder_);
    }
    /// The next that may run Wine's loader, whatever that is called; 0 at the end.
    pid_t next_of_wine() {
        while (const dirent* entry = folder_ != nullptr ? ::readdir(folder_) : nullptr) {
            if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
            std::array<char, 32> name{};
            std::snprintf(name.data(), name.size(), "%.20s/exe", entry->d_name);
            std::array<char, 4096> target;
            const ssize_t length = ::readlinkat(::dirfd(folder_), name.data(), target.data(), target.size());
            std::string_view path(target.data(), length > 0 ? static_cast<size_t>(length) : 0);  // none: the kernel's, or another user's
            path.remove_prefix(path.rfind('/') + 1);
            if (path.find("wine") != path.npos) return std::atoi(entry->d_name);
        }
        return 0;
    }

  private:
    DIR* folder_;
};

/// Wine shows the Windows path of a program as its first argument.
bool is_service_manager(std::string command) {
    std::transform(command.begin(), command.end(), command.begin(),
                   [](unsigned char c) { return c == '/' ? '\\' : std::tolower(c); });
    return command.ends_with("\\system32\\services.exe");
}

constexpr uint16_t kMachineI386 = 0x14C;

/// The machine of a PE file; 0 when it is none, or not there.
uint16_t pe_machine(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    std::array<char, 64> head{};
    if (!stream.read(head.data(), head.size()) || head[0] != 'M' || head[1] != 'Z') return 0;
    uint32_t at = 0;
    std::memcpy(&at, head.data() + 0x3C, sizeof(at));
    std::array<char, 6> header{};
    if (!stream.seekg(at) || !stream.read(header.data(), header.size()) ||
        std::memcmp(header.data(), "PE\0\0", 4) != 0)
        return 0;
    uint16_t machine = 0;
    std::memcpy(&machine, header.data() + 4, sizeof(machine));
    return machine;
}

}  // namespace

HostResult<std::string> find_loader() {
    if (const char* wanted = std::getenv("WINE"); wanted != nullptr && *wanted != '\0') {
        if (::access(wanted, X_OK) == 0) return std::string(wanted);
        return Error::wrong_use(fmt::format(
            "$WINE names '{}', which is no program; unset it or set it to Wine's loader", wanted));
    }
    for (const auto* name : {"wine64", "wine"}) {
        if (auto found = in_path(name)) return *std::move(found);
    }
    for (const auto loader : kUsualLoaders) {
        if (::access(loader.data(), X_OK) == 0) return std::string(loader);
    }
    return Error("Wine is not installed; on Debian: apt-get install wine64");
}

HostResult<std::string> find_prefix(const std::string& wanted) {
    std::string prefix = wanted;
    if (const char* variable = std::getenv("WINEPREFIX"); prefix.empty() && variable != nullptr)
        prefix = variable;
    if (prefix.empty()) {
        if (home().empty())
            return Error::wrong_use("there is no $HOME; name a Wine prefix with --prefix");
        prefix = home() + "/.wine";
    }
    std::error_code error;
    const fs::path absolute = fs::absolute(prefix, error);
    if (error) return Error::wrong_use(fmt::format("the prefix '{}': {}", prefix, error.message()));
    return absolute.lexically_normal().string();
}

std::string vm_name_of(const std::string& prefix) {
    std::error_code error;
    const std::string path = fs::weakly_canonical(prefix, error);
    uint64_t hash = 0xCBF29CE484222325;  // FNV-1a: a name, no secret
    for (const char c : path.empty() ? prefix : path)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    return fmt::format("wine-{:08x}", static_cast<uint32_t>(hash ^ (hash >> 32)));
}

SessionState state_by_maps(const std::string& maps, const std::string& library) {
    const auto has = [&](const std::string& name) { return maps.find(name) != std::string::npos; };
    if (has(fs::path(library).filename())) return SessionState::kHooked;
    // In the order of addresses the stack comes after all libraries: without it the rest has gone meanwhile.
    return has("/ntdll.so") && has("[stack]") ? SessionState::kUnhooked : SessionState::kNone;
}

Session find_session(const std::string& prefix, const std::string& library) {
    Session session;
    Processes all;
    while (const pid_t pid = all.next_of_wine()) {
        if (!is_service_manager(program_of(pid))) continue;
        const std::string environment = read_proc(pid, "environ");
        std::string its_prefix = variable_of(environment, "WINEPREFIX");
        if (its_prefix.empty()) its_prefix = variable_of(environment, "HOME") + "/.wine";
        if (!same_folder(its_prefix, prefix)) continue;
        const SessionState state = state_by_maps(read_proc(pid, "maps"), library);
        if (state == SessionState::kNone) continue;
        session = {state, pid};
        if (state == SessionState::kUnhooked) return session;
    }
    return session;
}

HostResult<void> check_program(const std::string& program, const std::string& loader) {
    if (pe_machine(program) != kMachineI386) return {};
    std::error_code error;
    const fs::path folder = fs::canonical(loader, error).parent_path();
    for (const auto* place :
         {"../lib/wine/i386-windows", "../lib64/wine/i386-windows",
          "../lib/x86_64-linux-gnu/wine/i386-windows", "../x86_64-linux-gnu/wine/i386-windows"}) {
        if (fs::exists(folder / place / "ntdll.dll", error))
            return {};  // the new kind: one 64-bit Unix side for both
    }
    return Error::wrong_use(
        fmt::format("'{}' is a 32-bit program, and this Wine runs those by a Unix side of their "
                    "own (the old kind of WoW64), which RSL does not hook; "
                    "use a Wine that is built with new-style WoW64 (10 or later), or the program's "
                    "64-bit version",
                    program));
}

}  // namespace rsl::wine_host
