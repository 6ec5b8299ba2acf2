// SPDX-License-Identifier: GPL-2.0-only
// Threads.
#include "kernel/ps/thread.hpp"

#include "abi/functions/export.h"
#include "abi/functions/ps_thread.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ob/object.hpp"
#include "kernel/ps/notify.hpp"

using namespace rsl;

namespace {
ps::Thread& thread_of(PETHREAD thread) { return *reinterpret_cast<ps::Thread*>(thread); }
PETHREAD nt(ps::Thread& thread) { return reinterpret_cast<PETHREAD>(&thread); }
}  // namespace

/// PsCreateSystemThread (wdm.h) starts a thread in the system process, or in another one. It begins
/// in a critical region, which its end leaves.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_HANDLE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-pscreatesystemthread
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI PsCreateSystemThread(PHANDLE ThreadHandle, ULONG DesiredAccess,
                                               POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle,
                                               PCLIENT_ID ClientId, PKSTART_ROUTINE StartRoutine,
                                               PVOID StartContext) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    Ref<ps::Process> process{ps::system_process()};
    if (ProcessHandle != nullptr) {
        auto named = ob::reference_handle(ProcessHandle, &ps::Process::kType, PROCESS_CREATE_THREAD, KernelMode);
        if (!named) return named.failure().nt();
        process = Ref<ps::Process>::adopt(static_cast<ps::Process*>(*named));
    }
    // A handle in the system process' table, as NT makes for threads of drivers: always a kernel handle.
    auto thread = ps::prepare_thread(*process, StartRoutine, StartContext, KernelMode);
    if (!thread) return thread.failure().nt();
    auto handle = ob::insert_handle(thread->get(), THREAD_ALL_ACCESS,
                                    (ObjectAttributes != nullptr ? ObjectAttributes->Attributes : 0));
    if (!handle) return handle.failure().nt();
    if (ClientId != nullptr) *ClientId = (*thread)->client_id;
    *ThreadHandle = *handle;
    (*thread)->begins_in_region = true;  // not running yet: nobody else looks
    (*thread)->kernel_apc_disable = -1;
    ps::run_thread(**thread);
    return STATUS_SUCCESS;
}

/// PsTerminateSystemThread (wdm.h) ends the running system thread.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_INVALID_PARAMETER for a client's thread, else never
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-psterminatesystemthread
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI PsTerminateSystemThread(NTSTATUS ExitStatus) {
    if (!ps::current_thread().system_thread) return STATUS_INVALID_PARAMETER;
    ke::exit_thread(ExitStatus);
}

/// PsGetCurrentThread (ntddk.h) names the running thread.
///   IRQL     any
///   Returns  the thread, not referenced
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetcurrentthread
///   Differs  nothing known
RSL_EXPORT PETHREAD NTAPI PsGetCurrentThread(VOID) { return nt(ps::current_thread()); }

/// PsGetCurrentThreadId (ntddk.h) names the running thread by its identifier.
///   IRQL     any
///   Returns  the identifier
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetcurrentthreadid
///   Differs  nothing known
RSL_EXPORT HANDLE NTAPI PsGetCurrentThreadId(VOID) { return ps::current_thread().client_id.UniqueThread; }

/// PsGetThreadId (ntifs.h) tells a thread's identifier.
///   IRQL     any
///   Returns  the identifier
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psgetthreadid
///   Differs  nothing known
RSL_EXPORT HANDLE NTAPI PsGetThreadId(PETHREAD Thread) { return thread_of(Thread).client_id.UniqueThread; }

/// PsGetThreadProcessId (ntddk.h) tells the identifier of a thread's process.
///   IRQL     any
///   Returns  the identifier
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetthreadprocessid
///   Differs  nothing known
RSL_EXPORT HANDLE NTAPI PsGetThreadProcessId(PETHREAD Thread) {
    return thread_of(Thread).client_id.UniqueProcess;
}

/// PsGetThreadProcess (ntos.h) names a thread's process.
///   IRQL     any
///   Returns  the process, not referenced
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT PEPROCESS NTAPI PsGetThreadProcess(PETHREAD Thread) {
    return reinterpret_cast<PEPROCESS>(thread_of(Thread).process);
}

/// IoThreadToProcess (ntifs.h) names a thread's process.
///   IRQL     any
///   Returns  the process, not referenced
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iothreadtoprocess
///   Differs  nothing known
RSL_EXPORT PEPROCESS NTAPI IoThreadToProcess(PETHREAD Thread) { return PsGetThreadProcess(Thread); }

/// PsGetCurrentThreadProcess (ntos.h) names the process of the running thread, attached or not.
///   IRQL     any
///   Returns  the process, not referenced
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT PEPROCESS NTAPI PsGetCurrentThreadProcess(VOID) {
    return reinterpret_cast<PEPROCESS>(ps::current_thread().process);
}

/// PsGetCurrentThreadProcessId (ntos.h) names the process of the running thread, attached or not.
///   IRQL     any
///   Returns  its identifier
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT HANDLE NTAPI PsGetCurrentThreadProcessId(VOID) { return ps::current_thread().client_id.UniqueProcess; }

/// PsLookupThreadByThreadId (ntifs.h) finds a thread by its identifier.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS and a reference, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-pslookupthreadbythreadid
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI PsLookupThreadByThreadId(HANDLE ThreadId, PETHREAD* Thread) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    Ref<ps::Thread> thread = ps::find_thread(reinterpret_cast<uint64_t>(ThreadId));
    if (!thread) return STATUS_INVALID_PARAMETER;
    *Thread = nt(*thread.release());
    return STATUS_SUCCESS;
}

/// PsIsSystemThread (ntifs.h) tells whether a thread belongs to the system process.
///   IRQL     any
///   Returns  TRUE when it does
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psissystemthread
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI PsIsSystemThread(PETHREAD Thread) { return thread_of(Thread).system_thread; }

/// IoIsSystemThread (ntifs.h) tells whether a thread belongs to the system process.
///   IRQL     any
///   Returns  TRUE when it does
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ioissystemthread
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI IoIsSystemThread(PETHREAD Thread) { return thread_of(Thread).system_thread; }

/// PsIsThreadTerminating (ntifs.h) tells whether a thread is about to end.
///   IRQL     any
///   Returns  TRUE when it is
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psisthreadterminating
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI PsIsThreadTerminating(PETHREAD Thread) { return thread_of(Thread).apcs_closed; }

/// PsGetThreadExitStatus (ntifs.h) tells what a thread ended with.
///   IRQL     any
///   Returns  the status, STATUS_PENDING while it runs
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psgetthreadexitstatus
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI PsGetThreadExitStatus(PETHREAD Thread) { return thread_of(Thread).exit_status; }

/// PsGetThreadCreateTime (ntifs.h) tells when a thread was made.
///   IRQL     any
///   Returns  system time
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psgetthreadcreatetime
///   Differs  nothing known
RSL_EXPORT LONGLONG NTAPI PsGetThreadCreateTime(PETHREAD Thread) { return thread_of(Thread).create_time; }

/// PsGetCurrentThreadStackBase (ntos.h) tells where the running thread's stack begins.
///   IRQL     any
///   Returns  the highest address
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI PsGetCurrentThreadStackBase(VOID) { return ps::current_thread().stack_top; }

/// PsGetCurrentThreadStackLimit (ntos.h) tells where the running thread's stack ends.
///   IRQL     any
///   Returns  the lowest address
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI PsGetCurrentThreadStackLimit(VOID) {
    const ps::Thread& self = ps::current_thread();
    return static_cast<char*>(self.stack_top) - self.stack_bytes;
}

/// PsGetThreadTeb (ntos.h) names a thread's environment block.
///   IRQL     any
///   Returns  NULL: the block is the client's, on Linux
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI PsGetThreadTeb(PETHREAD Thread) { return nullptr; }

/// PsGetCurrentThreadTeb (ntos.h) names the running thread's environment block.
///   IRQL     any
///   Returns  NULL: the block is the client's, on Linux
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI PsGetCurrentThreadTeb(VOID) { return nullptr; }

/// PsSetCreateThreadNotifyRoutine (ntddk.h) asks to hear of threads that begin and end. The creator calls it.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-pssetcreatethreadnotifyroutine
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI PsSetCreateThreadNotifyRoutine(PCREATE_THREAD_NOTIFY_ROUTINE NotifyRoutine) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ps::add_thread_notify(NotifyRoutine, ps::ToldBy::kCreator) ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

/// PsSetCreateThreadNotifyRoutineEx (ntddk.h) asks to hear of threads: PsCreateThreadNotifyNonSystem is called in
/// the new thread and leaves system threads out, PsCreateThreadNotifySubsystems is called by the creator.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_INSUFFICIENT_RESOURCES
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-pssetcreatethreadnotifyroutineex
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI PsSetCreateThreadNotifyRoutineEx(PSCREATETHREADNOTIFYTYPE NotifyType,
                                                           PVOID NotifyInformation) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const auto routine = reinterpret_cast<PCREATE_THREAD_NOTIFY_ROUTINE>(NotifyInformation);
    switch (NotifyType) {
        case PsCreateThreadNotifyNonSystem:
            return ps::add_thread_notify(routine, ps::ToldBy::kNewThread) ? STATUS_SUCCESS
                                                                          : STATUS_INSUFFICIENT_RESOURCES;
        case PsCreateThreadNotifySubsystems: return PsSetCreateThreadNotifyRoutine(routine);
        default: return STATUS_INVALID_PARAMETER;
    }
}

/// PsRemoveCreateThreadNotifyRoutine (ntddk.h) undoes either; waits until a running call is back.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_PROCEDURE_NOT_FOUND
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psremovecreatethreadnotifyroutine
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI PsRemoveCreateThreadNotifyRoutine(PCREATE_THREAD_NOTIFY_ROUTINE NotifyRoutine) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ps::remove_thread_notify(NotifyRoutine).status().nt();
}
