// SPDX-License-Identifier: GPL-2.0-only
// QEMU's command line for our two machines. Why each option stands there: docs/adr/0001-qemu.md.
// Pure: builds text, opens nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/vm/installation.hpp"
#include "host/vm/options.hpp"

namespace rsl::vm {

/// Descriptors as QEMU sees them; the launcher puts them there.
inline constexpr int kQmpFd = 3;
inline constexpr int kControlRingFd = 4;
inline constexpr int kFirstClientRingFd = 5;  // disks, serial ports and TAP interfaces follow, in their order
/// MSI-X vectors of a ring: one, which says "look at the ring".
inline constexpr uint32_t kRingVectors = 1;
inline constexpr const char* kControlRingId = "ring-control";

/// What the guest kernel is told, beyond what it finds out.
struct BootFacts {
    uint64_t unix_time_ns = 0;
    uint64_t tsc_khz = 0;       // 0: unknown, the kernel measures
    bool first_client = false;  // a client's ring is there from the start, at kFirstClientRingFd
};

std::vector<std::string> qemu_command_line(const VmOptions& options, Accel accel,
                                           const Installation& files, const BootFacts& facts);

/// QEMU's name of a network adapter, the VmOptions::devices[index].
std::string device_id(size_t index);
/// The root port that client slot `slot` sits behind.
std::string port_id(uint32_t slot);

/// A guest without devices for testing an accelerator (accelerator.cpp).
std::vector<std::string> probe_command_line(Accel accel, const std::string& qemu,
                                            const std::string& firmware, const std::string& guest);

}  // namespace rsl::vm
