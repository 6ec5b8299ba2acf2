// SPDX-License-Identifier: GPL-2.0-only
// APCs, the regions that hold them off, and attaching to processes.
#include "kernel/ke/apc.hpp"

#include "abi/functions/export.h"
#include "abi/functions/ke.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/threads.hpp"
#include "kernel/ps/process.hpp"

using namespace rsl;

/// KeInitializeApc (ntos.h) makes an APC: special kernel, normal kernel or user.
///   IRQL     any
///   Returns  nothing
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeInitializeApc(PRKAPC Apc, PRKTHREAD Thread, KAPC_ENVIRONMENT Environment,
                                      PKKERNEL_ROUTINE KernelRoutine, PKRUNDOWN_ROUTINE RundownRoutine,
                                      PKNORMAL_ROUTINE NormalRoutine, KPROCESSOR_MODE ProcessorMode,
                                      PVOID NormalContext) {
    ke::initialize_apc(*Apc, ke::from_nt(Thread), Environment, KernelRoutine, RundownRoutine,
                       NormalRoutine, ProcessorMode, NormalContext);
}

/// KeInsertQueueApc (ntos.h) queues an APC to its thread.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  FALSE when it is queued already or the thread ends
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  a user APC runs its kernel routine only: a client's code is not here
RSL_EXPORT BOOLEAN NTAPI KeInsertQueueApc(PRKAPC Apc, PVOID SystemArgument1, PVOID SystemArgument2,
                                          KPRIORITY Increment) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ke::insert_apc(*Apc, SystemArgument1, SystemArgument2, Increment);
}

/// KeRemoveQueueApc (ntos.h) takes an APC out of its queue.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE when it was queued
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeRemoveQueueApc(PRKAPC Apc) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ke::remove_apc(*Apc);
}

/// KeEnterCriticalRegion (ntddk.h) holds off normal kernel APCs until left as often as entered.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-keentercriticalregion
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeEnterCriticalRegion(VOID) { ke::enter_critical_region(); }

/// KeLeaveCriticalRegion (ntddk.h) undoes KeEnterCriticalRegion; APCs that waited run.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-keleavecriticalregion
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeLeaveCriticalRegion(VOID) { ke::leave_critical_region(); }

/// FsRtlEnterFileSystem (ntifs.h) is KeEnterCriticalRegion by the name that file systems use.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-fsrtlenterfilesystem
///   Differs  nothing known
RSL_EXPORT VOID NTAPI FsRtlEnterFileSystem(VOID) { ke::enter_critical_region(); }

/// FsRtlExitFileSystem (ntifs.h) is KeLeaveCriticalRegion by the name that file systems use.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-fsrtlexitfilesystem
///   Differs  nothing known
RSL_EXPORT VOID NTAPI FsRtlExitFileSystem(VOID) { ke::leave_critical_region(); }

/// KeEnterGuardedRegion (wdm.h) holds off all APCs until left as often as entered.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keenterguardedregion
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeEnterGuardedRegion(VOID) { ke::enter_guarded_region(); }

/// KeLeaveGuardedRegion (wdm.h) undoes KeEnterGuardedRegion; APCs that waited run.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keleaveguardedregion
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeLeaveGuardedRegion(VOID) { ke::leave_guarded_region(); }

/// KeAreApcsDisabled (wdm.h) says whether normal kernel APCs are held off.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE when they are
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keareapcsdisabled
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeAreApcsDisabled(VOID) { return ke::normal_apcs_disabled(); }

/// KeAreAllApcsDisabled (wdm.h) says whether all APCs are held off.
///   IRQL     any
///   Returns  TRUE when they are
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keareallapcsdisabled
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeAreAllApcsDisabled(VOID) { return ke::all_apcs_disabled(); }

/// KeStackAttachProcess (ntifs.h) lets the thread run in another process' addresses.
///   IRQL     <= APC_LEVEL
///   Returns  nothing; ApcState for KeUnstackDetachProcess
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-kestackattachprocess
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeStackAttachProcess(PRKPROCESS Process, PRKAPC_STATE ApcState) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    ke::attach(*reinterpret_cast<ps::Process*>(Process), *ApcState);
}

/// KeUnstackDetachProcess (ntifs.h) undoes KeStackAttachProcess.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-keunstackdetachprocess
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeUnstackDetachProcess(PRKAPC_STATE ApcState) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    ke::detach(*ApcState);
}

/// KeAttachProcess (ntifs.h) lets the thread run in another process' addresses; does not nest.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-keattachprocess
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeAttachProcess(PRKPROCESS Process) {
    KAPC_STATE state;
    ke::attach(*reinterpret_cast<ps::Process*>(Process), state);
}

/// KeDetachProcess (ntifs.h) undoes KeAttachProcess.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-kedetachprocess
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeDetachProcess(VOID) {
    if (ke::current_thread().apc_environment == OriginalApcEnvironment) return;
    KAPC_STATE state{};
    state.Process = reinterpret_cast<PKPROCESS>(ke::kAttachedFromHome);
    ke::detach(state);
}

/// KeIsAttachedProcess (ntos.h) says whether the thread is attached to another process.
///   IRQL     any
///   Returns  TRUE when it is
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeIsAttachedProcess(VOID) {
    return ke::current_thread().apc_environment != OriginalApcEnvironment;
}
