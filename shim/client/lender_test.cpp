// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/lender.hpp"

#include <cstring>
#include <vector>

#include "base/testing/test.hpp"
#include "shim/client/own_memory.hpp"

namespace rsl::client {
namespace {

using protocol::ChangedRun;
using protocol::Fetch;
using protocol::FetchAccess;

struct Lending {
    std::vector<std::byte> memory = std::vector<std::byte>(1 << 20);
    Arena arena{memory};
    Loans loans{arena};
    Lender lender{arena, loans};
    alignas(4096) std::byte page[2 * kPageBytes] = {};
    Lending() { lender.open(); }
    uint64_t address() const { return reinterpret_cast<uint64_t>(page); }
    std::byte* window() { return arena.at(lender.window().offset); }
    void put(uint64_t at, const ChangedRun& run, const void* bytes, size_t count) {
        std::memcpy(window() + at, &run, sizeof(run));
        std::memcpy(window() + at + sizeof(run), bytes, count);
    }
};

RSL_TEST(Lender, LendsWhatIsAskedFor) {
    Lending mine;
    mine.page[5] = std::byte{9};
    const auto read = mine.lender.lend({mine.address(), 2, FetchAccess::kRead});
    RSL_REQUIRE(read.has_value());
    RSL_EXPECT_EQ(read->pages, 2u);
    RSL_EXPECT(mine.window()[5] == std::byte{9});
    const auto write = mine.lender.lend({mine.address(), 2, FetchAccess::kWrite});
    RSL_REQUIRE(write.has_value());
    RSL_EXPECT_EQ(write->writable, 3u);
    const auto bad = mine.lender.lend({0x1000, 1, FetchAccess::kRead});
    RSL_REQUIRE(bad.has_value());
    RSL_EXPECT_EQ(bad->pages, 0u);
}

RSL_TEST(Lender, RefusesQuestionsThatMakeNoSense) {
    Lending mine;
    const uint64_t most = mine.lender.window().bytes / kPageBytes;
    RSL_EXPECT(mine.lender.lend({mine.address(), most, FetchAccess::kRead}).has_value());
    RSL_EXPECT(!mine.lender.lend({mine.address(), most + 1, FetchAccess::kRead}));
    RSL_EXPECT(!mine.lender.lend({mine.address(), 0, FetchAccess::kRead}));
    RSL_EXPECT(!mine.lender.lend({mine.address() + 8, 1, FetchAccess::kRead}));
    RSL_EXPECT(!mine.lender.lend({0xFFFF800000000000, 1, FetchAccess::kRead}));
    RSL_EXPECT(!mine.lender.lend({~uint64_t{0xFFF}, 2, FetchAccess::kRead}));
    RSL_EXPECT(!mine.lender.lend({mine.address(), 1, static_cast<FetchAccess>(2)}));
}

RSL_TEST(Lender, TakesBackRuns) {
    Lending mine;
    mine.put(0, {mine.address() + 3, 5, 0}, "abcde", 5);
    mine.put(24, {mine.address() + kPageBytes, 1, 0}, "f", 1);
    RSL_EXPECT(mine.lender.take_back(48));
    RSL_EXPECT(std::memcmp(mine.page + 3, "abcde", 5) == 0 && mine.page[kPageBytes] == std::byte{'f'});
    RSL_EXPECT(mine.page[2] == std::byte{} && mine.page[8] == std::byte{});
}

RSL_TEST(Lender, RefusesRunsThatMakeNoSense) {
    Lending mine;
    mine.put(0, {mine.address(), 100, 0}, "", 0);
    RSL_EXPECT(!mine.lender.take_back(64));                               // longer than what came
    RSL_EXPECT(!mine.lender.take_back(8));                                // half a head
    RSL_EXPECT(!mine.lender.take_back(mine.lender.window().bytes + 8u));  // longer than the window
    mine.put(0, {0xFFFF800000000000, 1, 0}, "x", 1);
    RSL_EXPECT(!mine.lender.take_back(24));
    mine.put(0, {0x00007FFFFFFFEFFF, 2, 0}, "xx", 2);
    RSL_EXPECT(!mine.lender.take_back(24));
}

RSL_TEST(Lender, LendsNothingFromAnArenaThatIsTooSmall) {
    std::vector<std::byte> memory(8192);
    Arena arena{memory};
    Loans loans{arena};
    Lender lender{arena, loans};
    lender.open();
    RSL_EXPECT_EQ(lender.window().bytes, 0u);
    RSL_EXPECT(!lender.lend({reinterpret_cast<uint64_t>(memory.data()) / 4096 * 4096, 1, FetchAccess::kRead}));
}

}  // namespace
}  // namespace rsl::client
