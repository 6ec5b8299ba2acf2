// SPDX-License-Identifier: GPL-2.0-only
// Timers that run, by due time: a hashed wheel of sorted lists, all inside the KTIMERs, because a
// driver's KTIMER has room for one LIST_ENTRY and setting a timer cannot fail. Inserting next to
// neighbours and removing take constant time; finding the next one looks at the non-empty slots.
// Pure: times come in, nothing expires by itself. Locks are the caller's.
#pragma once

#include <array>
#include <cstdint>

#include "abi/types/ke.h"

namespace rsl::ke {

class TimerQueue {
  public:
    /// Times are absolute, in 100 ns units (KTIMER::DueTime).
    static constexpr uint64_t kNever = ~uint64_t{0};

    /// Lists the timer under its DueTime. True when it is now the earliest.
    bool insert(KTIMER& timer);
    void remove(KTIMER& timer);
    static bool is_inserted(const KTIMER& timer) {
        return (timer.Header.TimerMiscFlags & kInsertedFlag) != 0;
    }
    /// Takes out a timer that is due at `now`, the earliest first, or nullptr.
    KTIMER* pop_due(uint64_t now);
    /// No timer is due before this. May be early after a removal, never late.
    uint64_t next_due() const { return next_due_; }
    /// The exact time of the first timer, or kNever.
    uint64_t find_next_due();
    uint32_t count() const { return count_; }
    /// Calls visit(KTIMER&) for each, which may remove that one.
    template <typename Visit>
    void for_each(Visit&& visit) {
        for (LIST_ENTRY& slot : slots_) {
            for (LIST_ENTRY* at = slot.Flink; at != nullptr && at != &slot;) {
                KTIMER& timer = owner(at);
                at = at->Flink;
                visit(timer);
            }
        }
    }

  private:
    static constexpr uint32_t kSlots = 256;
    static constexpr uint32_t kSlotShift = 13;  // 0.8 ms a slot, 0.2 s around the wheel
    static constexpr UCHAR kInsertedFlag = 0x80;

    static uint32_t slot_of(const KTIMER& timer) {
        return static_cast<uint32_t>(timer.DueTime.QuadPart >> kSlotShift) % kSlots;
    }
    static KTIMER& owner(LIST_ENTRY* entry) {
        return *CONTAINING_RECORD(entry, KTIMER, TimerListEntry);
    }
    KTIMER* find_first();

    std::array<LIST_ENTRY, kSlots> slots_{};  // a null Flink: never used
    std::array<uint64_t, kSlots / 64> occupied_{};
    uint64_t next_due_ = kNever;
    uint32_t count_ = 0;
};

}  // namespace rsl::ke
