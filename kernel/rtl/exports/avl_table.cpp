// SPDX-License-Identifier: GPL-2.0-only
// Generic tables on balanced trees. Callers hold their own lock.
//   IRQL     any, on resident memory; what the table's routines need besides
//   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-NAME (in lower case)
//   Differs  nothing known
#include <cstring>

#include "abi/functions/rtl_table.h"
#include "abi/types/status.h"
#include "kernel/rtl/avl.hpp"

namespace {

using rsl::rtl::AvlLinks;
using rsl::rtl::Side;

/// Behind the links are the caller's bytes.
void* user_of(AvlLinks* links) { return links == nullptr ? nullptr : links + 1; }

struct Place {
    AvlLinks* node = nullptr;
    TABLE_SEARCH_RESULT result = TableEmptyTree;
};
Place find(RTL_AVL_TABLE* table, void* buffer) {
    Place place{table->BalancedRoot.RightChild, TableEmptyTree};
    while (place.node != nullptr) {
        const auto order = table->CompareRoutine(table, buffer, user_of(place.node));
        if (order == GenericEqual) return place.result = TableFoundNode, place;
        const bool left = order == GenericLessThan;
        AvlLinks* next = left ? place.node->LeftChild : place.node->RightChild;
        if (next == nullptr) return place.result = left ? TableInsertAsLeft : TableInsertAsRight, place;
        place.node = next;
    }
    return place;
}

/// What RtlGetElementGenericTableAvl remembers is no more.
void forget_order(RTL_AVL_TABLE* table) {
    table->WhichOrderedElement = 0;
    table->OrderedPointer = nullptr;
}

void remove(RTL_AVL_TABLE* table, AvlLinks* node) {
    // An enumeration that stood here goes on behind the element before.
    if (table->RestartKey == node) table->RestartKey = rsl::rtl::avl_previous(table->BalancedRoot, *node);
    ++table->DeleteCount;
    if (rsl::rtl::avl_remove(table->BalancedRoot, *node)) --table->DepthOfTree;
    --table->NumberGenericTableElements;
    forget_order(table);
    table->FreeRoutine(table, node);
}

}  // namespace

RSL_EXPORT VOID NTAPI RtlInitializeGenericTableAvl(PRTL_AVL_TABLE Table, PRTL_AVL_COMPARE_ROUTINE CompareRoutine,
                                                   PRTL_AVL_ALLOCATE_ROUTINE AllocateRoutine,
                                                   PRTL_AVL_FREE_ROUTINE FreeRoutine, PVOID TableContext) {
    *Table = {};
    Table->BalancedRoot.Parent = &Table->BalancedRoot;
    Table->CompareRoutine = CompareRoutine;
    Table->AllocateRoutine = AllocateRoutine;
    Table->FreeRoutine = FreeRoutine;
    Table->TableContext = TableContext;
}

/// RtlInsertElementGenericTableAvl copies Buffer into a new element, or finds the equal one.
///   Returns  the element's own bytes, or NULL when the table's allocation failed
RSL_EXPORT PVOID NTAPI RtlInsertElementGenericTableAvl(PRTL_AVL_TABLE Table, PVOID Buffer, ULONG BufferSize,
                                                       PBOOLEAN NewElement) {
    const Place place = find(Table, Buffer);
    return RtlInsertElementGenericTableFullAvl(Table, Buffer, BufferSize, NewElement, place.node, place.result);
}
RSL_EXPORT PVOID NTAPI RtlInsertElementGenericTableFullAvl(PRTL_AVL_TABLE Table, PVOID Buffer, ULONG BufferSize,
                                                           PBOOLEAN NewElement, PVOID NodeOrParent,
                                                           TABLE_SEARCH_RESULT SearchResult) {
    auto* node = static_cast<AvlLinks*>(NodeOrParent);
    if (NewElement != nullptr) *NewElement = FALSE;
    if (SearchResult == TableFoundNode) return user_of(node);
    auto* entry = static_cast<AvlLinks*>(Table->AllocateRoutine(Table, static_cast<ULONG>(sizeof(AvlLinks)) + BufferSize));
    if (entry == nullptr) return nullptr;
    *entry = {};
    std::memcpy(entry + 1, Buffer, BufferSize);
    AvlLinks& parent = SearchResult == TableEmptyTree ? Table->BalancedRoot : *node;
    const Side side = SearchResult == TableInsertAsLeft ? Side::kLeft : Side::kRight;
    if (rsl::rtl::avl_insert(Table->BalancedRoot, parent, side, *entry)) ++Table->DepthOfTree;
    ++Table->NumberGenericTableElements;
    forget_order(Table);
    if (NewElement != nullptr) *NewElement = TRUE;
    return user_of(entry);
}

RSL_EXPORT BOOLEAN NTAPI RtlDeleteElementGenericTableAvl(PRTL_AVL_TABLE Table, PVOID Buffer) {
    const Place place = find(Table, Buffer);
    if (place.result != TableFoundNode) return FALSE;
    remove(Table, place.node);
    return TRUE;
}
RSL_EXPORT VOID NTAPI RtlDeleteElementGenericTableAvlEx(PRTL_AVL_TABLE Table, PVOID NodeOrParent) {
    remove(Table, static_cast<AvlLinks*>(NodeOrParent));
}

RSL_EXPORT PVOID NTAPI RtlLookupElementGenericTableAvl(PRTL_AVL_TABLE Table, PVOID Buffer) {
    const Place place = find(Table, Buffer);
    return place.result == TableFoundNode ? user_of(place.node) : nullptr;
}
RSL_EXPORT PVOID NTAPI RtlLookupElementGenericTableFullAvl(PRTL_AVL_TABLE Table, PVOID Buffer, PVOID* NodeOrParent,
                                                           TABLE_SEARCH_RESULT* SearchResult) {
    const Place place = find(Table, Buffer);
    *NodeOrParent = place.node;
    *SearchResult = place.result;
    return place.result == TableFoundNode ? user_of(place.node) : nullptr;
}
/// The leftmost of the elements that compare as equal.
RSL_EXPORT PVOID NTAPI RtlLookupFirstMatchingElementGenericTableAvl(PRTL_AVL_TABLE Table, PVOID Buffer,
                                                                    PVOID* RestartKey) {
    Place place = find(Table, Buffer);
    *RestartKey = nullptr;
    if (place.result != TableFoundNode) return nullptr;
    for (;;) {
        AvlLinks* previous = rsl::rtl::avl_previous(Table->BalancedRoot, *place.node);
        if (previous == nullptr || Table->CompareRoutine(Table, Buffer, user_of(previous)) != GenericEqual) break;
        place.node = previous;
    }
    *RestartKey = place.node;
    return user_of(place.node);
}

RSL_EXPORT PVOID NTAPI RtlEnumerateGenericTableAvl(PRTL_AVL_TABLE Table, BOOLEAN Restart) {
    if (Restart) Table->RestartKey = nullptr;
    PVOID key = Table->RestartKey;
    PVOID found = RtlEnumerateGenericTableWithoutSplayingAvl(Table, &key);
    Table->RestartKey = static_cast<AvlLinks*>(key);
    return found;
}
RSL_EXPORT PVOID NTAPI RtlEnumerateGenericTableWithoutSplayingAvl(PRTL_AVL_TABLE Table, PVOID* RestartKey) {
    auto* last = static_cast<AvlLinks*>(*RestartKey);
    AvlLinks* next = last == nullptr ? rsl::rtl::avl_first(Table->BalancedRoot)
                                     : rsl::rtl::avl_next(Table->BalancedRoot, *last);
    if (next != nullptr) *RestartKey = next;
    return user_of(next);
}

/// RtlEnumerateGenericTableLikeADirectory goes on after deletions from the key in Buffer. The match
/// function answers STATUS_SUCCESS, STATUS_NO_MATCH (skip), or STATUS_NO_MORE_MATCHES (end).
RSL_EXPORT PVOID NTAPI RtlEnumerateGenericTableLikeADirectory(PRTL_AVL_TABLE Table,
                                                              PRTL_AVL_MATCH_FUNCTION MatchFunction, PVOID MatchData,
                                                              ULONG NextFlag, PVOID* RestartKey, PULONG DeleteCount,
                                                              PVOID Buffer) {
    auto* at = static_cast<AvlLinks*>(*RestartKey);
    bool next = NextFlag != 0;
    if (at == nullptr || *DeleteCount != Table->DeleteCount) {
        const Place place = find(Table, Buffer);
        at = place.node;
        if (at == nullptr) return nullptr;
        // Not there any more: the element after its place is what comes next in either case.
        if (place.result == TableInsertAsRight) next = true;
        if (place.result == TableInsertAsLeft) next = false;
    }
    if (next) at = rsl::rtl::avl_next(Table->BalancedRoot, *at);
    for (; at != nullptr; at = rsl::rtl::avl_next(Table->BalancedRoot, *at)) {
        const NTSTATUS match =
            MatchFunction == nullptr ? STATUS_SUCCESS : MatchFunction(Table, user_of(at), MatchData);
        if (match == STATUS_SUCCESS) break;
        if (match == STATUS_NO_MORE_MATCHES) return nullptr;
    }
    *DeleteCount = Table->DeleteCount;
    if (at != nullptr) *RestartKey = at;
    return user_of(at);
}

/// RtlGetElementGenericTableAvl: the I-th element in order, from 0 on; near the last one asked it is quick.
RSL_EXPORT PVOID NTAPI RtlGetElementGenericTableAvl(PRTL_AVL_TABLE Table, ULONG I) {
    if (I >= Table->NumberGenericTableElements) return nullptr;
    auto* at = static_cast<AvlLinks*>(Table->OrderedPointer);
    ULONG index = Table->WhichOrderedElement;
    if (at == nullptr || I < index / 2) at = rsl::rtl::avl_first(Table->BalancedRoot), index = 0;
    for (; index < I; ++index) at = rsl::rtl::avl_next(Table->BalancedRoot, *at);
    for (; index > I; --index) at = rsl::rtl::avl_previous(Table->BalancedRoot, *at);
    Table->OrderedPointer = at;
    Table->WhichOrderedElement = I;
    return user_of(at);
}
RSL_EXPORT ULONG NTAPI RtlNumberGenericTableElementsAvl(PRTL_AVL_TABLE Table) {
    return Table->NumberGenericTableElements;
}
RSL_EXPORT BOOLEAN NTAPI RtlIsGenericTableEmptyAvl(PRTL_AVL_TABLE Table) {
    return Table->NumberGenericTableElements == 0;
}
