// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/arena.hpp"

#include <vector>

#include "base/testing/test.hpp"

namespace rsl::client {
namespace {

struct TestArena {
    std::vector<std::byte> memory = std::vector<std::byte>(64 * 1024);
    Arena arena{memory};
};

RSL_TEST(Arena, PiecesNeverOverlap) {
    TestArena test;
    std::vector<protocol::ArenaSpan> taken;
    uint32_t seed = 1;
    for (int i = 0; i < 3000; ++i) {
        seed = seed * 1664525 + 1013904223;
        if (taken.size() > 20 || (seed >> 31) != 0) {
            if (taken.empty()) continue;
            const size_t at = (seed >> 8) % taken.size();
            test.arena.free(taken[at].offset);
            taken.erase(taken.begin() + static_cast<ptrdiff_t>(at));
            continue;
        }
        const auto span = test.arena.allocate((seed >> 16) % 6000);
        if (!span) continue;
        for (const auto& other : taken) {
            RSL_REQUIRE(span->offset >= other.offset + other.bytes || other.offset >= span->offset + span->bytes);
        }
        taken.push_back(*span);
    }
    for (const auto& span : taken) test.arena.free(span.offset);
    RSL_EXPECT_EQ(test.arena.used(), 0u);
    RSL_EXPECT(test.arena.allocate(64 * 1024).has_value());  // all gaps have grown together again
}

RSL_TEST(Arena, RefusesWhatCannotFit) {
    TestArena test;
    RSL_EXPECT(!test.arena.allocate(64 * 1024 + 1).has_value());
    RSL_EXPECT(!test.arena.allocate(~uint64_t{0}).has_value());
}

RSL_TEST(Arena, KnowsItsOwnPointers) {
    TestArena test;
    RSL_EXPECT_EQ(*test.arena.offset_of(test.memory.data() + 5, 10), 5u);
    RSL_EXPECT(!test.arena.offset_of(test.memory.data() + 64 * 1024 - 1, 2).has_value());
    int elsewhere = 0;
    RSL_EXPECT(!test.arena.offset_of(&elsewhere, sizeof(elsewhere)).has_value());
}

}  // namespace
}  // namespace rsl::client
