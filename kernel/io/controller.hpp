// SPDX-License-Identifier: GPL-2.0-only
// Controller objects: hardware that several devices share, one at a time.
#pragma once

#include "kernel/io/device.hpp"

namespace rsl::io {

extern ob::ObjectType kControllerType;  // body: CONTROLLER_OBJECT, the driver's extension behind it

Result<CONTROLLER_OBJECT*> create_controller(uint32_t extension_bytes);
/// Runs `routine` once the controller is the device's; what it returns says whether it keeps it.
void allocate_controller(CONTROLLER_OBJECT& controller, DEVICE_OBJECT& device, PDRIVER_CONTROL routine,
                         void* context);
/// The next device in line gets it. IRQL == DISPATCH_LEVEL.
void free_controller(CONTROLLER_OBJECT& controller);

}  // namespace rsl::io
