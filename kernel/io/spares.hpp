// SPDX-License-Identifier: GPL-2.0-only
// What is kept for the next one that needs it. A slot changes hands by one exchange, so neither a lock nor DISPATCH_LEVEL is
// needed, and a thread that moves to another processor in between does no harm.
#pragma once

#include <atomic>
#include <cstddef>

namespace rsl::io {

template <typename T, size_t kSlots>
class Spares {
  public:
    /// nullptr: there is none. Pairs with keep(): its last user is done with it.
    T* take() {
        for (auto& slot : slots_) {
            if (slot.load(std::memory_order_relaxed) == nullptr) continue;
            if (T* spare = slot.exchange(nullptr, std::memory_order_acquire)) return spare;
        }
        return nullptr;
    }
    /// False: there are enough.
    bool keep(T* spare) {
        for (auto& slot : slots_) {
            T* empty = nullptr;
            if (slot.load(std::memory_order_relaxed) == nullptr &&
                slot.compare_exchange_strong(empty, spare, std::memory_order_release, std::memory_order_relaxed))
                return true;
        }
        return false;
    }

  private:
    std::atomic<T*> slots_[kSlots] = {};
};

}  // namespace rsl::io
