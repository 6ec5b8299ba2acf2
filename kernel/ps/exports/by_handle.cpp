// SPDX-License-Identifier: GPL-2.0-only
// Processes and threads by handle.
#include "abi/functions/export.h"
#include "abi/functions/ps.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ob/exports/by_handle.hpp"
#include "kernel/ob/exports/create.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/ps/query.hpp"
#include "kernel/ps/thread.hpp"

using namespace rsl;

namespace {

/// What NtOpenProcess and NtOpenThread have in common: attributes without a name, an identifier.
struct OpenById {
    KPROCESSOR_MODE mode = ps::previous_mode();
    CLIENT_ID id = {};
    uint32_t attributes = 0;

    Result<void> read(const OBJECT_ATTRIBUTES* object_attributes, const CLIENT_ID* client_id) {
        const auto captured = RSL_TRY(ob::CapturedAttributes::capture(object_attributes, mode));
        if (captured.has_name() || client_id == nullptr) return Status(STATUS_INVALID_PARAMETER_MIX);
        attributes = captured.flags();
        id = RSL_TRY(ps::read_in(client_id, mode));
        return {};
    }
    NTSTATUS give(void* body, ACCESS_MASK access, PHANDLE out) const {
        auto handle = ob::create_handle(body, access, attributes, mode);
        if (!handle) return handle.failure().nt();
        return ob::deliver(out, *handle, mode, STATUS_SUCCESS);
    }
};

}  // namespace

/// NtOpenProcess (ntddk.h) opens a process by its identifier.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_CID, STATUS_INVALID_PARAMETER_MIX, STATUS_ACCESS_DENIED
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-ntopenprocess
///   Differs  opening by name, which nothing has, is refused
RSL_EXPORT NTSTATUS NTAPI NtOpenProcess(PHANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                                        POBJECT_ATTRIBUTES ObjectAttributes, PCLIENT_ID ClientId) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    OpenById open;
    if (auto read = open.read(ObjectAttributes, ClientId); !read) return read.failure().nt();
    if (open.id.UniqueThread != nullptr) {  // both: the process that the thread is in
        auto thread = ps::find_thread(reinterpret_cast<uint64_t>(open.id.UniqueThread));
        if (!thread || thread->client_id.UniqueProcess != open.id.UniqueProcess) return STATUS_INVALID_CID;
    }
    auto process = ps::find_process(reinterpret_cast<uint64_t>(open.id.UniqueProcess));
    if (!process) return STATUS_INVALID_CID;
    return open.give(process.get(), DesiredAccess, ProcessHandle);
}

/// ZwOpenProcess (ntddk.h) is NtOpenProcess for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtOpenProcess
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-ntopenprocess
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwOpenProcess(PHANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                                        POBJECT_ATTRIBUTES ObjectAttributes, PCLIENT_ID ClientId) {
    return ps::as_kernel(&NtOpenProcess, ProcessHandle, DesiredAccess, ObjectAttributes, ClientId);
}

/// NtOpenThread (ntifs.h) opens a thread by its identifier.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_CID, STATUS_INVALID_PARAMETER_MIX, STATUS_ACCESS_DENIED
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntopenthread
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtOpenThread(PHANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                                       POBJECT_ATTRIBUTES ObjectAttributes, PCLIENT_ID ClientId) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    OpenById open;
    if (auto read = open.read(ObjectAttributes, ClientId); !read) return read.failure().nt();
    auto thread = ps::find_thread(reinterpret_cast<uint64_t>(open.id.UniqueThread));
    if (!thread || (open.id.UniqueProcess != nullptr &&
                    thread->client_id.UniqueProcess != open.id.UniqueProcess))
        return STATUS_INVALID_CID;
    return open.give(thread.get(), DesiredAccess, ThreadHandle);
}

/// ZwOpenThread (ntifs.h) is NtOpenThread for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtOpenThread
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntopenthread
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwOpenThread(PHANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                                       POBJECT_ATTRIBUTES ObjectAttributes, PCLIENT_ID ClientId) {
    return ps::as_kernel(&NtOpenThread, ThreadHandle, DesiredAccess, ObjectAttributes, ClientId);
}

/// NtTerminateProcess (ntddk.h) ends a process: a client of the VM loses its connection, its threads, handles and memory.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_ACCESS_DENIED (the system process, or no right to), STATUS_PROCESS_IS_TERMINATING
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-zwterminateprocess
///   Differs  returns before the process has ended, also when it is another one: wait for it. The program on the host goes on without
///            its connection
RSL_EXPORT NTSTATUS NTAPI NtTerminateProcess(HANDLE ProcessHandle, NTSTATUS ExitStatus) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ob::ByHandle<ps::Process> process(ProcessHandle, ps::Process::kType, PROCESS_TERMINATE);
    if (!process) return process.status();
    const auto asked = ps::ask_for_termination(*process, ExitStatus);
    return asked ? STATUS_SUCCESS : asked.failure().nt();
}

/// ZwTerminateProcess (ntddk.h) is NtTerminateProcess for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtTerminateProcess
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-zwterminateprocess
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwTerminateProcess(HANDLE ProcessHandle, NTSTATUS ExitStatus) {
    return ps::as_kernel(&NtTerminateProcess, ProcessHandle, ExitStatus);
}

/// NtQueryInformationProcess (ntddk.h) tells what is asked of a process.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_INFO_CLASS, STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_HANDLE,
///            STATUS_ACCESS_DENIED
///   Owner    the caller owns the buffer
///   Source   learn.microsoft.com/windows/win32/procthread/zwqueryinformationprocess
///   Differs  basic, times, handle count, session, Wow64, image name, debug port and flags, priority;
///            other classes are refused
RSL_EXPORT NTSTATUS NTAPI NtQueryInformationProcess(HANDLE ProcessHandle,
                                                    PROCESSINFOCLASS ProcessInformationClass,
                                                    PVOID ProcessInformation,
                                                    ULONG ProcessInformationLength, PULONG ReturnLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ob::ByHandle<ps::Process> process(ProcessHandle, ps::Process::kType, PROCESS_QUERY_LIMITED_INFORMATION);
    if (!process) return process.status();
    return ps::query_process(*process, ProcessInformationClass,
                             {ProcessInformation, ProcessInformationLength, ReturnLength, process.mode()});
}

/// ZwQueryInformationProcess (ntddk.h) is NtQueryInformationProcess for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtQueryInformationProcess
///   Source   learn.microsoft.com/windows/win32/procthread/zwqueryinformationprocess
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwQueryInformationProcess(HANDLE ProcessHandle,
                                                    PROCESSINFOCLASS ProcessInformationClass,
                                                    PVOID ProcessInformation,
                                                    ULONG ProcessInformationLength, PULONG ReturnLength) {
    return ps::as_kernel(&NtQueryInformationProcess, ProcessHandle, ProcessInformationClass, ProcessInformation,
                             ProcessInformationLength, ReturnLength);
}

/// NtQueryInformationThread (ntifs.h) tells what is asked of a thread.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_INFO_CLASS, STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_HANDLE,
///            STATUS_ACCESS_DENIED
///   Owner    the caller owns the buffer
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwqueryinformationthread
///   Differs  basic, times, start address, last thread, terminated, I/O pending; other classes are refused
RSL_EXPORT NTSTATUS NTAPI NtQueryInformationThread(HANDLE ThreadHandle,
                                                   THREADINFOCLASS ThreadInformationClass,
                                                   PVOID ThreadInformation, ULONG ThreadInformationLength,
                                                   PULONG ReturnLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ob::ByHandle<ps::Thread> thread(ThreadHandle, ps::Thread::kType, THREAD_QUERY_LIMITED_INFORMATION);
    if (!thread) return thread.status();
    return ps::query_thread(*thread, ThreadInformationClass,
                            {ThreadInformation, ThreadInformationLength, ReturnLength, thread.mode()});
}

/// ZwQueryInformationThread (ntifs.h) is NtQueryInformationThread for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtQueryInformationThread
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwqueryinformationthread
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwQueryInformationThread(HANDLE ThreadHandle,
                                                   THREADINFOCLASS ThreadInformationClass,
                                                   PVOID ThreadInformation, ULONG ThreadInformationLength,
                                                   PULONG ReturnLength) {
    return ps::as_kernel(&NtQueryInformationThread, ThreadHandle, ThreadInformationClass, ThreadInformation,
                             ThreadInformationLength, ReturnLength);
}
