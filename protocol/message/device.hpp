// SPDX-License-Identifier: GPL-2.0-only
// What an installer does: keeping a driver for devices to come, the device tree. Registry values: registry.hpp.
#pragma once

#include "protocol/message/entry.hpp"

namespace rsl::protocol {

inline constexpr uint32_t kMaxDeviceBytes = 1024;  // an instance path or a list of ids, UTF-16

// kStoreDriver is a kLoadCommit (LoadFinish of driver.hpp) that keeps the image under its name instead of
// starting it: the PnP manager loads it when a device wants it. Its report stays empty.

enum class DeviceOperation : uint32_t {
    kScan = 1,     // every bus again, and what waits for a driver
    kAdd = 2,      // a root-enumerated device; `device` holds its hardware ids, a NUL behind each, one more
    kRemove = 3,   // this and below work on the device with an instance path
    kDisable = 4,
    kEnable = 5,
    kRestart = 6,
};

/// kDone once it is done, children included: status; of kAdd `path` gets the new device's instance path and
/// information its bytes.
struct DeviceAction {
    DeviceOperation operation;
    uint32_t reserved;
    ArenaSpan device;  // UTF-16LE
    ArenaSpan path;    // UTF-16LE, out
    constexpr bool check(uint64_t arena_bytes) const {
        const auto number = static_cast<uint32_t>(operation);
        return number >= 1 && number <= 6 && fits_text(device, arena_bytes, kMaxDeviceBytes) &&
               fits_text(path, arena_bytes, kMaxDeviceBytes);
    }
};
static_assert(sizeof(DeviceAction) == 24);

}  // namespace rsl::protocol
