// SPDX-License-Identifier: GPL-2.0-only
// Events, semaphores and mutexes.
#include "abi/functions/export.h"
#include "abi/functions/ke.h"
#include "kernel/ke/apc.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/objects.hpp"
#include "kernel/ke/wait_next.hpp"
#include "kernel/rtl/exception.hpp"

using namespace rsl;

/// KeInitializeEvent (wdm.h) makes an event of either kind.
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializeevent
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State) {
    ke::initialize_event(*Event, Type, State != 0);
}

/// KeSetEvent (wdm.h) signals an event; with Wait the level stays raised until the wait that has to
/// follow.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the state before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kesetevent
///   Differs  nothing known
RSL_EXPORT LONG NTAPI KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (Wait) ke::begin_signal_and_wait();
    return ke::set_event(*Event, Increment);
}

/// KeClearEvent (wdm.h) makes an event not signalled.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keclearevent
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeClearEvent(PRKEVENT Event) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (ke::is_relayed(*Event)) [[unlikely]] {
        ke::reset_event(*Event);
        return;
    }
    Event->Header.SignalState = 0;
}

/// KeResetEvent (wdm.h) makes an event not signalled.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the state before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keresetevent
///   Differs  nothing known
RSL_EXPORT LONG NTAPI KeResetEvent(PRKEVENT Event) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ke::reset_event(*Event);
}

/// KePulseEvent (ntddk.h) wakes who waits now and leaves the event not signalled.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the state before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-kepulseevent
///   Differs  nothing known
RSL_EXPORT LONG NTAPI KePulseEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (Wait) ke::begin_signal_and_wait();
    return ke::pulse_event(*Event, Increment);
}

/// KeReadStateEvent (wdm.h) reads an event's state.
///   IRQL     any
///   Returns  nonzero when signalled
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kereadstateevent
///   Differs  nothing known
RSL_EXPORT LONG NTAPI KeReadStateEvent(PRKEVENT Event) { return Event->Header.SignalState; }

/// KeInitializeSemaphore (wdm.h) makes a semaphore.
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializesemaphore
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeInitializeSemaphore(PRKSEMAPHORE Semaphore, LONG Count, LONG Limit) {
    ke::initialize_semaphore(*Semaphore, Count, Limit);
}

/// KeReleaseSemaphore (wdm.h) adds to a semaphore's count.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the count before; raises STATUS_SEMAPHORE_LIMIT_EXCEEDED
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleasesemaphore
///   Differs  nothing known
RSL_EXPORT LONG NTAPI KeReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment,
                                         BOOLEAN Wait) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    const auto before = ke::release_semaphore(*Semaphore, Increment, Adjustment);
    if (!before) rtl::raise_status(before.failure().nt());
    if (Wait) ke::begin_signal_and_wait();
    return *before;
}

/// KeReadStateSemaphore (wdm.h) reads a semaphore's count.
///   IRQL     any
///   Returns  the count
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kereadstatesemaphore
///   Differs  nothing known
RSL_EXPORT LONG NTAPI KeReadStateSemaphore(PRKSEMAPHORE Semaphore) {
    return Semaphore->Header.SignalState;
}

/// KeInitializeMutex (wdm.h) makes a mutex that is free; its owner gets no normal kernel APCs.
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializemutex
///   Differs  Level is ignored, as in NT
RSL_EXPORT VOID NTAPI KeInitializeMutex(PRKMUTEX Mutex, ULONG Level) {
    ke::initialize_mutant(*Mutex, false, true);
}

/// KeReleaseMutex (wdm.h) gives a mutex back.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the state before; raises STATUS_MUTANT_NOT_OWNED, STATUS_ABANDONED
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleasemutex
///   Differs  nothing known
RSL_EXPORT LONG NTAPI KeReleaseMutex(PRKMUTEX Mutex, BOOLEAN Wait) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    const auto before = ke::release_mutant(*Mutex, MUTANT_INCREMENT);
    if (!before) rtl::raise_status(before.failure().nt());
    if (Wait) ke::begin_signal_and_wait();
    return *before;
}

/// KeReadStateMutex (wdm.h) reads a mutex' state.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  1 when free, else 1 less the times it is held
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kereadstatemutex
///   Differs  nothing known
RSL_EXPORT LONG NTAPI KeReadStateMutex(PRKMUTEX Mutex) { return Mutex->Header.SignalState; }

/// KeInitializeMutant (ntos.h) makes a mutant, which does not hold off APCs.
///   IRQL     any
///   Returns  nothing
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeInitializeMutant(PRKMUTANT Mutant, BOOLEAN InitialOwner) {
    ke::initialize_mutant(*Mutant, InitialOwner != 0, false);
}

/// KeReleaseMutant (ntos.h) gives a mutant back; Abandoned frees it whoever holds it.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the state before; raises STATUS_MUTANT_NOT_OWNED, STATUS_ABANDONED
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT LONG NTAPI KeReleaseMutant(PRKMUTANT Mutant, KPRIORITY Increment, BOOLEAN Abandoned,
                                      BOOLEAN Wait) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    const auto before = Abandoned ? Result<int32_t>(ke::abandon_mutant(*Mutant, Increment))
                                  : ke::release_mutant(*Mutant, Increment);
    if (!before) rtl::raise_status(before.failure().nt());
    if (Wait) ke::begin_signal_and_wait();
    return *before;
}

/// KeReadStateMutant (ntos.h) reads a mutant's state.
///   IRQL     any
///   Returns  1 when free, else 1 less the times it is held
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT LONG NTAPI KeReadStateMutant(PRKMUTANT Mutant) { return Mutant->Header.SignalState; }
