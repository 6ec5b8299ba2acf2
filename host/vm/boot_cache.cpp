// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/boot_cache.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/posix/unique_fd.hpp"

namespace rsl::vm {
namespace {

std::string read_small(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    char buffer[1024];
    const ssize_t got = file ? ::read(file.get(), buffer, sizeof(buffer)) : 0;
    return got > 0 ? std::string(buffer, static_cast<size_t>(got)) : std::string();
}

std::string boot_id() {
    std::string id = read_small("/proc/sys/kernel/random/boot_id");
    return id.substr(0, id.find('\n'));
}

/// "" when there is no place of our own.
std::string cache_directory() {
    const char* cache = ::getenv("XDG_CACHE_HOME");
    const char* home = ::getenv("HOME");
    if (cache != nullptr && cache[0] == '/') return std::string(cache) + "/rsl";
    return home != nullptr && home[0] == '/' ? std::string(home) + "/.cache/rsl" : std::string();
}

}  // namespace

std::optional<std::string> cached_since_boot(const std::string& name) {
    const std::string directory = cache_directory();
    if (directory.empty()) return std::nullopt;
    const std::string text = read_small(directory + "/" + name), id = boot_id();
    if (id.empty() || !text.starts_with(id + " ") || !text.ends_with("\n")) return std::nullopt;
    return text.substr(id.size() + 1, text.size() - id.size() - 2);
}

void cache_until_boot(const std::string& name, const std::string& fact) {
    const std::string directory = cache_directory(), id = boot_id();
    if (directory.empty() || id.empty()) return;
    for (size_t slash = directory.find('/', 1); slash != std::string::npos;
         slash = directory.find('/', slash + 1)) {
        ::mkdir(directory.substr(0, slash).c_str(), 0700);
    }
    ::mkdir(directory.c_str(), 0700);
    const std::string path = directory + "/" + name, fresh = path + ".new";
    const UniqueFd file(
        ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    const std::string text = id + " " + fact + "\n";
    if (file &&
        ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size())) {
        ::rename(fresh.c_str(), path.c_str());
    }
}

}  // namespace rsl::vm
