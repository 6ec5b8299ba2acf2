// SPDX-License-Identifier: GPL-2.0-only
// Asking about files, and completion ports.
#include "abi/functions/export.h"
#include "abi/functions/io.h"
#include "kernel/io/completion_queue.hpp"
#include "kernel/io/services.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ob/attributes.hpp"
#include "kernel/ps/previous_mode.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/ps/user_memory.hpp"

using namespace rsl;

/// NtQueryInformationFile (ntifs.h, also as ZwQueryInformationFile) asks about a file.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_INFO_CLASS, STATUS_INFO_LENGTH_MISMATCH, the driver's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntqueryinformationfile
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtQueryInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                                 PVOID FileInformation, ULONG Length,
                                                 FILE_INFORMATION_CLASS FileInformationClass) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::query_file(FileHandle, {.mode = ps::previous_mode(), .status_block = IoStatusBlock},
                          {FileInformation, Length, static_cast<uint32_t>(FileInformationClass)});
}
RSL_EXPORT NTSTATUS NTAPI ZwQueryInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                                 PVOID FileInformation, ULONG Length,
                                                 FILE_INFORMATION_CLASS FileInformationClass) {
    return ps::as_kernel(NtQueryInformationFile, FileHandle, IoStatusBlock, FileInformation, Length,
                         FileInformationClass);
}

/// NtSetInformationFile (ntifs.h, also as ZwSetInformationFile) changes something of a file.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtQueryInformationFile
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntsetinformationfile
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtSetInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                               PVOID FileInformation, ULONG Length,
                                               FILE_INFORMATION_CLASS FileInformationClass) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::set_file(FileHandle, {.mode = ps::previous_mode(), .status_block = IoStatusBlock},
                        {FileInformation, Length, static_cast<uint32_t>(FileInformationClass)});
}
RSL_EXPORT NTSTATUS NTAPI ZwSetInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                               PVOID FileInformation, ULONG Length,
                                               FILE_INFORMATION_CLASS FileInformationClass) {
    return ps::as_kernel(NtSetInformationFile, FileHandle, IoStatusBlock, FileInformation, Length,
                         FileInformationClass);
}

/// NtQueryVolumeInformationFile (ntifs.h, also as ZwQueryVolumeInformationFile) asks about a volume.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtQueryInformationFile
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntqueryvolumeinformationfile
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtQueryVolumeInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                                       PVOID FsInformation, ULONG Length,
                                                       FS_INFORMATION_CLASS FsInformationClass) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::query_volume(FileHandle, {.mode = ps::previous_mode(), .status_block = IoStatusBlock},
                            {FsInformation, Length, static_cast<uint32_t>(FsInformationClass)});
}
RSL_EXPORT NTSTATUS NTAPI ZwQueryVolumeInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                                       PVOID FsInformation, ULONG Length,
                                                       FS_INFORMATION_CLASS FsInformationClass) {
    return ps::as_kernel(NtQueryVolumeInformationFile, FileHandle, IoStatusBlock, FsInformation, Length,
                         FsInformationClass);
}

/// NtSetVolumeInformationFile (ntifs.h, also as ZwSetVolumeInformationFile) changes something of a volume.
///   IRQL     PASSIVE_LEVEL
///   Returns  the driver's status, STATUS_INVALID_INFO_CLASS, STATUS_INFO_LENGTH_MISMATCH
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwsetvolumeinformationfile
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtSetVolumeInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                                     PVOID FsInformation, ULONG Length,
                                                     FS_INFORMATION_CLASS FsInformationClass) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::set_volume(FileHandle, {.mode = ps::previous_mode(), .status_block = IoStatusBlock},
                          {FsInformation, Length, static_cast<uint32_t>(FsInformationClass)});
}
RSL_EXPORT NTSTATUS NTAPI ZwSetVolumeInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                                     PVOID FsInformation, ULONG Length,
                                                     FS_INFORMATION_CLASS FsInformationClass) {
    return ps::as_kernel(NtSetVolumeInformationFile, FileHandle, IoStatusBlock, FsInformation, Length,
                         FsInformationClass);
}

/// IoQueryFileInformation (ntifs.h): the same for drivers that have the file object.
///   IRQL     PASSIVE_LEVEL
///   Returns  the driver's status
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ioqueryfileinformation
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoQueryFileInformation(PFILE_OBJECT FileObject,
                                                 FILE_INFORMATION_CLASS FileInformationClass, ULONG Length,
                                                 PVOID FileInformation, PULONG ReturnedLength) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    uint64_t written = 0;
    const NTSTATUS status =
        io::query_file(io::file_of(*FileObject),
                       {FileInformation, Length, static_cast<uint32_t>(FileInformationClass)}, written);
    *ReturnedLength = static_cast<ULONG>(written);
    return status;
}

namespace {

Result<Ref<io::CompletionQueue>> port_from_handle(HANDLE handle, uint32_t access) {
    void* body =
        RSL_TRY(ob::reference_handle(handle, &io::CompletionQueue::kType, access, ps::previous_mode()));
    return Ref<io::CompletionQueue>::adopt(static_cast<io::CompletionQueue*>(body));
}

Result<void> create_port(PHANDLE out, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes, ULONG threads) {
    const KPROCESSOR_MODE mode = ps::previous_mode();
    auto captured = ob::CapturedAttributes::capture(attributes, mode);
    if (!captured) return captured.failure();
    auto port = ob::make_object<io::CompletionQueue>(0, threads);
    if (!port) return port.failure();
    auto created = ob::insert_object(port->release(), *captured, access);
    if (!created) return created.failure();
    auto told = ps::write_out(out, created->handle, mode);
    if (!told) ob::close_handle(created->handle, mode).ignore("nobody knows of it");
    return told;
}

/// The caller's time-out, copied; nullptr: for ever.
Result<PLARGE_INTEGER> read_timeout(PLARGE_INTEGER from, LARGE_INTEGER& copy) {
    if (from == nullptr) return static_cast<PLARGE_INTEGER>(nullptr);
    copy = RSL_TRY(ps::read_in(from, ps::previous_mode()));
    return &copy;
}

Result<NTSTATUS> take_one(HANDLE handle, PVOID* key, PVOID* apc_context, PIO_STATUS_BLOCK status,
                          PLARGE_INTEGER timeout) {
    const KPROCESSOR_MODE mode = ps::previous_mode();
    LARGE_INTEGER copy;
    const auto limit = RSL_TRY(read_timeout(timeout, copy));
    const auto port = RSL_TRY(port_from_handle(handle, IO_COMPLETION_MODIFY_STATE));
    FILE_IO_COMPLETION_INFORMATION packet;
    const NTSTATUS taken = port->take(packet, mode, limit);
    if (taken != STATUS_SUCCESS) return taken;
    RSL_TRY(ps::write_out(key, packet.KeyContext, mode));
    RSL_TRY(ps::write_out(apc_context, packet.ApcContext, mode));
    RSL_TRY(ps::write_out(status, packet.IoStatusBlock, mode));
    return STATUS_SUCCESS;
}

Result<NTSTATUS> take_many(HANDLE handle, PFILE_IO_COMPLETION_INFORMATION out, ULONG count, PULONG removed,
                           PLARGE_INTEGER timeout, bool alertable) {
    if (count == 0) return Status::kInvalidParameter;
    const KPROCESSOR_MODE mode = ps::previous_mode();
    LARGE_INTEGER copy;
    LARGE_INTEGER none = {};
    auto limit = RSL_TRY(read_timeout(timeout, copy));
    const auto port = RSL_TRY(port_from_handle(handle, IO_COMPLETION_MODIFY_STATE));
    ULONG taken = 0;
    NTSTATUS status = STATUS_SUCCESS;
    for (; taken < count; ++taken, limit = &none) {  // waits for the first one only
        FILE_IO_COMPLETION_INFORMATION packet;
        status = port->take(packet, mode, limit, alertable && taken == 0);
        if (status != STATUS_SUCCESS) break;
        RSL_TRY(ps::write_out(&out[taken], packet, mode));
    }
    RSL_TRY(ps::write_out(removed, taken, mode));
    return taken != 0 ? STATUS_SUCCESS : status;
}

NTSTATUS outcome_of(const Result<NTSTATUS>& result) { return result ? *result : result.failure().nt(); }

}  // namespace

/// NtCreateIoCompletion (also as ZwCreateIoCompletion) makes a completion port.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES, STATUS_OBJECT_NAME_COLLISION
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows/win32/fileio/createiocompletionport, which is built on it
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtCreateIoCompletion(PHANDLE IoCompletionHandle, ACCESS_MASK DesiredAccess,
                                               POBJECT_ATTRIBUTES ObjectAttributes,
                                               ULONG NumberOfConcurrentThreads) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return create_port(IoCompletionHandle, DesiredAccess, ObjectAttributes, NumberOfConcurrentThreads)
        .status()
        .nt();
}
RSL_EXPORT NTSTATUS NTAPI ZwCreateIoCompletion(PHANDLE IoCompletionHandle, ACCESS_MASK DesiredAccess,
                                               POBJECT_ATTRIBUTES ObjectAttributes,
                                               ULONG NumberOfConcurrentThreads) {
    return ps::as_kernel(NtCreateIoCompletion, IoCompletionHandle, DesiredAccess, ObjectAttributes,
                         NumberOfConcurrentThreads);
}

/// RslRouteCompletions (rsl_kernel.h): who takes what is finished before it is queued.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH
///   Source   docs/adr/0007-private-interface.md
///   Differs  not NT's
RSL_EXPORT NTSTATUS NTAPI RslRouteCompletions(HANDLE Port, PRSL_COMPLETION_ROUTE Route) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    const auto port = port_from_handle(Port, IO_COMPLETION_MODIFY_STATE);
    if (!port) return port.failure().nt();
    (*port)->route(Route);
    return STATUS_SUCCESS;
}

/// RslBindCompletions (rsl_kernel.h): who is told of what the requests of a process' files come to, and of which.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH, STATUS_INVALID_PARAMETER: the
///            process is bound to another port
///   Source   docs/adr/0007-private-interface.md
///   Differs  not NT's
RSL_EXPORT NTSTATUS NTAPI RslBindCompletions(PEPROCESS Process, HANDLE Port, ULONG Modes) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    auto port = port_from_handle(Port, IO_COMPLETION_MODIFY_STATE);
    if (!port) return port.failure().nt();
    io::ProcessIo& process = reinterpret_cast<ps::Process*>(Process)->io;
    io::CompletionQueue* none = nullptr;
    process.file_flags.store(io::flags_of_notification_modes(Modes), std::memory_order_relaxed);
    if (process.port.compare_exchange_strong(none, port->get(), std::memory_order_release)) {  // pairs with bind_to_process()
        static_cast<void>(port->release());  // the process'
        return STATUS_SUCCESS;
    }
    return none == port->get() ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

/// NtSetIoCompletion (also as ZwSetIoCompletion) posts a packet without a request.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES
///   Source   learn.microsoft.com/windows/win32/fileio/postqueuedcompletionstatus, which is built on it
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtSetIoCompletion(HANDLE IoCompletionHandle, PVOID KeyContext, PVOID ApcContext,
                                            NTSTATUS IoStatus, ULONG_PTR IoStatusInformation) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    auto port = port_from_handle(IoCompletionHandle, IO_COMPLETION_MODIFY_STATE);
    if (!port) return port.failure().nt();
    return (*port)->post(KeyContext, ApcContext, {{.Status = IoStatus}, IoStatusInformation}).status().nt();
}
RSL_EXPORT NTSTATUS NTAPI ZwSetIoCompletion(HANDLE IoCompletionHandle, PVOID KeyContext, PVOID ApcContext,
                                            NTSTATUS IoStatus, ULONG_PTR IoStatusInformation) {
    return ps::as_kernel(NtSetIoCompletion, IoCompletionHandle, KeyContext, ApcContext, IoStatus,
                         IoStatusInformation);
}

/// NtRemoveIoCompletion (also as ZwRemoveIoCompletion) takes a packet, or waits for one.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_TIMEOUT, STATUS_USER_APC
///   Source   learn.microsoft.com/windows/win32/api/ioapiset/nf-ioapiset-getqueuedcompletionstatus
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtRemoveIoCompletion(HANDLE IoCompletionHandle, PVOID* KeyContext, PVOID* ApcContext,
                                               PIO_STATUS_BLOCK IoStatusBlock, PLARGE_INTEGER Timeout) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return outcome_of(take_one(IoCompletionHandle, KeyContext, ApcContext, IoStatusBlock, Timeout));
}
RSL_EXPORT NTSTATUS NTAPI ZwRemoveIoCompletion(HANDLE IoCompletionHandle, PVOID* KeyContext, PVOID* ApcContext,
                                               PIO_STATUS_BLOCK IoStatusBlock, PLARGE_INTEGER Timeout) {
    return ps::as_kernel(NtRemoveIoCompletion, IoCompletionHandle, KeyContext, ApcContext, IoStatusBlock, Timeout);
}

/// NtRemoveIoCompletionEx (also as ZwRemoveIoCompletionEx) takes several.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_TIMEOUT, STATUS_USER_APC, STATUS_ALERTED
///   Source   learn.microsoft.com/windows/win32/fileio/getqueuedcompletionstatusex-func
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtRemoveIoCompletionEx(HANDLE IoCompletionHandle,
                                                 PFILE_IO_COMPLETION_INFORMATION IoCompletionInformation,
                                                 ULONG Count, PULONG NumEntriesRemoved,
                                                 PLARGE_INTEGER Timeout, BOOLEAN Alertable) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return outcome_of(take_many(IoCompletionHandle, IoCompletionInformation, Count, NumEntriesRemoved, Timeout,
                                Alertable != 0));
}
RSL_EXPORT NTSTATUS NTAPI ZwRemoveIoCompletionEx(HANDLE IoCompletionHandle,
                                                 PFILE_IO_COMPLETION_INFORMATION IoCompletionInformation,
                                                 ULONG Count, PULONG NumEntriesRemoved,
                                                 PLARGE_INTEGER Timeout, BOOLEAN Alertable) {
    return ps::as_kernel(NtRemoveIoCompletionEx, IoCompletionHandle, IoCompletionInformation, Count,
                         NumEntriesRemoved, Timeout, Alertable);
}

/// NtQueryIoCompletion asks how many packets wait.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_INFO_CLASS, STATUS_INFO_LENGTH_MISMATCH
///   Source   the structure IO_COMPLETION_BASIC_INFORMATION
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtQueryIoCompletion(HANDLE IoCompletionHandle, ULONG InformationClass,
                                              PVOID Information, ULONG Length, PULONG ReturnLength) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    if (InformationClass != 0) return STATUS_INVALID_INFO_CLASS;
    if (Length != sizeof(IO_COMPLETION_BASIC_INFORMATION)) return STATUS_INFO_LENGTH_MISMATCH;
    auto port = port_from_handle(IoCompletionHandle, IO_COMPLETION_QUERY_STATE);
    if (!port) return port.failure().nt();
    const IO_COMPLETION_BASIC_INFORMATION answer = {(*port)->depth()};
    auto told = ps::copy_out(Information, &answer, sizeof(answer), ps::previous_mode());
    if (told && ReturnLength != nullptr) told = ps::write_out(ReturnLength, sizeof(answer), ps::previous_mode());
    return told.status().nt();
}
