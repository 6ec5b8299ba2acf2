// SPDX-License-Identifier: GPL-2.0-only
// Splay links, and generic tables on them. Callers hold their own lock, also while they only look
// something up: that moves nodes.
//   IRQL     any, on resident memory; what the table's routines need besides
//   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-NAME (in lower case)
//   Differs  nothing known
#include <cstring>

#include "abi/functions/rtl_table.h"
#include "kernel/rtl/splay.hpp"

namespace {

using rsl::rtl::SplayLinks;

/// What the table allocates for an element: tree links, place in insertion order, the caller's
/// bytes.
struct Entry {
    SplayLinks links;
    LIST_ENTRY order;
    char user[8];
};
constexpr ULONG kHeaderBytes = offsetof(Entry, user);
static_assert(kHeaderBytes == 40);  // drivers size their allocations by it

Entry* entry_of(SplayLinks* links) { return reinterpret_cast<Entry*>(links); }
void* user_of(SplayLinks* links) { return links == nullptr ? nullptr : entry_of(links)->user; }

/// Where an element is, or where it would hang.
struct Place {
    SplayLinks* node = nullptr;
    TABLE_SEARCH_RESULT result = TableEmptyTree;
};
Place find(RTL_GENERIC_TABLE* table, void* buffer) {
    Place place{table->TableRoot, TableEmptyTree};
    while (place.node != nullptr) {
        const auto order = table->CompareRoutine(table, buffer, user_of(place.node));
        if (order == GenericEqual) return place.result = TableFoundNode, place;
        const bool left = order == GenericLessThan;
        SplayLinks* next = left ? place.node->LeftChild : place.node->RightChild;
        if (next == nullptr)
            return place.result = left ? TableInsertAsLeft : TableInsertAsRight, place;
        place.node = next;
    }
    return place;
}

}  // namespace

RSL_EXPORT PRTL_SPLAY_LINKS NTAPI RtlSplay(PRTL_SPLAY_LINKS Links) {
    return rsl::rtl::splay(Links);
}
/// RtlDelete takes a node out and splays the node above it; returns the new root.
RSL_EXPORT PRTL_SPLAY_LINKS NTAPI RtlDelete(PRTL_SPLAY_LINKS Links) {
    SplayLinks* parent = rsl::rtl::is_root(*Links) ? nullptr : Links->Parent;
    SplayLinks* root = rsl::rtl::remove_node(Links, Links);
    return parent != nullptr ? rsl::rtl::splay(parent) : root;
}
RSL_EXPORT VOID NTAPI RtlDeleteNoSplay(PRTL_SPLAY_LINKS Links, PRTL_SPLAY_LINKS* Root) {
    *Root = rsl::rtl::remove_node(Links, *Root);
}
RSL_EXPORT PRTL_SPLAY_LINKS NTAPI RtlSubtreeSuccessor(PRTL_SPLAY_LINKS Links) {
    return Links->RightChild == nullptr ? nullptr : rsl::rtl::leftmost(Links->RightChild);
}
RSL_EXPORT PRTL_SPLAY_LINKS NTAPI RtlSubtreePredecessor(PRTL_SPLAY_LINKS Links) {
    return Links->LeftChild == nullptr ? nullptr : rsl::rtl::rightmost(Links->LeftChild);
}
RSL_EXPORT PRTL_SPLAY_LINKS NTAPI RtlRealSuccessor(PRTL_SPLAY_LINKS Links) {
    return rsl::rtl::successor(Links);
}
RSL_EXPORT PRTL_SPLAY_LINKS NTAPI RtlRealPredecessor(PRTL_SPLAY_LINKS Links) {
    return rsl::rtl::predecessor(Links);
}

RSL_EXPORT VOID NTAPI RtlInitializeGenericTable(PRTL_GENERIC_TABLE Table,
                                                PRTL_GENERIC_COMPARE_ROUTINE CompareRoutine,
                                                PRTL_GENERIC_ALLOCATE_ROUTINE AllocateRoutine,
                                                PRTL_GENERIC_FREE_ROUTINE FreeRoutine,
                                                PVOID TableContext) {
    *Table = {};
    Table->InsertOrderList = {&Table->InsertOrderList, &Table->InsertOrderList};
    Table->OrderedPointer = &Table->InsertOrderList;
    Table->CompareRoutine = CompareRoutine;
    Table->AllocateRoutine = AllocateRoutine;
    Table->FreeRoutine = FreeRoutine;
    Table->TableContext = TableContext;
}

/// RtlInsertElementGenericTable copies Buffer into a new element, or finds the equal one.
///   Returns  the element's own bytes, or NULL when the table's allocation failed
RSL_EXPORT PVOID NTAPI RtlInsertElementGenericTable(PRTL_GENERIC_TABLE Table, PVOID Buffer,
                                                    ULONG BufferSize, PBOOLEAN NewElement) {
    const Place place = find(Table, Buffer);
    return RtlInsertElementGenericTableFull(Table, Buffer, BufferSize, NewElement, place.node,
                                            place.result);
}

RSL_EXPORT PVOID NTAPI RtlInsertElementGenericTableFull(PRTL_GENERIC_TABLE Table, PVOID Buffer,
                                                        ULONG BufferSize, PBOOLEAN NewElement,
                                                        PVOID NodeOrParent,
                                                        TABLE_SEARCH_RESULT SearchResult) {
    auto* node = static_cast<SplayLinks*>(NodeOrParent);
    const bool is_new = SearchResult != TableFoundNode;
    if (NewElement != nullptr) *NewElement = is_new;
    if (is_new) {
        auto* entry = static_cast<Entry*>(Table->AllocateRoutine(Table, kHeaderBytes + BufferSize));
        if (entry == nullptr) {
            if (NewElement != nullptr) *NewElement = FALSE;
            return nullptr;
        }
        entry->links = {&entry->links, nullptr, nullptr};
        if (SearchResult == TableInsertAsLeft) node->LeftChild = &entry->links;
        if (SearchResult == TableInsertAsRight) node->RightChild = &entry->links;
        if (SearchResult != TableEmptyTree) entry->links.Parent = node;
        LIST_ENTRY* last = Table->InsertOrderList.Blink;
        entry->order = {&Table->InsertOrderList, last};
        last->Flink = Table->InsertOrderList.Blink = &entry->order;
        std::memcpy(entry->user, Buffer, BufferSize);
        ++Table->NumberGenericTableElements;
        node = &entry->links;
    }
    Table->TableRoot = rsl::rtl::splay(node);
    return user_of(node);
}

RSL_EXPORT BOOLEAN NTAPI RtlDeleteElementGenericTable(PRTL_GENERIC_TABLE Table, PVOID Buffer) {
    const Place place = find(Table, Buffer);
    if (place.result != TableFoundNode) return FALSE;
    Table->TableRoot = RtlDelete(place.node);
    LIST_ENTRY& order = entry_of(place.node)->order;
    order.Blink->Flink = order.Flink;
    order.Flink->Blink = order.Blink;
    --Table->NumberGenericTableElements;
    Table->WhichOrderedElement = 0;  // what RtlGetElementGenericTable remembered is no more
    Table->OrderedPointer = &Table->InsertOrderList;
    Table->FreeRoutine(Table, place.node);
    return TRUE;
}

RSL_EXPORT PVOID NTAPI RtlLookupElementGenericTable(PRTL_GENERIC_TABLE Table, PVOID Buffer) {
    PVOID node;
    TABLE_SEARCH_RESULT result;
    return RtlLookupElementGenericTableFull(Table, Buffer, &node, &result);
}
RSL_EXPORT PVOID NTAPI RtlLookupElementGenericTableFull(PRTL_GENERIC_TABLE Table, PVOID Buffer,
                                                        PVOID* NodeOrParent,
                                                        TABLE_SEARCH_RESULT* SearchResult) {
    const Place place = find(Table, Buffer);
    *NodeOrParent = place.node;
    *SearchResult = place.result;
    // A parent stays where it is: splayed, it might have no room for the child that the caller
    // hangs there.
    if (place.result == TableFoundNode) Table->TableRoot = rsl::rtl::splay(place.node);
    return place.result == TableFoundNode ? user_of(place.node) : nullptr;
}

/// RtlEnumerateGenericTable goes through in order; the root is where it stands.
RSL_EXPORT PVOID NTAPI RtlEnumerateGenericTable(PRTL_GENERIC_TABLE Table, BOOLEAN Restart) {
    if (Table->TableRoot == nullptr) return nullptr;
    SplayLinks* next =
        Restart ? rsl::rtl::leftmost(Table->TableRoot) : rsl::rtl::successor(Table->TableRoot);
    if (next != nullptr) Table->TableRoot = rsl::rtl::splay(next);
    return user_of(next);
}
RSL_EXPORT PVOID NTAPI RtlEnumerateGenericTableWithoutSplaying(PRTL_GENERIC_TABLE Table,
                                                               PVOID* RestartKey) {
    if (Table->TableRoot == nullptr) return nullptr;
    auto* last = static_cast<SplayLinks*>(*RestartKey);
    SplayLinks* next =
        last == nullptr ? rsl::rtl::leftmost(Table->TableRoot) : rsl::rtl::successor(last);
    if (next != nullptr) *RestartKey = next;
    return user_of(next);
}

/// RtlGetElementGenericTable: the I-th element in order of insertion, from 0 on.
RSL_EXPORT PVOID NTAPI RtlGetElementGenericTable(PRTL_GENERIC_TABLE Table, ULONG I) {
    const ULONG count = Table->NumberGenericTableElements;
    if (I >= count) return nullptr;
    const ULONG wanted = I + 1;  // element 0 is the list's head
    ULONG at = Table->WhichOrderedElement;
    LIST_ENTRY* entry = Table->OrderedPointer;
    if (wanted < at / 2) at = 0, entry = &Table->InsertOrderList;
    if (wanted > at && count + 1 - wanted < wanted - at)
        at = count + 1, entry = &Table->InsertOrderList;
    for (; at < wanted; ++at) entry = entry->Flink;
    for (; at > wanted; --at) entry = entry->Blink;
    Table->WhichOrderedElement = wanted;
    Table->OrderedPointer = entry;
    return CONTAINING_RECORD(entry, Entry, order)->user;
}
RSL_EXPORT ULONG NTAPI RtlNumberGenericTableElements(PRTL_GENERIC_TABLE Table) {
    return Table->NumberGenericTableElements;
}
RSL_EXPORT BOOLEAN NTAPI RtlIsGenericTableEmpty(PRTL_GENERIC_TABLE Table) {
    return Table->TableRoot == nullptr;
}
