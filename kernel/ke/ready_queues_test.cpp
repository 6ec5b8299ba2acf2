// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ke/ready_queues.hpp"

#include "base/testing/test.hpp"

namespace rsl::ke {
namespace {

struct Threads {
    Thread low, middle, middle_two, high;
    ReadyQueues queues;
    Threads() {
        low.priority = 1;
        middle.priority = middle_two.priority = 8;
        high.priority = 31;
    }
};

RSL_TEST(ReadyQueues, TakesTheHighestPriorityFirst) {
    Threads t;
    t.queues.push_back(t.low);
    t.queues.push_back(t.high);
    t.queues.push_back(t.middle);
    RSL_EXPECT_EQ(t.queues.take(0), &t.high);
    RSL_EXPECT_EQ(t.queues.take(0), &t.middle);
    RSL_EXPECT_EQ(t.queues.take(0), &t.low);
    RSL_EXPECT(t.queues.take(0) == nullptr);
    RSL_EXPECT(t.queues.empty());
}

RSL_TEST(ReadyQueues, IsFirstInFirstOutWithinAPriority) {
    Threads t;
    t.queues.push_back(t.middle);
    t.queues.push_back(t.middle_two);
    RSL_EXPECT_EQ(t.queues.take(0), &t.middle);
    t.queues.push_front(t.middle);  // a preempted thread goes to the head
    RSL_EXPECT_EQ(t.queues.take(0), &t.middle);
    RSL_EXPECT_EQ(t.queues.take(0), &t.middle_two);
}

RSL_TEST(ReadyQueues, SkipsThreadsThatMayNotRunHere) {
    Threads t;
    t.high.affinity = 0b10;
    t.queues.push_back(t.high);
    t.queues.push_back(t.low);
    RSL_EXPECT_EQ(t.queues.take(0), &t.low);
    RSL_EXPECT(t.queues.take(0) == nullptr);
    RSL_EXPECT_EQ(t.queues.take(1), &t.high);
}

RSL_TEST(ReadyQueues, HonoursTheLowestPriorityAsked) {
    Threads t;
    t.queues.push_back(t.middle);
    RSL_EXPECT(t.queues.find(0, 9) == nullptr);
    RSL_EXPECT_EQ(t.queues.find(0, 8), &t.middle);
    t.queues.remove(t.middle);
    RSL_EXPECT(t.queues.find(0) == nullptr);
}

}  // namespace
}  // namespace rsl::ke
