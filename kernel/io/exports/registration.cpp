// SPDX-License-Identifier: GPL-2.0-only
// Stacks and threads, and registrations for what happens outside the I/O manager.
#include "abi/functions/export.h"
#include "abi/functions/io_support.h"
#include "abi/functions/ke.h"
#include "abi/functions/ps_thread.h"
#include "kernel/io/completion_queue.hpp"
#include "kernel/io/device.hpp"
#include "kernel/io/irp.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ps/process.hpp"

using namespace rsl;

/// IoGetInitialStack (wdm.h): where the running thread's stack begins; it grows down from there.
///   IRQL     <= APC_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iogetinitialstack
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI IoGetInitialStack(VOID) {
    ULONG_PTR low, high;
    IoGetStackLimits(&low, &high);
    return reinterpret_cast<PVOID>(high);
}

/// IoWithinStackLimits (wdm.h): whether a region lies in the running thread's stack.
///   IRQL     <= APC_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iowithinstacklimits
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI IoWithinStackLimits(ULONG_PTR RegionStart, SIZE_T RegionSize) {
    ULONG_PTR low, high;
    IoGetStackLimits(&low, &high);
    return RegionStart >= low && RegionStart <= high && RegionSize <= high - RegionStart;
}

/// IoSetMasterIrpStatus (ntddk.h) merges the outcome of a part into its master.
///   IRQL     any
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iosetmasterirpstatus
///   Differs  of two failures of one severity the first stays
RSL_EXPORT VOID NTAPI IoSetMasterIrpStatus(PIRP MasterIrp, NTSTATUS Status) {
    constexpr auto kReadFromCopy = static_cast<NTSTATUS>(0x40000035);  // STATUS_FT_READ_FROM_COPY
    NTSTATUS& merged = MasterIrp->IoStatus.Status;
    if (Status == kReadFromCopy) return;
    const auto severity = [](NTSTATUS status) { return static_cast<uint32_t>(status) >> 30; };
    if (Status == STATUS_VERIFY_REQUIRED || (merged == STATUS_SUCCESS && !NT_SUCCESS(Status)) ||
        severity(Status) > severity(merged)) {
        merged = Status;
    }
}

/// IoGetRequestorSessionId (ntifs.h): the session of the process that asked.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS; STATUS_UNSUCCESSFUL and -1 for an IRP without a thread
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iogetrequestorsessionid
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoGetRequestorSessionId(PIRP Irp, PULONG pSessionId) {
    *pSessionId = ~ULONG{0};
    const PETHREAD thread = Irp->Tail.Overlay.Thread;
    if (thread == nullptr) return STATUS_UNSUCCESSFUL;
    *pSessionId = ke::from_nt(thread).process->session_id;
    return STATUS_SUCCESS;
}

/// IoGetPagingIoPriority (ntddk.h): how urgent a paging request is.
///   IRQL     any
///   Returns  IoPagingPriorityInvalid for others
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iogetpagingiopriority
///   Differs  every paging request is normal
RSL_EXPORT IO_PAGING_PRIORITY NTAPI IoGetPagingIoPriority(PIRP Irp) {
    return (Irp->Flags & IRP_PAGING_IO) != 0 ? IoPagingPriorityNormal : IoPagingPriorityInvalid;
}

namespace {

/// What a thread of IoCreateSystemThread is to run, and whom it keeps.
struct ThreadStart {
    void* object;
    PKSTART_ROUTINE routine;
    void* context;
};

VOID NTAPI start_thread(PVOID context) {
    const ThreadStart start = *static_cast<ThreadStart*>(context);
    mm::destroy(static_cast<ThreadStart*>(context));
    ps::current_thread().requests.io_object = start.object;  // io lets it go when the thread ends
    start.routine(start.context);
}

}  // namespace

/// IoCreateSystemThread (wdm.h): PsCreateSystemThread that keeps a device or driver until the thread ends.
///   IRQL     PASSIVE_LEVEL
///   Returns  as PsCreateSystemThread
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocreatesystemthread
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoCreateSystemThread(PVOID IoObject, PHANDLE ThreadHandle, ULONG DesiredAccess,
                                               POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle,
                                               PCLIENT_ID ClientId, PKSTART_ROUTINE StartRoutine,
                                               PVOID StartContext) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    auto start = mm::make<ThreadStart>(mm::pool_tag("IoTh"));
    if (!start) return start.failure().nt();
    **start = {IoObject, StartRoutine, StartContext};
    ob::reference(IoObject);
    const NTSTATUS status = PsCreateSystemThread(ThreadHandle, DesiredAccess, ObjectAttributes, ProcessHandle,
                                                 ClientId, &start_thread, *start);
    if (!NT_SUCCESS(status)) {
        ob::dereference(IoObject);
        mm::destroy(*start);
    }
    return status;
}

/// IoSetIoCompletion (exported, without a page) posts a packet to a port object.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES
///   Source   NtSetIoCompletion, whose arguments it has; Quota: whether to charge the caller
///   Differs  there are no quotas to charge
RSL_EXPORT NTSTATUS NTAPI IoSetIoCompletion(PVOID IoCompletion, PVOID KeyContext, PVOID ApcContext, NTSTATUS IoStatus,
                                            ULONG_PTR IoStatusInformation, BOOLEAN Quota) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    auto& port = *static_cast<io::CompletionQueue*>(IoCompletion);
    return port.post(KeyContext, ApcContext, {{.Status = IoStatus}, IoStatusInformation}).status().nt();
}

/// IoAttachDeviceByPointer (ntddk.h, obsolete) puts a device on top of a stack.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NO_SUCH_DEVICE
///   Source   the header; IoAttachDeviceToDeviceStackSafe, which took its place
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoAttachDeviceByPointer(PDEVICE_OBJECT SourceDevice, PDEVICE_OBJECT TargetDevice) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return io::attach(*SourceDevice, *TargetDevice, nullptr) != nullptr ? STATUS_SUCCESS : STATUS_NO_SUCH_DEVICE;
}

/// IoGetDiskDeviceObject (ntifs.h): the storage device below a mounted volume, referenced.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER for what is no volume, STATUS_VOLUME_DISMOUNTED
///   Owner    the caller, ObDereferenceObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iogetdiskdeviceobject
///   Differs  a folder of the host (hostfs.sys) is no volume of this kind and is refused
RSL_EXPORT NTSTATUS NTAPI IoGetDiskDeviceObject(PDEVICE_OBJECT FileSystemDeviceObject,
                                                PDEVICE_OBJECT* DiskDeviceObject) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    *DiskDeviceObject = nullptr;
    // A storage device has a volume block of its own; a volume is named by one.
    if (FileSystemDeviceObject->Vpb != nullptr) return STATUS_INVALID_PARAMETER;
    const VPB* volume = FileSystemDeviceObject->DeviceObjectExtension->Vpb;
    if (volume == nullptr) return STATUS_INVALID_PARAMETER;
    if ((volume->Flags & VPB_MOUNTED) == 0 || volume->RealDevice == nullptr) return STATUS_VOLUME_DISMOUNTED;
    io::device_of(*volume->RealDevice).add_reference();
    *DiskDeviceObject = volume->RealDevice;
    return STATUS_SUCCESS;
}

namespace {

/// A registration whose events do not happen here: it is kept for its owner to take back.
struct Registration {
    void* routine;
    void* context;
    void* object;  // referenced, or nullptr
};
constexpr mm::PoolTag kRegistrationTag = mm::pool_tag("IoRg");

Registration* add_registration(void* routine, void* context, void* object) {
    auto made = mm::make<Registration>(kRegistrationTag);
    if (!made) return nullptr;
    **made = {routine, context, object};
    if (object != nullptr) ob::reference(object);
    return *made;
}

void drop_registration(void* handle) {
    auto* registration = static_cast<Registration*>(handle);
    if (registration == nullptr) return;
    if (registration->object != nullptr) ob::dereference(registration->object);
    mm::destroy(registration);
}

}  // namespace

/// IoRegisterBootDriverCallback (ntddk.h) asks to hear of boot drivers before they run.
///   IRQL     PASSIVE_LEVEL
///   Returns  a handle; NULL without memory
///   Owner    the caller, IoUnregisterBootDriverCallback
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-ioregisterbootdrivercallback
///   Differs  boot drivers come from the project's own archive, before any that could ask: never called
RSL_EXPORT PVOID NTAPI IoRegisterBootDriverCallback(PBOOT_DRIVER_CALLBACK_FUNCTION CallbackFunction,
                                                    PVOID CallbackContext) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    if (CallbackFunction == nullptr) return nullptr;
    return add_registration(reinterpret_cast<void*>(CallbackFunction), CallbackContext, nullptr);
}

/// IoUnregisterBootDriverCallback (ntddk.h) takes that back.
///   IRQL     PASSIVE_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iounregisterbootdrivercallback
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoUnregisterBootDriverCallback(PVOID CallbackHandle) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    drop_registration(CallbackHandle);
}

/// IoRegisterContainerNotification (wdm.h) asks to hear of user sessions.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER_1, _3, _4, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller, IoUnregisterContainerNotification
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioregistercontainernotification
///   Differs  nobody logs on or off here, so the callback is never called
RSL_EXPORT NTSTATUS NTAPI IoRegisterContainerNotification(ULONG NotificationClass, PVOID CallbackFunction,
                                                          PVOID NotificationInformation,
                                                          ULONG NotificationInformationLength,
                                                          PVOID* CallbackRegistration) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (NotificationClass != 0) return STATUS_INVALID_PARAMETER_1;  // IoSessionStateNotification
    if (NotificationInformationLength != sizeof(IO_SESSION_STATE_NOTIFICATION)) return STATUS_INVALID_PARAMETER_4;
    const auto* about = static_cast<const IO_SESSION_STATE_NOTIFICATION*>(NotificationInformation);
    const bool valid = about != nullptr && about->Size == sizeof(*about) && about->Flags == 0 &&
                       about->IoObject != nullptr && about->EventMask != 0;
    if (!valid) return STATUS_INVALID_PARAMETER_3;
    *CallbackRegistration = add_registration(CallbackFunction, about->Context, about->IoObject);
    return *CallbackRegistration != nullptr ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

/// IoUnregisterContainerNotification (wdm.h) takes that back.
///   IRQL     <= APC_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iounregistercontainernotification
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoUnregisterContainerNotification(PVOID CallbackRegistration) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    drop_registration(CallbackRegistration);
}
