// SPDX-License-Identifier: GPL-2.0-only
// One IRP at a time: the device queue in front of a driver's StartIo routine.
#pragma once

#include "abi/types/io_irp.h"

namespace rsl::io {

/// Bits of DEVOBJ_EXTENSION.StartIoFlags; ours.
inline constexpr uint32_t kStartIoDeferred = 1;
inline constexpr uint32_t kStartIoNotCancelable = 2;
inline constexpr uint32_t kStartIoNextCancelable = 4;  // how the deferred next one was asked for
inline constexpr uint32_t kStartIoNextByKey = 8;

/// Starts the IRP or queues it. IRQL <= DISPATCH_LEVEL.
void start_packet(DEVICE_OBJECT& device, IRP& irp, const ULONG* key, PDRIVER_CANCEL cancel);
/// The current IRP is done: takes the next and starts it. IRQL == DISPATCH_LEVEL.
void start_next_packet(DEVICE_OBJECT& device, bool cancelable, const ULONG* key);

}  // namespace rsl::io
