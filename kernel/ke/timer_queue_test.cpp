// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ke/timer_queue.hpp"

#include "base/testing/test.hpp"

namespace rsl::ke {
namespace {

KTIMER timer_due(uint64_t due) {
    KTIMER timer{};
    timer.DueTime.QuadPart = due;
    return timer;
}

RSL_TEST(TimerQueue, PopsInOrderOfDueTimeAndNeverEarly) {
    TimerQueue queue;
    KTIMER late = timer_due(5'000'000'000), early = timer_due(10), middle = timer_due(9000);
    RSL_EXPECT(queue.insert(late));
    RSL_EXPECT(queue.insert(early));
    RSL_EXPECT(!queue.insert(middle));
    RSL_EXPECT(queue.pop_due(9) == nullptr);
    RSL_EXPECT_EQ(queue.pop_due(20'000), &early);
    RSL_EXPECT_EQ(queue.pop_due(20'000), &middle);
    RSL_EXPECT(queue.pop_due(20'000) == nullptr);
    RSL_EXPECT_EQ(queue.next_due(), uint64_t{5'000'000'000});
    RSL_EXPECT_EQ(queue.pop_due(5'000'000'000), &late);
    RSL_EXPECT_EQ(queue.next_due(), TimerQueue::kNever);
}

RSL_TEST(TimerQueue, KeepsOrderWithinOneSlotAcrossWraps) {
    constexpr uint64_t kWheel = uint64_t{256} << 13;
    TimerQueue queue;
    KTIMER second = timer_due(100 + kWheel), first = timer_due(100), third = timer_due(100 + 2 * kWheel);
    queue.insert(second);
    queue.insert(third);
    queue.insert(first);
    RSL_EXPECT_EQ(queue.pop_due(TimerQueue::kNever - 1), &first);
    RSL_EXPECT_EQ(queue.pop_due(TimerQueue::kNever - 1), &second);
    RSL_EXPECT_EQ(queue.pop_due(TimerQueue::kNever - 1), &third);
}

RSL_TEST(TimerQueue, RemovedTimersDoNotFire) {
    TimerQueue queue;
    KTIMER gone = timer_due(100), stays = timer_due(200);
    queue.insert(gone);
    queue.insert(stays);
    queue.remove(gone);
    RSL_EXPECT(!TimerQueue::is_inserted(gone));
    RSL_EXPECT(queue.next_due() <= 200);
    RSL_EXPECT_EQ(queue.find_next_due(), uint64_t{200});
    RSL_EXPECT_EQ(queue.pop_due(1000), &stays);
    RSL_EXPECT_EQ(queue.count(), 0u);
}

RSL_TEST(TimerQueue, EqualTimesFireInTheOrderSet) {
    TimerQueue queue;
    KTIMER a = timer_due(77), b = timer_due(77);
    queue.insert(a);
    queue.insert(b);
    RSL_EXPECT_EQ(queue.pop_due(77), &a);
    RSL_EXPECT_EQ(queue.pop_due(77), &b);
}

RSL_TEST(TimerQueue, SurvivesManyTimersInAnyOrder) {
    constexpr uint32_t kTimers = 500;
    static constinit KTIMER timers[kTimers] = {};
    TimerQueue queue;
    uint64_t random = 42;
    for (KTIMER& timer : timers) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        timer = timer_due(random >> 30);
        queue.insert(timer);
    }
    for (uint32_t i = 0; i < kTimers; i += 3) queue.remove(timers[i]);
    uint64_t last = 0;
    uint32_t popped = 0;
    while (KTIMER* timer = queue.pop_due(TimerQueue::kNever - 1)) {
        RSL_EXPECT(timer->DueTime.QuadPart >= last);
        last = timer->DueTime.QuadPart;
        ++popped;
    }
    RSL_EXPECT_EQ(popped, kTimers - (kTimers + 2) / 3);
}

}  // namespace
}  // namespace rsl::ke
