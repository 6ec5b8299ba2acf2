// SPDX-License-Identifier: GPL-2.0-only
// The starter's half. The child's half is confined_child.cpp; the two meet at a pipe:
//
//   starter                               child
//   clone3(namespaces) ------------------ die with the starter; wait for the word
//   uid and gid maps, cgroup
//   one byte ---------------------------> builds its root, drops rights, exec
//                        <--------------- on failure: "what: why" into the error pipe, which
//                                         exec closes: end of file means it runs
#include "host/vm/confinement.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <linux/sched.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fstream>

#include "base/core/result.hpp"
#include "host/vm/confined_child.hpp"
#include "host/vm/lent_folder.hpp"

namespace rsl::vm {
namespace {

constexpr uint64_t kNamespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
                                 CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;

struct Pipe {
    UniqueFd read, write;
};
HostResult<Pipe> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0) return Error::from_errno("make a pipe");
    return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

HostResult<void> write_file(const std::string& path, const std::string& text) {
    const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file ||
        ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        return Error::from_errno("write " + path);
    }
    return {};
}

/// Root of the machine. The root of a user namespace is somebody's plain user outside, and may neither
/// become uid 65534 nor show folders under other ids.
bool is_root() {
    uint32_t inside = 1, outside = 1, count = 0;
    std::ifstream("/proc/self/uid_map") >> inside >> outside >> count;
    return ::geteuid() == 0 && inside == 0 && outside == 0 && count == UINT32_MAX;
}

/// Who the child can be. As root: 0 until its root is built, then 65534 and the devices' groups.
HostResult<void> map_ids(pid_t child, const Identity& identity) {
    const std::string proc = fmt::format("/proc/{}/", child);
    if (!identity.nobody) {
        RSL_TRY(write_file(proc + "setgroups", "deny"));
        RSL_TRY(write_file(proc + "uid_map", fmt::format("{0} {0} 1\n", ::geteuid())));
        return write_file(proc + "gid_map", fmt::format("{0} {0} 1\n", ::getegid()));
    }
    std::string gids = fmt::format("0 0 1\n{0} {0} 1\n", kNobody);
    for (const gid_t group : identity.groups) {
        if (group != 0 && group != kNobody) gids += fmt::format("{0} {0} 1\n", group);
    }
    RSL_TRY(write_file(proc + "uid_map", fmt::format("0 0 1\n{0} {0} 1\n", kNobody)));
    return write_file(proc + "gid_map", gids);
}

std::vector<gid_t> groups_of(const std::vector<std::string>& devices) {
    std::vector<gid_t> groups;
    for (const auto& device : devices) {
        struct stat info;
        if (::stat(device.c_str(), &info) == 0) groups.push_back(info.st_gid);
    }
    return groups;
}

std::string read_all(int fd) {
    std::string text;
    char buffer[512];
    for (ssize_t got; (got = ::read(fd, buffer, sizeof(buffer))) != 0;) {
        if (got > 0) text.append(buffer, static_cast<size_t>(got));
        if (got < 0 && errno != EINTR) break;
    }
    return text;
}

struct Started {
    ConfinedProcess process;
    std::string refused;  // why there can be no namespaces
};

HostResult<Started> try_start(const ConfinedCommand& command, Confinement kind) {
    auto word = RSL_TRY(make_pipe());
    auto errors = RSL_TRY(make_pipe());
    const Identity identity{is_root(), groups_of(command.devices)};
    std::vector<UniqueFd> trees;
    if (kind == Confinement::kNamespaces && identity.nobody) {
        for (const auto& folder : command.writable) trees.push_back(RSL_TRY(lend_folder(folder)));
    }
    int pidfd = -1;
    clone_args arguments{};
    arguments.flags = CLONE_PIDFD | (kind == Confinement::kNamespaces ? kNamespaces : 0);
    arguments.pidfd = reinterpret_cast<uint64_t>(&pidfd);
    arguments.exit_signal = SIGCHLD;
    const long pid = ::syscall(SYS_clone3, &arguments, sizeof(arguments));
    if (pid < 0) {
        const Error why = Error::from_errno("start a process");
        if (kind == Confinement::kNamespaces) return Started{{}, why.text()};
        return why;
    }
    if (pid == 0) {
        ::close(word.write.release());
        run_confined_child(command, kind, identity, trees, word.read.get(), errors.write.get());
    }
    errors.write = UniqueFd();
    word.read = UniqueFd();
    ConfinedProcess process(static_cast<pid_t>(pid), UniqueFd(pidfd), std::move(word.write), kind);
    if (kind == Confinement::kNamespaces) {
        const auto mapped = map_ids(process.pid(), identity);
        if (!mapped) return Started{{}, mapped.failure().text()};
    }
    if (command.before_exec) RSL_TRY(command.before_exec(process.pid()));
    process.release_child();
    if (const std::string why = read_all(errors.read.get()); !why.empty()) {
        // Namespaces that cannot be filled (an LSM forbids mounting) are as good as none.
        if (kind == Confinement::kNamespaces && why.starts_with(kConfinementMark))
            return Started{{}, why};
        return Error("cannot start " + command.argv.front() + ": " + why);
    }
    return Started{std::move(process), {}};
}

}  // namespace

HostResult<ConfinedProcess> start_confined(const ConfinedCommand& command) {
    auto started = RSL_TRY(try_start(command, Confinement::kNamespaces));
    if (started.refused.empty()) return std::move(started.process);
    std::string why = std::move(started.refused);
    started = RSL_TRY(try_start(command, Confinement::kPlain));
    started.process.set_why_plain(std::move(why));
    return std::move(started.process);
}

HostResult<void> namespaces_available() {
    const ConfinedCommand probe{.argv = {"/usr/bin/true"},
                                .readable = {"/usr/bin", "/usr/lib", "/usr/lib64"}};
    auto process = RSL_TRY(start_confined(probe));
    if (process.kind() == Confinement::kNamespaces) return {};
    return Error("this machine does not let us make namespaces (" + process.why_plain() +
                 "); QEMU runs without them, as an "
                 "unprivileged process under seccomp. Allow them with: sudo sysctl "
                 "kernel.unprivileged_userns_clone=1 (Debian) or "
                 "kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu)");
}

ConfinedProcess::~ConfinedProcess() {
    if (pid_ < 0) return;
    kill();
    wait(-1);
}

void ConfinedProcess::release_child() {
    const char go = 1;
    (void)!::write(alive_.get(), &go, 1);
}

void ConfinedProcess::kill() {
    // Through the pidfd: the number may be somebody else's by now, the descriptor never is.
    if (pidfd_) ::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
}

std::optional<int> ConfinedProcess::wait(int timeout_ms) {
    if (pid_ < 0) return std::nullopt;
    pollfd ended{pidfd_.get(), POLLIN, 0};
    while (::poll(&ended, 1, timeout_ms) < 0 && errno == EINTR) {
    }
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
    pid_ = -1;
    return status;
}

}  // namespace rsl::vm
