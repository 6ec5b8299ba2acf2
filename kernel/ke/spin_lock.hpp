// SPDX-License-Identifier: GPL-2.0-only
// Spin locks of the kernel's own data. Holding one means DISPATCH_LEVEL (or above for the interrupt
// kind), no blocking, no driver code. Taken in rank order. NT's KSPIN_LOCK exports are in exports/.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/sync/annotations.hpp"
#include "kernel/ke/irql.hpp"

namespace rsl::ke {

/// Order of acquisition: a thread that holds a rank takes only higher ones.
enum class LockRank : uint8_t {
    kServer = 10,
    kIo = 20,
    kCancel = 25,
    kObject = 30,
    kProcess = 35,
    kAddressSpace = 40,
    kModules = 45,
    kPool = 50,
    kPages = 55,
    kOwnObjects = 58,
    kDispatcher = 60,
    kTimer = 65,
    kDpc = 70,
    kHardware = 75,  // hal's registers and vectors
    kLog = 80,
    kConsole = 90,
};

class RSL_CAPABILITY("spin lock") SpinLock {
  public:
    constexpr explicit SpinLock(LockRank rank) : rank_(rank) {}
    SpinLock(const SpinLock&) = delete;
    SpinLock& operator=(const SpinLock&) = delete;

    /// For guards only. The caller is at DISPATCH_LEVEL or has interrupts off.
    void acquire() RSL_ACQUIRES() RSL_NO_LOCK_ANALYSIS {
        while (held_.exchange(1, std::memory_order_acquire) != 0) {  // pairs with release()
            while (held_.load(std::memory_order_relaxed) != 0) arch::pause();
        }
    }
    bool try_acquire() RSL_TRY_ACQUIRES(true) RSL_NO_LOCK_ANALYSIS {
        return held_.exchange(1, std::memory_order_acquire) == 0;  // pairs with release()
    }
    void release() RSL_RELEASES() RSL_NO_LOCK_ANALYSIS {
        held_.store(0, std::memory_order_release);  // pairs with acquire()
    }
    bool is_held() const { return held_.load(std::memory_order_relaxed) != 0; }
    LockRank rank() const { return rank_; }

  private:
    std::atomic<uint32_t> held_ = 0;
    LockRank rank_;
};

/// Raises to DISPATCH_LEVEL and holds the lock for a scope.
class RSL_SCOPED_CAPABILITY SpinLockGuard {
  public:
    explicit SpinLockGuard(SpinLock& lock) RSL_ACQUIRES(lock, irql::dispatch)
        : lock_(lock), old_(raise_irql(DISPATCH_LEVEL)) {
        lock_.acquire();
    }
    ~SpinLockGuard() RSL_RELEASES() RSL_NO_LOCK_ANALYSIS {
        lock_.release();
        lower_irql(old_);
    }
    SpinLockGuard(const SpinLockGuard&) = delete;
    SpinLockGuard& operator=(const SpinLockGuard&) = delete;

  private:
    SpinLock& lock_;
    KIRQL old_;
};

/// Holds the lock with interrupts off: for data that interrupt handlers touch too.
class RSL_SCOPED_CAPABILITY InterruptLockGuard {
  public:
    explicit InterruptLockGuard(SpinLock& lock) RSL_ACQUIRES(lock)
        : lock_(lock), were_on_(arch::disable_interrupts()) {
        lock_.acquire();
    }
    ~InterruptLockGuard() RSL_RELEASES() RSL_NO_LOCK_ANALYSIS {
        lock_.release();
        arch::restore_interrupts(were_on_);
    }
    InterruptLockGuard(const InterruptLockGuard&) = delete;
    InterruptLockGuard& operator=(const InterruptLockGuard&) = delete;

  private:
    SpinLock& lock_;
    bool were_on_;
};

}  // namespace rsl::ke
