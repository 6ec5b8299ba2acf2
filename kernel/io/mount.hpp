// SPDX-License-Identifier: GPL-2.0-only
// Volumes get their file system when they are first opened.
#pragma once

#include "base/core/result.hpp"
#include "kernel/io/device.hpp"

namespace rsl::io {

/// Whether a file system has the volume. True for devices that are no volumes.
bool is_mounted(const DEVICE_OBJECT& device);
/// Offers the volume to the registered file systems of its kind, the last registered first, and
/// gives it to RAW when none knows it. PASSIVE_LEVEL.
Result<void> mount(Device& device);
/// Gives the device a VPB of its own (for types that have volumes), as if nothing had been mounted.
Result<void> add_volume(DEVICE_OBJECT& device);

}  // namespace rsl::io
