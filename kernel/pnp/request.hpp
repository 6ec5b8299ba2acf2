// SPDX-License-Identifier: GPL-2.0-only
// PnP and other IRPs of the PnP manager, sent to the top of a device's stack and waited for.
#pragma once

#include "abi/types/io.h"
#include "kernel/io/irp.hpp"

namespace rsl::pnp {

/// What came back: the status, and IoStatus.Information, whose meaning is the minor code's.
struct Answer {
    NTSTATUS status;
    ULONG_PTR information;
};

/// Sends a request whose stack location is `setup` (its major and minor code and parameters).
/// `initial`: what IoStatus starts as; STATUS_NOT_SUPPORTED as documented for PnP IRPs. PASSIVE_LEVEL.
Answer send(DEVICE_OBJECT& device, const IO_STACK_LOCATION& setup, ULONG_PTR information = 0,
            NTSTATUS initial = STATUS_NOT_SUPPORTED);

/// A PnP request without parameters.
Answer send_pnp(DEVICE_OBJECT& device, uint8_t minor);

inline IO_STACK_LOCATION pnp_location(uint8_t minor) {
    IO_STACK_LOCATION location = {};
    location.MajorFunction = IRP_MJ_PNP;
    location.MinorFunction = minor;
    return location;
}

}  // namespace rsl::pnp
