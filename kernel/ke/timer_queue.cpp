// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ke/timer_queue.hpp"

#include <bit>

#include "base/core/check.hpp"

namespace rsl::ke {

bool TimerQueue::insert(KTIMER& timer) {
    RSL_CHECK(!is_inserted(timer));
    const uint32_t index = slot_of(timer);
    LIST_ENTRY& head = slots_[index];
    if (head.Flink == nullptr) head.Flink = head.Blink = &head;
    const uint64_t due = timer.DueTime.QuadPart;
    LIST_ENTRY* after = head.Blink;  // later timers are set later, mostly: look from the end
    while (after != &head && owner(after).DueTime.QuadPart > due) after = after->Blink;
    LIST_ENTRY& entry = timer.TimerListEntry;
    entry.Blink = after;
    entry.Flink = after->Flink;
    after->Flink->Blink = &entry;
    after->Flink = &entry;
    occupied_[index / 64] |= uint64_t{1} << index % 64;
    timer.Header.TimerMiscFlags |= kInsertedFlag;
    ++count_;
    if (due >= next_due_) return false;
    next_due_ = due;
    return true;
}

void TimerQueue::remove(KTIMER& timer) {
    RSL_CHECK(is_inserted(timer));
    LIST_ENTRY& entry = timer.TimerListEntry;
    entry.Flink->Blink = entry.Blink;
    entry.Blink->Flink = entry.Flink;
    if (entry.Flink == entry.Blink) {  // only the head is left
        const uint32_t index = slot_of(timer);
        occupied_[index / 64] &= ~(uint64_t{1} << index % 64);
    }
    timer.Header.TimerMiscFlags &= static_cast<UCHAR>(~kInsertedFlag);
    --count_;
    if (count_ == 0) next_due_ = kNever;
}

KTIMER* TimerQueue::find_first() {
    KTIMER* first = nullptr;
    for (uint32_t word = 0; word < occupied_.size(); ++word) {
        for (uint64_t left = occupied_[word]; left != 0; left &= left - 1) {
            KTIMER& timer = owner(slots_[word * 64 + std::countr_zero(left)].Flink);
            if (first == nullptr || timer.DueTime.QuadPart < first->DueTime.QuadPart) first = &timer;
        }
    }
    return first;
}

KTIMER* TimerQueue::pop_due(uint64_t now) {
    if (next_due_ > now) return nullptr;
    KTIMER* const first = find_first();
    next_due_ = first == nullptr ? kNever : first->DueTime.QuadPart;
    if (next_due_ > now) return nullptr;
    remove(*first);
    return first;
}

uint64_t TimerQueue::find_next_due() {
    const KTIMER* const first = find_first();
    return next_due_ = first == nullptr ? kNever : first->DueTime.QuadPart;
}

}  // namespace rsl::ke
