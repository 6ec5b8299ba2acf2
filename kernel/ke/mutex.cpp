// SPDX-License-Identifier: GPL-2.0-only
// The kernel's own mutex and NT's fast mutexes: one interlocked operation when nobody competes. Count is
// 1 when free, 0 when taken, and below by the number of those who wait.
#include "kernel/ke/mutex.hpp"

#include "kernel/ke/apc.hpp"
#include "kernel/ke/objects.hpp"

namespace rsl::ke {

void initialize_fast_mutex(FAST_MUTEX& mutex) {
    mutex.Count = 1;
    mutex.Owner = nullptr;
    mutex.Contention = 0;
    mutex.OldIrql = 0;
    initialize_event(mutex.Event, SynchronizationEvent, false);
}

void acquire_fast_mutex(FAST_MUTEX& mutex) {
    // Pairs with release_fast_mutex().
    if (__atomic_sub_fetch(&mutex.Count, 1, __ATOMIC_ACQUIRE) != 0) {
        __atomic_add_fetch(&mutex.Contention, 1, __ATOMIC_RELAXED);
        wait_one(mutex.Event.Header, Deadline::never(), WrFastMutex);
    }
    mutex.Owner = nt(current_thread());
}

bool try_acquire_fast_mutex(FAST_MUTEX& mutex) {
    LONG expected = 1;
    if (!__atomic_compare_exchange_n(&mutex.Count, &expected, 0, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED)) {
        return false;
    }
    mutex.Owner = nt(current_thread());
    return true;
}

void release_fast_mutex(FAST_MUTEX& mutex) {
    mutex.Owner = nullptr;
    // Pairs with acquire_fast_mutex(). The event is one waiter's ticket.
    if (__atomic_fetch_add(&mutex.Count, 1, __ATOMIC_RELEASE) < 0) set_event(mutex.Event, IO_NO_INCREMENT);
}

// A guarded region, not APC_LEVEL: it costs two additions instead of two writes of CR8, and an APC that
// takes the same mutex is held off as well.
Mutex::Mutex() { initialize_fast_mutex(mutex_); }
void Mutex::acquire() RSL_NO_LOCK_ANALYSIS {
    enter_guarded_region();
    acquire_fast_mutex(mutex_);
}
void Mutex::release() RSL_NO_LOCK_ANALYSIS {
    release_fast_mutex(mutex_);
    leave_guarded_region();
}

}  // namespace rsl::ke
