// SPDX-License-Identifier: GPL-2.0-only
// Special pool and pageable memory with real pages behind them. What faults for good is tested end
// to end.
#include "abi/types/bugcheck.h"
#include "base/testing/test.hpp"
#include "kernel/arch/arch.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/vf/pageable.hpp"
#include "kernel/vf/special_pool.hpp"

namespace rsl::vf {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("VfTs");

uint8_t* special(size_t bytes, Side side = Side::kEnd) {
    start_watching();
    return static_cast<uint8_t*>(allocate_special({.bytes = bytes, .tag = kTag}, 1, side, false));
}

RSL_TEST(SpecialPool, ABlockEndsWithItsPageAndIsFreedLikePool)
{
    uint8_t* block = special(48);
    RSL_REQUIRE(block != nullptr);
    RSL_EXPECT_EQ((reinterpret_cast<uint64_t>(block) + 48) % arch::kPageBytes, 0u);
    for (int i = 0; i < 48; ++i) block[i] = 1;
    RSL_EXPECT_EQ(mm::pool_block_bytes(block), 48u);
    RSL_EXPECT_EQ(mm::pool_block_tag(block), kTag);
    mm::free_tagged(block, kTag);
    RSL_EXPECT_EQ(mm::pool_block_bytes(block), 0u);
}

RSL_TEST(SpecialPool, WholePagesAreNotForIt)
{
    RSL_EXPECT(special(arch::kPageBytes) == nullptr);
}

RSL_TEST(SpecialPool, TellsWhatAnAddressWas)
{
    auto* block = special(32);
    RSL_REQUIRE(block != nullptr);
    const auto address = reinterpret_cast<uint64_t>(block);
    RSL_EXPECT_EQ(explain_special(address, true).code, 0u);
    RSL_EXPECT_EQ(explain_special(address + 32, true).code,
                  ULONG{PAGE_FAULT_BEYOND_END_OF_ALLOCATION});
    mm::free(block);
    RSL_EXPECT_EQ(explain_special(address, false).code, ULONG{PAGE_FAULT_IN_FREED_SPECIAL_POOL});
}

RSL_TEST(Pageable, APageThatWasTakenAwayComesBackWithWhatItHeld)
{
    start_watching();
    const auto pages = mm::allocate_system_pages(2 * arch::kPageBytes, {.writable = true});
    RSL_REQUIRE(pages);
    auto* words = reinterpret_cast<volatile uint64_t*>(*pages);
    words[0] = 11;
    words[512] = 12;
    RSL_REQUIRE(add_pageable(*pages, 2 * arch::kPageBytes, {}));
    RSL_EXPECT(trim());
    left_raised_level();
    RSL_EXPECT(!arch::query_page(arch::kernel_root(), *pages));
    RSL_EXPECT_EQ(words[0], 11u);  // faults, and is back
    RSL_EXPECT(arch::query_page(arch::kernel_root(), *pages));
    RSL_EXPECT(!arch::query_page(arch::kernel_root(), *pages + arch::kPageBytes));
    remove_pageable(*pages);
    RSL_EXPECT_EQ(words[512], 12u);
    RSL_EXPECT(!is_pageable(*pages));
    mm::free_system_pages(*pages, 2 * arch::kPageBytes);
}

RSL_TEST(Pageable, LockedPagesStay)
{
    start_watching();
    const auto page = mm::allocate_system_pages(arch::kPageBytes, {.writable = true});
    RSL_REQUIRE(page);
    RSL_REQUIRE(add_pageable(*page, arch::kPageBytes, {}));
    lock_pageable(*page + 100, 8);
    trim();
    RSL_EXPECT(arch::query_page(arch::kernel_root(), *page));
    unlock_pageable(*page + 100, 8);
    trim();
    left_raised_level();
    RSL_EXPECT(!arch::query_page(arch::kernel_root(), *page));
    remove_pageable(*page);
    mm::free_system_pages(*page, arch::kPageBytes);
}

RSL_TEST(Pageable, TheKernelsOwnRaisedLevelIsForgiven)
{
    start_watching();
    const auto page = mm::allocate_system_pages(arch::kPageBytes, {.writable = true});
    RSL_REQUIRE(page);
    RSL_REQUIRE(add_pageable(*page, arch::kPageBytes, {}));
    trim();
    left_raised_level();
    {
        ke::DispatchLevelGuard guard;
        RSL_EXPECT(bring_in_pageable(*page, true));
    }
    trim();  // now as if a driver had raised it
    {
        ke::DispatchLevelGuard guard;
        RSL_EXPECT(!bring_in_pageable(*page, true));
        RSL_EXPECT_EQ(explain_pageable(*page).code, ULONG{DRIVER_IRQL_NOT_LESS_OR_EQUAL});
    }
    left_raised_level();
    remove_pageable(*page);
    mm::free_system_pages(*page, arch::kPageBytes);
}

}  // namespace
}  // namespace rsl::vf
