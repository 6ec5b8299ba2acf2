// SPDX-License-Identifier: GPL-2.0-only
#include "host/supervisor/process_memory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "base/posix/unique_fd.hpp"

namespace rsl::supervisor {
namespace {

std::string read_text(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    char buffer[4096];
    const ssize_t got = file ? ::read(file.get(), buffer, sizeof(buffer) - 1) : 0;
    return std::string(buffer, got > 0 ? static_cast<size_t>(got) : 0);
}

uint64_t kilobytes(const std::string& text, const char* field) {
    const size_t at = text.find(field);
    return at == std::string::npos
               ? 0
               : std::strtoull(text.c_str() + at + std::strlen(field), nullptr, 10);
}

}  // namespace

uint64_t private_bytes(pid_t pid) {
    const std::string text = read_text("/proc/" + std::to_string(pid) + "/smaps_rollup");
    return (kilobytes(text, "Private_Clean:") + kilobytes(text, "Private_Dirty:")) * 1024;
}

uint64_t cpu_time_ns(pid_t pid) {
    const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
    DIR* directory = ::opendir(tasks.c_str());
    if (directory == nullptr) return 0;
    uint64_t total = 0;
    while (const dirent* entry = ::readdir(directory)) {
        if (entry->d_name[0] == '.') continue;  // schedstat counts nanoseconds; stat only ticks
        total += std::strtoull(read_text(tasks + "/" + entry->d_name + "/schedstat").c_str(),
                               nullptr, 10);
    }
    ::closedir(directory);
    return total;
}

}  // namespace rsl::supervisor
