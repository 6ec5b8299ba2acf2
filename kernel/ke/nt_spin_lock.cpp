// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ke/nt_spin_lock.hpp"

#include "kernel/arch/arch.hpp"

namespace rsl::ke {

void spin_until_free(const volatile KSPIN_LOCK& lock) {
    while (__atomic_load_n(&lock, __ATOMIC_RELAXED) != 0) arch::pause();
}

// ---- In-stack queued ---------------------------------------------------------------------------------
// KSPIN_LOCK_QUEUE::Lock has the lock's address with bit 0 for "waits" and bit 1 for "owns".

namespace {

constexpr uintptr_t kWaits = 1;
constexpr uintptr_t kOwns = 2;

uintptr_t tagged(KSPIN_LOCK& lock, uintptr_t tag) { return reinterpret_cast<uintptr_t>(&lock) | tag; }

uintptr_t load_state(KSPIN_LOCK_QUEUE& entry) {
    return reinterpret_cast<uintptr_t>(__atomic_load_n(&entry.Lock, __ATOMIC_ACQUIRE));
}
void store_state(KSPIN_LOCK_QUEUE& entry, uintptr_t state) {
    __atomic_store_n(&entry.Lock, reinterpret_cast<PKSPIN_LOCK>(state), __ATOMIC_RELEASE);
}

}  // namespace

void acquire_queued(KSPIN_LOCK& lock, KSPIN_LOCK_QUEUE& entry) {
    entry.Next = nullptr;
    store_state(entry, tagged(lock, kWaits));
    const uintptr_t before =
        __atomic_exchange_n(&lock, reinterpret_cast<uintptr_t>(&entry), __ATOMIC_ACQ_REL);
    if (before == 0) {
        store_state(entry, tagged(lock, kOwns));
        return;
    }
    __atomic_store_n(&reinterpret_cast<KSPIN_LOCK_QUEUE*>(before)->Next, &entry, __ATOMIC_RELEASE);
    while ((load_state(entry) & kWaits) != 0) arch::pause();  // pairs with release_queued()
}

bool try_acquire_queued(KSPIN_LOCK& lock, KSPIN_LOCK_QUEUE& entry) {
    entry.Next = nullptr;
    store_state(entry, tagged(lock, kOwns));
    KSPIN_LOCK expected = 0;
    return __atomic_compare_exchange_n(&lock, &expected, reinterpret_cast<uintptr_t>(&entry), false,
                                       __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

void release_queued(KSPIN_LOCK_QUEUE& entry) {
    auto& lock = *reinterpret_cast<KSPIN_LOCK*>(load_state(entry) & ~(kWaits | kOwns));
    KSPIN_LOCK_QUEUE* next = __atomic_load_n(&entry.Next, __ATOMIC_ACQUIRE);
    if (next == nullptr) {
        KSPIN_LOCK expected = reinterpret_cast<uintptr_t>(&entry);
        if (__atomic_compare_exchange_n(&lock, &expected, 0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
            return;
        }
        // Somebody has queued behind us and is about to link itself.
        while ((next = __atomic_load_n(&entry.Next, __ATOMIC_ACQUIRE)) == nullptr) arch::pause();
    }
    store_state(*next, tagged(lock, kOwns));  // pairs with acquire_queued()
}

// ---- Readers and writers -----------------------------------------------------------------------------
// Bit 31: a writer owns it. Bit 30: one waits, so no new readers. Below: how many readers.

namespace {

constexpr uint32_t kWriter = 0x80000000u;
constexpr uint32_t kWriterWaits = 0x40000000u;

volatile uint32_t& word(volatile EX_SPIN_LOCK& lock) {
    return reinterpret_cast<volatile uint32_t&>(lock);
}
bool swap(volatile EX_SPIN_LOCK& lock, uint32_t expected, uint32_t desired) {
    return __atomic_compare_exchange_n(&word(lock), &expected, desired, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);  // pairs with the releases
}
uint32_t load(volatile EX_SPIN_LOCK& lock) { return __atomic_load_n(&word(lock), __ATOMIC_RELAXED); }

}  // namespace

bool try_acquire_shared(volatile EX_SPIN_LOCK& lock) {
    const uint32_t seen = load(lock);
    return (seen & (kWriter | kWriterWaits)) == 0 && swap(lock, seen, seen + 1);
}
void acquire_shared(volatile EX_SPIN_LOCK& lock) {
    while (!try_acquire_shared(lock)) {
        if ((load(lock) & (kWriter | kWriterWaits)) != 0) arch::pause();  // else only the race was lost
    }
}

bool try_acquire_exclusive(volatile EX_SPIN_LOCK& lock) {
    const uint32_t seen = load(lock);
    return (seen & ~kWriterWaits) == 0 && swap(lock, seen, kWriter);
}
void acquire_exclusive(volatile EX_SPIN_LOCK& lock) {
    while (!try_acquire_exclusive(lock)) {
        const uint32_t seen = load(lock);
        // Other waiting writers set it again when this one takes it away by owning the lock.
        if ((seen & kWriterWaits) == 0 && (seen & ~kWriterWaits) != 0) {
            __atomic_fetch_or(&word(lock), kWriterWaits, __ATOMIC_RELAXED);
        }
        arch::pause();
    }
}

bool try_convert_to_exclusive(volatile EX_SPIN_LOCK& lock) {
    const uint32_t seen = load(lock);
    return (seen & ~kWriterWaits) == 1 && swap(lock, seen, kWriter | (seen & kWriterWaits));
}

void release_shared(volatile EX_SPIN_LOCK& lock) {
    __atomic_fetch_sub(&word(lock), 1, __ATOMIC_RELEASE);  // pairs with swap()
}
void release_exclusive(volatile EX_SPIN_LOCK& lock) {
    __atomic_fetch_and(&word(lock), ~(kWriter | kWriterWaits), __ATOMIC_RELEASE);  // pairs with swap()
}

}  // namespace rsl::ke
