// SPDX-License-Identifier: GPL-2.0-only
// Lists and counters that any level may touch: with a spin lock and interrupts off, or as sequenced lists
// by one 16-byte exchange.
#include "abi/functions/ex.h"
#include "abi/functions/export.h"
#include "kernel/arch/arch.hpp"
#include "kernel/ke/nt_spin_lock.hpp"

using namespace rsl;

namespace {

/// Holds a driver's spin lock with interrupts off, at whatever level.
class AnyLevelGuard {
  public:
    explicit AnyLevelGuard(PKSPIN_LOCK lock) : lock_(*lock), were_on_(arch::disable_interrupts()) {
        ke::acquire(lock_);
    }
    ~AnyLevelGuard() {
        ke::release(lock_);
        arch::restore_interrupts(were_on_);
    }
    AnyLevelGuard(const AnyLevelGuard&) = delete;
    AnyLevelGuard& operator=(const AnyLevelGuard&) = delete;

  private:
    KSPIN_LOCK& lock_;
    bool were_on_;
};

using Header = unsigned __int128;
static_assert(sizeof(Header) == sizeof(SLIST_HEADER));

/// Not one access: a torn value fails the exchange, which brings a whole one.
SLIST_HEADER peek(const SLIST_HEADER& list) {
    SLIST_HEADER seen;
    seen.Alignment = __atomic_load_n(&list.Alignment, __ATOMIC_ACQUIRE);
    seen.Region = __atomic_load_n(&list.Region, __ATOMIC_ACQUIRE);
    return seen;
}
bool exchange(SLIST_HEADER& list, const SLIST_HEADER& expected, const SLIST_HEADER& desired) {
    return __sync_bool_compare_and_swap(reinterpret_cast<Header*>(&list), __builtin_bit_cast(Header, expected),
                                        __builtin_bit_cast(Header, desired));
}
PSLIST_ENTRY first_of(const SLIST_HEADER& list) {
    return reinterpret_cast<PSLIST_ENTRY>(list.Region & ~ULONGLONG{15});
}

PSLIST_ENTRY push(SLIST_HEADER& list, SLIST_ENTRY* first, SLIST_ENTRY* last, ULONG count) {
    for (;;) {
        const SLIST_HEADER seen = peek(list);
        last->Next = first_of(seen);
        SLIST_HEADER next = seen;
        next.HeaderX64.Depth = static_cast<USHORT>(seen.HeaderX64.Depth + count);
        next.HeaderX64.Sequence = seen.HeaderX64.Sequence + 1;
        next.HeaderX64.NextEntry = reinterpret_cast<ULONGLONG>(first) >> 4;
        if (exchange(list, seen, next)) return first_of(seen);
    }
}

PSLIST_ENTRY pop(SLIST_HEADER& list) {
    for (;;) {
        const SLIST_HEADER seen = peek(list);
        SLIST_ENTRY* const first = first_of(seen);
        if (first == nullptr) return nullptr;
        SLIST_HEADER next = seen;
        next.HeaderX64.Depth = static_cast<USHORT>(seen.HeaderX64.Depth - 1);
        next.HeaderX64.Sequence = seen.HeaderX64.Sequence + 1;
        // Somebody may have popped and freed the entry meanwhile: pool memory stays readable, and the
        // sequence makes the exchange fail.
        next.HeaderX64.NextEntry =
            reinterpret_cast<ULONGLONG>(__atomic_load_n(&first->Next, __ATOMIC_RELAXED)) >> 4;
        if (exchange(list, seen, next)) return first;
    }
}

}  // namespace

/// ExpInterlockedPushEntrySList (wdm.h) pushes an entry (ExInterlockedPushEntrySList).
///   IRQL     any
///   Returns  the entry that was first
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-expinterlockedpushentryslist
///   Differs  nothing known
RSL_EXPORT PSLIST_ENTRY NTAPI ExpInterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry) {
    return push(*ListHead, ListEntry, ListEntry, 1);
}

/// ExpInterlockedPopEntrySList (wdm.h) pops an entry (ExInterlockedPopEntrySList).
///   IRQL     any
///   Returns  the entry, or NULL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-expinterlockedpopentryslist
///   Differs  nothing known
RSL_EXPORT PSLIST_ENTRY NTAPI ExpInterlockedPopEntrySList(PSLIST_HEADER ListHead) { return pop(*ListHead); }

/// ExpInterlockedFlushSList (wdm.h) takes all entries (ExInterlockedFlushSList).
///   IRQL     any
///   Returns  the first, linked, or NULL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-expinterlockedflushslist
///   Differs  nothing known
RSL_EXPORT PSLIST_ENTRY NTAPI ExpInterlockedFlushSList(PSLIST_HEADER ListHead) {
    for (;;) {
        const SLIST_HEADER seen = peek(*ListHead);
        if (first_of(seen) == nullptr) return nullptr;
        SLIST_HEADER empty{};
        empty.HeaderX64.Sequence = seen.HeaderX64.Sequence + 1;
        if (exchange(*ListHead, seen, empty)) return first_of(seen);
    }
}

/// ExInterlockedPushEntrySList (wdm.h) pushes an entry; the lock is not needed.
///   IRQL     any
///   Returns  the entry that was first
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedpushentryslist
///   Differs  nothing known
RSL_EXPORT PSLIST_ENTRY NTAPI ExInterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry,
                                                          PKSPIN_LOCK Lock) {
    return push(*ListHead, ListEntry, ListEntry, 1);
}

/// ExInterlockedPopEntrySList (wdm.h) pops an entry; the lock is not needed.
///   IRQL     any
///   Returns  the entry, or NULL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedpopentryslist
///   Differs  nothing known
RSL_EXPORT PSLIST_ENTRY NTAPI ExInterlockedPopEntrySList(PSLIST_HEADER ListHead, PKSPIN_LOCK Lock) {
    return pop(*ListHead);
}

/// ExInterlockedFlushSList (wdm.h) takes all entries.
///   IRQL     any
///   Returns  the first, linked, or NULL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedflushslist
///   Differs  nothing known
RSL_EXPORT PSLIST_ENTRY NTAPI ExInterlockedFlushSList(PSLIST_HEADER ListHead) {
    return ExpInterlockedFlushSList(ListHead);
}

/// InitializeSListHead (wdm.h) makes an empty sequenced list (ExInitializeSListHead).
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-initializeslisthead
///   Differs  nothing known
RSL_EXPORT VOID NTAPI InitializeSListHead(PSLIST_HEADER SListHead) { *SListHead = {}; }

/// RtlInitializeSListHead (ntos.h) makes an empty sequenced list.
///   IRQL     any
///   Returns  nothing
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT VOID NTAPI RtlInitializeSListHead(PSLIST_HEADER SListHead) { *SListHead = {}; }

/// FirstEntrySList (ntos.h) looks at the first entry.
///   IRQL     any
///   Returns  it, or NULL
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT PSLIST_ENTRY NTAPI FirstEntrySList(const SLIST_HEADER* SListHead) { return first_of(peek(*SListHead)); }

/// RtlFirstEntrySList (ntos.h) looks at the first entry.
///   IRQL     any
///   Returns  it, or NULL
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT PSLIST_ENTRY NTAPI RtlFirstEntrySList(const SLIST_HEADER* SListHead) {
    return first_of(peek(*SListHead));
}

/// ExQueryDepthSList (wdm.h) tells how many entries a sequenced list has, modulo 65536.
///   IRQL     any
///   Returns  the number
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exquerydepthslist
///   Differs  nothing known
RSL_EXPORT USHORT NTAPI ExQueryDepthSList(PSLIST_HEADER SListHead) {
    return static_cast<USHORT>(peek(*SListHead).HeaderX64.Depth);
}

/// ExInterlockedInsertHeadList (wdm.h) puts an entry first.
///   IRQL     any
///   Returns  the entry that was first, or NULL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedinsertheadlist
///   Differs  nothing known
RSL_EXPORT PLIST_ENTRY NTAPI ExInterlockedInsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                                         PKSPIN_LOCK Lock) {
    AnyLevelGuard guard{Lock};
    LIST_ENTRY* const first = ListHead->Flink;
    ListEntry->Flink = first;
    ListEntry->Blink = ListHead;
    first->Blink = ListEntry;
    ListHead->Flink = ListEntry;
    return first == ListHead ? nullptr : first;
}

/// ExInterlockedInsertTailList (wdm.h) puts an entry last.
///   IRQL     any
///   Returns  the entry that was last, or NULL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedinserttaillist
///   Differs  nothing known
RSL_EXPORT PLIST_ENTRY NTAPI ExInterlockedInsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                                         PKSPIN_LOCK Lock) {
    AnyLevelGuard guard{Lock};
    LIST_ENTRY* const last = ListHead->Blink;
    ListEntry->Flink = ListHead;
    ListEntry->Blink = last;
    last->Flink = ListEntry;
    ListHead->Blink = ListEntry;
    return last == ListHead ? nullptr : last;
}

/// ExInterlockedRemoveHeadList (wdm.h) takes the first entry.
///   IRQL     any
///   Returns  it, or NULL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedremoveheadlist
///   Differs  nothing known
RSL_EXPORT PLIST_ENTRY NTAPI ExInterlockedRemoveHeadList(PLIST_ENTRY ListHead, PKSPIN_LOCK Lock) {
    AnyLevelGuard guard{Lock};
    LIST_ENTRY* const first = ListHead->Flink;
    if (first == ListHead) return nullptr;
    ListHead->Flink = first->Flink;
    first->Flink->Blink = ListHead;
    return first;
}

/// ExInterlockedPushEntryList (wdm.h) pushes an entry of a singly linked list.
///   IRQL     any
///   Returns  the entry that was first, or NULL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedpushentrylist
///   Differs  nothing known
RSL_EXPORT PSINGLE_LIST_ENTRY NTAPI ExInterlockedPushEntryList(PSINGLE_LIST_ENTRY ListHead,
                                                               PSINGLE_LIST_ENTRY ListEntry, PKSPIN_LOCK Lock) {
    AnyLevelGuard guard{Lock};
    SINGLE_LIST_ENTRY* const first = ListHead->Next;
    ListEntry->Next = first;
    ListHead->Next = ListEntry;
    return first;
}

/// ExInterlockedPopEntryList (wdm.h) pops an entry of a singly linked list.
///   IRQL     any
///   Returns  it, or NULL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedpopentrylist
///   Differs  nothing known
RSL_EXPORT PSINGLE_LIST_ENTRY NTAPI ExInterlockedPopEntryList(PSINGLE_LIST_ENTRY ListHead, PKSPIN_LOCK Lock) {
    AnyLevelGuard guard{Lock};
    SINGLE_LIST_ENTRY* const first = ListHead->Next;
    if (first != nullptr) ListHead->Next = first->Next;
    return first;
}

/// ExInterlockedAddLargeInteger (wdm.h) adds to a 64-bit number.
///   IRQL     any
///   Returns  the number before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedaddlargeinteger
///   Differs  nothing known
RSL_EXPORT LARGE_INTEGER NTAPI ExInterlockedAddLargeInteger(PLARGE_INTEGER Addend, LARGE_INTEGER Increment,
                                                            PKSPIN_LOCK Lock) {
    LARGE_INTEGER before;
    before.QuadPart = __atomic_fetch_add(&Addend->QuadPart, Increment.QuadPart, __ATOMIC_SEQ_CST);
    return before;
}

/// ExInterlockedAddUlong (wdm.h) adds to a 32-bit number.
///   IRQL     any
///   Returns  the number before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedaddulong
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI ExInterlockedAddUlong(PULONG Addend, ULONG Increment, PKSPIN_LOCK Lock) {
    return __atomic_fetch_add(Addend, Increment, __ATOMIC_SEQ_CST);
}
