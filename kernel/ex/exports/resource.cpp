// SPDX-License-Identifier: GPL-2.0-only
// Resources.
#include "kernel/ex/resource.hpp"

#include "abi/functions/ex.h"
#include "abi/functions/export.h"
#include "abi/types/status.h"
#include "kernel/ke/apc.hpp"
#include "kernel/ke/irql.hpp"

using namespace rsl;

/// ExInitializeResourceLite (wdm.h) makes a resource.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exinitializeresourcelite
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ExInitializeResourceLite(PERESOURCE Resource) {
    ex::initialize_resource(*Resource);
    return STATUS_SUCCESS;
}

/// ExReinitializeResourceLite (wdm.h) makes a resource as new.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exreinitializeresourcelite
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ExReinitializeResourceLite(PERESOURCE Resource) {
    ex::reinitialize_resource(*Resource);
    return STATUS_SUCCESS;
}

/// ExDeleteResourceLite (wdm.h) ends a resource that nobody owns or awaits.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exdeleteresourcelite
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ExDeleteResourceLite(PERESOURCE Resource) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    ex::delete_resource(*Resource);
    return STATUS_SUCCESS;
}

/// ExAcquireResourceExclusiveLite (wdm.h) takes a resource exclusively; it nests.
///   IRQL     <= APC_LEVEL
///   Returns  FALSE when it is taken and Wait is FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquireresourceexclusivelite
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ex::acquire_exclusive(*Resource, Wait != 0);
}

/// ExAcquireResourceSharedLite (wdm.h) takes a resource with others, behind waiting writers.
///   IRQL     <= APC_LEVEL
///   Returns  FALSE when it is taken and Wait is FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquireresourcesharedlite
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ExAcquireResourceSharedLite(PERESOURCE Resource, BOOLEAN Wait) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ex::acquire_shared(*Resource, Wait != 0, ex::Shared::kFair);
}

/// ExAcquireSharedStarveExclusive (wdm.h) takes a resource with others, before waiting writers.
///   IRQL     <= APC_LEVEL
///   Returns  FALSE when it is taken and Wait is FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquiresharedstarveexclusive
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ExAcquireSharedStarveExclusive(PERESOURCE Resource, BOOLEAN Wait) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ex::acquire_shared(*Resource, Wait != 0, ex::Shared::kStarveExclusive);
}

/// ExAcquireSharedWaitForExclusive (wdm.h) takes a resource with others, behind waiting writers
/// even if held.
///   IRQL     <= APC_LEVEL
///   Returns  FALSE when it is taken and Wait is FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquiresharedwaitforexclusive
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ExAcquireSharedWaitForExclusive(PERESOURCE Resource, BOOLEAN Wait) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ex::acquire_shared(*Resource, Wait != 0, ex::Shared::kWaitForExclusive);
}

/// ExReleaseResourceLite (wdm.h) gives a resource back once.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleaseresourcelite
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReleaseResourceLite(PERESOURCE Resource) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    ex::release_resource(*Resource, ex::current_owner());
}

/// ExReleaseResourceForThreadLite (wdm.h) gives a resource back for another thread or owner
/// pointer.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleaseresourceforthreadlite
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReleaseResourceForThreadLite(PERESOURCE Resource, ERESOURCE_THREAD ResourceThreadId) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    ex::release_resource(*Resource, ResourceThreadId);
}

/// ExConvertExclusiveToSharedLite (wdm.h) lets others share what the caller owned exclusively.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exconvertexclusivetosharedlite
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExConvertExclusiveToSharedLite(PERESOURCE Resource) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    ex::convert_to_shared(*Resource);
}

/// ExSetResourceOwnerPointer (wdm.h) makes a pointer (two low bits set) the owner in place of the
/// thread.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exsetresourceownerpointer
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExSetResourceOwnerPointer(PERESOURCE Resource, PVOID OwnerPointer) {
    ex::set_owner(*Resource, OwnerPointer);
}

/// ExSetResourceOwnerPointerEx (wdm.h) makes a pointer (two low bits set) the owner in place of the
/// thread.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exsetresourceownerpointerex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExSetResourceOwnerPointerEx(PERESOURCE Resource, PVOID OwnerPointer, ULONG Flags) {
    ex::set_owner(*Resource, OwnerPointer);
}

/// ExIsResourceAcquiredExclusiveLite (wdm.h) says whether the caller owns a resource exclusively.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE when it does
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exisresourceacquiredexclusivelite
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ExIsResourceAcquiredExclusiveLite(PERESOURCE Resource) {
    return ex::is_exclusive_owner(*Resource);
}

/// ExIsResourceAcquiredSharedLite (wdm.h) says how often the caller holds a resource, either way.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the number
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exisresourceacquiredsharedlite
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI ExIsResourceAcquiredSharedLite(PERESOURCE Resource) {
    return ex::times_held(*Resource);
}

/// ExGetExclusiveWaiterCount (wdm.h) tells how many wait for a resource exclusively.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the number
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exgetexclusivewaitercount
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI ExGetExclusiveWaiterCount(PERESOURCE Resource) {
    return Resource->NumberOfExclusiveWaiters;
}

/// ExGetSharedWaiterCount (wdm.h) tells how many wait to share a resource.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the number
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exgetsharedwaitercount
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI ExGetSharedWaiterCount(PERESOURCE Resource) {
    return Resource->NumberOfSharedWaiters;
}

/// ExDisableResourceBoostLite (ntifs.h) turns priority boosts of owners off.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-exdisableresourceboostlite
///   Differs  owners are not boosted
RSL_EXPORT VOID NTAPI ExDisableResourceBoostLite(PERESOURCE Resource) {}

/// ExEnterCriticalRegionAndAcquireResourceExclusive (ntddk.h) enters a critical region and takes a
/// resource exclusively.
///   IRQL     <= APC_LEVEL
///   Returns  the thread, for ExReleaseResourceForThreadLite
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exentercriticalregionandacquireresourceexclusive
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI ExEnterCriticalRegionAndAcquireResourceExclusive(PERESOURCE Resource) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ke::enter_critical_region();
    ex::acquire_exclusive(*Resource, true);
    return &ke::current_thread();
}

/// ExEnterCriticalRegionAndAcquireResourceShared (ntddk.h) enters a critical region and takes a
/// resource with others.
///   IRQL     <= APC_LEVEL
///   Returns  the thread
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exentercriticalregionandacquireresourceshared
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI ExEnterCriticalRegionAndAcquireResourceShared(PERESOURCE Resource) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ke::enter_critical_region();
    ex::acquire_shared(*Resource, true, ex::Shared::kFair);
    return &ke::current_thread();
}

/// ExEnterCriticalRegionAndAcquireSharedWaitForExclusive (ntddk.h) enters a critical region and
/// takes a resource with others, behind waiting writers.
///   IRQL     <= APC_LEVEL
///   Returns  the thread
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exentercriticalregionandacquiresharedwaitforexclusive
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(PERESOURCE Resource) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ke::enter_critical_region();
    ex::acquire_shared(*Resource, true, ex::Shared::kWaitForExclusive);
    return &ke::current_thread();
}

/// ExReleaseResourceAndLeaveCriticalRegion (ntddk.h) gives a resource back and leaves the critical
/// region.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exreleaseresourceandleavecriticalregion
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExReleaseResourceAndLeaveCriticalRegion(PERESOURCE Resource) {
    ex::release_resource(*Resource, ex::current_owner());
    ke::leave_critical_region();
}
