// SPDX-License-Identifier: GPL-2.0-only
// Remove locks, work items, device timers, the error log, named events.
#include <cstring>

#include "abi/functions/export.h"
#include "abi/functions/io.h"
#include "abi/functions/ke.h"
#include "abi/functions/ob.h"
#include "kernel/etw/session.hpp"
#include "kernel/io/names.hpp"
#include "kernel/io/remove_lock.hpp"
#include "kernel/io/timer.hpp"
#include "kernel/io/work_item.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ps/process.hpp"

using namespace rsl;

/// IoInitializeRemoveLockEx (wdm.h, as IoInitializeRemoveLock) sets up a remove lock.
///   IRQL     PASSIVE_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioinitializeremovelock
///   Differs  the debugging block of checked builds is not kept
RSL_EXPORT VOID NTAPI IoInitializeRemoveLockEx(PIO_REMOVE_LOCK Lock, ULONG AllocateTag,
                                               ULONG MaxLockedMinutes, ULONG HighWatermark,
                                               ULONG RemlockSize) {
    io::initialize_remove_lock(Lock->Common);
}
/// IoAcquireRemoveLockEx (wdm.h, as IoAcquireRemoveLock) counts a user.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_DELETE_PENDING once removal has begun
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioacquireremovelock
///   Differs  tags are not tracked
RSL_EXPORT NTSTATUS NTAPI IoAcquireRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, PCSTR File,
                                                ULONG Line, ULONG RemlockSize) {
    return io::acquire_remove_lock(RemoveLock->Common) ? STATUS_SUCCESS : STATUS_DELETE_PENDING;
}
/// IoReleaseRemoveLockEx (wdm.h, as IoReleaseRemoveLock) takes the count back.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioreleaseremovelock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoReleaseRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, ULONG RemlockSize) {
    io::release_remove_lock(RemoveLock->Common);
}
/// IoReleaseRemoveLockAndWaitEx (wdm.h, as IoReleaseRemoveLockAndWait) waits for the last user.
///   IRQL     PASSIVE_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioreleaseremovelockandwait
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoReleaseRemoveLockAndWaitEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag,
                                                   ULONG RemlockSize) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (!io::begin_removal(RemoveLock->Common)) return;
    KeWaitForSingleObject(&RemoveLock->Common.RemoveEvent, Executive, KernelMode, FALSE, nullptr);
}

/// IoAllocateWorkItem (wdm.h) allocates a work item of a device.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NULL without memory
///   Owner    the caller, IoFreeWorkItem
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioallocateworkitem
///   Differs  nothing known
RSL_EXPORT PIO_WORKITEM NTAPI IoAllocateWorkItem(PDEVICE_OBJECT DeviceObject) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    auto item = mm::make<IO_WORKITEM>(mm::pool_tag("IoWi"));
    if (!item) return nullptr;
    io::initialize_work_item(**item, DeviceObject);
    return *item;
}
/// IoFreeWorkItem (wdm.h) frees a work item that is not queued.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iofreeworkitem
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoFreeWorkItem(PIO_WORKITEM IoWorkItem) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    IoUninitializeWorkItem(IoWorkItem);
    mm::destroy(IoWorkItem);
}
/// IoSizeofWorkItem (wdm.h): for work items in the driver's own memory.
///   IRQL     any
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iosizeofworkitem
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI IoSizeofWorkItem(VOID) { return sizeof(IO_WORKITEM); }
/// IoInitializeWorkItem (wdm.h) makes a work item of the driver's memory, for a device or driver object.
///   IRQL     any
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioinitializeworkitem
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoInitializeWorkItem(PVOID IoObject, PIO_WORKITEM IoWorkItem) {
    io::initialize_work_item(*IoWorkItem, IoObject);
}
/// IoUninitializeWorkItem (wdm.h): the memory may go.
///   IRQL     any
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iouninitializeworkitem
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoUninitializeWorkItem(PIO_WORKITEM IoWorkItem) { RSL_CHECK(!IoWorkItem->queued); }
/// IoQueueWorkItem (wdm.h) runs a routine in a worker thread.
///   IRQL     <= DISPATCH_LEVEL
///   Owner    the object is kept until the routine has returned
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioqueueworkitem
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoQueueWorkItem(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE WorkerRoutine,
                                      WORK_QUEUE_TYPE QueueType, PVOID Context) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    io::queue_work_item(*IoWorkItem, WorkerRoutine, QueueType, Context);
}
/// IoQueueWorkItemEx (wdm.h): the same; the routine gets the work item too.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioqueueworkitemex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoQueueWorkItemEx(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
                                        WORK_QUEUE_TYPE QueueType, PVOID Context) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    io::queue_work_item(*IoWorkItem, WorkerRoutine, QueueType, Context);
}

/// IoInitializeTimer (wdm.h) gives a device a routine to run once a second.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioinitializetimer
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoInitializeTimer(PDEVICE_OBJECT DeviceObject, PIO_TIMER_ROUTINE TimerRoutine,
                                            PVOID Context) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return io::add_timer(io::device_of(*DeviceObject), TimerRoutine, Context).status().nt();
}
/// IoStartTimer (ntifs.h) turns it on.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iostarttimer
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoStartTimer(PDEVICE_OBJECT DeviceObject) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    io::start_timer(io::device_of(*DeviceObject));
}
/// IoStopTimer (ntifs.h) turns it off.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iostoptimer
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoStopTimer(PDEVICE_OBJECT DeviceObject) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    io::stop_timer(io::device_of(*DeviceObject));
}

namespace {

/// In front of the packet that a driver fills in.
struct alignas(16) ErrorLogHeader {
    void* object;
    uint32_t bytes;
};
constexpr mm::PoolTag kErrorTag = mm::pool_tag("IoEr");

/// The strings that a packet carries, in one text: as many as lie inside it.
std::u16string_view strings_of(const IO_ERROR_LOG_PACKET& packet, uint32_t bytes) {
    const size_t offset = packet.StringOffset;
    if (packet.NumberOfStrings == 0 || offset >= bytes || offset % sizeof(char16_t) != 0) return {};
    const auto* text = reinterpret_cast<const char16_t*>(reinterpret_cast<const std::byte*>(&packet) + offset);
    size_t count = 0;
    while (offset + (count + 1) * sizeof(char16_t) <= bytes && text[count] != 0) ++count;
    return {text, count};
}

/// The entry as an event: what `rsl log --events` shows.
void keep_error(const DRIVER_OBJECT& driver, const IO_ERROR_LOG_PACKET& packet, uint32_t bytes) {
    const UNICODE_STRING& name = driver.DriverName;
    char source[32];
    size_t length = 0;
    for (; length < name.Length / sizeof(WCHAR) && length < sizeof(source); ++length) {
        source[length] = static_cast<char>(name.Buffer[length] < 0x80 ? name.Buffer[length] : u'?');
    }
    etw::keep({.kind = "error-log",
               .descriptor = {.Id = static_cast<USHORT>(packet.ErrorCode), .Level = TRACE_LEVEL_ERROR},
               .error = static_cast<uint32_t>(packet.ErrorCode),
               .final_status = static_cast<uint32_t>(packet.FinalStatus),
               .text = strings_of(packet, bytes),
               .payload = {reinterpret_cast<const std::byte*>(&packet), bytes},
               .payload_bytes = bytes},
              {source, length});
}

}  // namespace

/// IoAllocateErrorLogEntry (wdm.h) allocates a packet for the error log.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NULL without memory or for a bad size
///   Owner    the caller, until IoWriteErrorLogEntry or IoFreeErrorLogEntry
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioallocateerrorlogentry
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI IoAllocateErrorLogEntry(PVOID IoObject, UCHAR EntrySize) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (IoObject == nullptr || EntrySize < FIELD_OFFSET(IO_ERROR_LOG_PACKET, DumpData) ||
        EntrySize > ERROR_LOG_MAXIMUM_SIZE) {
        return nullptr;
    }
    const size_t bytes = EntrySize < sizeof(IO_ERROR_LOG_PACKET) ? sizeof(IO_ERROR_LOG_PACKET) : EntrySize;
    auto* header = static_cast<ErrorLogHeader*>(mm::allocate(sizeof(ErrorLogHeader) + bytes, kErrorTag));
    if (header == nullptr) return nullptr;
    ob::reference(IoObject);
    header->object = IoObject;
    header->bytes = EntrySize;
    std::memset(header + 1, 0, bytes);
    return header + 1;
}
/// IoFreeErrorLogEntry (wdm.h) frees a packet unwritten.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iofreeerrorlogentry
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoFreeErrorLogEntry(PVOID ElEntry) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    auto* header = static_cast<ErrorLogHeader*>(ElEntry) - 1;
    ob::dereference(header->object);
    mm::free(header);
}
/// IoWriteErrorLogEntry (ntifs.h) writes the packet and frees it.
///   IRQL     <= DISPATCH_LEVEL
///   Owner    takes the packet
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iowriteerrorlogentry
///   Differs  goes to the kernel's log as one line and, whole, to the events (docs/nt/events.md)
RSL_EXPORT VOID NTAPI IoWriteErrorLogEntry(PVOID ElEntry) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    auto* header = static_cast<ErrorLogHeader*>(ElEntry) - 1;
    const auto& packet = *static_cast<const IO_ERROR_LOG_PACKET*>(ElEntry);
    PDRIVER_OBJECT driver = ob::is_a<io::Device>(header->object)
                                ? static_cast<PDEVICE_OBJECT>(static_cast<io::Device*>(header->object))->DriverObject
                                : static_cast<io::Driver*>(header->object);
    ke::log(ke::LogLevel::kError,
            "%wZ logs error 0x%08x (final status 0x%08x, unique value %u, function 0x%02x, control code "
            "0x%08x)",
            &driver->DriverName, static_cast<unsigned>(packet.ErrorCode),
            static_cast<unsigned>(packet.FinalStatus), packet.UniqueErrorValue, packet.MajorFunctionCode,
            packet.IoControlCode);
    keep_error(*driver, packet, header->bytes);
    IoFreeErrorLogEntry(ElEntry);
}

/// IoRaiseHardError (ntddk.h) tells the user that a device needs attention, and completes the IRP.
///   IRQL     <= APC_LEVEL
///   Owner    takes the IRP
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-ioraiseharderror
///   Differs  nobody can be asked: the log gets a line and the IRP fails with its status
RSL_EXPORT VOID NTAPI IoRaiseHardError(PIRP Irp, PVPB Vpb, PDEVICE_OBJECT RealDeviceObject) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ke::log(ke::LogLevel::kError, "%wZ raises a hard error: 0x%08x",
            &RealDeviceObject->DriverObject->DriverName, static_cast<unsigned>(Irp->IoStatus.Status));
    if (NT_SUCCESS(Irp->IoStatus.Status)) Irp->IoStatus.Status = STATUS_CANCELLED;
    Irp->IoStatus.Information = 0;
    IofCompleteRequest(Irp, IO_DISK_INCREMENT);
}
/// IoRaiseInformationalHardError (ntddk.h) tells the user something.
///   IRQL     <= APC_LEVEL
///   Returns  FALSE when the thread has hard errors turned off
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-ioraiseinformationalharderror
///   Differs  goes to the kernel's log
RSL_EXPORT BOOLEAN NTAPI IoRaiseInformationalHardError(NTSTATUS ErrorStatus, PUNICODE_STRING String,
                                                       PKTHREAD Thread) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (Thread != nullptr && static_cast<ps::Thread&>(ke::from_nt(Thread)).requests.hard_errors_disabled) {
        return FALSE;
    }
    UNICODE_STRING none = {};
    ke::log(ke::LogLevel::kWarn, "a driver reports 0x%08x: %wZ", static_cast<unsigned>(ErrorStatus),
            String != nullptr ? String : &none);
    return TRUE;
}
/// IoSetThreadHardErrorMode (ntddk.h) turns hard errors of this thread on or off.
///   IRQL     <= APC_LEVEL
///   Returns  the mode before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iosetthreadharderrormode
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI IoSetThreadHardErrorMode(BOOLEAN EnableHardErrors) {
    bool& disabled = ps::current_thread().requests.hard_errors_disabled;
    const BOOLEAN before = !disabled;
    disabled = !EnableHardErrors;
    return before;
}

namespace {

PKEVENT open_named_event(PUNICODE_STRING name, PHANDLE handle, EVENT_TYPE type) {
    OBJECT_ATTRIBUTES attributes = {sizeof(attributes), nullptr, name,
                                    OBJ_OPENIF | OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, nullptr, nullptr};
    if (!NT_SUCCESS(ZwCreateEvent(handle, EVENT_ALL_ACCESS, &attributes, type, TRUE))) return nullptr;
    auto event = ob::reference_handle(*handle, nullptr, 0, KernelMode);
    if (!event) return nullptr;
    ob::dereference(*event);  // the handle keeps it, as documented
    return static_cast<PKEVENT>(*event);
}

}  // namespace

/// IoCreateNotificationEvent (wdm.h) creates or opens a named notification event, signalled when new.
///   IRQL     PASSIVE_LEVEL
///   Returns  NULL on failure
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocreatenotificationevent
///   Differs  nothing known
RSL_EXPORT PKEVENT NTAPI IoCreateNotificationEvent(PUNICODE_STRING EventName, PHANDLE EventHandle) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return open_named_event(EventName, EventHandle, NotificationEvent);
}
/// IoCreateSynchronizationEvent (wdm.h): the same for a synchronization event.
///   IRQL     PASSIVE_LEVEL
///   Returns  NULL on failure
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocreatesynchronizationevent
///   Differs  nothing known
RSL_EXPORT PKEVENT NTAPI IoCreateSynchronizationEvent(PUNICODE_STRING EventName, PHANDLE EventHandle) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return open_named_event(EventName, EventHandle, SynchronizationEvent);
}

/// IoIsWdmVersionAvailable (wdm.h): whether the kernel has at least this WDM version.
///   IRQL     PASSIVE_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioiswdmversionavailable
///   Differs  6.0, as Windows Vista and all later ones
RSL_EXPORT BOOLEAN NTAPI IoIsWdmVersionAvailable(UCHAR MajorVersion, UCHAR MinorVersion) {
    constexpr UCHAR kMajor = 6, kMinor = 0;
    return MajorVersion < kMajor || (MajorVersion == kMajor && MinorVersion <= kMinor);
}

/// IoGetConfigurationInformation (ntddk.h): counts of devices that drivers keep for one another.
///   IRQL     <= APC_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iogetconfigurationinformation
///   Differs  nothing known
RSL_EXPORT PCONFIGURATION_INFORMATION NTAPI IoGetConfigurationInformation(VOID) {
    static constinit CONFIGURATION_INFORMATION counts = {.Version = sizeof(CONFIGURATION_INFORMATION)};
    return &counts;
}
