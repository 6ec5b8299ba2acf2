// SPDX-License-Identifier: GPL-2.0-only
// Processes and threads by pointer: what file systems, filters and scanners ask of them.
#include "abi/functions/export.h"
#include "abi/functions/ke_hardware.h"
#include "abi/functions/ps_object.h"
#include "abi/types/status.h"
#include "kernel/arch/arch.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/ps/thread.hpp"

using namespace rsl;

namespace {
ps::Process& of(PEPROCESS process) { return *reinterpret_cast<ps::Process*>(process); }
ps::Thread& of(PETHREAD thread) { return *reinterpret_cast<ps::Thread*>(thread); }
}  // namespace

/// PsGetProcessWin32Process: the window manager's half of a process.
///   IRQL     any
///   Returns  nullptr: there is no window manager in the VM, as for a process that never called it
///   Source   Russinovich, Solomon, Ionescu: Windows Internals, processes
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI PsGetProcessWin32Process(PEPROCESS) { return nullptr; }
/// PsGetThreadWin32Thread: the window manager's half of a thread.
///   IRQL     any
///   Returns  nullptr, as PsGetProcessWin32Process
///   Source   Russinovich, Solomon, Ionescu: Windows Internals, threads
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI PsGetThreadWin32Thread(PETHREAD) { return nullptr; }
/// PsGetCurrentThreadWin32Thread: the same of the running thread.
///   IRQL     any
///   Returns  nullptr
///   Source   Russinovich, Solomon, Ionescu: Windows Internals, threads
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI PsGetCurrentThreadWin32Thread(VOID) { return nullptr; }

/// PsGetThreadSessionId: the session of a thread's process.
///   IRQL     any
///   Returns  0 for the system, 1 for clients
///   Source   public headers
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI PsGetThreadSessionId(PETHREAD Thread) { return of(Thread).process->session_id; }

/// PsGetProcessJob: the job of a process.
///   IRQL     any
///   Returns  nullptr: processes are in no job
///   Source   public headers
///   Differs  nothing known
RSL_EXPORT PEJOB NTAPI PsGetProcessJob(PEPROCESS) { return nullptr; }

/// PsGetProcessProtection: the protection level of a process (PS_PROTECTION).
///   IRQL     any
///   Returns  0: none is protected
///   Source   Russinovich, Solomon, Ionescu: Windows Internals, protected processes
///   Differs  nothing known
RSL_EXPORT UCHAR NTAPI PsGetProcessProtection(PEPROCESS) { return 0; }

/// PsGetProcessStartKey (ntddk.h): a number that no other process of this boot has or will have.
///   IRQL     any
///   Returns  the number
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetprocessstartkey
///   Differs  nothing known
RSL_EXPORT ULONGLONG NTAPI PsGetProcessStartKey(PEPROCESS Process) {
    return of(Process).id / 4;  // identifiers are never used again
}

/// PsQueryTotalCycleTimeProcess (wdm.h): how many cycles the threads of a process have run.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the cycles; the time-stamp counter in CycleTimeStamp
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-psquerytotalcycletimeprocess
///   Differs  of the threads that live
RSL_EXPORT ULONG64 NTAPI PsQueryTotalCycleTimeProcess(PEPROCESS Process, PULONG64 CycleTimeStamp) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    ULONG64 total = 0;
    ps::each_thread(of(Process), [](void* context, ps::Thread& thread) {
        *static_cast<ULONG64*>(context) += KeQueryTotalCycleTimeThread(ke::nt(thread), nullptr);
    }, &total);
    if (CycleTimeStamp != nullptr) *CycleTimeStamp = arch::read_tsc();
    return total;
}

/// PsLookupProcessThreadByCid: finds a thread and its process by their identifiers.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_CID
///   Owner    the caller owns both references; Process may be nullptr
///   Source   public headers
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI PsLookupProcessThreadByCid(PCLIENT_ID ClientId, PEPROCESS* Process, PETHREAD* Thread) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    Ref<ps::Thread> thread = ps::find_thread(reinterpret_cast<uint64_t>(ClientId->UniqueThread));
    if (!thread || thread->client_id.UniqueProcess != ClientId->UniqueProcess) return STATUS_INVALID_CID;
    if (Process != nullptr) {
        thread->process->add_reference();
        *Process = reinterpret_cast<PEPROCESS>(thread->process);
    }
    *Thread = reinterpret_cast<PETHREAD>(thread.release());
    return STATUS_SUCCESS;
}

/// PsReferenceProcessFilePointer: the file object of a process' image.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_UNSUCCESSFUL, as for a process without an image section
///   Source   public headers
///   Differs  a client's image is a file of the host that no file object of the VM stands for
RSL_EXPORT NTSTATUS NTAPI PsReferenceProcessFilePointer(PEPROCESS, PFILE_OBJECT*) { return STATUS_UNSUCCESSFUL; }

/// PsWrapApcWow64Thread: makes a user APC one for the 32-bit half of the thread's process.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_NOT_SUPPORTED: no process has one (PsGetProcessWow64Process)
///   Source   public headers
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI PsWrapApcWow64Thread(PVOID*, PVOID*) { return STATUS_NOT_SUPPORTED; }

/// PsSuspendProcess, PsResumeProcess: stop and go on.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_NOT_SUPPORTED: clients are processes of the host
///   Source   public headers
///   Differs  as said
RSL_EXPORT NTSTATUS NTAPI PsSuspendProcess(PEPROCESS) { return STATUS_NOT_SUPPORTED; }
RSL_EXPORT NTSTATUS NTAPI PsResumeProcess(PEPROCESS) { return STATUS_NOT_SUPPORTED; }

/// PsGetContextThread, PsSetContextThread: the user-mode registers of a thread.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_NOT_SUPPORTED: a client's registers are on the host
///   Source   public headers
///   Differs  as said
RSL_EXPORT NTSTATUS NTAPI PsGetContextThread(PETHREAD, PVOID, KPROCESSOR_MODE) { return STATUS_NOT_SUPPORTED; }
RSL_EXPORT NTSTATUS NTAPI PsSetContextThread(PETHREAD, PVOID, KPROCESSOR_MODE) { return STATUS_NOT_SUPPORTED; }

/// PsIsDiskCountersEnabled (ntifs.h): whether disk accesses are to be told to PsUpdateDiskCounters.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  FALSE: nobody reads such counters
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psisdiskcountersenabled
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI PsIsDiskCountersEnabled(VOID) { return FALSE; }
/// PsUpdateDiskCounters (ntifs.h): counts disk accesses while that is enabled, which it is not.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psupdatediskcounters
///   Differs  nothing known
RSL_EXPORT VOID NTAPI PsUpdateDiskCounters(PEPROCESS, ULONG64, ULONG64, ULONG, ULONG, ULONG) {}
