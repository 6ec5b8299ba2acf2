// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/loans.hpp"

#include <sys/mman.h>

#include <cstring>
#include <vector>

#include "base/testing/test.hpp"
#include "shim/client/own_memory.hpp"

namespace rsl::client {
namespace {

/// A program of a few pages, an arena, and the VM's view of what is lent.
struct Program {
    static constexpr size_t kPages = 16;
    std::vector<std::byte> shared = std::vector<std::byte>(1 << 20);
    Arena arena{shared};
    Loans loans{arena};
    std::byte* memory = static_cast<std::byte*>(
        ::mmap(nullptr, kPages * kPageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ~Program() {
        (void)loans.release_spare();
        ::munmap(memory, kPages * kPageBytes);
    }
    uint64_t address(size_t offset = 0) const { return reinterpret_cast<uint64_t>(memory) + offset; }
    ProgramRange range(size_t start, size_t end) const { return {address(start), address(end)}; }
    /// Where the driver sees a byte of the program's.
    std::byte& seen(const LentBlock& block, size_t offset) {
        return *(arena.at(block.arena_offset) + (address(offset) - block.address));
    }
};

RSL_TEST(Loans, LendWholePagesAndTakeBackTheOutput) {
    Program mine;
    mine.memory[100] = std::byte{1};
    mine.memory[kPageBytes * 4 + 5] = std::byte{2};
    auto request = mine.loans.begin(mine.range(100, 200), mine.range(kPageBytes * 4 + 5, kPageBytes * 7 + 5));
    RSL_REQUIRE(request.input != nullptr && request.output != nullptr && request.input != request.output);
    RSL_EXPECT_EQ(request.input->bytes, kPageBytes);
    RSL_EXPECT_EQ(request.output->bytes, 4 * kPageBytes);
    RSL_EXPECT(mine.seen(*request.input, 100) == std::byte{1} && mine.seen(*request.output, kPageBytes * 4 + 5) == std::byte{2});
    for (size_t at = kPageBytes * 4 + 5; at < kPageBytes * 7 + 5; ++at) mine.seen(*request.output, at) = std::byte{3};
    mine.loans.end(request, Loans::Outcome::kReplied);
    RSL_EXPECT(mine.memory[kPageBytes * 4 + 4] == std::byte{0} && mine.memory[kPageBytes * 4 + 5] == std::byte{3});
    RSL_EXPECT(mine.memory[kPageBytes * 7 + 4] == std::byte{3} && mine.memory[kPageBytes * 7 + 5] == std::byte{0});
}

RSL_TEST(Loans, KeepWhatTheProgramChangesBesideTheOutput) {
    Program mine;
    auto request = mine.loans.begin({}, mine.range(100, 108));
    RSL_REQUIRE(request.output != nullptr);
    mine.seen(*request.output, 100) = std::byte{1};  // in the buffer
    mine.seen(*request.output, 200) = std::byte{2};  // by a pointer, on the same page
    mine.memory[300] = std::byte{3};                 // another thread
    mine.loans.end(request, Loans::Outcome::kReplied);
    RSL_EXPECT(mine.memory[100] == std::byte{1} && mine.memory[200] == std::byte{2} && mine.memory[300] == std::byte{3});
}

RSL_TEST(Loans, BuffersOnOnePageAreOneBlock) {
    Program mine;
    auto request = mine.loans.begin(mine.range(0, 8), mine.range(16, kPageBytes + 8));
    RSL_REQUIRE(request.input != nullptr && request.input == request.output);
    RSL_EXPECT_EQ(request.input->bytes, 2 * kPageBytes);
    auto same = mine.loans.begin(mine.range(kPageBytes * 8, kPageBytes * 9), mine.range(kPageBytes * 8, kPageBytes * 9));
    RSL_EXPECT(same.input != nullptr && same.input == same.output);
    mine.loans.end(request, Loans::Outcome::kReplied);
    mine.loans.end(same, Loans::Outcome::kReplied);
}

RSL_TEST(Loans, BadBuffersAreNotLent) {
    Program mine;
    ::mprotect(mine.memory + kPageBytes, kPageBytes, PROT_READ);
    ::mprotect(mine.memory + 2 * kPageBytes, kPageBytes, PROT_NONE);
    auto request = mine.loans.begin(mine.range(kPageBytes, 3 * kPageBytes), mine.range(4 * kPageBytes, 4 * kPageBytes + 1));
    RSL_EXPECT(request.input == nullptr && request.output != nullptr);
    mine.loans.end(request, Loans::Outcome::kReplied);
    auto read_only = mine.loans.begin({}, mine.range(kPageBytes, kPageBytes + 8));
    RSL_EXPECT(read_only.output == nullptr);
    auto none = mine.loans.begin({8, 16}, {0xFFFF800000000000, 0xFFFF800000001000});
    RSL_EXPECT(none.input == nullptr && none.output == nullptr);
    mine.loans.end(none, Loans::Outcome::kReplied);
}

RSL_TEST(Loans, APageIsLentOnceAndKeptInStep) {
    Program mine;
    auto first = mine.loans.begin({}, mine.range(0, 8));
    mine.memory[64] = std::byte{7};  // the second request's buffer
    mine.loans.tell_changes();
    auto second = mine.loans.begin({}, mine.range(64, 72));
    RSL_EXPECT(second.output == nullptr);
    RSL_EXPECT(mine.seen(*first.output, 64) == std::byte{7});
    mine.seen(*first.output, 64) = std::byte{8};  // by the second one's driver
    mine.loans.end(second, Loans::Outcome::kReplied);
    RSL_EXPECT(mine.memory[64] == std::byte{8});
    mine.memory[64] = std::byte{9};
    mine.loans.end(first, Loans::Outcome::kReplied);
    RSL_EXPECT(mine.memory[64] == std::byte{9});
}

RSL_TEST(Loans, WhatTheVmGivesBackIsLentToo) {
    Program mine;
    auto request = mine.loans.begin(mine.range(8 * kPageBytes, 8 * kPageBytes + 8), mine.range(8, 16));
    const std::byte bytes[] = {std::byte{1}, std::byte{2}};
    mine.loans.change(mine.address(100), bytes);
    RSL_EXPECT(mine.seen(*request.output, 101) == std::byte{2});
    mine.loans.end(request, Loans::Outcome::kReplied);
    RSL_EXPECT(mine.memory[100] == std::byte{0});  // it was not the driver's change of this request
}

RSL_TEST(Loans, PagesThatAreAskedForHaveTheDriversChanges) {
    Program mine;
    auto request = mine.loans.begin({}, mine.range(8, 3 * kPageBytes));
    mine.seen(*request.output, 9) = std::byte{1};
    mine.seen(*request.output, kPageBytes + 9) = std::byte{2};
    mine.loans.take_changes_of(mine.address(0), 2 * kPageBytes);
    RSL_EXPECT(mine.memory[9] == std::byte{1} && mine.memory[kPageBytes + 9] == std::byte{2});
    mine.loans.end(request, Loans::Outcome::kReplied);
}

RSL_TEST(Loans, TheSameCallGetsTheSamePlaceAgain) {
    Program mine;
    uint32_t place = 0;
    for (int turn = 0; turn < 5; ++turn) {
        auto request = mine.loans.begin(mine.range(0, 8), mine.range(kPageBytes * 2, kPageBytes * 2 + 8));
        RSL_REQUIRE(request.output != nullptr);
        if (turn != 0) RSL_EXPECT_EQ(request.output->arena_offset, place);
        place = request.output->arena_offset;
        mine.loans.end(request, Loans::Outcome::kReplied);
    }
    RSL_EXPECT(mine.arena.used() != 0);
    RSL_EXPECT(mine.loans.release_spare() && !mine.loans.release_spare());
    RSL_EXPECT_EQ(mine.arena.used(), 0u);
}

RSL_TEST(Loans, WhatIsTooLargeIsNotLent) {
    Program mine;
    std::vector<std::byte> large(1 << 20);
    const auto start = reinterpret_cast<uint64_t>(large.data());
    auto request = mine.loans.begin({start, start + large.size()}, {});
    RSL_EXPECT(request.input == nullptr);
    mine.loans.end(request, Loans::Outcome::kReplied);
}

}  // namespace
}  // namespace rsl::client
