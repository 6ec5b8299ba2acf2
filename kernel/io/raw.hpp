// SPDX-License-Identifier: GPL-2.0-only
// \FileSystem\RAW: the file system of volumes that no other one knows. A volume of it can be opened
// as a whole, and read, written and controlled, which its device does; it can be locked and
// dismounted as any volume.
#pragma once

#include "base/core/result.hpp"
#include "kernel/io/device.hpp"

namespace rsl::io {

/// Makes the driver object. Once, at boot.
Result<void> start_raw();
/// A volume on a device that has a VPB, for that VPB's DeviceObject.
Result<DEVICE_OBJECT*> make_raw_volume(Device& device);
/// The device goes: so do its volumes here, which nobody has open any more. IRQL <= DISPATCH_LEVEL.
void forget_raw_volumes(Device& device);

}  // namespace rsl::io
