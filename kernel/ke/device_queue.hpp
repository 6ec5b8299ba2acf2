// SPDX-License-Identifier: GPL-2.0-only
// KDEVICE_QUEUE: what waits while a device is busy. IRQL <= DISPATCH_LEVEL.
#pragma once

#include "abi/types/ke.h"

namespace rsl::ke {

void initialize_device_queue(KDEVICE_QUEUE& queue);
/// False: the queue was not busy, is now, and the entry is not queued.
bool insert_device_queue(KDEVICE_QUEUE& queue, KDEVICE_QUEUE_ENTRY& entry);
bool insert_device_queue_by_key(KDEVICE_QUEUE& queue, KDEVICE_QUEUE_ENTRY& entry, ULONG key);
KDEVICE_QUEUE_ENTRY* remove_device_queue(KDEVICE_QUEUE& queue);
KDEVICE_QUEUE_ENTRY* remove_device_queue_by_key(KDEVICE_QUEUE& queue, ULONG key);
bool remove_device_queue_entry(KDEVICE_QUEUE& queue, KDEVICE_QUEUE_ENTRY& entry);

}  // namespace rsl::ke
