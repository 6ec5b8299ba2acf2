// SPDX-License-Identifier: GPL-2.0-only
// Routines that drivers want called: registered, called at PASSIVE_LEVEL without a lock, and gone for
// good when remove() returns, so that the driver may unload.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/core/result.hpp"

namespace rsl::ps {

/// Pause is called while remove() waits for a running call to come back.
template <typename Routine, void (*Pause)(), uint32_t kSlots = 64>
class NotifyList {
  public:
    /// kInvalidParameter: known already, or all 64 places are taken, as NT has it.
    Result<void> add(Routine routine) {
        if (find(routine) != nullptr) return Status::kInvalidParameter;
        for (Slot& slot : slots_) {
            Routine free = nullptr;
            if (slot.routine.compare_exchange_strong(free, routine)) return {};
        }
        return Status::kInvalidParameter;
    }

    /// STATUS_PROCEDURE_NOT_FOUND when it is not registered. Never from within the routine itself.
    Result<void> remove(Routine routine) {
        Slot* slot = find(routine);
        Routine expected = routine;
        if (slot == nullptr || !slot->routine.compare_exchange_strong(expected, nullptr))
            return Status(static_cast<int32_t>(0xC000007A));
        // Sequentially consistent with call(): it counts before it looks, we look after clearing.
        while (slot->running.load() != 0) Pause();
        return {};
    }

    /// call(routine) for each, in order of registration as long as none was removed.
    template <typename Call>
    void for_each(Call&& call) {
        for (Slot& slot : slots_) {
            if (slot.routine.load(std::memory_order_relaxed) == nullptr) continue;
            slot.running.fetch_add(1);
            if (Routine routine = slot.routine.load(); routine != nullptr) call(routine);
            slot.running.fetch_sub(1);
        }
    }

    bool any() const {
        for (const Slot& slot : slots_) {
            if (slot.routine.load(std::memory_order_relaxed) != nullptr) return true;
        }
        return false;
    }

  private:
    struct Slot {
        std::atomic<Routine> routine = nullptr;
        std::atomic<uint32_t> running = 0;
    };
    Slot* find(Routine routine) {
        for (Slot& slot : slots_) {
            if (slot.routine.load(std::memory_order_relaxed) == routine) return &slot;
        }
        return nullptr;
    }
    Slot slots_[kSlots];
};

}  // namespace rsl::ps
