// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ke/device_queue.hpp"

#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/nt_spin_lock.hpp"

namespace rsl::ke {
namespace {

KDEVICE_QUEUE_ENTRY& owner(LIST_ENTRY* entry) {
    return *CONTAINING_RECORD(entry, KDEVICE_QUEUE_ENTRY, DeviceListEntry);
}

KDEVICE_QUEUE_ENTRY* take(KDEVICE_QUEUE_ENTRY& entry) {
    list_remove(entry.DeviceListEntry);
    entry.Inserted = FALSE;
    return &entry;
}

}  // namespace

void initialize_device_queue(KDEVICE_QUEUE& queue) {
    queue.Type = DeviceQueueObject;
    queue.Size = sizeof(KDEVICE_QUEUE);
    list_initialize(queue.DeviceListHead);
    queue.Lock = 0;
    queue.Busy = FALSE;
}

bool insert_device_queue(KDEVICE_QUEUE& queue, KDEVICE_QUEUE_ENTRY& entry) {
    NtSpinLockGuard guard{queue.Lock};
    entry.Inserted = queue.Busy;
    if (!queue.Busy) {
        queue.Busy = TRUE;
        return false;
    }
    list_push_back(queue.DeviceListHead, entry.DeviceListEntry);
    return true;
}

bool insert_device_queue_by_key(KDEVICE_QUEUE& queue, KDEVICE_QUEUE_ENTRY& entry, ULONG key) {
    NtSpinLockGuard guard{queue.Lock};
    entry.SortKey = key;
    entry.Inserted = queue.Busy;
    if (!queue.Busy) {
        queue.Busy = TRUE;
        return false;
    }
    LIST_ENTRY* after = queue.DeviceListHead.Blink;  // behind its equals
    while (after != &queue.DeviceListHead && owner(after).SortKey > key) after = after->Blink;
    list_insert_after(*after, entry.DeviceListEntry);
    return true;
}

KDEVICE_QUEUE_ENTRY* remove_device_queue(KDEVICE_QUEUE& queue) {
    NtSpinLockGuard guard{queue.Lock};
    if (!list_empty(queue.DeviceListHead)) return take(owner(queue.DeviceListHead.Flink));
    queue.Busy = FALSE;
    return nullptr;
}

KDEVICE_QUEUE_ENTRY* remove_device_queue_by_key(KDEVICE_QUEUE& queue, ULONG key) {
    NtSpinLockGuard guard{queue.Lock};
    LIST_ENTRY& head = queue.DeviceListHead;
    if (list_empty(head)) {
        queue.Busy = FALSE;
        return nullptr;
    }
    for (LIST_ENTRY* at = head.Flink; at != &head; at = at->Flink) {
        if (owner(at).SortKey >= key) return take(owner(at));
    }
    return take(owner(head.Flink));
}

bool remove_device_queue_entry(KDEVICE_QUEUE& queue, KDEVICE_QUEUE_ENTRY& entry) {
    NtSpinLockGuard guard{queue.Lock};
    if (!entry.Inserted) return false;
    take(entry);
    return true;
}

}  // namespace rsl::ke
