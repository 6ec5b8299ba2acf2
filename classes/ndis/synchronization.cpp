// SPDX-License-Identifier: GPL-2.0-only
// Events, reader-writer locks, sleeping, timers, work items.
#include "classes/ndis/layers.hpp"

struct _NDIS_RW_LOCK_EX {
    EX_SPIN_LOCK lock;
};

namespace rsl::ndis {
namespace {

constexpr LONGLONG kUnitsAMicrosecond = 10, kUnitsAMillisecond = 10000;

enum LockMode : UCHAR { kReading = 1, kWriting = 2 };

struct Timer {
    KTIMER timer;
    KDPC dpc;
    PNDIS_TIMER_FUNCTION routine;
    void* context;                   // of the characteristics
    std::atomic<void*> set_context;  // of the call that set it
    ULONG tag;
};

void NTAPI timer_due(KDPC* dpc, void* context, void* first, void* second) {
    auto& timer = *static_cast<Timer*>(context);
    static_cast<void>(dpc);
    timer.routine(first, timer.set_context.load(std::memory_order_acquire), second,
                  nullptr);  // pairs with NdisSetTimerObject
}

struct WorkItem {
    PIO_WORKITEM item;
    NDIS_IO_WORKITEM_FUNCTION routine;
    void* context;
};

void NTAPI work(DEVICE_OBJECT*, void* context) {
    auto* work_item = static_cast<WorkItem*>(context);
    work_item->routine(work_item->context, work_item);  // which may free it
}

/// A device object that keeps the driver loaded while work is queued; nullptr when the handle leads
/// to none.
DEVICE_OBJECT* device_of(NDIS_HANDLE handle) {
    switch (*static_cast<HandleKind*>(handle)) {
        case HandleKind::kAdapter:
            return adapter_of(handle)->device;
        case HandleKind::kDriver:
            return static_cast<MiniportDriver*>(handle)->driver->DeviceObject;
        case HandleKind::kFilterDriver:
            return static_cast<FilterDriver*>(handle)->driver->DeviceObject;
        case HandleKind::kFilterModule:
            return module_of(handle)->adapter->device;
        case HandleKind::kBinding:
            return binding_of(handle)->adapter->device;
        case HandleKind::kProtocol:
        case HandleKind::kOperation:
            return nullptr;
    }
    const auto* object = static_cast<NDIS_GENERIC_OBJECT*>(handle);
    return object->DriverObject == nullptr ? nullptr : object->DriverObject->DeviceObject;
}

}  // namespace
}  // namespace rsl::ndis

using namespace rsl::ndis;

/// NdisInitializeEvent (ndis.h) makes an event, not set.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    the driver
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisinitializeevent
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisInitializeEvent(PNDIS_EVENT Event) {
    KeInitializeEvent(&Event->Event, NotificationEvent, FALSE);
}

/// NdisSetEvent (ndis.h) sets an event.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissetevent
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisSetEvent(PNDIS_EVENT Event) {
    KeSetEvent(&Event->Event, IO_NO_INCREMENT, FALSE);
}

/// NdisResetEvent (ndis.h) clears an event.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisresetevent
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisResetEvent(PNDIS_EVENT Event) { KeResetEvent(&Event->Event); }

/// NdisWaitEvent (ndis.h) waits for an event.
///   IRQL     PASSIVE_LEVEL
///   Returns  TRUE: it is set; FALSE: MsToWait milliseconds are over (0: waits for ever)
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiswaitevent
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI NdisWaitEvent(PNDIS_EVENT Event, NDIS_UINT MsToWait) {
    LARGE_INTEGER time;
    time.QuadPart = -(LONGLONG{MsToWait} * kUnitsAMillisecond);
    return KeWaitForSingleObject(&Event->Event, Executive, KernelMode, FALSE,
                                 MsToWait == 0 ? nullptr : &time) == STATUS_SUCCESS;
}

/// NdisMSleep (ndis.h) waits for a time.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismsleep
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMSleep(ULONG MicrosecondsToSleep) {
    LARGE_INTEGER time;
    time.QuadPart = -(LONGLONG{MicrosecondsToSleep} * kUnitsAMicrosecond);
    KeDelayExecutionThread(KernelMode, FALSE, &time);
}

/// NdisAllocateSpinLock (ndis.h) makes a spin lock that is free.
///   IRQL     any
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatespinlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisAllocateSpinLock(PNDIS_SPIN_LOCK SpinLock) {
    KeInitializeSpinLock(&SpinLock->SpinLock);
    SpinLock->OldIrql = PASSIVE_LEVEL;
}

/// NdisFreeSpinLock (ndis.h) ends the use of a spin lock, which has nothing to free.
///   IRQL     any
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreespinlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFreeSpinLock(PNDIS_SPIN_LOCK) {}

/// NdisAcquireSpinLock (ndis.h) acquires a spin lock and keeps the IRQL before in it.
///   IRQL     <= DISPATCH_LEVEL; DISPATCH_LEVEL afterwards
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisacquirespinlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisAcquireSpinLock(PNDIS_SPIN_LOCK SpinLock) {
    const KIRQL before = KeAcquireSpinLockRaiseToDpc(&SpinLock->SpinLock);
    SpinLock->OldIrql = before;
}

/// NdisReleaseSpinLock (ndis.h) releases a spin lock.
///   IRQL     DISPATCH_LEVEL; the one before afterwards
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreleasespinlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisReleaseSpinLock(PNDIS_SPIN_LOCK SpinLock) {
    KeReleaseSpinLock(&SpinLock->SpinLock, SpinLock->OldIrql);
}

/// NdisDprAcquireSpinLock (ndis.h) acquires a spin lock at DISPATCH_LEVEL.
///   IRQL     DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisdpracquirespinlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisDprAcquireSpinLock(PNDIS_SPIN_LOCK SpinLock) {
    KeAcquireSpinLockAtDpcLevel(&SpinLock->SpinLock);
    SpinLock->OldIrql = DISPATCH_LEVEL;
}

/// NdisDprReleaseSpinLock (ndis.h) releases a spin lock that NdisDprAcquireSpinLock has acquired.
///   IRQL     DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisdprreleasespinlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisDprReleaseSpinLock(PNDIS_SPIN_LOCK SpinLock) {
    KeReleaseSpinLockFromDpcLevel(&SpinLock->SpinLock);
}

/// NdisAllocateRWLock (ndis.h) makes a reader-writer lock.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the lock, or NULL
///   Owner    the driver, until NdisFreeRWLock
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocaterwlock
///   Differs  nothing known
RSL_EXPORT PNDIS_RW_LOCK_EX NTAPI NdisAllocateRWLock(NDIS_HANDLE) {
    return static_cast<PNDIS_RW_LOCK_EX>(allocate(sizeof(NDIS_RW_LOCK_EX), kTag));
}

/// NdisFreeRWLock (ndis.h) frees one.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreerwlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFreeRWLock(PNDIS_RW_LOCK_EX Lock) { release(Lock); }

/// NdisAcquireRWLockRead (ndis.h) acquires a lock for reading, with others who read.
///   IRQL     <= DISPATCH_LEVEL; DISPATCH_LEVEL afterwards
///   Returns  nothing; LockState is for NdisReleaseRWLock
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisacquirerwlockread
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisAcquireRWLockRead(PNDIS_RW_LOCK_EX Lock, PLOCK_STATE_EX LockState,
                                            UCHAR Flags) {
    *LockState = {.OldIrql = DISPATCH_LEVEL, .LockState = kReading, .Flags = Flags};
    if ((Flags & NDIS_RWL_AT_DISPATCH_LEVEL) != 0) {
        ExAcquireSpinLockSharedAtDpcLevel(&Lock->lock);
    } else {
        LockState->OldIrql = ExAcquireSpinLockShared(&Lock->lock);
    }
}

/// NdisAcquireRWLockWrite (ndis.h) acquires a lock for writing, alone.
///   IRQL     <= DISPATCH_LEVEL; DISPATCH_LEVEL afterwards
///   Returns  nothing; LockState is for NdisReleaseRWLock
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisacquirerwlockwrite
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisAcquireRWLockWrite(PNDIS_RW_LOCK_EX Lock, PLOCK_STATE_EX LockState,
                                             UCHAR Flags) {
    *LockState = {.OldIrql = DISPATCH_LEVEL, .LockState = kWriting, .Flags = Flags};
    if ((Flags & NDIS_RWL_AT_DISPATCH_LEVEL) != 0) {
        ExAcquireSpinLockExclusiveAtDpcLevel(&Lock->lock);
    } else {
        LockState->OldIrql = ExAcquireSpinLockExclusive(&Lock->lock);
    }
}

/// NdisReleaseRWLock (ndis.h) releases a lock.
///   IRQL     DISPATCH_LEVEL; the one before afterwards
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreleaserwlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisReleaseRWLock(PNDIS_RW_LOCK_EX Lock, PLOCK_STATE_EX LockState) {
    const bool at_dispatch = (LockState->Flags & NDIS_RWL_AT_DISPATCH_LEVEL) != 0;
    if (LockState->LockState == kReading) {
        if (at_dispatch) return ExReleaseSpinLockSharedFromDpcLevel(&Lock->lock);
        return ExReleaseSpinLockShared(&Lock->lock, LockState->OldIrql);
    }
    if (at_dispatch) return ExReleaseSpinLockExclusiveFromDpcLevel(&Lock->lock);
    ExReleaseSpinLockExclusive(&Lock->lock, LockState->OldIrql);
}

/// NdisAllocateTimerObject (ndis.h) makes a timer.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES, NDIS_STATUS_INVALID_PARAMETER
///   Owner    the driver, until NdisFreeTimerObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatetimerobject
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisAllocateTimerObject(
    NDIS_HANDLE, PNDIS_TIMER_CHARACTERISTICS TimerCharacteristics, PNDIS_HANDLE pTimerObject) {
    *pTimerObject = nullptr;
    if (TimerCharacteristics->Header.Type != NDIS_OBJECT_TYPE_TIMER_CHARACTERISTICS ||
        TimerCharacteristics->TimerFunction == nullptr) {
        return NDIS_STATUS_INVALID_PARAMETER;
    }
    auto* timer = static_cast<Timer*>(allocate(sizeof(Timer), TimerCharacteristics->AllocationTag));
    if (timer == nullptr) return NDIS_STATUS_RESOURCES;
    timer->routine = TimerCharacteristics->TimerFunction;
    timer->context = TimerCharacteristics->FunctionContext;
    KeInitializeTimer(&timer->timer);
    KeInitializeDpc(&timer->dpc, &timer_due, timer);
    *pTimerObject = timer;
    return NDIS_STATUS_SUCCESS;
}

/// NdisSetTimerObject (ndis.h) sets a timer; MillisecondsPeriod 0: once.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE: it was set already
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissettimerobject
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI NdisSetTimerObject(NDIS_HANDLE TimerObject, LARGE_INTEGER DueTime,
                                            LONG MillisecondsPeriod, PVOID FunctionContext) {
    auto& timer = *static_cast<Timer*>(TimerObject);
    timer.set_context.store(FunctionContext != nullptr ? FunctionContext : timer.context,
                            std::memory_order_release);  // pairs: timer_due()
    return KeSetTimerEx(&timer.timer, DueTime, MillisecondsPeriod, &timer.dpc);
}

/// NdisCancelTimerObject (ndis.h) cancels a timer.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE: it was set
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscanceltimerobject
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI NdisCancelTimerObject(NDIS_HANDLE TimerObject) {
    return KeCancelTimer(&static_cast<Timer*>(TimerObject)->timer);
}

/// NdisFreeTimerObject (ndis.h) frees a timer that has been cancelled.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreetimerobject
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFreeTimerObject(NDIS_HANDLE TimerObject) { release(TimerObject); }

/// NdisAllocateIoWorkItem (ndis.h) makes a work item.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  its handle, or NULL
///   Owner    the driver, until NdisFreeIoWorkItem
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocateioworkitem
///   Differs  of a driver without any device: NULL
RSL_EXPORT NDIS_HANDLE NTAPI NdisAllocateIoWorkItem(NDIS_HANDLE NdisObjectHandle) {
    DEVICE_OBJECT* const device = device_of(NdisObjectHandle);
    if (device == nullptr) return nullptr;
    auto* work_item = static_cast<WorkItem*>(allocate(sizeof(WorkItem), kTag));
    if (work_item == nullptr) return nullptr;
    work_item->item = IoAllocateWorkItem(device);
    if (work_item->item != nullptr) return work_item;
    release(work_item);
    return nullptr;
}

/// NdisQueueIoWorkItem (ndis.h) has a routine called by a worker thread.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisqueueioworkitem
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisQueueIoWorkItem(NDIS_HANDLE NdisIoWorkItemHandle,
                                          NDIS_IO_WORKITEM_FUNCTION Routine,
                                          PVOID WorkItemContext) {
    auto& work_item = *static_cast<WorkItem*>(NdisIoWorkItemHandle);
    work_item.routine = Routine;
    work_item.context = WorkItemContext;
    IoQueueWorkItem(work_item.item, &work, DelayedWorkQueue, &work_item);
}

/// NdisFreeIoWorkItem (ndis.h) frees one that is not queued.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreeioworkitem
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFreeIoWorkItem(NDIS_HANDLE NdisIoWorkItemHandle) {
    auto* work_item = static_cast<WorkItem*>(NdisIoWorkItemHandle);
    IoFreeWorkItem(work_item->item);
    release(work_item);
}
