// SPDX-License-Identifier: GPL-2.0-only
// The request path. IRQL checks here are those that cost nothing against what they find: calling and
// completing read CR8 once each.
#include "abi/functions/export.h"
#include "abi/functions/io.h"
#include "abi/functions/ke.h"
#include "abi/functions/ps.h"
#include "kernel/io/cancel.hpp"
#include "kernel/io/device.hpp"
#include "kernel/io/irp.hpp"
#include "kernel/io/request.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ps/process.hpp"

using namespace rsl;

/// IoAllocateIrp (wdm.h) allocates an IRP with `StackSize` stack locations.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the IRP, initialized; NULL without memory
///   Owner    the caller, IoFreeIrp
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioallocateirp
///   Differs  there are no quotas to charge
RSL_EXPORT PIRP NTAPI IoAllocateIrp(CCHAR StackSize, BOOLEAN ChargeQuota) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return io::allocate_irp(static_cast<int8_t>(StackSize));
}

/// IoAllocateIrpEx (wdm.h): the same, for a given device.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  as IoAllocateIrp
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioallocateirpex
///   Differs  no IRP needs an extension here, so the device makes no difference
RSL_EXPORT PIRP NTAPI IoAllocateIrpEx(PDEVICE_OBJECT DeviceObject, CCHAR StackSize, BOOLEAN ChargeQuota) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return io::allocate_irp(static_cast<int8_t>(StackSize));
}

/// IoFreeIrp (wdm.h) frees an IRP of IoAllocateIrp or IoBuild*Request.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iofreeirp
///   Differs  an IRP that is not one, or freed before, is a bug check
RSL_EXPORT VOID NTAPI IoFreeIrp(PIRP Irp) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    io::free_irp(*Irp);
}

/// IoInitializeIrp (wdm.h) makes an IRP of the caller's memory.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioinitializeirp
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoInitializeIrp(PIRP Irp, USHORT PacketSize, CCHAR StackSize) {
    io::initialize_irp(*Irp, PacketSize, static_cast<int8_t>(StackSize));
}

/// IoReuseIrp (wdm.h) makes an IRP of the caller's fresh again.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioreuseirp
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoReuseIrp(PIRP Irp, NTSTATUS Iostatus) { io::reuse_irp(*Irp, Iostatus); }

/// IoBuildAsynchronousFsdRequest (wdm.h) builds an IRP that the caller's completion routine frees.
///   IRQL     <= APC_LEVEL
///   Returns  the IRP; NULL without memory
///   Owner    the caller
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iobuildasynchronousfsdrequest
///   Differs  nothing known
RSL_EXPORT PIRP NTAPI IoBuildAsynchronousFsdRequest(ULONG MajorFunction, PDEVICE_OBJECT DeviceObject,
                                                    PVOID Buffer, ULONG Length,
                                                    PLARGE_INTEGER StartingOffset,
                                                    PIO_STATUS_BLOCK IoStatusBlock) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return io::build_transfer(static_cast<uint8_t>(MajorFunction), Buffer, Length, StartingOffset,
                              {*DeviceObject, nullptr, IoStatusBlock, false});
}

/// IoBuildSynchronousFsdRequest (wdm.h) builds an IRP that we finish: buffers, status block, event.
///   IRQL     PASSIVE_LEVEL
///   Returns  the IRP; NULL without memory
///   Owner    the I/O manager once it is sent; the caller waits for the event
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iobuildsynchronousfsdrequest
///   Differs  nothing known
RSL_EXPORT PIRP NTAPI IoBuildSynchronousFsdRequest(ULONG MajorFunction, PDEVICE_OBJECT DeviceObject,
                                                   PVOID Buffer, ULONG Length,
                                                   PLARGE_INTEGER StartingOffset, PKEVENT Event,
                                                   PIO_STATUS_BLOCK IoStatusBlock) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return io::build_transfer(static_cast<uint8_t>(MajorFunction), Buffer, Length, StartingOffset,
                              {*DeviceObject, Event, IoStatusBlock, true});
}

/// IoBuildDeviceIoControlRequest (wdm.h) builds a control request that we finish.
///   IRQL     PASSIVE_LEVEL
///   Returns  the IRP; NULL without memory or when a buffer cannot be locked
///   Owner    the I/O manager once it is sent; the caller waits for the event
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iobuilddeviceiocontrolrequest
///   Differs  kernel-mode status blocks and buffers are finished in any context, so that waiting at
///            APC_LEVEL, a known deadlock in Windows, works
RSL_EXPORT PIRP NTAPI IoBuildDeviceIoControlRequest(ULONG IoControlCode, PDEVICE_OBJECT DeviceObject,
                                                    PVOID InputBuffer, ULONG InputBufferLength,
                                                    PVOID OutputBuffer, ULONG OutputBufferLength,
                                                    BOOLEAN InternalDeviceIoControl, PKEVENT Event,
                                                    PIO_STATUS_BLOCK IoStatusBlock) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return io::build_control(
        IoControlCode, InternalDeviceIoControl ? IRP_MJ_INTERNAL_DEVICE_CONTROL : IRP_MJ_DEVICE_CONTROL,
        InputBuffer, InputBufferLength, OutputBuffer, OutputBufferLength,
        {*DeviceObject, Event, IoStatusBlock, true});
}

/// IoMakeAssociatedIrp (ntddk.h) allocates a part of a master IRP.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the IRP; NULL without memory
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iomakeassociatedirp
///   Differs  nothing known
RSL_EXPORT PIRP NTAPI IoMakeAssociatedIrp(PIRP Irp, CCHAR StackSize) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return io::make_associated(*Irp, static_cast<int8_t>(StackSize));
}

/// IofCallDriver (wdm.h, as IoCallDriver) sends an IRP to a device's driver.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  what the dispatch routine returns
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iofcalldriver
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IofCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    return io::call_driver(*DeviceObject, *Irp);
}
/// IoCallDriver (wdm.h): the same under its older name.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocalldriver
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    return io::call_driver(*DeviceObject, *Irp);
}

/// IofCompleteRequest (wdm.h, as IoCompleteRequest) completes an IRP.
///   IRQL     <= DISPATCH_LEVEL
///   Owner    takes the IRP
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iofcompleterequest
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IofCompleteRequest(PIRP Irp, CCHAR PriorityBoost) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    io::complete_irp_inline(*Irp, PriorityBoost);
}
/// IoCompleteRequest (wdm.h): the same under its older name.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocompleterequest
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoCompleteRequest(PIRP Irp, CCHAR PriorityBoost) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    io::complete_irp(*Irp, PriorityBoost);
}

namespace {

NTSTATUS NTAPI wake_sender(PDEVICE_OBJECT, PIRP irp, PVOID event) {
    if (irp->PendingReturned) KeSetEvent(static_cast<PKEVENT>(event), IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

NTSTATUS send_and_keep(DEVICE_OBJECT& device, IRP& irp) {
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    io::set_completion_routine(irp, &wake_sender, &event,
                               SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL);
    if (io::call_driver(device, irp) == STATUS_PENDING) {
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, nullptr);
    }
    return irp.IoStatus.Status;
}

}  // namespace

/// IoForwardIrpSynchronously (wdm.h) sends a copy of the current location down and waits.
///   IRQL     PASSIVE_LEVEL
///   Returns  TRUE; FALSE when no stack location is left
///   Owner    the caller has the IRP again
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioforwardirpsynchronously
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI IoForwardIrpSynchronously(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (Irp->CurrentLocation <= 1) return FALSE;
    io::copy_location_to_next(*Irp);
    send_and_keep(*DeviceObject, *Irp);
    return TRUE;
}

/// IoSynchronousCallDriver (wdm.h) sends an IRP whose next location is set, and waits.
///   IRQL     PASSIVE_LEVEL
///   Returns  the IRP's status
///   Owner    the caller has the IRP again
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iosynchronouscalldriver
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoSynchronousCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return send_and_keep(*DeviceObject, *Irp);
}

namespace {

/// Keeps a driver until its completion routine has returned (IoSetCompletionRoutineEx).
struct GuardedCompletion {
    io::Device* device;  // one reference
    PIO_COMPLETION_ROUTINE routine;
    PVOID context;
    uint8_t invoke;
};

NTSTATUS NTAPI run_guarded(PDEVICE_OBJECT device, PIRP irp, PVOID context) {
    auto* guarded = static_cast<GuardedCompletion*>(context);
    const bool wanted =
        (NT_SUCCESS(irp->IoStatus.Status) ? (guarded->invoke & SL_INVOKE_ON_SUCCESS) != 0
                                          : (guarded->invoke & SL_INVOKE_ON_ERROR) != 0) ||
        (irp->Cancel && (guarded->invoke & SL_INVOKE_ON_CANCEL) != 0);
    NTSTATUS status = STATUS_SUCCESS;
    if (wanted) {
        status = guarded->routine(device, irp, guarded->context);
    } else if (irp->PendingReturned && !io::is_past_stack(*irp)) {
        io::mark_pending(*irp);
    }
    guarded->device->drop_reference();
    mm::destroy(guarded);
    return status;
}

}  // namespace

/// IoSetCompletionRoutineEx (wdm.h): a completion routine whose driver stays until it has run.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iosetcompletionroutineex
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoSetCompletionRoutineEx(PDEVICE_OBJECT DeviceObject, PIRP Irp,
                                                   PIO_COMPLETION_ROUTINE CompletionRoutine, PVOID Context,
                                                   BOOLEAN InvokeOnSuccess, BOOLEAN InvokeOnError,
                                                   BOOLEAN InvokeOnCancel) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    auto guarded = mm::make<GuardedCompletion>(mm::pool_tag("IoSc"));
    if (!guarded) return guarded.failure().nt();
    io::Device& device = io::device_of(*DeviceObject);
    device.add_reference();
    uint8_t invoke = 0;
    if (InvokeOnSuccess) invoke |= SL_INVOKE_ON_SUCCESS;
    if (InvokeOnError) invoke |= SL_INVOKE_ON_ERROR;
    if (InvokeOnCancel) invoke |= SL_INVOKE_ON_CANCEL;
    **guarded = {&device, CompletionRoutine, Context, invoke};
    // Always run, or the reference would stay.
    io::set_completion_routine(*Irp, &run_guarded, *guarded,
                               SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL);
    return STATUS_SUCCESS;
}

/// IoCancelIrp (wdm.h) cancels an IRP.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE if the IRP had a cancel routine, which has been called
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocancelirp
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI IoCancelIrp(PIRP Irp) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return io::cancel_irp(*Irp);
}

/// IoCancelThreadIo (undocumented in the WDK, exported): cancels all that a thread has under way.
///   IRQL     PASSIVE_LEVEL
///   Source   the name; used by file system filters
///   Differs  waits a second at most for drivers that neither complete nor have a cancel routine
RSL_EXPORT VOID NTAPI IoCancelThreadIo(PETHREAD Thread) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    io::cancel_and_wait(static_cast<ps::Thread&>(ke::from_nt(Thread)));
}

/// IoAcquireCancelSpinLock (wdm.h) takes the system-wide cancel lock.
///   IRQL     <= DISPATCH_LEVEL; DISPATCH_LEVEL after
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioacquirecancelspinlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoAcquireCancelSpinLock(PKIRQL Irql) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    *Irql = io::acquire_cancel_lock();
}
/// IoReleaseCancelSpinLock (wdm.h) gives it back.
///   IRQL     DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioreleasecancelspinlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoReleaseCancelSpinLock(KIRQL Irql) { io::release_cancel_lock(Irql); }

/// IoQueueThreadIrp (ntifs.h) makes an IRP of the caller one of the running thread's.
///   IRQL     <= APC_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ioqueuethreadirp
///   Differs  an IRP in memory of the driver's own stays unlisted
RSL_EXPORT VOID NTAPI IoQueueThreadIrp(PIRP Irp) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    io::IrpBlock* block = io::block_of(*Irp);
    if (block == nullptr || block->thread != nullptr) return;
    block->kind = io::IrpKind::kThreaded;
    block->phase.store(io::IrpPhase::kLeft, std::memory_order_relaxed);  // nobody else knows it yet
    io::link_to_thread(*block, ps::current_thread());
}
/// IoEnqueueIrp (ntifs.h): the same under its older name.
///   IRQL     <= APC_LEVEL
///   Source   as IoQueueThreadIrp
///   Differs  as IoQueueThreadIrp
RSL_EXPORT VOID NTAPI IoEnqueueIrp(PIRP Irp) { IoQueueThreadIrp(Irp); }

/// IoGetRequestorProcess (ntifs.h): the process of the thread that asked.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NULL for an IRP without a thread; else the process the thread is attached to now
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iogetrequestorprocess
///   Differs  nothing known
RSL_EXPORT PEPROCESS NTAPI IoGetRequestorProcess(PIRP Irp) {
    const PETHREAD thread = Irp->Tail.Overlay.Thread;
    if (thread == nullptr) return nullptr;
    return reinterpret_cast<PEPROCESS>(ke::from_nt(thread).attached_process);
}

/// IoIs32bitProcess (wdm.h): whether the caller of a request is a 32-bit process.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE or FALSE; without a request it is asked of the current process
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iois32bitprocess
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI IoIs32bitProcess(PIRP Irp) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (Irp == nullptr) return PsGetCurrentProcessWow64Process() != nullptr;
    const PEPROCESS process = Irp->RequestorMode == UserMode ? IoGetRequestorProcess(Irp) : nullptr;
    return process != nullptr && PsGetProcessWow64Process(process) != nullptr;
}
/// IoGetRequestorProcessId (ntifs.h): that process' id.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  0 for an IRP without a thread
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iogetrequestorprocessid
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI IoGetRequestorProcessId(PIRP Irp) {
    const PETHREAD thread = Irp->Tail.Overlay.Thread;
    return thread == nullptr ? 0 : static_cast<ULONG>(ke::from_nt(thread).process->id);
}

/// IoIsOperationSynchronous (ntifs.h): whether the IRP's originator waits for it.
///   IRQL     any
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ioisoperationsynchronous
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI IoIsOperationSynchronous(PIRP Irp) {
    if ((Irp->Flags & IRP_PAGING_IO) != 0) return (Irp->Flags & IRP_SYNCHRONOUS_PAGING_IO) != 0;
    const IO_STACK_LOCATION& here = io::current_location(*Irp);
    if ((Irp->Flags & IRP_SYNCHRONOUS_API) != 0) return TRUE;
    if (here.FileObject != nullptr && (here.FileObject->Flags & FO_SYNCHRONOUS_IO) != 0) return TRUE;
    // A file system control has its code in the same place.
    const bool control =
        here.MajorFunction == IRP_MJ_DEVICE_CONTROL || here.MajorFunction == IRP_MJ_FILE_SYSTEM_CONTROL;
    return control && METHOD_FROM_CTL_CODE(here.Parameters.DeviceIoControl.IoControlCode) == METHOD_BUFFERED;
}

/// IoGetTopLevelIrp (ntifs.h): what IoSetTopLevelIrp left for this thread.
///   IRQL     any
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iogettoplevelirp
///   Differs  nothing known
RSL_EXPORT PIRP NTAPI IoGetTopLevelIrp(VOID) { return ps::current_thread().requests.top_level; }
/// IoSetTopLevelIrp (ntifs.h) sets the thread's top-level IRP.
///   IRQL     any
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iosettoplevelirp
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoSetTopLevelIrp(PIRP Irp) { ps::current_thread().requests.top_level = Irp; }

/// IoValidateDeviceIoControlAccess (wdm.h): whether the handle behind a control request has rights.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_ACCESS_DENIED, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iovalidatedeviceiocontrolaccess
///   Differs  the rights are those the file was opened with, also through a lesser duplicate handle
RSL_EXPORT NTSTATUS NTAPI IoValidateDeviceIoControlAccess(PIRP Irp, ULONG RequiredAccess) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if ((RequiredAccess & ~static_cast<ULONG>(FILE_READ_ACCESS | FILE_WRITE_ACCESS)) != 0) {
        return STATUS_INVALID_PARAMETER;
    }
    if (Irp->RequestorMode == KernelMode) return STATUS_SUCCESS;
    const io::IrpBlock* block = io::block_of(*Irp);
    if (block == nullptr || block->file == nullptr) return STATUS_INVALID_PARAMETER;
    const uint32_t granted = block->handle_access;
    return (granted & RequiredAccess) == RequiredAccess ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
}

/// IoIsValidIrpStatus (ntddk.h): whether a status is well formed.
///   IRQL     any
///   Returns  TRUE for each with the C bit; else FALSE with the reserved bit or an undefined facility
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-ioisvalidirpstatus
///   Differs  which facilities Windows' table of rules has is not documented; ours are ntstatus.h's
RSL_EXPORT BOOLEAN NTAPI IoIsValidIrpStatus(NTSTATUS Status) {
    constexpr uint32_t kCustomer = 0x20000000, kReserved = 0x10000000, kLastFacility = 0xEF;
    const auto bits = static_cast<uint32_t>(Status);
    if ((bits & kCustomer) != 0) return TRUE;
    return (bits & kReserved) == 0 && (bits >> 16 & 0xFFF) <= kLastFacility;
}

namespace {

/// Bits of IRP.Flags that no documented flag has: the hint plus one; 0 is normal.
constexpr uint32_t kHintShift = 17, kHintMask = 7u << kHintShift;

}  // namespace

/// IoGetIoPriorityHint (wdm.h): how urgent a request is.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iogetiopriorityhint
///   Differs  threads and files have no hints of their own: a request that was given none is normal
RSL_EXPORT IO_PRIORITY_HINT NTAPI IoGetIoPriorityHint(PIRP Irp) {
    const uint32_t kept = (Irp->Flags & kHintMask) >> kHintShift;
    return kept == 0 ? IoPriorityNormal : static_cast<IO_PRIORITY_HINT>(kept - 1);
}

/// IoSetIoPriorityHint (wdm.h) says how urgent a request is.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iosetiopriorityhint
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoSetIoPriorityHint(PIRP Irp, IO_PRIORITY_HINT PriorityHint) {
    if (PriorityHint >= MaxIoPriorityTypes) return STATUS_INVALID_PARAMETER;
    Irp->Flags = (Irp->Flags & ~kHintMask) | (static_cast<uint32_t>(PriorityHint) + 1)
                                                 << kHintShift;
    return STATUS_SUCCESS;
}
