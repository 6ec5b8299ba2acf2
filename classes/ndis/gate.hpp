// SPDX-License-Identifier: GPL-2.0-only
// What lets frames or calls pass while something stands, and tells whoever takes it away when the
// last of them is through.
#pragma once

#include <atomic>

#include "abi/functions/ke.h"

namespace rsl::ndis {

/// Closed at first. enter() and leave() at any IRQL <= DISPATCH_LEVEL, the rest at PASSIVE_LEVEL.
class Gate {
  public:
    void init() { KeInitializeEvent(&drained_, NotificationEvent, TRUE); }
    void open() {
        KeClearEvent(&drained_);
        accepting_.store(true, std::memory_order_release);  // these two pair with enter()
        uses_.store(1, std::memory_order_release);
    }
    /// False: it is closed.
    bool enter(LONG count) {
        LONG uses = uses_.load(std::memory_order_relaxed);
        do {
            if (uses == 0 || !accepting_.load(std::memory_order_acquire))
                return false;  // pairs with open(), close()
        } while (!uses_.compare_exchange_weak(uses, uses + count, std::memory_order_acquire,
                                              std::memory_order_relaxed));
        return true;
    }
    /// Whoever brings it to 0 sets the event, once, and touches nothing afterwards: what the gate
    /// stands in may be freed at once.
    void leave(LONG count) {
        if (uses_.fetch_sub(count, std::memory_order_acq_rel) == count)
            KeSetEvent(&drained_, IO_NO_INCREMENT, FALSE);
    }
    /// Nobody enters any more. False: it was closed already.
    bool close() {
        if (!accepting_.exchange(false, std::memory_order_acq_rel)) return false;
        leave(1);
        return true;
    }
    /// Until all have left a gate that is closed.
    void wait() { KeWaitForSingleObject(&drained_, Executive, KernelMode, FALSE, nullptr); }

  private:
    std::atomic<bool> accepting_;
    std::atomic<LONG> uses_;  // 1 for being open, 1 for each list or call inside
    KEVENT drained_;          // uses_ has fallen to 0
};

}  // namespace rsl::ndis
