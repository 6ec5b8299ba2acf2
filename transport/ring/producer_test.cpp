// SPDX-License-Identifier: GPL-2.0-only
#include "transport/ring/producer.hpp"

#include "base/testing/test.hpp"
#include "transport/ring/test_ring.hpp"

namespace rsl::transport {
namespace {

RSL_TEST(RingProducer, SaysWhenTheRingIsFull) {
    TestRing<uint64_t, 4> ring;
    for (uint64_t i = 0; i < 4; ++i) RSL_EXPECT(*ring.producer.push(i) == PushOutcome::kPushed);
    RSL_EXPECT(*ring.producer.push(4) == PushOutcome::kFull);
    (void)ring.consumer.pop();
    RSL_EXPECT(*ring.producer.push(4) == PushOutcome::kPushed);
}

RSL_TEST(RingProducer, RefusesAHeadThatItNeverReached) {
    TestRing<uint64_t, 4> ring;
    for (uint64_t i = 0; i < 4; ++i) (void)ring.producer.push(i);
    ring.header.head = 5;  // says that five were taken of four
    RSL_EXPECT_EQ(ring.producer.push(4).failure(), Status::kProtocolViolation);
}

RSL_TEST(RingProducer, IgnoresWhatThePeerWritesIntoTail) {
    TestRing<uint64_t, 4> ring;
    ring.header.tail = 3;
    RSL_EXPECT(*ring.producer.push(9) == PushOutcome::kPushed);
    RSL_EXPECT_EQ(ring.header.tail.load(), 1u);
    RSL_EXPECT_EQ(ring.slots[0], 9u);
}

}  // namespace
}  // namespace rsl::transport
