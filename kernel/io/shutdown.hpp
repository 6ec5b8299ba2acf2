// SPDX-License-Identifier: GPL-2.0-only
// Devices that want IRP_MJ_SHUTDOWN when the machine stops.
#pragma once

#include "base/core/result.hpp"
#include "kernel/io/device.hpp"

namespace rsl::io {

enum class ShutdownTurn : uint8_t { kNormal, kLastChance };

Result<void> register_shutdown(Device& device, ShutdownTurn turn);
void unregister_shutdown(Device& device);

using ShutdownTold = VOID(NTAPI*)(PVOID context, PCSTR driver);

/// Sends IRP_MJ_SHUTDOWN to all that asked, latest first, then to the last-chance ones; calls `told` before
/// each. For an orderly stop, while everything still works. PASSIVE_LEVEL.
void shut_down_devices(ShutdownTold told, void* context);

}  // namespace rsl::io
