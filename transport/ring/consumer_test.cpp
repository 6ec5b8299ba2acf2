// SPDX-License-Identifier: GPL-2.0-only
#include "transport/ring/consumer.hpp"

#include "base/testing/test.hpp"
#include "transport/ring/test_ring.hpp"

namespace rsl::transport {
namespace {

RSL_TEST(RingConsumer, FindsNothingInAnEmptyRing) {
    TestRing<uint64_t, 8> ring;
    const auto entry = ring.consumer.pop();
    RSL_REQUIRE(entry.ok());
    RSL_EXPECT(!entry->has_value());
    RSL_EXPECT(!ring.consumer.has_entry());
}

RSL_TEST(RingConsumer, TakesEntriesInOrderAcrossTheSeam) {
    TestRing<uint64_t, 4> ring;
    uint64_t next = 0;
    for (uint64_t value = 0; value < 11; ++value) {
        RSL_EXPECT(*ring.producer.push(value) == PushOutcome::kPushed);
        if (value % 2 == 0) continue;
        for (int i = 0; i < 2; ++i) {
            const auto entry = ring.consumer.pop();
            RSL_REQUIRE(entry.ok() && entry->has_value());
            RSL_EXPECT_EQ(**entry, next++);
        }
    }
    RSL_EXPECT_EQ(next, 10u);
}

RSL_TEST(RingConsumer, RefusesTailBeyondTheRing) {
    TestRing<uint64_t, 8> ring;
    ring.header.tail = 9;  // one more than fits: only a broken or hostile producer writes this
    RSL_EXPECT_EQ(ring.consumer.pop().failure(), Status::kProtocolViolation);
}

RSL_TEST(RingConsumer, RefusesATailThatRunsBackwards) {
    TestRing<uint64_t, 8> ring;
    (void)ring.producer.push(1);
    (void)ring.consumer.pop();
    ring.header.tail = 0;
    RSL_EXPECT_EQ(ring.consumer.pop().failure(), Status::kProtocolViolation);
}

RSL_TEST(RingConsumer, IgnoresWhatThePeerWritesIntoHead) {
    TestRing<uint64_t, 8> ring;
    ring.header.head = 12345;
    ring.slots[0] = 7;
    ring.header.tail = 1;
    const auto entry = ring.consumer.pop();
    RSL_REQUIRE(entry.ok() && entry->has_value());
    RSL_EXPECT_EQ(**entry, 7u);
    RSL_EXPECT_EQ(ring.header.head.load(), 1u);
}

RSL_TEST(RingConsumer, WorksWhenTheIndexWraps) {
    TestRing<uint64_t, 4> ring;
    for (uint64_t round = 0; round < 20; ++round) {  // indices pass every slot several times
        RSL_EXPECT(*ring.producer.push(round) == PushOutcome::kPushed);
        const auto entry = ring.consumer.pop();
        RSL_REQUIRE(entry.ok() && entry->has_value());
        RSL_EXPECT_EQ(**entry, round);
    }
}

}  // namespace
}  // namespace rsl::transport
