// SPDX-License-Identifier: GPL-2.0-only
// Runs in a forked copy of the starter, which may have had threads: system calls, memory and no
// locks. (Allocating is fine with glibc, whose malloc survives fork.)
#include "host/vm/confined_child.hpp"

#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/mount.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

namespace rsl::vm {
namespace {

/// Where the new root is put together, before it becomes the root. A tmpfs covers it.
constexpr const char* kStage = "/tmp";
constexpr uint64_t kReadOnly = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;

class Child {
  public:
    Child(const ConfinedCommand& command, Confinement kind, const Identity& identity,
          const std::vector<UniqueFd>& trees, int word, int errors)
        : command_(command), kind_(kind), identity_(identity), word_(word), errors_(errors) {
        for (const UniqueFd& tree : trees) trees_.push_back(tree.get());
    }

    [[noreturn]] void run() {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        wait_for_word();
        ::setsid();  // the terminal's signals are for the starter, which stops us in order
        place_descriptors();
        if (kind_ == Confinement::kNamespaces) build_root();
        drop_rights();
        exec();
    }

  private:
    [[noreturn]] void fail(const char* mark, const std::string& what) {
        const std::string text = mark + what + ": " + std::strerror(errno);
        (void)!::write(errors_, text.data(), text.size());
        ::_exit(127);
    }
    void need(bool ok, const std::string& what) {
        if (!ok) fail(kConfinementMark, what);
    }

    void wait_for_word() {
        char go = 0;
        while (::read(word_, &go, 1) < 0 && errno == EINTR) {
        }
        if (go == 0) ::_exit(127);  // the starter is gone
    }

    /// stdin nothing, stdout, stderr, keep[i] at 3 + i; then the word and error pipes; no others.
    void place_descriptors() {
        const int count = static_cast<int>(command_.keep.size());
        constexpr int kHigh = 64;  // out of the way of the final numbers
        std::vector<int> lifted;
        for (const int fd : command_.keep) lifted.push_back(::fcntl(fd, F_DUPFD, kHigh));
        const int null = ::open("/dev/null", O_RDWR);
        const int output = ::fcntl(command_.output >= 0 ? command_.output : null, F_DUPFD, kHigh);
        const int error = ::fcntl(command_.errors >= 0 ? command_.errors : null, F_DUPFD, kHigh);
        for (int& tree : trees_) tree = ::fcntl(tree, F_DUPFD, kHigh);
        word_ = ::fcntl(word_, F_DUPFD, kHigh);
        errors_ = ::fcntl(errors_, F_DUPFD, kHigh);
        const int input = ::fcntl(null, F_DUPFD, kHigh);
        ::dup2(input, 0);
        ::dup2(output, 1);
        ::dup2(error, 2);
        for (int i = 0; i < count; ++i) ::dup2(lifted[static_cast<size_t>(i)], 3 + i);
        word_ = ::dup2(word_, 3 + count);
        errors_ = ::dup2(errors_, 4 + count);
        ::fcntl(word_, F_SETFD, FD_CLOEXEC);
        ::fcntl(errors_, F_SETFD, FD_CLOEXEC);
        int next = 5 + count;
        for (int& tree : trees_) {
            tree = ::dup2(tree, next++);
            ::fcntl(tree, F_SETFD, FD_CLOEXEC);
        }
        ::syscall(SYS_close_range, next, ~0U, 0);
    }

    /// A file or folder of the old root that the new one shows at the same path.
    struct Shown {
        std::string path;
        uint64_t attributes;
        bool folder;
        int tree;
    };

    void build_root() {
        need(::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) == 0,
             "make mounts private");
        std::vector<Shown> all;  // picked up before the stage covers what lies below it
        for (const auto& path : command_.readable) pick_up(all, path, kReadOnly);
        pick_up_writable(all);
        for (const auto& device : command_.devices)
            pick_up(all, device, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
        for (const char* path : {"/lib", "/lib64"}) {
            if (link_target(path).empty()) pick_up(all, path, kReadOnly);
        }
        need(::mount("tmpfs", kStage, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m") == 0,
             "mount a root");
        for (const auto& shown : all) put_down(shown);
        if (!command_.writable.empty()) mount_own_processes();
        for (const char* path : {"/lib", "/lib64"}) {
            const std::string target = link_target(path);
            if (!target.empty())
                (void)!::symlink(target.c_str(), (std::string(kStage) + path).c_str());
        }
        need(::chdir(kStage) == 0, "enter the root");
        need(::syscall(SYS_pivot_root, ".", ".") == 0, "change the root");
        need(::umount2(".", MNT_DETACH) == 0, "leave the old root");
        need(::chdir("/") == 0, "enter the root");
        set_attributes("/", MOUNT_ATTR_RDONLY, 0);  // the mounts below have their own
    }

    void pick_up(std::vector<Shown>& all, const std::string& path, uint64_t attributes) {
        for (const auto& shown : all) {
            if (path == shown.path || path.starts_with(shown.path + "/"))
                return;  // is there with its folder
        }
        struct stat info;
        if (::stat(path.c_str(), &info) < 0) return;  // its user will say so better
        const long tree = ::syscall(SYS_open_tree, AT_FDCWD, path.c_str(),
                                    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
        need(tree >= 0, "open " + path);
        all.push_back({path, attributes, S_ISDIR(info.st_mode), static_cast<int>(tree)});
    }

    /// Without what is mounted below them: the folder was named, other file systems were not.
    void pick_up_writable(std::vector<Shown>& all) {
        constexpr uint64_t kWritable = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
        for (size_t i = 0; i < command_.writable.size(); ++i) {
            const std::string& path = command_.writable[i];
            const int tree = trees_.empty() ? static_cast<int>(::syscall(SYS_open_tree, AT_FDCWD, path.c_str(),
                                                                         OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC))
                                            : trees_[i];
            need(tree >= 0, "open " + path);
            all.push_back({path, kWritable, true, tree});
        }
    }

    void put_down(const Shown& shown) {
        const std::string target = kStage + shown.path;
        make_folders(shown.folder ? target : target.substr(0, target.rfind('/')));
        if (!shown.folder) {
            const int file = ::open(target.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0444);
            need(file >= 0, "make " + target);
            ::close(file);
        }
        need(::syscall(SYS_move_mount, shown.tree, "", AT_FDCWD, target.c_str(),
                       MOVE_MOUNT_F_EMPTY_PATH) == 0,
             "show " + shown.path);
        ::close(shown.tree);
        set_attributes(target, shown.attributes, AT_RECURSIVE);
    }

    /// QEMU reaches extended attributes of files through /proc/self/fd. It sees its own process there and
    /// nothing else: the namespace has no other, and `subset=pid` leaves the machine's state out.
    void mount_own_processes() {
        const std::string proc = std::string(kStage) + "/proc";
        need(::mkdir(proc.c_str(), 0555) == 0, "make " + proc);
        if (::mount("proc", proc.c_str(), "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, "subset=pid") == 0) return;
        fail("", "a folder cannot be shown to the VM, because this machine (a container?) allows no /proc in a "
                 "namespace; use --drive-c none --registry none, or run rsl outside of it");
    }

    /// /lib and /lib64 are links into /usr on most machines, folders on some.
    static std::string link_target(const char* path) {
        char link[PATH_MAX];
        const ssize_t length = ::readlink(path, link, sizeof(link));
        return length > 0 ? std::string(link, static_cast<size_t>(length)) : std::string();
    }

    void make_folders(const std::string& path) {
        for (size_t slash = std::strlen(kStage); slash != std::string::npos;) {
            slash = path.find('/', slash + 1);
            const std::string part = path.substr(0, slash);
            need(::mkdir(part.c_str(), 0755) == 0 || errno == EEXIST, "make " + part);
        }
    }

    void set_attributes(const std::string& path, uint64_t set, unsigned flags) {
        mount_attr attributes{};
        attributes.attr_set = set;
        need(::syscall(SYS_mount_setattr, AT_FDCWD, path.c_str(), flags, &attributes,
                       sizeof(attributes)) == 0,
             "protect " + path);
    }

    void drop_rights() {
        for (int capability = 0; capability <= 63; ++capability)
            ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
        ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
        if (identity_.nobody) {
            need(::setgroups(identity_.groups.size(), identity_.groups.data()) == 0, "set groups");
            need(::setresgid(kNobody, kNobody, kNobody) == 0, "become nobody's group");
            need(::setresuid(kNobody, kNobody, kNobody) == 0, "become nobody");
        }
        __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
        __user_cap_data_struct none[2] = {};
        need(::syscall(SYS_capset, &header, none) == 0, "drop capabilities");
        need(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "forbid new privileges");
        const rlimit no_core{0, 0}, few_files{1024, 1024};
        ::setrlimit(RLIMIT_CORE, &no_core);
        ::setrlimit(RLIMIT_NOFILE, &few_files);
        // Huge pages would make 20 KB of QEMU's heap cost 2 MB.
        ::prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
        // A change of uid forgets this; and the starter may have died before it was set again.
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        pollfd starter{word_, POLLIN, 0};
        if (::poll(&starter, 1, 0) > 0) ::_exit(127);
    }

    [[noreturn]] void exec() {
        std::vector<char*> arguments;
        for (const auto& argument : command_.argv)
            arguments.push_back(const_cast<char*>(argument.c_str()));
        arguments.push_back(nullptr);
        // One heap for all threads, given back at its end: QEMU stays 20 MB smaller over 100 connects.
        char path[] = "PATH=/usr/bin", locale[] = "LC_ALL=C", arenas[] = "MALLOC_ARENA_MAX=1",
             trim[] = "MALLOC_TRIM_THRESHOLD_=65536";
        std::string libraries = "LD_LIBRARY_PATH=" + command_.libraries;
        char* environment[] = {path, locale, arenas, trim, nullptr, nullptr};
        if (!command_.libraries.empty()) environment[4] = libraries.data();
        sigset_t none;
        ::sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
        ::signal(SIGPIPE, SIG_DFL);
        ::execve(arguments[0], arguments.data(), environment);
        fail("", "exec");
    }

    const ConfinedCommand& command_;
    Confinement kind_;
    const Identity& identity_;
    std::vector<int> trees_;
    int word_, errors_;
};

}  // namespace

void run_confined_child(const ConfinedCommand& command, Confinement kind,
                        const Identity& identity, const std::vector<UniqueFd>& trees,
                        int word, int errors) {
    Child(command, kind, identity, trees, word, errors).run();
}

}  // namespace rsl::vm
