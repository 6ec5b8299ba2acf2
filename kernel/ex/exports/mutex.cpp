// SPDX-License-Identifier: GPL-2.0-only
// Fast and guarded mutexes. A fast mutex holds its owner at APC_LEVEL, a guarded one in a guarded region.
#include "kernel/ke/mutex.hpp"

#include "abi/functions/ex.h"
#include "abi/functions/export.h"
#include "kernel/ke/apc.hpp"
#include "kernel/ke/irql.hpp"

using namespace rsl;

/// ExAcquireFastMutex (wdm.h) takes a fast mutex and raises to APC_LEVEL.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirefastmutex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExAcquireFastMutex(PFAST_MUTEX FastMutex) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const KIRQL old = ke::raise_irql(APC_LEVEL);
    ke::acquire_fast_mutex(*FastMutex);
    FastMutex->OldIrql = old;
}

/// ExTryToAcquireFastMutex (wdm.h) takes a fast mutex if it is free.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE when taken, now at APC_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-extrytoacquirefastmutex
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ExTryToAcquireFastMutex(PFAST_MUTEX FastMutex) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const KIRQL old = ke::raise_irql(APC_LEVEL);
    if (!ke::try_acquire_fast_mutex(*FastMutex)) {
        ke::lower_irql(old);
        return FALSE;
    }
    FastMutex->OldIrql = old;
    return TRUE;
}

/// ExReleaseFastMutex (wdm.h) gives a fast mutex back and lowers to the level before.
///   IRQL     APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasefastmutex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReleaseFastMutex(PFAST_MUTEX FastMutex) {
    const auto old = static_cast<KIRQL>(FastMutex->OldIrql);
    ke::release_fast_mutex(*FastMutex);
    ke::lower_irql(old);
}

/// ExAcquireFastMutexUnsafe (wdm.h) takes a fast mutex; the caller holds off APCs.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirefastmutexunsafe
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExAcquireFastMutexUnsafe(PFAST_MUTEX FastMutex) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ke::acquire_fast_mutex(*FastMutex);
}

/// ExReleaseFastMutexUnsafe (wdm.h) gives back what ExAcquireFastMutexUnsafe took.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasefastmutexunsafe
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReleaseFastMutexUnsafe(PFAST_MUTEX FastMutex) {
    ke::release_fast_mutex(*FastMutex);
}

/// ExEnterCriticalRegionAndAcquireFastMutexUnsafe (ntos.h) enters a critical region and takes a
/// fast mutex.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExEnterCriticalRegionAndAcquireFastMutexUnsafe(PFAST_MUTEX FastMutex) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ke::enter_critical_region();
    ke::acquire_fast_mutex(*FastMutex);
}

/// ExReleaseFastMutexUnsafeAndLeaveCriticalRegion (ntos.h) gives a fast mutex back and leaves the
/// critical region.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(PFAST_MUTEX FastMutex) {
    ke::release_fast_mutex(*FastMutex);
    ke::leave_critical_region();
}

/// KeInitializeGuardedMutex (wdm.h) makes a guarded mutex.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializeguardedmutex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeInitializeGuardedMutex(PKGUARDED_MUTEX Mutex) { ke::initialize_fast_mutex(*Mutex); }

/// KeAcquireGuardedMutex (wdm.h) enters a guarded region and takes a guarded mutex.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquireguardedmutex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeAcquireGuardedMutex(PKGUARDED_MUTEX Mutex) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ke::enter_guarded_region();
    ke::acquire_fast_mutex(*Mutex);
}

/// KeTryToAcquireGuardedMutex (wdm.h) takes a guarded mutex if it is free.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE when taken, now in a guarded region
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ketrytoacquireguardedmutex
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeTryToAcquireGuardedMutex(PKGUARDED_MUTEX Mutex) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ke::enter_guarded_region();
    if (ke::try_acquire_fast_mutex(*Mutex)) return TRUE;
    ke::leave_guarded_region();
    return FALSE;
}

/// KeReleaseGuardedMutex (wdm.h) gives a guarded mutex back and leaves its guarded region.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleaseguardedmutex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeReleaseGuardedMutex(PKGUARDED_MUTEX Mutex) {
    ke::release_fast_mutex(*Mutex);
    ke::leave_guarded_region();
}

/// KeAcquireGuardedMutexUnsafe (wdm.h) takes a guarded mutex; the caller holds off APCs.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquireguardedmutexunsafe
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeAcquireGuardedMutexUnsafe(PKGUARDED_MUTEX FastMutex) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ke::acquire_fast_mutex(*FastMutex);
}

/// KeReleaseGuardedMutexUnsafe (wdm.h) gives back what KeAcquireGuardedMutexUnsafe took.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleaseguardedmutexunsafe
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeReleaseGuardedMutexUnsafe(PKGUARDED_MUTEX FastMutex) {
    ke::release_fast_mutex(*FastMutex);
}
