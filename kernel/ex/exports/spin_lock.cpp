// SPDX-License-Identifier: GPL-2.0-only
// Spin locks that readers share.
#include "abi/functions/ex.h"
#include "abi/functions/export.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/nt_spin_lock.hpp"

using namespace rsl;

/// ExAcquireSpinLockShared (wdm.h) takes a spin lock with other readers at DISPATCH_LEVEL.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the level before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirespinlockshared
///   Differs  nothing known
RSL_EXPORT KIRQL NTAPI ExAcquireSpinLockShared(PEX_SPIN_LOCK SpinLock) {
    const KIRQL old = ke::raise_irql(DISPATCH_LEVEL);
    ke::acquire_shared(*SpinLock);
    return old;
}

/// ExAcquireSpinLockSharedAtDpcLevel (wdm.h) takes a spin lock with other readers.
///   IRQL     >= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirespinlocksharedatdpclevel
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK SpinLock) {
    ke::acquire_shared(*SpinLock);
}

/// ExTryAcquireSpinLockSharedAtDpcLevel (wdm.h) takes a spin lock with other readers if that is
/// possible now.
///   IRQL     >= DISPATCH_LEVEL
///   Returns  nonzero when taken
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-extryacquirespinlocksharedatdpclevel
///   Differs  nothing known
RSL_EXPORT LOGICAL NTAPI ExTryAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK SpinLock) {
    return ke::try_acquire_shared(*SpinLock);
}

/// ExReleaseSpinLockShared (wdm.h) gives back what a reader took and lowers the level.
///   IRQL     DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasespinlockshared
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReleaseSpinLockShared(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql) {
    ke::release_shared(*SpinLock);
    ke::lower_irql(OldIrql);
}

/// ExReleaseSpinLockSharedFromDpcLevel (wdm.h) gives back what a reader took.
///   IRQL     >= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasespinlocksharedfromdpclevel
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReleaseSpinLockSharedFromDpcLevel(PEX_SPIN_LOCK SpinLock) {
    ke::release_shared(*SpinLock);
}

/// ExAcquireSpinLockExclusive (wdm.h) takes a spin lock as its only owner at DISPATCH_LEVEL.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the level before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirespinlockexclusive
///   Differs  nothing known
RSL_EXPORT KIRQL NTAPI ExAcquireSpinLockExclusive(PEX_SPIN_LOCK SpinLock) {
    const KIRQL old = ke::raise_irql(DISPATCH_LEVEL);
    ke::acquire_exclusive(*SpinLock);
    return old;
}

/// ExAcquireSpinLockExclusiveAtDpcLevel (wdm.h) takes a spin lock as its only owner.
///   IRQL     >= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirespinlockexclusiveatdpclevel
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK SpinLock) {
    ke::acquire_exclusive(*SpinLock);
}

/// ExTryAcquireSpinLockExclusiveAtDpcLevel (wdm.h) takes a spin lock as its only owner if it is
/// free.
///   IRQL     >= DISPATCH_LEVEL
///   Returns  nonzero when taken
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-extryacquirespinlockexclusiveatdpclevel
///   Differs  nothing known
RSL_EXPORT LOGICAL NTAPI ExTryAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK SpinLock) {
    return ke::try_acquire_exclusive(*SpinLock);
}

/// ExTryConvertSharedSpinLockExclusive (wdm.h) makes the only reader the owner.
///   IRQL     >= DISPATCH_LEVEL
///   Returns  nonzero when there was no other reader
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-extryconvertsharedspinlockexclusive
///   Differs  nothing known
RSL_EXPORT LOGICAL NTAPI ExTryConvertSharedSpinLockExclusive(PEX_SPIN_LOCK SpinLock) {
    return ke::try_convert_to_exclusive(*SpinLock);
}

/// ExReleaseSpinLockExclusive (wdm.h) gives back what the owner took and lowers the level.
///   IRQL     DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasespinlockexclusive
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReleaseSpinLockExclusive(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql) {
    ke::release_exclusive(*SpinLock);
    ke::lower_irql(OldIrql);
}

/// ExReleaseSpinLockExclusiveFromDpcLevel (wdm.h) gives back what the owner took.
///   IRQL     >= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasespinlockexclusivefromdpclevel
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReleaseSpinLockExclusiveFromDpcLevel(PEX_SPIN_LOCK SpinLock) {
    ke::release_exclusive(*SpinLock);
}
