// SPDX-License-Identifier: GPL-2.0-only
// Interrupt objects, as drivers connect them.
#include "abi/functions/export.h"
#include "abi/functions/hal.h"
#include "abi/types/status.h"
#include "kernel/hal/interrupt.hpp"
#include "kernel/ke/irql.hpp"

using namespace rsl;

namespace {

NTSTATUS connect(PKINTERRUPT* out, const hal::InterruptRequest& request) {
    *out = nullptr;
    auto interrupt = hal::connect_interrupt(request);
    if (interrupt) {
        *out = *interrupt;
        return STATUS_SUCCESS;
    }
    // A line that is taken is what Windows reports as a bad parameter of the resource list.
    return interrupt.failure() == Status::kSharingViolation ? STATUS_INVALID_PARAMETER : interrupt.failure().nt();
}

}  // namespace

/// IoConnectInterrupt (wdm.h) connects a service routine to an interrupt line.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the driver, until IoDisconnectInterrupt
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioconnectinterrupt
///   Differs  every line interrupts processor 0, whatever ProcessorEnableMask says
RSL_EXPORT NTSTATUS NTAPI IoConnectInterrupt(PKINTERRUPT* InterruptObject, PKSERVICE_ROUTINE ServiceRoutine,
                                             PVOID ServiceContext, PKSPIN_LOCK SpinLock, ULONG Vector, KIRQL Irql,
                                             KIRQL SynchronizeIrql, KINTERRUPT_MODE InterruptMode, BOOLEAN ShareVector,
                                             KAFFINITY ProcessorEnableMask, BOOLEAN FloatingSave) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return connect(InterruptObject, {ServiceRoutine, ServiceContext, SpinLock, Vector, SynchronizeIrql, InterruptMode,
                                     ShareVector != 0});
}

/// IoDisconnectInterrupt (wdm.h) takes a service routine out again.
///   IRQL     PASSIVE_LEVEL
///   Returns  when the routine runs nowhere any more
///   Owner    the object is freed
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iodisconnectinterrupt
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoDisconnectInterrupt(PKINTERRUPT InterruptObject) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    hal::disconnect_interrupt(InterruptObject);
}

/// IoConnectInterruptEx (wdm.h) connects a service routine, described by a versioned structure.
///   IRQL     PASSIVE_LEVEL
///   Returns  as IoConnectInterrupt; STATUS_NOT_SUPPORTED for the versions below, with Version set to
///            what we support, as documented
///   Owner    the driver, until IoDisconnectInterruptEx
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/iointex/nf-iointex-wdmlibioconnectinterruptex
///   Differs  CONNECT_LINE_BASED and the message versions need a bus driver's PDO; there is none yet
RSL_EXPORT NTSTATUS NTAPI IoConnectInterruptEx(PIO_CONNECT_INTERRUPT_PARAMETERS Parameters) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    const ULONG version = Parameters->Version;
    if (version != CONNECT_FULLY_SPECIFIED && version != CONNECT_FULLY_SPECIFIED_GROUP) {
        Parameters->Version = CONNECT_FULLY_SPECIFIED;
        return STATUS_NOT_SUPPORTED;
    }
    const auto& full = Parameters->FullySpecified;
    return connect(full.InterruptObject, {full.ServiceRoutine, full.ServiceContext, full.SpinLock, full.Vector,
                                          full.SynchronizeIrql, full.InterruptMode, full.ShareVector != 0});
}

/// IoDisconnectInterruptEx (wdm.h) takes out what IoConnectInterruptEx connected.
///   IRQL     PASSIVE_LEVEL
///   Returns  when the routine runs nowhere any more
///   Owner    the object is freed
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/iointex/nf-iointex-wdmlibiodisconnectinterruptex
///   Differs  nothing known beyond IoConnectInterruptEx
RSL_EXPORT VOID NTAPI IoDisconnectInterruptEx(PIO_DISCONNECT_INTERRUPT_PARAMETERS Parameters) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    hal::disconnect_interrupt(Parameters->ConnectionContext.InterruptObject);
}

/// KeSynchronizeExecution (wdm.h) runs a routine that excludes the service routine.
///   IRQL     <= the object's SynchronizeIrql
///   Returns  what the routine returns
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kesynchronizeexecution
///   Differs  no passive-level interrupts
RSL_EXPORT BOOLEAN NTAPI KeSynchronizeExecution(PKINTERRUPT Interrupt, PKSYNCHRONIZE_ROUTINE SynchronizeRoutine,
                                                PVOID SynchronizeContext) {
    RSL_IRQL_AT_MOST(Interrupt->synchronize_irql);
    hal::InterruptGuard guard(*Interrupt);
    return SynchronizeRoutine(SynchronizeContext);
}

/// KeAcquireInterruptSpinLock (wdm.h) raises to the object's level and takes its lock.
///   IRQL     <= the object's SynchronizeIrql
///   Returns  the IRQL before
///   Owner    the caller, until KeReleaseInterruptSpinLock
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquireinterruptspinlock
///   Differs  nothing known
RSL_EXPORT KIRQL NTAPI KeAcquireInterruptSpinLock(PKINTERRUPT Interrupt) {
    RSL_IRQL_AT_MOST(Interrupt->synchronize_irql);
    return hal::acquire_interrupt_lock(*Interrupt);
}

/// KeReleaseInterruptSpinLock (wdm.h) gives the object's lock back and lowers the level.
///   IRQL     the object's SynchronizeIrql
///   Returns  -
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleaseinterruptspinlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeReleaseInterruptSpinLock(PKINTERRUPT Interrupt, KIRQL OldIrql) {
    hal::release_interrupt_lock(*Interrupt, OldIrql);
}
