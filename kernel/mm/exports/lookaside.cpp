// SPDX-License-Identifier: GPL-2.0-only
// Lookaside lists. Newer headers allocate and free inline, through the members; older drivers import
// the functions. Both work on the same list.
#include "abi/functions/ex.h"
#include "abi/functions/export.h"
#include "abi/functions/mm.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/lookaside.hpp"

using namespace rsl;

namespace {

template <typename List>
PVOID pop_counted(List& list) {
    ++list.TotalAllocates;  // a statistic that drivers may read; not exact, as in NT
    PVOID entry = ExpInterlockedPopEntrySList(&list.ListHead);
    if (entry == nullptr) ++list.AllocateMisses;
    return entry;
}

/// Whether the list took the entry. When it is full, the free routine gets it.
template <typename List>
bool push_counted(List& list, PVOID entry) {
    ++list.TotalFrees;
    if (list.ListHead.HeaderX64.Depth >= list.Depth) {
        ++list.FreeMisses;
        return false;
    }
    ExpInterlockedPushEntrySList(&list.ListHead, static_cast<PSLIST_ENTRY>(entry));
    return true;
}

PVOID allocate_from(GENERAL_LOOKASIDE& list) {
    PVOID entry = pop_counted(list);
    return entry != nullptr ? entry : list.Allocate(list.Type, list.Size, list.Tag);
}
void free_to(GENERAL_LOOKASIDE& list, PVOID entry) {
    if (!push_counted(list, entry)) list.Free(entry);
}
void flush(GENERAL_LOOKASIDE& list) {
    while (PVOID entry = ExpInterlockedPopEntrySList(&list.ListHead)) list.Free(entry);
}

void initialize(GENERAL_LOOKASIDE& list, POOL_TYPE type, PALLOCATE_FUNCTION allocate, PFREE_FUNCTION free,
                SIZE_T bytes, ULONG tag) {
    mm::initialize_lookaside(list, type, bytes, tag);
    list.Allocate = allocate != nullptr ? allocate : ExAllocatePoolWithTag;
    list.Free = free != nullptr ? free : ExFreePool;
}

PVOID NTAPI allocate_entry(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag, PLOOKASIDE_LIST_EX) {
    return ExAllocatePoolWithTag(PoolType, NumberOfBytes, Tag);
}
VOID NTAPI free_entry(PVOID Buffer, PLOOKASIDE_LIST_EX) { ExFreePool(Buffer); }

}  // namespace

/// ExInitializeNPagedLookasideList (wdm.h) readies a list of resident entries of one size.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the caller has the structure; entries on the list go with ExDeleteNPagedLookasideList
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exinitializenpagedlookasidelist
///   Differs  the list's depth never changes
RSL_EXPORT VOID NTAPI ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside,
                                                      PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
                                                      ULONG Flags, SIZE_T Size, ULONG Tag, USHORT) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    constexpr ULONG kFlags = POOL_RAISE_IF_ALLOCATION_FAILURE | POOL_NX_ALLOCATION;
    initialize(Lookaside->L, static_cast<POOL_TYPE>(NonPagedPool | (Flags & kFlags)), Allocate, Free, Size,
               Tag);
}

/// ExDeleteNPagedLookasideList (wdm.h) frees the entries on the list.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the caller has the structure again
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exdeletenpagedlookasidelist
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    flush(Lookaside->L);
}

/// ExAllocateFromNPagedLookasideList (wdm.h; inline in newer headers) takes an entry.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  an entry, or NULL
///   Owner    the caller, until ExFreeToNPagedLookasideList
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatefromnpagedlookasidelist
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI ExAllocateFromNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return allocate_from(Lookaside->L);
}

/// ExFreeToNPagedLookasideList (wdm.h; inline in newer headers) gives an entry back.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the list, or the free routine when it is full
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exfreetonpagedlookasidelist
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExFreeToNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    free_to(Lookaside->L, Entry);
}

/// ExInitializePagedLookasideList (wdm.h) readies a list of pageable entries of one size.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Owner    the caller has the structure; entries on the list go with ExDeletePagedLookasideList
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exinitializepagedlookasidelist
///   Differs  entries are resident; the list's depth never changes
RSL_EXPORT VOID NTAPI ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside,
                                                     PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
                                                     ULONG Flags, SIZE_T Size, ULONG Tag, USHORT) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    const ULONG raise = Flags & POOL_RAISE_IF_ALLOCATION_FAILURE;
    initialize(Lookaside->L, static_cast<POOL_TYPE>(PagedPool | raise), Allocate, Free, Size, Tag);
}

/// ExDeletePagedLookasideList (wdm.h) frees the entries on the list.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Owner    the caller has the structure again
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exdeletepagedlookasidelist
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExDeletePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    flush(Lookaside->L);
}

/// ExAllocateFromPagedLookasideList (wdm.h; inline in newer headers) takes an entry.
///   IRQL     <= APC_LEVEL
///   Returns  an entry, or NULL
///   Owner    the caller, until ExFreeToPagedLookasideList
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatefrompagedlookasidelist
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI ExAllocateFromPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return allocate_from(Lookaside->L);
}

/// ExFreeToPagedLookasideList (wdm.h; inline in newer headers) gives an entry back.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Owner    the list, or the free routine when it is full
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exfreetopagedlookasidelist
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExFreeToPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    free_to(Lookaside->L, Entry);
}

/// ExInitializeLookasideListEx (wdm.h) readies a list of entries of one size, of any pool.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER_4 (pool type), STATUS_INVALID_PARAMETER_5 (flags)
///   Owner    the caller has the structure; entries on the list go with ExDeleteLookasideListEx
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exinitializelookasidelistex
///   Differs  the list's depth never changes
RSL_EXPORT NTSTATUS NTAPI ExInitializeLookasideListEx(PLOOKASIDE_LIST_EX Lookaside,
                                                      PALLOCATE_FUNCTION_EX Allocate,
                                                      PFREE_FUNCTION_EX Free, POOL_TYPE PoolType,
                                                      ULONG Flags, SIZE_T Size, ULONG Tag, USHORT) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    constexpr ULONG kValidTypes = PagedPool | NonPagedPoolCacheAligned | NonPagedPoolSession |
                                  POOL_NX_ALLOCATION | POOL_COLD_ALLOCATION;
    if ((static_cast<ULONG>(PoolType) & ~kValidTypes) != 0) return STATUS_INVALID_PARAMETER_4;
    ULONG type = PoolType;
    switch (Flags) {
        case 0: break;
        case EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL: type |= POOL_RAISE_IF_ALLOCATION_FAILURE; break;
        case EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE: type |= POOL_QUOTA_FAIL_INSTEAD_OF_RAISE; break;
        default: return STATUS_INVALID_PARAMETER_5;
    }
    mm::initialize_lookaside(Lookaside->L, static_cast<POOL_TYPE>(type), Size, Tag);
    Lookaside->L.AllocateEx = Allocate != nullptr ? Allocate : allocate_entry;
    Lookaside->L.FreeEx = Free != nullptr ? Free : free_entry;
    return STATUS_SUCCESS;
}

/// ExFlushLookasideListEx (wdm.h) frees the entries on the list, which stays usable.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the entries are gone
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exflushlookasidelistex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExFlushLookasideListEx(PLOOKASIDE_LIST_EX Lookaside) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    while (PVOID entry = ExpInterlockedPopEntrySList(&Lookaside->L.ListHead)) {
        Lookaside->L.FreeEx(entry, Lookaside);
    }
}

/// ExDeleteLookasideListEx (wdm.h) frees the entries on the list.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the caller has the structure again
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exdeletelookasidelistex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExDeleteLookasideListEx(PLOOKASIDE_LIST_EX Lookaside) {
    ExFlushLookasideListEx(Lookaside);
}

/// ExAllocateFromLookasideListEx (wdm.h; inline in newer headers) takes an entry.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  an entry; NULL or an exception when there is none, as the list was made
///   Owner    the caller, until ExFreeToLookasideListEx
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatefromlookasidelistex
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI ExAllocateFromLookasideListEx(PLOOKASIDE_LIST_EX Lookaside) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    PVOID entry = pop_counted(Lookaside->L);
    if (entry != nullptr) return entry;
    return Lookaside->L.AllocateEx(Lookaside->L.Type, Lookaside->L.Size, Lookaside->L.Tag, Lookaside);
}

/// ExFreeToLookasideListEx (wdm.h; inline in newer headers) gives an entry back.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the list, or the free routine when it is full
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exfreetolookasidelistex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExFreeToLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PVOID Entry) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (!push_counted(Lookaside->L, Entry)) Lookaside->L.FreeEx(Entry, Lookaside);
}
