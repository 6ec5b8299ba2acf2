// SPDX-License-Identifier: GPL-2.0-only
// Two threads at the two ends: order, loss, and the sleep handshake. Also built with TSan.
#include <semaphore>
#include <thread>

#include "base/testing/test.hpp"
#include "transport/ring/sleep_flag.hpp"
#include "transport/ring/spin_budget.hpp"
#include "transport/ring/test_ring.hpp"

namespace rsl::transport {
namespace {

constexpr uint64_t kMessages = 100'000;

RSL_TEST(RingThreads, LosesAndReordersNothing) {
    TestRing<RawEntry, 64> ring;
    std::thread producer([&] {
        for (uint64_t i = 0; i < kMessages; ++i) {
            while (*ring.producer.push(RawEntry{{i, i, i, i, i, i, i, ~i}}) == PushOutcome::kFull) {
                std::this_thread::yield();
            }
        }
    });
    uint64_t wrong = 0;
    for (uint64_t expected = 0; expected < kMessages;) {
        const auto entry = ring.consumer.pop();
        if (!entry || !entry->has_value()) {
            std::this_thread::yield();
            continue;
        }
        if ((*entry)->words[0] != expected || (*entry)->words[7] != ~expected) ++wrong;
        ++expected;
    }
    producer.join();
    RSL_EXPECT_EQ(wrong, 0u);
}

RSL_TEST(RingThreads, ASleeperIsAlwaysRung) {
    TestRing<RawEntry, 8> ring;
    std::atomic<uint32_t> asleep = 0;
    std::counting_semaphore<1 << 20> bell{0};
    uint64_t taken = 0;
    std::thread consumer([&] {
        while (taken < kMessages / 10) {
            const auto entry = ring.consumer.pop();
            if (entry && entry->has_value()) {
                ++taken;
                continue;
            }
            announce_sleep(asleep);
            if (ring.consumer.has_entry()) {
                retract_sleep(asleep);
                continue;
            }
            bell.acquire();  // for ever, if the handshake lost a wake-up
            retract_sleep(asleep);
        }
    });
    for (uint64_t i = 0; i < kMessages / 10;) {
        if (*ring.producer.push(RawEntry{{i}}) == PushOutcome::kFull) {
            std::this_thread::yield();
            continue;
        }
        if (must_ring(asleep)) bell.release();
        ++i;
    }
    consumer.join();
    RSL_EXPECT_EQ(taken, kMessages / 10);
}

}  // namespace
}  // namespace rsl::transport
