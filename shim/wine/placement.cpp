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
#include <utility>

#include "base/posix/unique_fd.hpp"
#include "shim/wine/prefix.hpp"

namespace rsl::wine {

namespace {

constexpr int kProcessorField = 39;    // of /proc/PID/stat, counted from 1: proc(5)
constexpr int kFieldsBeforeState = 2;
/// A byte of the lock file that Wine leaves alone; who starts beside the server holds it. Such a lock
/// stays with the process when it becomes another program, goes to no child, and ends with it.
constexpr off_t kStartByte = 0x52534C;

/// Who was placed, as "PID LOCK"; its children read it, too. PID is kAnyone for a child that is to
/// take its place. Changed in place, since other threads may read the environment.
constexpr const char* kPlaced = "RSL_WINE_START";
constexpr const char* kPlacedFormat = "%010d %d";
constexpr size_t kPidDigits = 10;
constexpr int kAnyone = 0;

struct Placement {
    std::atomic<bool> placed = false;  // this process, or else the one that made it
    int lock = -1;                     // this process, and so the server is its to free
};
constinit Placement placement;

char* placement_text() { return std::getenv(kPlaced); }

/// Below it are the server directories of the user: /tmp/.wine-UID, or with Debian's Wine the one
/// that the prefix's file "wineserver" names.
std::string directory_of_servers(const std::string& prefix) {
    char name[64] = {};
    const UniqueFd file(::open((prefix + "/wineserver").c_str(), O_RDONLY | O_CLOEXEC));
    const ssize_t bytes = file ? ::read(file.get(), name, sizeof(name) - 1) : 0;
    if (bytes > 0 && std::strchr(name, '/') == nullptr) return std::string("/tmp/") + name;
    return "/tmp/.wine-" + std::to_string(::getuid());
}

/// The lock file of the prefix's server. Its directory is named after the prefix's device and inode.
UniqueFd open_lock(const std::string& prefix, int flags) {
    struct stat folder {};
    if (::stat(prefix.c_str(), &folder) != 0) return UniqueFd();
    char name[64];
    std::snprintf(name, sizeof(name), "/server-%llx-%llx/lock",
                  static_cast<unsigned long long>(folder.st_dev),
                  static_cast<unsigned long long>(folder.st_ino));
    return UniqueFd(::open((directory_of_servers(prefix) + name).c_str(), O_RDWR | flags));
}

struct flock whole_byte(off_t at) {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = at;
    lock.l_len = 1;
    return lock;
}

/// Whoever holds the lock, which is the server; 0: nobody that we see.
pid_t holder_of(const UniqueFd& file) {
    struct flock lock = whole_byte(0);
    if (!file || ::fcntl(file.get(), F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return 0;
    return lock.l_pid;
}

/// Found once: a process has one server all its life.
pid_t server() {
    static const pid_t pid = holder_of(open_lock(own_prefix(), O_CLOEXEC));
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

/// Brings this thread and the server together; false: nothing is to be gained, or not allowed.
bool join_server(pid_t pid, cpu_set_t& before) {
    const int processor = pid != 0 ? processor_of(pid) : -1;
    if (processor < 0 || processor >= CPU_SETSIZE ||
        ::sched_getaffinity(0, sizeof(before), &before) != 0)
        return false;
    if (CPU_COUNT(&before) < 2 || !CPU_ISSET(processor, &before)) return false;
    cpu_set_t beside;
    CPU_ZERO(&beside);
    CPU_SET(processor, &beside);
    if (::sched_setaffinity(0, sizeof(beside), &beside) != 0) return false;
    (void)::sched_setaffinity(pid, sizeof(beside), &beside);
    return true;
}

/// The file, locked for who starts beside the server; -1: somebody else does.
int take_turn(UniqueFd file) {
    struct flock lock = whole_byte(kStartByte);
    return file && ::fcntl(file.get(), F_SETLK, &lock) == 0 ? file.release() : -1;
}

void free_server() {
    const cpu_set_t anywhere = processors_of_session();
    if (server() != 0) (void)::sched_setaffinity(server(), sizeof(anywhere), &anywhere);
}

void free_this_process() {
    const cpu_set_t anywhere = processors_of_session();
    DIR* const tasks = ::opendir("/proc/self/task");
    if (tasks == nullptr) return;
    while (const dirent* const task = ::readdir(tasks)) {
        const int thread = std::atoi(task->d_name);
        if (thread > 0) (void)::sched_setaffinity(thread, sizeof(anywhere), &anywhere);
    }
    ::closedir(tasks);
}

}  // namespace

BesideServer::BesideServer() : moved_(join_server(server(), before_)) {}

BesideServer::~BesideServer() {
    if (moved_) (void)::sched_setaffinity(0, sizeof(before_), &before_);
}

void run_anywhere() {
    static std::atomic<bool> done = false;
    if (done.exchange(true, std::memory_order_relaxed)) return;
    free_server();
    free_this_process();
}

void start_beside_server(const std::string& prefix) {
    ::unsetenv(kPlaced);
    UniqueFd lock = open_lock(prefix, 0);  // open in the program that this process becomes
    const pid_t pid = holder_of(lock);
    cpu_set_t before;
    if (pid == 0) return;
    lock = UniqueFd(take_turn(std::move(lock)));
    if (!lock || !join_server(pid, before)) return;
    char text[32];
    std::snprintf(text, sizeof(text), kPlacedFormat, ::getpid(), lock.release());
    ::setenv(kPlaced, text, 1);
}

void note_placement() {
    const char* const text = placement_text();
    int pid = 0, lock = -1;
    if (text == nullptr || std::sscanf(text, "%d %d", &pid, &lock) != 2) return;
    placement.placed.store(true, std::memory_order_relaxed);  // one thread
    if (pid == ::getpid()) {
        placement.lock = lock;
        (void)::fcntl(lock, F_SETFD, FD_CLOEXEC);
    } else if (pid == kAnyone) {
        placement.lock = take_turn(open_lock(own_prefix(), O_CLOEXEC));
        if (placement.lock < 0) program_has_started();  // somebody else does meanwhile
    }
}

void pass_placement_on() {
    if (placement.lock < 0) return;
    char* const text = placement_text();
    if (text != nullptr) std::memset(text, '0', kPidDigits);
    ::close(std::exchange(placement.lock, -1));
}

bool is_placed() { return placement.placed.load(std::memory_order_relaxed); }

void program_has_started() {
    if (!placement.placed.exchange(false, std::memory_order_relaxed)) return;
    char* const text = placement_text();
    if (text != nullptr) *text = 'x';  // what this process starts from now on is not placed
    if (placement.lock >= 0) {
        free_server();
        ::close(std::exchange(placement.lock, -1));
    }
    free_this_process();
}

}  // namespace rsl::wine
