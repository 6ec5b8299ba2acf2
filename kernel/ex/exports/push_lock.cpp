// SPDX-License-Identifier: GPL-2.0-only
// Push locks and rundown protection.
#include "kernel/ex/push_lock.hpp"

#include "abi/functions/ex.h"
#include "abi/functions/export.h"
#include "kernel/ex/rundown.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"

using namespace rsl;

/// ExInitializePushLock (wdm.h) makes a push lock that is free.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exinitializepushlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExInitializePushLock(PEX_PUSH_LOCK PushLock) { *PushLock = 0; }

/// ExAcquirePushLockExclusiveEx (wdm.h) takes a push lock exclusively.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirepushlockexclusiveex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExAcquirePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ex::acquire_exclusive(*PushLock);
}

/// ExAcquirePushLockSharedEx (wdm.h) takes a push lock with others.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirepushlocksharedex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExAcquirePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ex::acquire_shared(*PushLock);
}

/// ExTryAcquirePushLockExclusiveEx (ntos.h) takes a push lock exclusively if it is free.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE when taken
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ExTryAcquirePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags) {
    return ex::try_acquire_exclusive(*PushLock);
}

/// ExTryAcquirePushLockSharedEx (ntos.h) takes a push lock with others if that is possible now.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE when taken
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ExTryAcquirePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags) {
    return ex::try_acquire_shared(*PushLock);
}

/// ExReleasePushLockExclusiveEx (wdm.h) gives a push lock back that was taken exclusively.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasepushlockexclusiveex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReleasePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags) {
    ex::release_exclusive(*PushLock);
}

/// ExReleasePushLockSharedEx (wdm.h) gives a push lock back that was taken with others.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasepushlocksharedex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReleasePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags) {
    ex::release_shared(*PushLock);
}

/// ExReleasePushLockEx (ntos.h) gives a push lock back.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReleasePushLockEx(PEX_PUSH_LOCK PushLock, ULONG Flags) { ex::release(*PushLock); }

/// ExfAcquirePushLockExclusive (ntos.h) takes a push lock exclusively.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExfAcquirePushLockExclusive(PEX_PUSH_LOCK PushLock) { ex::acquire_exclusive(*PushLock); }

/// ExfAcquirePushLockShared (ntos.h) takes a push lock with others.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExfAcquirePushLockShared(PEX_PUSH_LOCK PushLock) { ex::acquire_shared(*PushLock); }

/// ExfTryAcquirePushLockShared (ntos.h) takes a push lock with others if that is possible now.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE when taken
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ExfTryAcquirePushLockShared(PEX_PUSH_LOCK PushLock) {
    return ex::try_acquire_shared(*PushLock);
}

/// ExfReleasePushLock (ntos.h) gives a push lock back.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExfReleasePushLock(PEX_PUSH_LOCK PushLock) { ex::release(*PushLock); }

/// ExfReleasePushLockExclusive (ntos.h) gives a push lock back that was taken exclusively.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExfReleasePushLockExclusive(PEX_PUSH_LOCK PushLock) { ex::release_exclusive(*PushLock); }

/// ExfReleasePushLockShared (ntos.h) gives a push lock back that was taken with others.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExfReleasePushLockShared(PEX_PUSH_LOCK PushLock) { ex::release_shared(*PushLock); }

// ---- Rundown protection

/// ExInitializeRundownProtection (ntddk.h) makes rundown protection that nobody holds.
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exinitializerundownprotection
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExInitializeRundownProtection(PEX_RUNDOWN_REF RunRef) { RunRef->Count = 0; }

/// ExReInitializeRundownProtection (ntddk.h) makes rundown protection usable again after a rundown.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exreinitializerundownprotection
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReInitializeRundownProtection(PEX_RUNDOWN_REF RunRef) { RunRef->Count = 0; }

/// ExAcquireRundownProtection (ntddk.h) counts a user in.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  FALSE when the rundown has begun
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exacquirerundownprotection
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ExAcquireRundownProtection(PEX_RUNDOWN_REF RunRef) { return ex::acquire(*RunRef, 1); }

/// ExAcquireRundownProtectionEx (ntddk.h) counts several users in.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  FALSE when the rundown has begun
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exacquirerundownprotectionex
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ExAcquireRundownProtectionEx(PEX_RUNDOWN_REF RunRef, ULONG Count) {
    return ex::acquire(*RunRef, Count);
}

/// ExReleaseRundownProtection (ntddk.h) counts a user out.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exreleaserundownprotection
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReleaseRundownProtection(PEX_RUNDOWN_REF RunRef) { ex::release(*RunRef, 1); }

/// ExReleaseRundownProtectionEx (ntddk.h) counts several users out.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exreleaserundownprotectionex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReleaseRundownProtectionEx(PEX_RUNDOWN_REF RunRef, ULONG Count) {
    ex::release(*RunRef, Count);
}

/// ExWaitForRundownProtectionRelease (ntddk.h) lets nobody in any more and waits until all are out.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exwaitforrundownprotectionrelease
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF RunRef) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ex::wait_for_release(*RunRef);
}

/// ExRundownCompleted (ntddk.h) marks a rundown as done.
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exrundowncompleted
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExRundownCompleted(PEX_RUNDOWN_REF RunRef) { RunRef->Count = 1; }

/// ExAllocateCacheAwareRundownProtection (ntddk.h) makes rundown protection with a count a
/// processor.
///   IRQL     <= APC_LEVEL
///   Returns  it, or NULL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exallocatecacheawarerundownprotection
///   Differs  nothing known
RSL_EXPORT PEX_RUNDOWN_REF_CACHE_AWARE NTAPI ExAllocateCacheAwareRundownProtection(POOL_TYPE PoolType, ULONG PoolTag) {
    auto* const rundown = static_cast<PEX_RUNDOWN_REF_CACHE_AWARE>(mm::allocate(ex::cache_aware_bytes(), PoolTag));
    if (rundown == nullptr) return nullptr;
    ex::initialize_cache_aware(*rundown);
    rundown->from_pool = true;
    return rundown;
}

/// ExSizeOfRundownProtectionCacheAware (ntddk.h) tells how much memory cache-aware rundown
/// protection takes.
///   IRQL     any
///   Returns  bytes
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exsizeofrundownprotectioncacheaware
///   Differs  nothing known
RSL_EXPORT SIZE_T NTAPI ExSizeOfRundownProtectionCacheAware(VOID) { return ex::cache_aware_bytes(); }

/// ExInitializeRundownProtectionCacheAware (ntddk.h) makes rundown protection in the caller's
/// memory.
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exinitializerundownprotectioncacheaware
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExInitializeRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware,
                                                              SIZE_T RunRefSize) {
    ex::initialize_cache_aware(*RunRefCacheAware);
}

/// ExFreeCacheAwareRundownProtection (ntddk.h) frees what ExAllocateCacheAwareRundownProtection
/// made.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exfreecacheawarerundownprotection
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExFreeCacheAwareRundownProtection(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware) {
    mm::free(RunRefCacheAware);
}

/// ExAcquireRundownProtectionCacheAware (ntddk.h) counts a user in.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  FALSE when the rundown has begun
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exacquirerundownprotectioncacheaware
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ExAcquireRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware) {
    return ex::acquire(*RunRefCacheAware, 1);
}

/// ExAcquireRundownProtectionCacheAwareEx (ntddk.h) counts several users in.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  FALSE when the rundown has begun
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exacquirerundownprotectioncacheawareex
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ExAcquireRundownProtectionCacheAwareEx(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware,
                                                                ULONG Count) {
    return ex::acquire(*RunRefCacheAware, Count);
}

/// ExReleaseRundownProtectionCacheAware (ntddk.h) counts a user out.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exreleaserundownprotectioncacheaware
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReleaseRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware) {
    ex::release(*RunRefCacheAware, 1);
}

/// ExReleaseRundownProtectionCacheAwareEx (ntddk.h) counts several users out.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exreleaserundownprotectioncacheawareex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReleaseRundownProtectionCacheAwareEx(PEX_RUNDOWN_REF_CACHE_AWARE RunRef, ULONG Count) {
    ex::release(*RunRef, Count);
}

/// ExWaitForRundownProtectionReleaseCacheAware (ntddk.h) lets nobody in any more and waits until
/// all are out.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exwaitforrundownprotectionreleasecacheaware
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExWaitForRundownProtectionReleaseCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRef) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ex::wait_for_release(*RunRef);
}

/// ExReInitializeRundownProtectionCacheAware (ntddk.h) makes rundown protection usable again.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exreinitializerundownprotectioncacheaware
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReInitializeRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware) {
    ex::set_state(*RunRefCacheAware, 0);
}

/// ExRundownCompletedCacheAware (ntddk.h) marks a rundown as done.
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exrundowncompletedcacheaware
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExRundownCompletedCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware) {
    ex::set_state(*RunRefCacheAware, 1);
}
