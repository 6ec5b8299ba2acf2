// SPDX-License-Identifier: GPL-2.0-only
// Interrupt request levels and spin locks.
#include "kernel/ke/irql.hpp"

#include "abi/functions/export.h"
#include "abi/functions/ke.h"
#include "kernel/ke/nt_spin_lock.hpp"

using namespace rsl;

namespace {
constexpr KIRQL kSynchLevel = 12;  // NT's SYNCH_LEVEL on x64: above devices that share a spin lock

/// Raises to DISPATCH_LEVEL unless the caller is there or above (the ...ForDpc kinds).
KIRQL raise_to_dispatch_if_below() {
    const KIRQL old = arch::irql();
    return old < DISPATCH_LEVEL ? ke::raise_irql(DISPATCH_LEVEL) : old;
}
}  // namespace

/// KeGetCurrentIrql (wdm.h) reads the level.
///   IRQL     any
///   Returns  the level
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kegetcurrentirql
///   Differs  nothing known
RSL_EXPORT KIRQL NTAPI KeGetCurrentIrql(VOID) { return arch::irql(); }

/// KfRaiseIrql (wdm.h) raises the level (KeRaiseIrql).
///   IRQL     any
///   Returns  the level before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kfraiseirql
///   Differs  nothing known
RSL_EXPORT KIRQL NTAPI KfRaiseIrql(KIRQL NewIrql) { return ke::raise_irql(NewIrql); }

/// KeRaiseIrql (wdm.h) raises the level.
///   IRQL     any
///   Returns  nothing; the level before in OldIrql
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keraiseirql
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeRaiseIrql(KIRQL NewIrql, PKIRQL OldIrql) { *OldIrql = ke::raise_irql(NewIrql); }

/// KeLowerIrql (wdm.h) lowers the level; DPCs, thread switches and APCs that waited happen.
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kelowerirql
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeLowerIrql(KIRQL NewIrql) { ke::lower_irql(NewIrql); }

/// KfLowerIrql (wdm.h) lowers the level (KeLowerIrql).
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kflowerirql
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KfLowerIrql(KIRQL NewIrql) { ke::lower_irql(NewIrql); }

/// KeRaiseIrqlToDpcLevel (wdm.h) raises to DISPATCH_LEVEL.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the level before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keraiseirqltodpclevel
///   Differs  nothing known
RSL_EXPORT KIRQL NTAPI KeRaiseIrqlToDpcLevel(VOID) { return ke::raise_irql(DISPATCH_LEVEL); }

/// KeRaiseIrqlToSynchLevel (ntos.h) raises to the level of locks that interrupt handlers share.
///   IRQL     any
///   Returns  the level before
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT KIRQL NTAPI KeRaiseIrqlToSynchLevel(VOID) { return ke::raise_irql(kSynchLevel); }

// ---- KSPIN_LOCK

/// KeInitializeSpinLock (wdm.h) makes a spin lock that is free.
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializespinlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeInitializeSpinLock(PKSPIN_LOCK SpinLock) { *SpinLock = 0; }

/// KeAcquireSpinLockRaiseToDpc (wdm.h) takes a spin lock at DISPATCH_LEVEL.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the level before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquirespinlockraisetodpc
///   Differs  nothing known
RSL_EXPORT KIRQL NTAPI KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock) {
    const KIRQL old = ke::raise_irql(DISPATCH_LEVEL);
    ke::acquire(*SpinLock);
    return old;
}

/// KeAcquireSpinLock (wdm.h) takes a spin lock at DISPATCH_LEVEL.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing; the level before in OldIrql
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquirespinlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeAcquireSpinLock(PKSPIN_LOCK SpinLock, PKIRQL OldIrql) {
    *OldIrql = ke::raise_irql(DISPATCH_LEVEL);
    ke::acquire(*SpinLock);
}

/// KeReleaseSpinLock (wdm.h) gives a spin lock back and lowers the level.
///   IRQL     DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleasespinlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql) {
    ke::release(*SpinLock);
    ke::lower_irql(NewIrql);
}

/// KeAcquireSpinLockAtDpcLevel (wdm.h) takes a spin lock without changing the level.
///   IRQL     >= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquirespinlockatdpclevel
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock) { ke::acquire(*SpinLock); }

/// KeReleaseSpinLockFromDpcLevel (wdm.h) gives a spin lock back without changing the level.
///   IRQL     >= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleasespinlockfromdpclevel
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock) { ke::release(*SpinLock); }

/// KeTryToAcquireSpinLockAtDpcLevel (wdm.h) takes a spin lock if it is free.
///   IRQL     >= DISPATCH_LEVEL
///   Returns  TRUE when taken
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ketrytoacquirespinlockatdpclevel
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock) {
    return ke::try_acquire(*SpinLock);
}

/// KeTestSpinLock (wdm.h) says whether a spin lock is free.
///   IRQL     >= DISPATCH_LEVEL
///   Returns  TRUE when it is
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ketestspinlock
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeTestSpinLock(PKSPIN_LOCK SpinLock) {
    if (__atomic_load_n(SpinLock, __ATOMIC_RELAXED) == 0) return TRUE;
    arch::pause();
    return FALSE;
}

/// KeAcquireSpinLockForDpc (wdm.h) takes a spin lock of a DPC, threaded or not.
///   IRQL     any
///   Returns  the level before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquirespinlockfordpc
///   Differs  nothing known
RSL_EXPORT KIRQL NTAPI KeAcquireSpinLockForDpc(PKSPIN_LOCK SpinLock) {
    const KIRQL old = raise_to_dispatch_if_below();
    ke::acquire(*SpinLock);
    return old;
}

/// KeReleaseSpinLockForDpc (wdm.h) gives back what KeAcquireSpinLockForDpc took.
///   IRQL     >= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleasespinlockfordpc
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeReleaseSpinLockForDpc(PKSPIN_LOCK SpinLock, KIRQL OldIrql) {
    ke::release(*SpinLock);
    ke::lower_irql(OldIrql);
}

/// KeAcquireSpinLockRaiseToSynch (ntos.h) takes a spin lock at SYNCH_LEVEL.
///   IRQL     any
///   Returns  the level before
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT KIRQL NTAPI KeAcquireSpinLockRaiseToSynch(PKSPIN_LOCK SpinLock) {
    const KIRQL old = ke::raise_irql(kSynchLevel);
    ke::acquire(*SpinLock);
    return old;
}

// ---- In-stack queued: fair, each waiter spins on its own cache line

/// KeAcquireInStackQueuedSpinLock (wdm.h) takes a queued spin lock at DISPATCH_LEVEL.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquireinstackqueuedspinlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle) {
    LockHandle->OldIrql = ke::raise_irql(DISPATCH_LEVEL);
    ke::acquire_queued(*SpinLock, LockHandle->LockQueue);
}

/// KeReleaseInStackQueuedSpinLock (wdm.h) gives a queued spin lock back and lowers the level.
///   IRQL     DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleaseinstackqueuedspinlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle) {
    const KIRQL old = LockHandle->OldIrql;
    ke::release_queued(LockHandle->LockQueue);
    ke::lower_irql(old);
}

/// KeAcquireInStackQueuedSpinLockAtDpcLevel (wdm.h) takes a queued spin lock without changing the
/// level.
///   IRQL     >= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquireinstackqueuedspinlockatdpclevel
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock,
                                                               PKLOCK_QUEUE_HANDLE LockHandle) {
    ke::acquire_queued(*SpinLock, LockHandle->LockQueue);
}

/// KeReleaseInStackQueuedSpinLockFromDpcLevel (wdm.h) gives a queued spin lock back without
/// changing the level.
///   IRQL     >= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleaseinstackqueuedspinlockfromdpclevel
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE LockHandle) {
    ke::release_queued(LockHandle->LockQueue);
}

/// KeAcquireInStackQueuedSpinLockForDpc (wdm.h) takes a queued spin lock of a DPC, threaded or not.
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquireinstackqueuedspinlockfordpc
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeAcquireInStackQueuedSpinLockForDpc(PKSPIN_LOCK SpinLock,
                                                           PKLOCK_QUEUE_HANDLE LockHandle) {
    LockHandle->OldIrql = raise_to_dispatch_if_below();
    ke::acquire_queued(*SpinLock, LockHandle->LockQueue);
}

/// KeReleaseInStackQueuedSpinLockForDpc (wdm.h) gives back what
/// KeAcquireInStackQueuedSpinLockForDpc took.
///   IRQL     >= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleaseinstackqueuedspinlockfordpc
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeReleaseInStackQueuedSpinLockForDpc(PKLOCK_QUEUE_HANDLE LockHandle) {
    KeReleaseInStackQueuedSpinLock(LockHandle);
}

/// KeAcquireInStackQueuedSpinLockRaiseToSynch (ntos.h) takes a queued spin lock at SYNCH_LEVEL.
///   IRQL     any
///   Returns  nothing
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeAcquireInStackQueuedSpinLockRaiseToSynch(PKSPIN_LOCK SpinLock,
                                                                 PKLOCK_QUEUE_HANDLE LockHandle) {
    LockHandle->OldIrql = ke::raise_irql(kSynchLevel);
    ke::acquire_queued(*SpinLock, LockHandle->LockQueue);
}
