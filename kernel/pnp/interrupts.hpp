// SPDX-License-Identifier: GPL-2.0-only
// The interrupts that a started device was given, for IoConnectInterruptEx. PASSIVE_LEVEL.
#pragma once

#include "abi/types/io.h"
#include "base/core/result.hpp"

namespace rsl::hal {
class DeviceMessages;
}

namespace rsl::pnp {

struct LineInterrupt {
    uint32_t vector;
    KIRQL irql;
    KINTERRUPT_MODE mode;
    bool shared;
};
/// kInvalidParameter for what is no PDO, kNotFound when the device has no line.
Result<LineInterrupt> line_of(PDEVICE_OBJECT pdo);
/// nullptr when it has no messages.
hal::DeviceMessages* messages_of(PDEVICE_OBJECT pdo);

}  // namespace rsl::pnp
