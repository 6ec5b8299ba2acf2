// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/supervisor_start.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/core/result.hpp"
#include "base/posix/unique_fd.hpp"

namespace rsl::cli {
namespace {

constexpr int kReportFd = 3;
constexpr int kPatienceMs = 1000;
constexpr int kStartLimitMs = 30'000;

/// It lies beside us; or where $PATH says.
std::string beside_us(const std::string& program) {
    std::array<char, 4096> path{};
    const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
    std::string self(path.data(), length > 0 ? static_cast<size_t>(length) : 0);
    const std::string beside = self.substr(0, self.rfind('/') + 1) + program;
    return ::access(beside.c_str(), X_OK) == 0 ? beside : program;
}

HostResult<UniqueFd> spawn(const std::vector<std::string>& words) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0) return Error::from_errno("make a pipe");
    UniqueFd read_end(ends[0]), write_end(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    for (const int standard : {0, 1, 2})
        ::posix_spawn_file_actions_addopen(&actions, standard, "/dev/null", O_RDWR, 0);
    ::posix_spawn_file_actions_adddup2(&actions, write_end.get(), kReportFd);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, kReportFd + 1);
    ::posix_spawn_file_actions_addchdir_np(&actions, "/");
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);  // outlives our terminal
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_t pid = -1;
    const int failed =
        ::posix_spawnp(&pid, arguments[0], &actions, &attributes, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    if (failed != 0) {
        errno = failed;
        return Error::from_errno("start " + words[0]);
    }
    return read_end;
}

/// Its first line: "ready" and perhaps more, or an exit code and a sentence.
HostResult<std::string> wait_for_word(int fd, const Daemon& daemon, Output& out) {
    std::string word;
    for (int waited = 0; word.find('\n') == std::string::npos;) {
        pollfd ready{fd, POLLIN, 0};
        if (::poll(&ready, 1, kPatienceMs) == 0) {
            out.progress(daemon.step);
            waited += kPatienceMs;
            if (waited >= kStartLimitMs)
                return Error(daemon.program + " did not say within 30 s whether it started; see '" +
                             daemon.look + "'");
            continue;
        }
        char buffer[1024];
        const ssize_t got = ::read(fd, buffer, sizeof(buffer));
        if (got <= 0) break;
        word.append(buffer, static_cast<size_t>(got));
    }
    word = word.substr(0, word.find('\n'));
    if (word.starts_with("ready")) return word.substr(std::min(word.size(), size_t{6}));
    if (word.empty()) return Error(daemon.program + " ended without saying why");
    const size_t space = word.find(' ');
    return Error(word.substr(space + 1), static_cast<ExitCode>(std::atoi(word.c_str())));
}

}  // namespace

HostResult<std::string> start_daemon(const Daemon& daemon, const std::vector<std::string>& flags,
                                     Output& out) {
    std::vector<std::string> words{beside_us(daemon.program), "--report",
                                   std::to_string(kReportFd)};
    words.insert(words.end(), flags.begin(), flags.end());
    const UniqueFd report = RSL_TRY(spawn(words));
    return wait_for_word(report.get(), daemon, out);
}

HostResult<void> start_supervisor(const std::string& name, const std::vector<std::string>& flags,
                                  Output& out) {
    std::vector<std::string> words{"--name", name};
    words.insert(words.end(), flags.begin(), flags.end());
    RSL_TRY(start_daemon({"rsld", "starting the VM", "rsl list"}, words, out));
    return {};
}

}  // namespace rsl::cli
