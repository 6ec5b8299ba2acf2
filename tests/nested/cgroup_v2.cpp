// SPDX-License-Identifier: GPL-2.0-only
// Limits on a machine whose control groups are version 2: this is /init of a Linux of its own, in
// QEMU (run_nested_tests), so it is root and alone. Machines with version 1 are
// tests/end_to_end/test_limits.py's.
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <vector>

#include "base/testing/test.hpp"
#include "host/vm/cgroup.hpp"

namespace rsl::vm {
namespace {

constexpr const char* kMount = "/sys/fs/cgroup";
using Clock = std::chrono::steady_clock;

/// A child that runs `body`, in `group` before it begins, killed at the end of the scope.
class Child {
  public:
    template <typename Body>
    Child(const Cgroup& group, Body body) {
        int go[2];
        if (::pipe(go) < 0) return;
        pid_ = ::fork();
        if (pid_ == 0) {
            char word;
            (void)!::read(go[0], &word, 1);
            body();
            ::_exit(0);
        }
        moved_ = static_cast<bool>(group.add(pid_));
        (void)!::write(go[1], "g", 1);
        ::close(go[0]);
        ::close(go[1]);
    }
    ~Child() { end(); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    bool moved() const { return moved_; }
    /// Its wait status; waits for it.
    int wait() {
        int status = 0;
        ::wait4(std::exchange(pid_, -1), &status, 0, &usage_);
        return status;
    }
    void end() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        wait();
    }
    double cpu_seconds() const {
        const auto seconds = [](const timeval& t) {
            return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
        };
        return seconds(usage_.ru_utime) + seconds(usage_.ru_stime);
    }

  private:
    pid_t pid_ = -1;
    bool moved_ = false;
    rusage usage_{};
};

void spin() {
    for (volatile unsigned i = 0;; i = i + 1) {
    }
}

/// CPUs that a spinning child used in a group with these limits.
double share_with(const Limits& limits) {
    const auto group = Cgroup::create("share", limits);
    if (!group) return -1;
    Child child(*group, spin);
    const auto start = Clock::now();
    ::sleep(3);
    child.end();
    return child.moved()
               ? child.cpu_seconds() / std::chrono::duration<double>(Clock::now() - start).count()
               : -1;
}

void touch(size_t bytes) {
    std::vector<char> memory(bytes);
    for (size_t at = 0; at < bytes; at += 4096) static_cast<volatile char*>(memory.data())[at] = 1;
}

void enter(const std::string& folder) { std::ofstream(folder + "/cgroup.procs") << ::getpid(); }

// On a busy machine this Linux counts less than its child uses: so no more than the limit, and less
// than without.
RSL_TEST(CgroupV2, HoldsAFractionOfAProcessor)
{
    const double whole = share_with({.memory_bytes = 64u << 20});
    for (const double cpus : {0.5, 0.2}) {
        const double share = share_with({.cpus = cpus});
        RSL_EXPECT(share > 0 && share < cpus * 1.2);
        RSL_EXPECT(share < whole * 0.85);
    }
}

RSL_TEST(CgroupV2, KillsWhatTakesMoreMemory)
{
    const auto group = Cgroup::create("large", {.memory_bytes = 24u << 20});
    RSL_REQUIRE(group);
    Child child(*group, [] { touch(64u << 20); });
    const int status = child.wait();
    RSL_EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    RSL_EXPECT(group->killed_for_memory());
}
RSL_TEST(CgroupV2, LetsLiveWhatTakesLess)
{
    const auto group = Cgroup::create("small", {.memory_bytes = 48u << 20});
    RSL_REQUIRE(group);
    Child child(*group, [] { touch(16u << 20); });
    RSL_EXPECT_EQ(child.wait(), 0);
    RSL_EXPECT(!group->killed_for_memory());
}
RSL_TEST(CgroupV2, HasOneGroupForBothLimitsAndRemovesIt)
{
    std::string folder;
    {
        const auto group = Cgroup::create("both", {.cpus = 0.5, .memory_bytes = 32u << 20});
        RSL_REQUIRE(group);
        RSL_EXPECT_EQ(group->folders().size(), size_t{1});
        folder = group->folders()[0];
        RSL_EXPECT(::access(folder.c_str(), F_OK) == 0);
    }
    RSL_EXPECT(::access(folder.c_str(), F_OK) != 0);
}
// A session's group holds processes, so it may have no children with controllers: its parent gets
// them.
RSL_TEST(CgroupV2, ClimbsOutOfAGroupWithProcesses)
{
    const std::string slice = std::string(kMount) + "/user.slice", session = slice + "/session";
    ::mkdir(slice.c_str(), 0755);
    std::ofstream(std::string(kMount) + "/cgroup.subtree_control") << "+cpu +memory";
    ::mkdir(session.c_str(), 0755);
    enter(session);
    {
        const auto group = Cgroup::create("climbs", {.cpus = 0.5});
        RSL_REQUIRE(group);
        RSL_EXPECT(group->folders()[0].starts_with(slice + "/rsl-climbs-"));
    }
    enter(kMount);
}
RSL_TEST(CgroupV2, RefusesALimitThatThisUserMaySetNowhere)
{
    const pid_t pid = ::fork();
    if (pid == 0) {
        if (::setuid(65534) < 0) ::_exit(2);
        const auto group = Cgroup::create("nobody", {.cpus = 0.5});
        const bool told =
            !group && group.failure().text().find("docs/guides/limits.md") != std::string::npos;
        ::_exit(told ? 0 : 1);
    }
    int status = -1;
    ::waitpid(pid, &status, 0);
    RSL_EXPECT_EQ(status, 0);
}

class Console final : public testing::Reporter {
  public:
    void test_passed(const testing::TestCase& test) override {
        std::printf("ok Nested.%s\n", test.name);
    }
    void test_failed(const testing::TestCase& test) override {
        std::printf("FAIL Nested.%s\n", test.name);
    }
    void test_skipped(const testing::TestCase& test, const char* why) override {
        std::printf("skip Nested.%s: %s\n", test.name, why);
    }
    void expectation_failed(const char* file, int line, const char* expression, const char* left,
                            const char* right) override {
        std::printf("%s:%d: expected %s: %s, %s\n", file, line, expression, left, right);
    }
};

}  // namespace
}  // namespace rsl::vm

int main() {
    ::setvbuf(stdout, nullptr, _IOLBF, 0);
    for (const char* folder : {"/proc", "/sys"}) ::mkdir(folder, 0755);
    if (::mount("proc", "/proc", "proc", 0, nullptr) < 0 ||
        ::mount("sysfs", "/sys", "sysfs", 0, nullptr) < 0 ||
        ::mount("cgroup2", rsl::vm::kMount, "cgroup2", 0, nullptr) < 0) {
        std::printf("FAIL Nested.Mounts: %s\n", std::strerror(errno));
    }
    rsl::vm::Console console;
    const auto totals = rsl::testing::run_all(console, "");
    std::printf("%u passed, %u failed, %u skipped\n", totals.passed, totals.failed, totals.skipped);
    ::fflush(stdout);
    ::reboot(RB_AUTOBOOT);
}
