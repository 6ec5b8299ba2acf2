// SPDX-License-Identifier: GPL-2.0-only
// Deferred procedure calls, and calls on every processor.
#include "kernel/ke/dpc.hpp"

#include "abi/functions/export.h"
#include "abi/functions/ke.h"
#include "abi/types/status.h"
#include "kernel/ke/ipi.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/processor.hpp"

using namespace rsl;

/// KeInitializeDpc (wdm.h) makes a DPC.
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializedpc
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine,
                                      PVOID DeferredContext) {
    ke::initialize_dpc(*Dpc, DeferredRoutine, DeferredContext, DpcObject);
}

/// KeInitializeThreadedDpc (wdm.h) makes a threaded DPC.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializethreadeddpc
///   Differs  runs at DISPATCH_LEVEL like an ordinary DPC, which NT allows when threaded DPCs are
///            off
RSL_EXPORT VOID NTAPI KeInitializeThreadedDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine,
                                              PVOID DeferredContext) {
    ke::initialize_dpc(*Dpc, DeferredRoutine, DeferredContext, ThreadedDpcObject);
}

/// KeInsertQueueDpc (wdm.h) queues a DPC on its target processor, else on this one.
///   IRQL     any
///   Returns  FALSE when it is queued already
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keinsertqueuedpc
///   Differs  low importance does not delay it
RSL_EXPORT BOOLEAN NTAPI KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2) {
    return ke::queue_dpc(*Dpc, SystemArgument1, SystemArgument2);
}

/// KeRemoveQueueDpc (wdm.h) takes a DPC out of its queue; it may be running all the same.
///   IRQL     any
///   Returns  TRUE when it was queued
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keremovequeuedpc
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeRemoveQueueDpc(PRKDPC Dpc) { return ke::remove_dpc(*Dpc); }

/// KeRemoveQueueDpcEx (wdm.h) takes a DPC out of its queue, and with WaitIfActive waits until it
/// does not run.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE when it was queued
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keremovequeuedpcex
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeRemoveQueueDpcEx(PRKDPC Dpc, BOOLEAN WaitIfActive) {
    const bool removed = ke::remove_dpc(*Dpc);
    if (WaitIfActive) {
        RSL_IRQL_AT_MOST(APC_LEVEL);
        ke::flush_dpcs();
    }
    return removed;
}

/// KeFlushQueuedDpcs (wdm.h) returns when all DPCs that are queued now, on any processor, have run.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keflushqueueddpcs
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeFlushQueuedDpcs(VOID) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ke::flush_dpcs();
}

/// KeSetImportanceDpc (wdm.h) says where in its queue a DPC is put: high importance at the head.
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kesetimportancedpc
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeSetImportanceDpc(PRKDPC Dpc, KDPC_IMPORTANCE Importance) {
    Dpc->Importance = static_cast<UCHAR>(Importance);
}

/// KeSetTargetProcessorDpc (wdm.h) says on which processor a DPC runs.
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kesettargetprocessordpc
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeSetTargetProcessorDpc(PRKDPC Dpc, CCHAR Number) {
    ke::set_dpc_target(*Dpc, static_cast<unsigned char>(Number));
}

/// KeSetTargetProcessorDpcEx (wdm.h) says on which processor a DPC runs.
///   IRQL     any
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kesettargetprocessordpcex
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI KeSetTargetProcessorDpcEx(PKDPC Dpc, PPROCESSOR_NUMBER ProcNumber) {
    const uint32_t count = ke::processor_count.load(std::memory_order_acquire);
    if (ProcNumber->Group != 0 || ProcNumber->Number >= count || ProcNumber->Reserved != 0) {
        return STATUS_INVALID_PARAMETER;
    }
    ke::set_dpc_target(*Dpc, ProcNumber->Number);
    return STATUS_SUCCESS;
}

/// KeGenericCallDpc (ntos.h) runs a routine on every processor at once at DISPATCH_LEVEL.
///   IRQL     <= APC_LEVEL
///   Returns  nothing, when all are done
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeGenericCallDpc(PKDEFERRED_ROUTINE Routine, PVOID Context) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ke::generic_call_dpc(Routine, Context);
}

/// KeSignalCallDpcDone (ntos.h) ends one processor's part of KeGenericCallDpc.
///   IRQL     DISPATCH_LEVEL
///   Returns  nothing
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeSignalCallDpcDone(PVOID SystemArgument1) {
    ke::signal_call_dpc_done(SystemArgument1);
}

/// KeSignalCallDpcSynchronize (ntos.h) waits until every processor's part of KeGenericCallDpc is
/// here.
///   IRQL     DISPATCH_LEVEL
///   Returns  TRUE on one of them
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT LOGICAL NTAPI KeSignalCallDpcSynchronize(PVOID SystemArgument2) {
    return ke::signal_call_dpc_synchronize(SystemArgument2);
}

/// KeIpiGenericCall (wdm.h) runs a routine on every processor at once at IPI_LEVEL.
///   IRQL     <= IPI_LEVEL
///   Returns  what the routine returned here
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keipigenericcall
///   Differs  nothing known
RSL_EXPORT ULONG_PTR NTAPI KeIpiGenericCall(PKIPI_BROADCAST_WORKER BroadcastFunction, ULONG_PTR Context) {
    return ke::broadcast(BroadcastFunction, Context);
}
