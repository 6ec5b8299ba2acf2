// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ex/push_lock.hpp"

#include "kernel/ke/objects.hpp"
#include "kernel/ke/spin_lock.hpp"

namespace rsl::ex {
namespace {

// The word: taken exclusively, somebody waits, and from bit 4 on how many share it. Only who holds the
// bucket's lock sets or clears kWaiters.
constexpr uint64_t kExclusive = 1;
constexpr uint64_t kWaiters = 2;
constexpr uint64_t kOneShare = 16;

struct Waiter {
    Waiter* next;
    const EX_PUSH_LOCK* lock;
    bool exclusive;
    KEVENT event;
};

struct Bucket {
    ke::SpinLock lock{ke::LockRank::kObject};
    Waiter* first = nullptr;
};
constexpr size_t kBuckets = 64;
constinit Bucket buckets[kBuckets];

Bucket& bucket_of(const EX_PUSH_LOCK& lock) {
    const auto address = reinterpret_cast<uintptr_t>(&lock);
    return buckets[(address >> 4 ^ address >> 12) % kBuckets];
}

uint64_t load(const EX_PUSH_LOCK& lock) { return __atomic_load_n(&lock, __ATOMIC_RELAXED); }
bool swap(EX_PUSH_LOCK& lock, uint64_t expected, uint64_t desired) {
    EX_PUSH_LOCK seen = expected;
    return __atomic_compare_exchange_n(&lock, &seen, desired, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/// Takes the lock or puts the waiter into its bucket. True when taken.
bool take_or_queue(EX_PUSH_LOCK& lock, Waiter& waiter) {
    Bucket& bucket = bucket_of(lock);
    ke::InterruptLockGuard guard{bucket.lock};
    for (;;) {
        const uint64_t seen = load(lock);
        const bool free = waiter.exclusive ? seen == 0 : (seen & (kExclusive | kWaiters)) == 0;
        if (free) {
            if (swap(lock, seen, waiter.exclusive ? kExclusive : seen + kOneShare)) return true;
        } else if ((seen & kWaiters) != 0 || swap(lock, seen, seen | kWaiters)) {
            break;
        }
    }
    Waiter** at = &bucket.first;
    while (*at != nullptr) at = &(*at)->next;
    waiter.next = nullptr;
    *at = &waiter;
    return false;
}

void acquire_slowly(EX_PUSH_LOCK& lock, bool exclusive) {
    Waiter waiter{nullptr, &lock, exclusive, {}};
    ke::initialize_event(waiter.event, SynchronizationEvent, false);
    if (take_or_queue(lock, waiter)) return;
    ke::wait_one(waiter.event.Header, ke::Deadline::never(), WrPushLock);  // who wakes us gave it to us
}

/// The lock is free but for waiters: gives it to the first writer, or to the readers before the next one.
void hand_over(EX_PUSH_LOCK& lock) {
    Waiter* chosen = nullptr;
    Bucket& bucket = bucket_of(lock);
    {
        ke::InterruptLockGuard guard{bucket.lock};
        Waiter** tail = &chosen;
        uint64_t shares = 0;
        bool exclusive = false;
        bool more = false;
        for (Waiter** at = &bucket.first; *at != nullptr;) {
            Waiter* const waiter = *at;
            if (waiter->lock != &lock) {
                at = &waiter->next;
                continue;
            }
            if (exclusive || (waiter->exclusive && shares != 0)) {
                more = true;
                break;
            }
            *at = waiter->next;
            waiter->next = nullptr;
            *tail = waiter;
            tail = &waiter->next;
            if (waiter->exclusive) {
                exclusive = true;
            } else {
                ++shares;
            }
        }
        const uint64_t word = (exclusive ? kExclusive : shares * kOneShare) | (more ? kWaiters : 0);
        __atomic_store_n(&lock, word, __ATOMIC_RELEASE);
    }
    while (chosen != nullptr) {
        Waiter* const next = chosen->next;  // the waiter goes when it runs
        ke::set_event(chosen->event, IO_NO_INCREMENT);
        chosen = next;
    }
}

}  // namespace

bool try_acquire_exclusive(EX_PUSH_LOCK& lock) { return load(lock) == 0 && swap(lock, 0, kExclusive); }
bool try_acquire_shared(EX_PUSH_LOCK& lock) {
    for (;;) {
        const uint64_t seen = load(lock);
        if ((seen & (kExclusive | kWaiters)) != 0) return false;
        if (swap(lock, seen, seen + kOneShare)) return true;
    }
}
void acquire_exclusive(EX_PUSH_LOCK& lock) {
    if (!try_acquire_exclusive(lock)) acquire_slowly(lock, true);
}
void acquire_shared(EX_PUSH_LOCK& lock) {
    if (!try_acquire_shared(lock)) acquire_slowly(lock, false);
}

void release_exclusive(EX_PUSH_LOCK& lock) {
    if (!swap(lock, kExclusive, 0)) hand_over(lock);
}
void release_shared(EX_PUSH_LOCK& lock) {
    for (;;) {
        const uint64_t seen = load(lock);
        if (seen == (kOneShare | kWaiters)) return hand_over(lock);  // stays ours: nobody else shares it
        if (swap(lock, seen, seen - kOneShare)) return;
    }
}
void release(EX_PUSH_LOCK& lock) {
    (load(lock) & kExclusive) != 0 ? release_exclusive(lock) : release_shared(lock);
}

}  // namespace rsl::ex
