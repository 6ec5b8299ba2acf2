// SPDX-License-Identifier: GPL-2.0-only
// What an installer does: keeping a driver for devices to come, registry values, the device tree.
#pragma once

#include "protocol/message/entry.hpp"

namespace rsl::protocol {

inline constexpr uint32_t kMaxKeyBytes = 1024;     // a registry path, UTF-16
inline constexpr uint32_t kMaxValueBytes = 65536;  // that an installer may write

// kStoreDriver is a kLoadCommit (LoadFinish of driver.hpp) that keeps the image under its name instead of
// starting it: the PnP manager loads it when a device wants it. Its report stays empty.

/// Sets a value of a key, making the key and all above it. kDone: status.
struct SetRegistryValue {
    ArenaSpan key;    // UTF-16LE, "\\Registry\\Machine\\..."
    ArenaSpan name;   // UTF-16LE; empty: the key's default value
    ArenaSpan data;
    uint32_t type;    // REG_*
    uint32_t flags;   // RegistryFlags
    constexpr bool check(uint64_t arena_bytes) const {
        return key.bytes != 0 && fits_text(key, arena_bytes, kMaxKeyBytes) && fits_text(name, arena_bytes, kMaxKeyBytes) &&
               fits(data, arena_bytes, kMaxValueBytes) && flags <= 7;
    }
};
static_assert(sizeof(SetRegistryValue) == 32);

enum RegistryFlags : uint32_t {
    kKeepExisting = 1,  // a value that is there stays
    kKeyOnly = 2,       // the key is made, no value is set
    kDeleteValue = 4,   // the value is deleted instead
};

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
        return number >= 1 && number <= 6 && fits_text(device, arena_bytes, kMaxKeyBytes) &&
               fits_text(path, arena_bytes, kMaxKeyBytes);
    }
};
static_assert(sizeof(DeviceAction) == 24);

}  // namespace rsl::protocol
