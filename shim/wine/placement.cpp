// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/placement.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/posix/unique_fd.hpp"

namespace rsl::wine {

namespace {

constexpr int kProcessorField = 39;    // of /proc/PID/stat, counted from 1: proc(5)
constexpr int kFieldsBeforeState = 2;

/// Below it are the server directories of the user: /tmp/.wine-UID, or with Debian's Wine the one
/// that the prefix's file "wineserver" names.
std::string directory_of_servers(const std::string& prefix) {
    char name[64] = {};
    const UniqueFd file(::open((prefix + "/wineserver").c_str(), O_RDONLY | O_CLOEXEC));
    const ssize_t bytes = file ? ::read(file.get(), name, sizeof(name) - 1) : 0;
    if (bytes > 0 && std::strchr(name, '/') == nullptr) return std::string("/tmp/") + name;
    return "/tmp/.wine-" + std::to_string(::getuid());
}

/// Whoever holds the lock of the prefix's server directory; 0: nobody that we see. The directory is
/// named after the prefix's device and inode.
pid_t find_server() {
    const char* const given = std::getenv("WINEPREFIX");
    const char* const home = std::getenv("HOME");
    const std::string prefix = given != nullptr ? given : std::string(home != nullptr ? home : "") + "/.wine";
    struct stat folder {};
    if (::stat(prefix.c_str(), &folder) != 0) return 0;
    char name[64];
    std::snprintf(name, sizeof(name), "/server-%llx-%llx/lock",
                  static_cast<unsigned long long>(folder.st_dev),
                  static_cast<unsigned long long>(folder.st_ino));
    const UniqueFd file(
        ::open((directory_of_servers(prefix) + name).c_str(), O_RDWR | O_CLOEXEC));
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_len = 1;
    if (!file || ::fcntl(file.get(), F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return 0;
    return lock.l_pid;
}

/// Found once: a process has one server all its life.
pid_t server() {
    static const pid_t pid = find_server();
    return pid;
}

/// The processor that a process ran on last; -1: it has gone.
int processor_of(pid_t pid) {
    char text[1024] = {};
    const std::string path = "/proc/" + std::to_string(pid) + "/stat";
    FILE* const file = std::fopen(path.c_str(), "re");
    if (file == nullptr) return -1;
    const size_t bytes = std::fread(text, 1, sizeof(text) - 1, file);
    std::fclose(file);
    text[bytes] = '\0';
    const char* at = std::strrchr(text, ')');  // the name may have anything in it
    for (int field = kFieldsBeforeState; at != nullptr && field < kProcessorField; ++field)
        at = std::strchr(at + 1, ' ');
    return at != nullptr ? std::atoi(at + 1) : -1;
}

/// Those that "0,1,..." names; all, without it: Linux leaves out what is not allowed.
cpu_set_t processors_of_session() {
    cpu_set_t set;
    CPU_ZERO(&set);
    const char* at = std::getenv("RSL_WINE_CPUS");
    while (at != nullptr && *at != '\0') {
        char* end = nullptr;
        const unsigned long processor = std::strtoul(at, &end, 10);
        if (end == at) break;
        if (processor < CPU_SETSIZE) CPU_SET(processor, &set);
        at = *end == ',' ? end + 1 : end;
    }
    if (CPU_COUNT(&set) != 0) return set;
    for (size_t i = 0; i < CPU_SETSIZE; ++i) CPU_SET(i, &set);
    return set;
}

}  // namespace

BesideServer::BesideServer() {
    const pid_t pid = server();
    const int processor = pid != 0 ? processor_of(pid) : -1;
    if (processor < 0 || processor >= CPU_SETSIZE ||
        ::sched_getaffinity(0, sizeof(before_), &before_) != 0)
        return;
    if (CPU_COUNT(&before_) < 2 || !CPU_ISSET(processor, &before_)) return;
    cpu_set_t beside;
    CPU_ZERO(&beside);
    CPU_SET(processor, &beside);
    moved_ = ::sched_setaffinity(0, sizeof(beside), &beside) == 0;
    if (moved_) (void)::sched_setaffinity(pid, sizeof(beside), &beside);
}

BesideServer::~BesideServer() {
    if (moved_) (void)::sched_setaffinity(0, sizeof(before_), &before_);
}

void run_anywhere() {
    static std::atomic<bool> done = false;
    if (done.exchange(true, std::memory_order_relaxed)) return;
    const pid_t pid = server();
    if (pid == 0) return;
    const cpu_set_t anywhere = processors_of_session();
    (void)::sched_setaffinity(pid, sizeof(anywhere), &anywhere);
    DIR* const tasks = ::opendir("/proc/self/task");
    if (tasks == nullptr) return;
    while (const dirent* const task = ::readdir(tasks)) {
        const int thread = std::atoi(task->d_name);
        if (thread > 0) (void)::sched_setaffinity(thread, sizeof(anywhere), &anywhere);
    }
    ::closedir(tasks);
}

}  // namespace rsl::wine
