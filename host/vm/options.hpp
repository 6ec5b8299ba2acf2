// SPDX-License-Identifier: GPL-2.0-only
// What the user asked of a VM. Text in, checked values out; nothing here touches the machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <span>
#include <string_view>
#include <vector>

#include "base/posix/error.hpp"
#include "host/vm/disk.hpp"

namespace rsl::vm {

enum class Profile { kMicro, kQ35 };
enum class AccelChoice { kAuto, kTcg, kKvm };
enum class Accel { kTcg, kKvm };

inline constexpr uint32_t kMaxProcessors = 16;
inline constexpr uint32_t kDefaultMemoryMb = 128;
inline constexpr uint32_t kMinMemoryMb = 32;
inline constexpr uint32_t kMaxClientSlots = 128;

/// Hardware for a driver, and what it is connected to.
struct GivenDevice {
    std::string name;  // of pluggable_devices()
    std::string tap;   // a network adapter's cable ends in this TAP interface; empty: in no one
};

struct VmOptions {
    Profile profile = Profile::kMicro;
    AccelChoice accel = AccelChoice::kAuto;
    uint32_t processors = 1;  // virtual CPUs
    uint32_t memory_mb = kDefaultMemoryMb;
    uint32_t client_slots = 0;        // root ports for clients' rings
    std::optional<double> cpu_limit;  // CPUs that the whole VM may use: a cgroup quota
    bool limit_memory = false;        // hold memory_mb by cgroup too
    std::vector<GivenDevice> devices;  // hardware for drivers
    std::vector<Disk> disks;           // of the host, in order
    std::vector<std::string> serial_ports;  // their names; each is a terminal of the host
    std::string kernel_arguments;     // appended to the kernel's command line
    std::string drive_c;              // folder of the host that is C: in the VM; empty: none
    std::string registry;             // folder where the registry's hives are kept; empty: nowhere
};

/// "micro" or "q35".
HostResult<Profile> parse_profile(std::string_view text);
HostResult<AccelChoice> parse_accel(std::string_view text);
/// "1", "2", "0.5": sets the quota, and as many virtual CPUs as can use it.
HostResult<void> set_cpus(VmOptions& options, std::string_view text);
/// "128", "128M", "1G": megabytes of guest memory, held by cgroup for the whole VM.
HostResult<void> set_memory(VmOptions& options, std::string_view text);

/// Hardware that a VM can be given for a driver to drive, with the hardware id that it has.
struct PluggableDevice {
    std::string_view name;         // QEMU's
    std::string_view hardware_id;
    std::string_view what;
    bool network = false;
};
std::span<const PluggableDevice> pluggable_devices();
const PluggableDevice* find_pluggable(std::string_view name);
inline constexpr size_t kMaxDevices = 8;
/// Adds one, "edu" or "e1000,tap=NAME"; wrong use says which there are.
HostResult<void> add_device(VmOptions& options, std::string_view text);
/// Adds FILE[,readonly]...; wrong use when the file is no disk.
HostResult<void> add_disk(VmOptions& options, std::string_view text);
/// Adds [NAME=]pty.
HostResult<void> add_serial(VmOptions& options, std::string_view text);
/// A folder to show to the VM: its absolute path without links. What it is for is part of the error.
HostResult<std::string> shared_folder(std::string_view flag, const std::string& text);

std::string_view name_of(Profile profile);
std::string_view name_of(Accel accel);

}  // namespace rsl::vm
