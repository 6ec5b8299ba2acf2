// SPDX-License-Identifier: GPL-2.0-only
// Against hierarchies made of plain files in a folder; one test uses the machine's own.
#include "host/vm/cgroup.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/testing/test.hpp"

using namespace rsl;
using namespace rsl::vm;
namespace fs = std::filesystem;

namespace {

/// A folder that looks like a mounted hierarchy. Plain files do not appear by mkdir, so the group's
/// own are made beforehand.
struct FakeMachine {
    FakeMachine() {
        char name[] = "/tmp/rsl-cgroup-XXXXXX";
        root = ::mkdtemp(name);
    }
    ~FakeMachine() { fs::remove_all(root); }
    void file(const std::string& path, const std::string& text = "") {
        fs::create_directories(fs::path(root + path).parent_path());
        std::ofstream(root + path) << text;
    }
    std::string read(const std::string& path) {
        std::ifstream in(root + path);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    std::string mount(const std::string& where, const std::string& type,
                      const std::string& controllers) {
        return "30 23 0:26 / " + root + where + " rw shared:4 - " + type + " cgroup rw," +
               controllers + "\n";
    }
    std::string leaf(const char* name) {
        return "/rsl-" + std::string(name) + "-" + std::to_string(::getpid());
    }
    std::string root;
};

}  // namespace

RSL_TEST(Cgroup, FindsAControllerOfVersionOne)
{
    const auto found =
        find_hierarchy("cpu",
                       "30 23 0:26 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct\n"
                       "31 23 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n",
                       "2:cpuacct:/x\n1:cpu:/job\n0::/\n");
    RSL_EXPECT_EQ(found.version, 1);
    RSL_EXPECT(found.own == "/sys/fs/cgroup/cpu/job");
}
RSL_TEST(Cgroup, TakesAMountedSubtreeOffThePath)
{
    const auto found = find_hierarchy(
        "memory", "31 23 0:27 /docker/1 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
        "4:memory:/docker/1/sub\n");
    RSL_EXPECT(found.own == "/sys/fs/cgroup/memory/sub");
}
RSL_TEST(Cgroup, FindsVersionTwo)
{
    const auto found = find_hierarchy(
        "cpu", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "0::/user.slice/a.scope\n");
    RSL_EXPECT_EQ(found.version, 2);
    RSL_EXPECT(found.own == "/sys/fs/cgroup/user.slice/a.scope");
}
RSL_TEST(Cgroup, ShortPeriodsUnlessTheQuotaWouldBeTooSmall)
{
    RSL_EXPECT_EQ(cpu_quota(0.5).quota_us, 5000u);
    RSL_EXPECT_EQ(cpu_quota(0.5).period_us, 10000u);
    RSL_EXPECT_EQ(cpu_quota(2).quota_us, 20000u);
    RSL_EXPECT_EQ(cpu_quota(0.05).quota_us, 5000u);
    RSL_EXPECT_EQ(cpu_quota(0.05).period_us, 100000u);
}
RSL_TEST(Cgroup, VersionOneSetsQuotaAndMemory)
{
    FakeMachine machine;
    const std::string cpu = "/cpu/job" + machine.leaf("t"), memory = "/memory" + machine.leaf("t");
    for (const char* name : {"/cpu.cfs_period_us", "/cpu.cfs_quota_us", "/cgroup.procs"})
        machine.file(cpu + name);
    for (const char* name : {"/memory.limit_in_bytes", "/cgroup.procs"})
        machine.file(memory + name);
    const auto group = Cgroup::create_in(
        "t", {.cpus = 0.5, .memory_bytes = 1 << 20},
        machine.mount("/cpu", "cgroup", "cpu") + machine.mount("/memory", "cgroup", "memory"),
        "1:cpu:/job\n4:memory:/\n0::/\n");
    RSL_REQUIRE(group);
    RSL_EXPECT(machine.read(cpu + "/cpu.cfs_quota_us") == "5000");
    RSL_EXPECT(machine.read(memory + "/memory.limit_in_bytes") == "1048576");
    RSL_REQUIRE((*group).add(77));
    RSL_EXPECT(machine.read(cpu + "/cgroup.procs") == "77");
    RSL_EXPECT(machine.read(memory + "/cgroup.procs") == "77");
}
RSL_TEST(Cgroup, VersionTwoUsesTheNearestAncestorThatDelegates)
{
    FakeMachine machine;
    machine.file("/cgroup.controllers", "cpu memory\n");
    machine.file("/cgroup.subtree_control", "cpu\n");
    machine.file("/user/cgroup.controllers", "cpu memory pids\n");
    machine.file("/user/cgroup.subtree_control", "cpu memory\n");
    machine.file("/user/app/cgroup.controllers", "pids\n");
    const std::string leaf = "/user" + machine.leaf("t");
    for (const char* name : {"/cpu.max", "/memory.max", "/memory.swap.max", "/cgroup.procs"})
        machine.file(leaf + name);
    const auto group = Cgroup::create_in("t", {.cpus = 2, .memory_bytes = 4096},
                                         machine.mount("", "cgroup2", ""), "0::/user/app\n");
    RSL_REQUIRE(group);
    RSL_EXPECT_EQ((*group).folders().size(), 1u);
    RSL_EXPECT(machine.read(leaf + "/cpu.max") == "20000 10000");
    RSL_EXPECT(machine.read(leaf + "/memory.max") == "4096");
}
RSL_TEST(Cgroup, ALimitThatCannotBeSetIsAnError)
{
    FakeMachine machine;
    const auto none = Cgroup::create_in("t", {.cpus = 1}, "", "");
    RSL_REQUIRE(!none);
    RSL_EXPECT(none.failure().exit_code() == ExitCode::kVmFailed);
    // The controller is there, the value is refused: the file is missing.
    fs::create_directories(machine.root + "/memory");
    const auto refused = Cgroup::create_in(
        "t", {.memory_bytes = 1}, machine.mount("/memory", "cgroup", "memory"), "4:memory:/\n");
    RSL_REQUIRE(!refused);
    RSL_EXPECT(refused.failure().text().find("memory.limit_in_bytes") != std::string::npos);
    RSL_EXPECT(fs::is_empty(machine.root + "/memory"));  // and nothing is left
}
RSL_TEST(Cgroup, RemovesGroupsOfDeadSupervisors)
{
    FakeMachine machine;
    const std::string leaf = "/cpu" + machine.leaf("t");
    machine.file(leaf + "/cpu.max");
    for (const char* name : {"/cpu.cfs_period_us", "/cpu.cfs_quota_us"}) machine.file(leaf + name);
    fs::create_directories(machine.root + "/cpu/rsl-old-2147483600");
    RSL_REQUIRE(
        Cgroup::create_in("t", {.cpus = 1}, machine.mount("/cpu", "cgroup", "cpu"), "1:cpu:/\n"));
    RSL_EXPECT(!fs::exists(machine.root + "/cpu/rsl-old-2147483600"));
}
RSL_TEST(Cgroup, HoldsOnThisMachine)
{
    auto group = Cgroup::create("unit-test", {.cpus = 0.5, .memory_bytes = 256 << 20});
    if (!group) RSL_SKIP("this machine lets us set no limits");
    const auto folders = group->folders();
    RSL_EXPECT(!group->killed_for_memory());
    {
        Cgroup gone = std::move(*group);
    }
    for (const auto& folder : folders) RSL_EXPECT(!fs::exists(folder));
}
