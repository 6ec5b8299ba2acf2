// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/lent_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/mount.h>
#include <linux/sched.h>

#include <csignal>

#include "base/core/result.hpp"
#include "host/vm/confined_child.hpp"

namespace rsl::vm {
namespace {

HostResult<void> write_file(const std::string& path, const std::string& text) {
    const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        return Error::from_errno("write " + path);
    }
    return {};
}

/// A process that only holds a user namespace open, as long as this object lives.
class NamespaceHolder {
  public:
    NamespaceHolder() {
        clone_args arguments{};
        arguments.flags = CLONE_NEWUSER;
        arguments.exit_signal = SIGCHLD;
        pid_ = static_cast<pid_t>(::syscall(SYS_clone3, &arguments, sizeof(arguments)));
        if (pid_ == 0) {
            for (;;) ::pause();
        }
    }
    ~NamespaceHolder() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    NamespaceHolder(const NamespaceHolder&) = delete;
    NamespaceHolder& operator=(const NamespaceHolder&) = delete;
    pid_t pid() const { return pid_; }

  private:
    pid_t pid_ = -1;
};

HostResult<UniqueFd> namespace_that_maps(uid_t owner, gid_t group) {
    const NamespaceHolder holder;
    if (holder.pid() < 0) return Error::from_errno("make a user namespace");
    const std::string proc = fmt::format("/proc/{}/", holder.pid());
    RSL_TRY(write_file(proc + "uid_map", fmt::format("{} {} 1\n", owner, kNobody)));
    RSL_TRY(write_file(proc + "gid_map", fmt::format("{} {} 1\n", group, kNobody)));
    UniqueFd space(::open((proc + "ns/user").c_str(), O_RDONLY | O_CLOEXEC));
    if (!space) return Error::from_errno("open a user namespace");
    return space;
}

}  // namespace

HostResult<UniqueFd> lend_folder(const std::string& path) {
    UniqueFd tree(static_cast<int>(
        ::syscall(SYS_open_tree, AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)));
    struct stat info{};
    if (!tree || ::fstat(tree.get(), &info) < 0) return Error::from_errno("open " + path);
    if (info.st_uid == kNobody) return tree;
    const UniqueFd space = RSL_TRY(namespace_that_maps(info.st_uid, info.st_gid));
    mount_attr attributes{};
    attributes.attr_set = MOUNT_ATTR_IDMAP;
    attributes.userns_fd = static_cast<uint64_t>(space.get());
    if (::syscall(SYS_mount_setattr, tree.get(), "", AT_EMPTY_PATH, &attributes, sizeof(attributes)) < 0) {
        return Error::from_errno("show " + path + " to the VM")
            .within("QEMU runs as uid 65534 when root starts it, and this file system cannot show the folder's files "
                    "as its own; give it the folder (chown -R nobody), or run rsl as the folder's owner");
    }
    return tree;
}

}  // namespace rsl::vm
