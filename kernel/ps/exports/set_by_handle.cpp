// SPDX-License-Identifier: GPL-2.0-only
// Settings of processes and threads, and walks over threads, by handle.
#include "abi/functions/export.h"
#include "abi/functions/ps.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ob/exports/by_handle.hpp"
#include "kernel/ob/exports/create.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/ps/query.hpp"
#include "kernel/ps/thread.hpp"

using namespace rsl;

/// NtSetInformationProcess (ntos.h) changes a setting of a process.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_PARAMETER, STATUS_INVALID_INFO_CLASS,
///            STATUS_INVALID_HANDLE, STATUS_ACCESS_DENIED, STATUS_PRIVILEGE_NOT_HELD
///   Source   learn.microsoft.com/windows/win32/procthread/zwsetinformationprocess (user mode); public headers
///   Differs  affinity, boost, hard error mode, I/O and page priority, break on termination; the rest is refused
RSL_EXPORT NTSTATUS NTAPI NtSetInformationProcess(HANDLE ProcessHandle, PROCESSINFOCLASS ProcessInformationClass,
                                                  PVOID ProcessInformation, ULONG ProcessInformationLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ob::ByHandle<ps::Process> process(ProcessHandle, ps::Process::kType, PROCESS_SET_INFORMATION);
    if (!process) return process.status();
    return ps::set_process(*process, ProcessInformationClass,
                           {ProcessInformation, ProcessInformationLength, process.mode()});
}
/// ZwSetInformationProcess (ntos.h) is NtSetInformationProcess for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtSetInformationProcess
///   Source   as NtSetInformationProcess
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwSetInformationProcess(HANDLE ProcessHandle, PROCESSINFOCLASS ProcessInformationClass,
                                                  PVOID ProcessInformation, ULONG ProcessInformationLength) {
    return ps::as_kernel(&NtSetInformationProcess, ProcessHandle, ProcessInformationClass, ProcessInformation,
                         ProcessInformationLength);
}

/// NtSetInformationThread (ntifs.h) changes a setting of a thread.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_PARAMETER, STATUS_INVALID_INFO_CLASS,
///            STATUS_INVALID_HANDLE, STATUS_ACCESS_DENIED, STATUS_BAD_TOKEN_TYPE, STATUS_PRIVILEGE_NOT_HELD;
///            ThreadIdealProcessor: the processor before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntsetinformationthread
///   Differs  priorities, affinity, token, ideal processor, boost, debugger, break on termination, I/O and page
///            priority; the rest is refused
RSL_EXPORT NTSTATUS NTAPI NtSetInformationThread(HANDLE ThreadHandle, THREADINFOCLASS ThreadInformationClass,
                                                 PVOID ThreadInformation, ULONG ThreadInformationLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ob::ByHandle<ps::Thread> thread(ThreadHandle, ps::Thread::kType, THREAD_SET_INFORMATION);
    if (!thread) return thread.status();
    return ps::set_thread(*thread, ThreadInformationClass,
                          {ThreadInformation, ThreadInformationLength, thread.mode()});
}
/// ZwSetInformationThread (ntddk.h) is NtSetInformationThread for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtSetInformationThread
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-zwsetinformationthread
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwSetInformationThread(HANDLE ThreadHandle, THREADINFOCLASS ThreadInformationClass,
                                                 PVOID ThreadInformation, ULONG ThreadInformationLength) {
    return ps::as_kernel(&NtSetInformationThread, ThreadHandle, ThreadInformationClass, ThreadInformation,
                         ThreadInformationLength);
}

/// NtGetNextThread (ntos.h) opens the thread of a process that was made after another one.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NO_MORE_ENTRIES, STATUS_INVALID_PARAMETER, STATUS_INVALID_HANDLE
///   Owner    the caller closes the handle
///   Source   public headers
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtGetNextThread(HANDLE ProcessHandle, HANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                                          ULONG HandleAttributes, ULONG Flags, PHANDLE NewThreadHandle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (Flags != 0) return STATUS_INVALID_PARAMETER;
    const ob::ByHandle<ps::Process> process(ProcessHandle, ps::Process::kType, PROCESS_QUERY_INFORMATION);
    if (!process) return process.status();
    struct Search {
        uint64_t after;
        Ref<ps::Thread> found;
    } search{0, {}};
    if (ThreadHandle != nullptr) {
        const ob::ByHandle<ps::Thread> thread(ThreadHandle, ps::Thread::kType, 0);
        if (!thread) return thread.status();
        if (thread->process != &*process) return STATUS_INVALID_PARAMETER;
        search.after = reinterpret_cast<uint64_t>(thread->client_id.UniqueThread);
    }
    ps::each_thread(*process, [](void* context, ps::Thread& thread) {
        auto& wanted = *static_cast<Search*>(context);
        const auto id = reinterpret_cast<uint64_t>(thread.client_id.UniqueThread);
        if (id > wanted.after && !wanted.found) wanted.found = Ref<ps::Thread>(thread);
    }, &search);
    if (!search.found) return STATUS_NO_MORE_ENTRIES;
    auto handle = ob::create_handle(search.found.get(), DesiredAccess, HandleAttributes, process.mode());
    if (!handle) return handle.failure().nt();
    return ob::deliver(NewThreadHandle, *handle, process.mode(), STATUS_SUCCESS);
}
/// ZwGetNextThread (ntos.h) is NtGetNextThread for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtGetNextThread
///   Source   public headers
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwGetNextThread(HANDLE ProcessHandle, HANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                                          ULONG HandleAttributes, ULONG Flags, PHANDLE NewThreadHandle) {
    return ps::as_kernel(&NtGetNextThread, ProcessHandle, ThreadHandle, DesiredAccess, HandleAttributes, Flags,
                         NewThreadHandle);
}
