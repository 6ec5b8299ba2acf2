// SPDX-License-Identifier: GPL-2.0-only
// Kernel queues and device queues.
#include "abi/functions/export.h"
#include "abi/functions/ke.h"
#include "kernel/ke/device_queue.hpp"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/objects.hpp"

using namespace rsl;

/// KeInitializeQueue (ntifs.h) makes a queue whose packets at most Count threads (0: processors)
/// work on at once.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-keinitializequeue
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeInitializeQueue(PRKQUEUE Queue, ULONG Count) {
    ke::initialize_queue(*Queue, Count);
}

/// KeInsertQueue (ntifs.h) adds a packet at the tail, or hands it to a waiting thread.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the packets there were before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-keinsertqueue
///   Differs  nothing known
RSL_EXPORT LONG NTAPI KeInsertQueue(PRKQUEUE Queue, PLIST_ENTRY Entry) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ke::insert_queue(*Queue, *Entry, ke::QueueEnd::kTail);
}

/// KeInsertHeadQueue (ntifs.h) adds a packet at the head, or hands it to a waiting thread.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the packets there were before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-keinsertheadqueue
///   Differs  nothing known
RSL_EXPORT LONG NTAPI KeInsertHeadQueue(PRKQUEUE Queue, PLIST_ENTRY Entry) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ke::insert_queue(*Queue, *Entry, ke::QueueEnd::kHead);
}

/// KeRemoveQueue (ntifs.h) takes a packet, waiting for one and for the queue's limit.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the packet, or STATUS_TIMEOUT, STATUS_USER_APC, STATUS_ABANDONED as a pointer
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-keremovequeue
///   Differs  nothing known
RSL_EXPORT PLIST_ENTRY NTAPI KeRemoveQueue(PRKQUEUE Queue, KPROCESSOR_MODE WaitMode,
                                           PLARGE_INTEGER Timeout) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ke::remove_queue(*Queue, WaitMode, false, ke::deadline_of(Timeout));
}

/// KeRemoveQueueEx (ntos.h) takes up to Count packets, waiting for the first.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  how many; 1 with a status in the first as KeRemoveQueue
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI KeRemoveQueueEx(PRKQUEUE Queue, KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                                       PLARGE_INTEGER Timeout, PLIST_ENTRY* EntryArray, ULONG Count) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ke::remove_queue_many(*Queue, WaitMode, Alertable != 0, ke::deadline_of(Timeout), EntryArray,
                                 Count);
}

/// KeRundownQueue (ntifs.h) ends a queue: waits end with STATUS_ABANDONED.
///   IRQL     PASSIVE_LEVEL
///   Returns  the packets that were in it, linked in a ring, or NULL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-kerundownqueue
///   Differs  nothing known
RSL_EXPORT PLIST_ENTRY NTAPI KeRundownQueue(PRKQUEUE Queue) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ke::rundown_queue(*Queue);
}

/// KeReadStateQueue (ntifs.h) reads how many packets a queue has.
///   IRQL     any
///   Returns  the number
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-kereadstatequeue
///   Differs  nothing known
RSL_EXPORT LONG NTAPI KeReadStateQueue(PRKQUEUE Queue) { return Queue->Header.SignalState; }

/// KeInitializeDeviceQueue (ntifs.h) makes a device queue that is not busy.
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-keinitializedevicequeue
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeInitializeDeviceQueue(PKDEVICE_QUEUE DeviceQueue) {
    ke::initialize_device_queue(*DeviceQueue);
}

/// KeInsertDeviceQueue (ntifs.h) queues an entry, or makes the queue busy.
///   IRQL     DISPATCH_LEVEL
///   Returns  FALSE when the queue was not busy and the entry is not queued
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-keinsertdevicequeue
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeInsertDeviceQueue(PKDEVICE_QUEUE DeviceQueue,
                                             PKDEVICE_QUEUE_ENTRY DeviceQueueEntry) {
    return ke::insert_device_queue(*DeviceQueue, *DeviceQueueEntry);
}

/// KeInsertByKeyDeviceQueue (ntifs.h) queues an entry in the order of its key, or makes the queue
/// busy.
///   IRQL     DISPATCH_LEVEL
///   Returns  FALSE when the queue was not busy and the entry is not queued
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-keinsertbykeydevicequeue
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeInsertByKeyDeviceQueue(PKDEVICE_QUEUE DeviceQueue,
                                                  PKDEVICE_QUEUE_ENTRY DeviceQueueEntry, ULONG SortKey) {
    return ke::insert_device_queue_by_key(*DeviceQueue, *DeviceQueueEntry, SortKey);
}

/// KeRemoveDeviceQueue (ntifs.h) takes the first entry; an empty queue becomes not busy.
///   IRQL     DISPATCH_LEVEL
///   Returns  the entry or NULL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-keremovedevicequeue
///   Differs  nothing known
RSL_EXPORT PKDEVICE_QUEUE_ENTRY NTAPI KeRemoveDeviceQueue(PKDEVICE_QUEUE DeviceQueue) {
    return ke::remove_device_queue(*DeviceQueue);
}

/// KeRemoveByKeyDeviceQueue (ntifs.h) takes the first entry whose key is not below SortKey, else
/// the first.
///   IRQL     DISPATCH_LEVEL
///   Returns  the entry or NULL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-keremovebykeydevicequeue
///   Differs  nothing known
RSL_EXPORT PKDEVICE_QUEUE_ENTRY NTAPI KeRemoveByKeyDeviceQueue(PKDEVICE_QUEUE DeviceQueue,
                                                               ULONG SortKey) {
    return ke::remove_device_queue_by_key(*DeviceQueue, SortKey);
}

/// KeRemoveByKeyDeviceQueueIfBusy (ntifs.h) is KeRemoveByKeyDeviceQueue for a queue that may not be
/// busy.
///   IRQL     DISPATCH_LEVEL
///   Returns  the entry or NULL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-keremovebykeydevicequeueifbusy
///   Differs  nothing known
RSL_EXPORT PKDEVICE_QUEUE_ENTRY NTAPI KeRemoveByKeyDeviceQueueIfBusy(PKDEVICE_QUEUE DeviceQueue,
                                                                     ULONG SortKey) {
    return ke::remove_device_queue_by_key(*DeviceQueue, SortKey);
}

/// KeRemoveEntryDeviceQueue (ntifs.h) takes this entry out.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE when it was queued
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-keremoveentrydevicequeue
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeRemoveEntryDeviceQueue(PKDEVICE_QUEUE DeviceQueue,
                                                  PKDEVICE_QUEUE_ENTRY DeviceQueueEntry) {
    return ke::remove_device_queue_entry(*DeviceQueue, *DeviceQueueEntry);
}
