// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/address_table.hpp"

#include "base/testing/test.hpp"
#include "kernel/vf/options.hpp"

namespace rsl::vf {
namespace {

Entry block(uint64_t address, uint64_t bytes) {
    return {.address = address, .bytes = bytes, .caller = 1, .tag = 2};
}

RSL_TEST(AddressTable, FindsWhatWasAddedUntilItIsRemoved)
{
    AddressTable table;
    for (uint64_t i = 1; i <= 1000; ++i) RSL_EXPECT(table.add(block(i * 16, i)));
    RSL_EXPECT_EQ(table.count(), 1000u);
    Entry found;
    RSL_EXPECT(table.find(16 * 500, Thing::kPool, found));
    RSL_EXPECT_EQ(found.bytes, 500u);
    RSL_EXPECT(table.remove(16 * 500, Thing::kPool));
    RSL_EXPECT(!table.remove(16 * 500, Thing::kPool));
    RSL_EXPECT(!table.has(16 * 500, Thing::kPool));
    RSL_EXPECT(table.has(16 * 501, Thing::kPool));
}

RSL_TEST(AddressTable, KeepsKindsApart)
{
    AddressTable table;
    RSL_EXPECT(table.add({.address = 64, .bytes = 8, .caller = 0, .thing = Thing::kMdl}));
    RSL_EXPECT(table.add({.address = 64, .bytes = 9, .caller = 0, .thing = Thing::kLockedMdl}));
    RSL_EXPECT(table.remove(64, Thing::kLockedMdl));
    RSL_EXPECT(table.has(64, Thing::kMdl));
}

RSL_TEST(AddressTable, ReplacesAnAddressThatIsUsedAgain)
{
    AddressTable table;
    RSL_EXPECT(table.add(block(32, 10)));
    RSL_EXPECT(table.add(block(32, 20)));
    Entry found;
    RSL_EXPECT(table.find(32, Thing::kPool, found));
    RSL_EXPECT_EQ(found.bytes, 20u);
    RSL_EXPECT_EQ(table.count(), 1u);
}

RSL_TEST(AddressTable, FindsTheFirstInARange)
{
    AddressTable table;
    const uint64_t addresses[] = {0x1010, 0x1080, 0x2000};
    for (const uint64_t address : addresses) {
        RSL_EXPECT(
            table.add({.address = address, .bytes = 8, .caller = 0, .thing = Thing::kResource}));
    }
    Entry found;
    RSL_EXPECT(table.find_in(0x1000, 0x1000, Thing::kResource, found));
    RSL_EXPECT_EQ(found.address, 0x1010u);
    RSL_EXPECT(!table.find_in(0x1081, 0xF7F, Thing::kResource, found));
    RSL_EXPECT(!table.find_in(0x1000, 0x1000, Thing::kLookaside, found));
}

RSL_TEST(LowResources, SameSeedSameThrows)
{
    const Options options{.flags = kLowResources, .seed = 7, .rate = 600};
    uint64_t failed = 0;
    for (uint64_t n = 0; n < 100'000; ++n) {
        RSL_EXPECT_EQ(throw_of(7, n), throw_of(options.seed, n));
        failed += fails(options, n);
    }
    RSL_EXPECT(failed > 5'500 && failed < 6'500);  // 6 %
    uint64_t differ = 0;
    for (uint64_t n = 0; n < 1000; ++n) differ += throw_of(7, n) != throw_of(8, n);
    RSL_EXPECT(differ > 990);
}

RSL_TEST(LowResources, RateIsInTenThousandths)
{
    for (uint64_t n = 0; n < 1000; ++n) {
        RSL_EXPECT(!fails({.flags = kLowResources, .seed = 1, .rate = 0}, n));
        RSL_EXPECT(fails({.flags = kLowResources, .seed = 1, .rate = 10'000}, n));
    }
}

}  // namespace
}  // namespace rsl::vf
