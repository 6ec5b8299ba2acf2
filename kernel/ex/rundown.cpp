// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ex/rundown.hpp"

#include "kernel/ke/objects.hpp"
#include "kernel/ke/processor.hpp"

namespace rsl::ex {
namespace {

// The word: twice the number of users, or the address of who waits for them, plus 1. Plain 1: run down.
constexpr ULONG_PTR kRunDown = 1;
constexpr uint64_t kSlotBytes = 64;

/// Where the users that are left are counted once somebody waits. A slot of the cache-aware kind may have
/// more releases than acquisitions, so only the sum means something.
struct RundownWait {
    int64_t users;
    KEVENT all_gone;
};

void leave(RundownWait& wait, int64_t count) {
    if (__atomic_sub_fetch(&wait.users, count, __ATOMIC_ACQ_REL) == 0) {
        ke::set_event(wait.all_gone, IO_NO_INCREMENT);
    }
}

/// Puts the wait in place of a count. The users counted so far, or nothing when it is run down already.
int64_t replace(EX_RUNDOWN_REF& rundown, RundownWait& wait, bool& was_run_down) {
    const auto marker = reinterpret_cast<ULONG_PTR>(&wait) | kRunDown;
    ULONG_PTR seen = __atomic_load_n(&rundown.Count, __ATOMIC_RELAXED);
    do {
        was_run_down = (seen & kRunDown) != 0;
        if (was_run_down) return 0;
    } while (!__atomic_compare_exchange_n(&rundown.Count, &seen, marker, false, __ATOMIC_ACQ_REL,
                                          __ATOMIC_RELAXED));
    return static_cast<int64_t>(seen) >> 1;
}

EX_RUNDOWN_REF& slot(_EX_RUNDOWN_REF_CACHE_AWARE& rundown, uint32_t index) {
    return *reinterpret_cast<EX_RUNDOWN_REF*>(reinterpret_cast<char*>(rundown.slots) + index * kSlotBytes);
}
EX_RUNDOWN_REF& slot_here(_EX_RUNDOWN_REF_CACHE_AWARE& rundown) {
    return slot(rundown, arch::processor().number % rundown.slot_count);
}

}  // namespace

bool acquire(EX_RUNDOWN_REF& rundown, uint32_t count) {
    ULONG_PTR seen = __atomic_load_n(&rundown.Count, __ATOMIC_RELAXED);
    do {
        if ((seen & kRunDown) != 0) return false;
    } while (!__atomic_compare_exchange_n(&rundown.Count, &seen, seen + 2 * ULONG_PTR{count}, false,
                                          __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
    return true;
}

void release(EX_RUNDOWN_REF& rundown, uint32_t count) {
    ULONG_PTR seen = __atomic_load_n(&rundown.Count, __ATOMIC_ACQUIRE);
    do {
        if ((seen & kRunDown) != 0) {
            return leave(*reinterpret_cast<RundownWait*>(seen & ~kRunDown), count);
        }
    } while (!__atomic_compare_exchange_n(&rundown.Count, &seen, seen - 2 * ULONG_PTR{count}, false,
                                          __ATOMIC_RELEASE, __ATOMIC_ACQUIRE));
}

void wait_for_release(EX_RUNDOWN_REF& rundown) {
    RundownWait wait{1, {}};  // our own one, so that it cannot reach zero before all is counted
    ke::initialize_event(wait.all_gone, NotificationEvent, false);
    bool was_run_down;
    const int64_t users = replace(rundown, wait, was_run_down);
    if (was_run_down) return;
    __atomic_add_fetch(&wait.users, users, __ATOMIC_ACQ_REL);
    leave(wait, 1);
    ke::wait_one(wait.all_gone.Header, ke::Deadline::never(), WrRundown);
    __atomic_store_n(&rundown.Count, kRunDown, __ATOMIC_RELEASE);
}

uint64_t cache_aware_bytes() {
    return kSlotBytes + ke::kMaxProcessors * kSlotBytes + kSlotBytes;  // header, slots, alignment
}

void initialize_cache_aware(_EX_RUNDOWN_REF_CACHE_AWARE& rundown) {
    const auto behind = reinterpret_cast<uintptr_t>(&rundown) + sizeof(rundown);
    rundown.slots = reinterpret_cast<EX_RUNDOWN_REF*>((behind + kSlotBytes - 1) & ~(kSlotBytes - 1));
    rundown.slot_count = ke::kMaxProcessors;
    rundown.from_pool = false;
    set_state(rundown, 0);
}

void set_state(_EX_RUNDOWN_REF_CACHE_AWARE& rundown, ULONG_PTR state) {
    for (uint32_t i = 0; i < rundown.slot_count; ++i) {
        __atomic_store_n(&slot(rundown, i).Count, state, __ATOMIC_RELEASE);
    }
}

bool acquire(_EX_RUNDOWN_REF_CACHE_AWARE& rundown, uint32_t count) {
    return acquire(slot_here(rundown), count);
}
void release(_EX_RUNDOWN_REF_CACHE_AWARE& rundown, uint32_t count) {
    release(slot_here(rundown), count);
}

void wait_for_release(_EX_RUNDOWN_REF_CACHE_AWARE& rundown) {
    RundownWait wait{1, {}};
    wait.users = int64_t{1} << 40;  // more than slots may lend each other while they are replaced
    ke::initialize_event(wait.all_gone, NotificationEvent, false);
    bool was_run_down = false;
    for (uint32_t i = 0; i < rundown.slot_count; ++i) {
        const int64_t users = replace(slot(rundown, i), wait, was_run_down);
        if (was_run_down) return;
        __atomic_add_fetch(&wait.users, users, __ATOMIC_ACQ_REL);
    }
    leave(wait, int64_t{1} << 40);
    ke::wait_one(wait.all_gone.Header, ke::Deadline::never(), WrRundown);
    set_state(rundown, kRunDown);
}

}  // namespace rsl::ex
