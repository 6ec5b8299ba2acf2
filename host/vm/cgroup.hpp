// SPDX-License-Identifier: GPL-2.0-only
// Limits that hold for all of a VM's processes: a control group of its own, version 2 or 1,
// whichever the machine has. Made before QEMU runs, removed after it. docs/guides/limits.md.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/posix/error.hpp"

namespace rsl::vm {

struct Limits {
    std::optional<double> cpus;            // CPUs' worth of time
    std::optional<uint64_t> memory_bytes;  // of guest RAM, QEMU and caches together
    bool any() const { return cpus || memory_bytes; }
};

/// QEMU needs this beside the guest's RAM: itself (28 MB measured) and translated code.
inline constexpr uint64_t kMemoryOverheadBytes = 64ull << 20;

/// One controller's hierarchy as this process sees it.
struct CgroupHierarchy {
    int version = 0;    // 1 or 2; 0: the controller is not there
    std::string own;    // folder of the group this process is in
    std::string mount;  // folder where the hierarchy begins
};
/// Finds the hierarchy of `controller` in texts of /proc/self/mountinfo and /proc/self/cgroup.
CgroupHierarchy find_hierarchy(std::string_view controller, std::string_view mountinfo,
                               std::string_view self);

/// The quota that gives `cpus`: microseconds in a period. Short periods keep a throttled VM's
/// sleeps short; the kernel allows no quota below 1 ms.
struct CpuQuota {
    uint64_t quota_us, period_us;
};
CpuQuota cpu_quota(double cpus);

class Cgroup {
  public:
    /// Makes a group named after `name` and sets the limits. Every limit holds or it is an error.
    static HostResult<Cgroup> create(std::string_view name, const Limits& limits);
    /// The same with the two texts given, for tests.
    static HostResult<Cgroup> create_in(std::string_view name, const Limits& limits,
                                        std::string_view mountinfo, std::string_view self);
    Cgroup() = default;
    Cgroup(Cgroup&&) = default;
    Cgroup& operator=(Cgroup&& other) noexcept {
        std::swap(folders_, other.folders_);
        return *this;
    }
    ~Cgroup();

    /// Moves a process in.
    HostResult<void> add(pid_t pid) const;
    /// Whether the kernel killed a process of the group for want of memory.
    bool killed_for_memory() const;
    bool exists() const { return !folders_.empty(); }
    const std::vector<std::string>& folders() const { return folders_; }

  private:
    HostResult<std::string> make_folder(std::string_view name, std::string_view controller,
                                        const CgroupHierarchy& hierarchy);
    std::vector<std::string> folders_;  // one (v2) or one a controller (v1)
};

}  // namespace rsl::vm
