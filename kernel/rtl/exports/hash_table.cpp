// SPDX-License-Identifier: GPL-2.0-only
// Dynamic hash tables (ntddk.h): buckets of callers' entries that grow and shrink one at a time
// (linear hashing). Callers hold their own lock.
//   IRQL     <= DISPATCH_LEVEL, on resident memory
//   Source   ntddk.h has structures, prototypes and accessors; W. Litwin, "Linear hashing" (1980)
//   Differs  nothing known
#include <bit>

#include "abi/functions/rtl_hash.h"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"

namespace {

using namespace rsl;

constexpr mm::PoolTag kHashTag = mm::pool_tag("HTab");
constexpr ULONG kFirst = 128;                // buckets of the first segment, and the smallest table
constexpr size_t kSegments = 20;             // each after the first as large as all before it
constexpr ULONG kAllocatedHeader = 1;        // RTL_HASH_ALLOCATED_HEADER: the table itself is ours
constexpr ULONG_PTR kReservedSignature = 0;  // marks an enumerator's place in a chain

struct Directory {
    LIST_ENTRY* segment[kSegments];
};

struct Place {
    size_t segment, index, size;
};
Place place_of(ULONG bucket) {
    if (bucket < kFirst) return {0, bucket, kFirst};
    const auto segment = static_cast<size_t>(std::bit_width(bucket / kFirst));
    const size_t size = size_t{kFirst} << (segment - 1);
    return {segment, bucket - size, size};
}

LIST_ENTRY* bucket_at(const RTL_DYNAMIC_HASH_TABLE& table, ULONG bucket) {
    const Place place = place_of(bucket);
    return &static_cast<Directory*>(table.Directory)->segment[place.segment][place.index];
}
/// The bucket that a signature belongs to. Its low `Shift` bits say nothing.
ULONG index_of(const RTL_DYNAMIC_HASH_TABLE& table, ULONG_PTR signature) {
    uint64_t hash = signature >> table.Shift;
    hash ^= hash >> 32;
    const auto mixed = static_cast<ULONG>(hash * 0x9E3779B97F4A7C15u >> 32);
    const ULONG bucket = mixed & table.DivisorMask;
    return bucket < table.Pivot ? mixed & (table.DivisorMask << 1 | 1) : bucket;
}

/// Makes sure that a bucket's memory is there, with empty chains.
bool provide(RTL_DYNAMIC_HASH_TABLE& table, ULONG bucket) {
    const Place place = place_of(bucket);
    if (place.segment >= kSegments) return false;
    LIST_ENTRY*& segment = static_cast<Directory*>(table.Directory)->segment[place.segment];
    if (segment != nullptr) return true;
    segment = static_cast<LIST_ENTRY*>(mm::allocate(place.size * sizeof(LIST_ENTRY), kHashTag));
    if (segment == nullptr) return false;
    for (size_t i = 0; i < place.size; ++i) segment[i] = {&segment[i], &segment[i]};
    return true;
}
void free_all(RTL_DYNAMIC_HASH_TABLE& table) {
    auto* directory = static_cast<Directory*>(table.Directory);
    if (directory == nullptr) return;
    for (LIST_ENTRY* segment : directory->segment) mm::free(segment);
    mm::free(directory);
}

RTL_DYNAMIC_HASH_TABLE_ENTRY* entry_of(LIST_ENTRY* link) {
    return CONTAINING_RECORD(link, RTL_DYNAMIC_HASH_TABLE_ENTRY, Linkage);
}
void link_behind(LIST_ENTRY* previous, LIST_ENTRY* link) {
    *link = {previous->Flink, previous};
    previous->Flink->Blink = link;
    previous->Flink = link;
}
void unlink(LIST_ENTRY* link) {
    link->Blink->Flink = link->Flink;
    link->Flink->Blink = link->Blink;
}
bool is_empty(const LIST_ENTRY* head) { return head->Flink == head; }

/// The next entry of that signature behind `link`; nullptr at the chain's end.
RTL_DYNAMIC_HASH_TABLE_ENTRY* find_behind(LIST_ENTRY* head, LIST_ENTRY* link, ULONG_PTR signature) {
    for (link = link->Flink; link != head; link = link->Flink) {
        if (entry_of(link)->Signature == signature) return entry_of(link);
    }
    return nullptr;
}

/// Chains keep what belongs to one signature together: behind the first of its kind, or at the end.
void fill(RTL_DYNAMIC_HASH_TABLE& table, RTL_DYNAMIC_HASH_TABLE_CONTEXT& context,
          ULONG_PTR signature) {
    context.ChainHead = bucket_at(table, index_of(table, signature));
    context.Signature = signature;
    auto* first = find_behind(context.ChainHead, context.ChainHead, signature);
    context.PrevLinkage = first != nullptr ? first->Linkage.Blink : context.ChainHead->Blink;
}

/// Moves what belongs to another bucket now. Enumerators are never there meanwhile.
void redistribute(RTL_DYNAMIC_HASH_TABLE& table, LIST_ENTRY* from) {
    for (LIST_ENTRY* link = from->Flink; link != from;) {
        LIST_ENTRY* next = link->Flink;
        LIST_ENTRY* to = bucket_at(table, index_of(table, entry_of(link)->Signature));
        if (to != from) {
            unlink(link);
            if (is_empty(to)) ++table.NonEmptyBuckets;
            link_behind(to->Blink, link);
            if (is_empty(from)) --table.NonEmptyBuckets;
        }
        link = next;
    }
}

bool expand(RTL_DYNAMIC_HASH_TABLE& table) {
    if (!provide(table, table.TableSize)) return false;
    LIST_ENTRY* split = bucket_at(table, table.Pivot);
    ++table.TableSize;
    if (++table.Pivot > table.DivisorMask) {
        table.DivisorMask = table.DivisorMask << 1 | 1;
        table.Pivot = 0;
    }
    redistribute(table, split);
    return true;
}

BOOLEAN begin_enumeration(RTL_DYNAMIC_HASH_TABLE& table,
                          RTL_DYNAMIC_HASH_TABLE_ENUMERATOR& enumerator) {
    ++table.NumEnumerators;
    enumerator.BucketIndex = 0;
    enumerator.ChainHead = bucket_at(table, 0);
    enumerator.HashEntry.Signature = kReservedSignature;
    if (is_empty(enumerator.ChainHead)) ++table.NonEmptyBuckets;
    link_behind(enumerator.ChainHead, &enumerator.HashEntry.Linkage);
    return TRUE;
}
void leave_chain(RTL_DYNAMIC_HASH_TABLE& table, RTL_DYNAMIC_HASH_TABLE_ENUMERATOR& enumerator) {
    unlink(&enumerator.HashEntry.Linkage);
    if (is_empty(enumerator.ChainHead)) --table.NonEmptyBuckets;
}
/// The enumerator's own entry stands behind what it returned last, so that the table may change
/// meanwhile.
PRTL_DYNAMIC_HASH_TABLE_ENTRY next_of(RTL_DYNAMIC_HASH_TABLE& table,
                                      RTL_DYNAMIC_HASH_TABLE_ENUMERATOR& enumerator) {
    for (ULONG bucket = enumerator.BucketIndex; bucket < table.TableSize; ++bucket) {
        LIST_ENTRY* head = bucket_at(table, bucket);
        LIST_ENTRY* from = bucket == enumerator.BucketIndex ? &enumerator.HashEntry.Linkage : head;
        for (LIST_ENTRY* link = from->Flink; link != head; link = link->Flink) {
            if (entry_of(link)->Signature == kReservedSignature) continue;
            leave_chain(table, enumerator);
            enumerator.BucketIndex = bucket;
            enumerator.ChainHead = head;
            link_behind(link, &enumerator.HashEntry.Linkage);
            return entry_of(link);
        }
    }
    return nullptr;
}
void end_enumeration(RTL_DYNAMIC_HASH_TABLE& table, RTL_DYNAMIC_HASH_TABLE_ENUMERATOR& enumerator) {
    leave_chain(table, enumerator);
    enumerator.ChainHead = nullptr;
    --table.NumEnumerators;
}

}  // namespace

/// RtlCreateHashTable makes a table, in memory of its own when *HashTable is NULL.
///   Returns  TRUE, or FALSE without memory or with flags
///   Owner    the caller, until RtlDeleteHashTable
RSL_EXPORT BOOLEAN NTAPI RtlCreateHashTableEx(PRTL_DYNAMIC_HASH_TABLE* HashTable, ULONG InitialSize,
                                              ULONG Shift, ULONG Flags) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (Flags != 0) return FALSE;
    RTL_DYNAMIC_HASH_TABLE* table = *HashTable;
    const bool ours = table == nullptr;
    if (ours) table = static_cast<RTL_DYNAMIC_HASH_TABLE*>(mm::allocate(sizeof(*table), kHashTag));
    if (table == nullptr) return FALSE;
    *table = {};
    table->Flags = ours ? kAllocatedHeader : 0;
    table->Shift = Shift;
    table->TableSize = kFirst;
    table->DivisorMask = kFirst - 1;
    auto* directory = static_cast<Directory*>(mm::allocate(sizeof(Directory), kHashTag));
    if (directory != nullptr) *directory = {};
    table->Directory = directory;
    bool good = directory != nullptr && provide(*table, 0);
    while (good && table->TableSize < InitialSize) good = expand(*table);
    if (!good) {
        free_all(*table);
        if (ours) mm::free(table);
        return FALSE;
    }
    *HashTable = table;
    return TRUE;
}
RSL_EXPORT BOOLEAN NTAPI RtlCreateHashTable(PRTL_DYNAMIC_HASH_TABLE* HashTable, ULONG Shift,
                                            ULONG Flags) {
    return RtlCreateHashTableEx(HashTable, kFirst, Shift, Flags);
}
RSL_EXPORT VOID NTAPI RtlDeleteHashTable(PRTL_DYNAMIC_HASH_TABLE HashTable) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    free_all(*HashTable);
    HashTable->Directory = nullptr;
    if ((HashTable->Flags & kAllocatedHeader) != 0) mm::free(HashTable);
}

/// RtlInsertEntryHashTable puts an entry in; with a context of RtlLookupEntryHashTable it need not
/// search.
///   Returns  TRUE
///   Owner    the entry stays the caller's
RSL_EXPORT BOOLEAN NTAPI RtlInsertEntryHashTable(PRTL_DYNAMIC_HASH_TABLE HashTable,
                                                 PRTL_DYNAMIC_HASH_TABLE_ENTRY Entry,
                                                 ULONG_PTR Signature,
                                                 PRTL_DYNAMIC_HASH_TABLE_CONTEXT Context) {
    if (Signature == kReservedSignature) ++Signature;  // zero is for enumerators
    RTL_DYNAMIC_HASH_TABLE_CONTEXT own{};
    auto& context = Context != nullptr ? *Context : own;
    if (context.ChainHead == nullptr) fill(*HashTable, context, Signature);
    Entry->Signature = Signature;
    if (is_empty(context.ChainHead)) ++HashTable->NonEmptyBuckets;
    link_behind(context.PrevLinkage, &Entry->Linkage);
    ++HashTable->NumEntries;
    return TRUE;
}
RSL_EXPORT BOOLEAN NTAPI RtlRemoveEntryHashTable(PRTL_DYNAMIC_HASH_TABLE HashTable,
                                                 PRTL_DYNAMIC_HASH_TABLE_ENTRY Entry,
                                                 PRTL_DYNAMIC_HASH_TABLE_CONTEXT Context) {
    if (Context != nullptr && Context->ChainHead == nullptr)
        fill(*HashTable, *Context, Entry->Signature);
    if (Context != nullptr && Context->PrevLinkage == &Entry->Linkage)
        Context->PrevLinkage = Entry->Linkage.Blink;
    LIST_ENTRY* previous = Entry->Linkage.Blink;
    unlink(&Entry->Linkage);
    if (is_empty(previous)) --HashTable->NonEmptyBuckets;  // it was the head then, and alone
    --HashTable->NumEntries;
    return TRUE;
}

/// RtlLookupEntryHashTable finds the first entry of a signature, RtlGetNextEntryHashTable the
/// others.
///   Returns  the entry, or NULL
RSL_EXPORT PRTL_DYNAMIC_HASH_TABLE_ENTRY NTAPI
RtlLookupEntryHashTable(PRTL_DYNAMIC_HASH_TABLE HashTable, ULONG_PTR Signature,
                        PRTL_DYNAMIC_HASH_TABLE_CONTEXT Context) {
    if (Signature == kReservedSignature) ++Signature;
    RTL_DYNAMIC_HASH_TABLE_CONTEXT own{};
    auto& context = Context != nullptr ? *Context : own;
    fill(*HashTable, context, Signature);
    return find_behind(context.ChainHead, context.PrevLinkage, Signature);
}
RSL_EXPORT PRTL_DYNAMIC_HASH_TABLE_ENTRY NTAPI RtlGetNextEntryHashTable(
    PRTL_DYNAMIC_HASH_TABLE HashTable, PRTL_DYNAMIC_HASH_TABLE_CONTEXT Context) {
    auto* current = find_behind(Context->ChainHead, Context->PrevLinkage, Context->Signature);
    if (current == nullptr) return nullptr;
    Context->PrevLinkage = &current->Linkage;
    return find_behind(Context->ChainHead, &current->Linkage, Context->Signature);
}

/// Enumerating: while it lasts, entries may come and go; the number of buckets stays.
RSL_EXPORT BOOLEAN NTAPI RtlInitEnumerationHashTable(
    PRTL_DYNAMIC_HASH_TABLE HashTable, PRTL_DYNAMIC_HASH_TABLE_ENUMERATOR Enumerator) {
    return begin_enumeration(*HashTable, *Enumerator);
}
RSL_EXPORT PRTL_DYNAMIC_HASH_TABLE_ENTRY NTAPI RtlEnumerateEntryHashTable(
    PRTL_DYNAMIC_HASH_TABLE HashTable, PRTL_DYNAMIC_HASH_TABLE_ENUMERATOR Enumerator) {
    return next_of(*HashTable, *Enumerator);
}
RSL_EXPORT VOID NTAPI RtlEndEnumerationHashTable(PRTL_DYNAMIC_HASH_TABLE HashTable,
                                                 PRTL_DYNAMIC_HASH_TABLE_ENUMERATOR Enumerator) {
    end_enumeration(*HashTable, *Enumerator);
}
RSL_EXPORT BOOLEAN NTAPI RtlInitWeakEnumerationHashTable(
    PRTL_DYNAMIC_HASH_TABLE HashTable, PRTL_DYNAMIC_HASH_TABLE_ENUMERATOR Enumerator) {
    return begin_enumeration(*HashTable, *Enumerator);
}
RSL_EXPORT PRTL_DYNAMIC_HASH_TABLE_ENTRY NTAPI RtlWeaklyEnumerateEntryHashTable(
    PRTL_DYNAMIC_HASH_TABLE HashTable, PRTL_DYNAMIC_HASH_TABLE_ENUMERATOR Enumerator) {
    return next_of(*HashTable, *Enumerator);
}
RSL_EXPORT VOID NTAPI RtlEndWeakEnumerationHashTable(
    PRTL_DYNAMIC_HASH_TABLE HashTable, PRTL_DYNAMIC_HASH_TABLE_ENUMERATOR Enumerator) {
    end_enumeration(*HashTable, *Enumerator);
}

/// RtlExpandHashTable adds a bucket, RtlContractHashTable takes one away.
///   Returns  TRUE, or FALSE while somebody enumerates, without memory, or at the smallest size
RSL_EXPORT BOOLEAN NTAPI RtlExpandHashTable(PRTL_DYNAMIC_HASH_TABLE HashTable) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return HashTable->NumEnumerators == 0 && expand(*HashTable);
}
RSL_EXPORT BOOLEAN NTAPI RtlContractHashTable(PRTL_DYNAMIC_HASH_TABLE HashTable) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    RTL_DYNAMIC_HASH_TABLE& table = *HashTable;
    if (table.NumEnumerators != 0 || table.TableSize == kFirst) return FALSE;
    LIST_ENTRY* last = bucket_at(table, table.TableSize - 1);
    if (table.Pivot == 0) {
        table.DivisorMask >>= 1;
        table.Pivot = table.DivisorMask + 1;
    }
    --table.Pivot;
    --table.TableSize;
    redistribute(table, last);
    return TRUE;
}
