// SPDX-License-Identifier: GPL-2.0-only
// KSPIN_LOCK, EX_SPIN_LOCK and in-stack queued spin locks: the words drivers own. None changes the IRQL
// here; the exports do.
#pragma once

#include "abi/types/ke.h"
#include "kernel/ke/irql.hpp"

namespace rsl::ke {

void spin_until_free(const volatile KSPIN_LOCK& lock);

inline void acquire(KSPIN_LOCK& lock) {
    // A lock that an in-stack queue holds is not zero either: both kinds may not be mixed on one lock.
    while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE) != 0) spin_until_free(lock);  // pairs: release()
}
inline bool try_acquire(KSPIN_LOCK& lock) {
    return __atomic_load_n(&lock, __ATOMIC_RELAXED) == 0 &&
           __atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE) == 0;  // pairs with release()
}
inline void release(KSPIN_LOCK& lock) { __atomic_store_n(&lock, 0, __ATOMIC_RELEASE); }

/// Holds a driver's spin lock for a scope, at DISPATCH_LEVEL.
class NtSpinLockGuard {
  public:
    explicit NtSpinLockGuard(KSPIN_LOCK& lock) : lock_(lock), old_(raise_irql(DISPATCH_LEVEL)) {
        acquire(lock_);
    }
    ~NtSpinLockGuard() {
        release(lock_);
        lower_irql(old_);
    }
    NtSpinLockGuard(const NtSpinLockGuard&) = delete;
    NtSpinLockGuard& operator=(const NtSpinLockGuard&) = delete;

  private:
    KSPIN_LOCK& lock_;
    KIRQL old_;
};

/// A queue of waiters, each spinning on its own entry; the lock word points at the last.
void acquire_queued(KSPIN_LOCK& lock, KSPIN_LOCK_QUEUE& entry);
bool try_acquire_queued(KSPIN_LOCK& lock, KSPIN_LOCK_QUEUE& entry);
void release_queued(KSPIN_LOCK_QUEUE& entry);

/// EX_SPIN_LOCK: one writer or many readers; a waiting writer keeps new readers out.
void acquire_shared(volatile EX_SPIN_LOCK& lock);
void acquire_exclusive(volatile EX_SPIN_LOCK& lock);
bool try_acquire_shared(volatile EX_SPIN_LOCK& lock);
bool try_acquire_exclusive(volatile EX_SPIN_LOCK& lock);
/// True: the only reader is the writer now.
bool try_convert_to_exclusive(volatile EX_SPIN_LOCK& lock);
void release_shared(volatile EX_SPIN_LOCK& lock);
void release_exclusive(volatile EX_SPIN_LOCK& lock);

}  // namespace rsl::ke
