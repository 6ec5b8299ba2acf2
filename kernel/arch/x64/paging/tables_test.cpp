// SPDX-License-Identifier: GPL-2.0-only
// Page-table walks on tables of their own: the same on the host and in the VM, where the tables are
// real but never loaded.
#include <cstring>

#include "base/testing/test.hpp"
#include "kernel/arch/paging.hpp"
#if defined(RSL_HOSTED)
#include "kernel/arch/hosted/paging.hpp"
#else
#include "kernel/mm/virtual.hpp"
#endif

namespace {

using namespace rsl;
using arch::kPageBytes;

/// Pages for the tables of one test; counts what is out. Can be told to run dry.
class Tables final : public arch::TablePages {
  public:
    explicit Tables(unsigned limit = 64) : limit_(limit) {}
    Result<arch::PhysicalPage> allocate_zeroed() override {
        if (in_use_ == limit_) return Status::kInsufficientResources;
        ++in_use_;
#if defined(RSL_HOSTED)
        const arch::PhysicalPage page = next_;
        next_ += kPageBytes;
#else
        const arch::PhysicalPage page = RSL_TRY(mm::allocate_page());
#endif
        std::memset(arch::direct_map(page), 0, kPageBytes);
        return page;
    }
    void free(arch::PhysicalPage page) override {
        --in_use_;
#if !defined(RSL_HOSTED)
        mm::free_page(page);
#endif
    }
    unsigned in_use() const { return in_use_; }

  private:
    unsigned limit_, in_use_ = 0;
#if defined(RSL_HOSTED)
    arch::HostedRam ram_{1 << 20};
    arch::PhysicalPage next_ = kPageBytes;
#endif
};

/// A root with an empty lower half. (Not made by create_root: the host has no kernel root.)
uint64_t empty_root(Tables& tables) { return tables.allocate_zeroed().value(); }

constexpr uint64_t kAddress = 0x0000123456789000;

RSL_TEST(PageTables, MapsAndFindsAPage) {
    Tables tables;
    const uint64_t root = empty_root(tables);
    RSL_EXPECT(arch::map_page(root, kAddress, 0x5000, {.writable = true, .user = true}, tables).ok());
    const auto found = arch::query_page(root, kAddress + 0x123);
    RSL_REQUIRE(found.ok());
    RSL_EXPECT_EQ(found->page, 0x5000u);
    RSL_EXPECT(found->protection == (arch::Protection{.writable = true, .user = true}));
    RSL_EXPECT(!arch::query_page(root, kAddress + kPageBytes).ok());
    arch::destroy_root(root, tables);
    RSL_EXPECT_EQ(tables.in_use(), 0u);
}

RSL_TEST(PageTables, KeepsEveryCachingKind) {
    Tables tables;
    const uint64_t root = empty_root(tables);
    for (const auto caching :
         {arch::Caching::kCached, arch::Caching::kUncached, arch::Caching::kWriteCombined}) {
        const uint64_t at = kAddress + static_cast<uint64_t>(caching) * kPageBytes;
        RSL_EXPECT(arch::map_page(root, at, 0xFEC00000, {.caching = caching}, tables).ok());
        RSL_EXPECT(arch::query_page(root, at)->protection.caching == caching);
    }
    arch::destroy_root(root, tables);
}

RSL_TEST(PageTables, RefusesWritableAndExecutable) {
    Tables tables;
    const uint64_t root = empty_root(tables);
    const arch::Protection both{.writable = true, .executable = true};
    RSL_EXPECT_EQ(arch::map_page(root, kAddress, 0x5000, both, tables).status(),
                  Status::kInvalidImageProtect);
    RSL_EXPECT(arch::map_page(root, kAddress, 0x5000, {.executable = true}, tables).ok());
    RSL_EXPECT_EQ(arch::protect_page(root, kAddress, both).status(), Status::kInvalidImageProtect);
    RSL_EXPECT(!arch::query_page(root, kAddress)->protection.writable);
    arch::Protection promised = both;
    promised.write_execute_promised = true;
    RSL_EXPECT(arch::protect_page(root, kAddress, promised).ok());
    arch::destroy_root(root, tables);
}

RSL_TEST(PageTables, RefusesASecondMapping) {
    Tables tables;
    const uint64_t root = empty_root(tables);
    RSL_EXPECT(arch::map_page(root, kAddress, 0x5000, {}, tables).ok());
    RSL_EXPECT_EQ(arch::map_page(root, kAddress, 0x6000, {}, tables).status(),
                  Status::kConflictingAddresses);
    RSL_EXPECT_EQ(arch::query_page(root, kAddress)->page, 0x5000u);
    arch::destroy_root(root, tables);
}

RSL_TEST(PageTables, UnmapsWhatWasThere) {
    Tables tables;
    const uint64_t root = empty_root(tables);
    RSL_EXPECT_EQ(arch::unmap_page(root, kAddress).status(), Status::kNotFound);
    RSL_EXPECT(arch::map_page(root, kAddress, 0x5000, {.executable = true}, tables).ok());
    const auto was = arch::unmap_page(root, kAddress);
    RSL_REQUIRE(was.ok());
    RSL_EXPECT_EQ(was->page, 0x5000u);
    RSL_EXPECT(was->protection.executable);
    RSL_EXPECT(!arch::query_page(root, kAddress).ok());
    arch::destroy_root(root, tables);
}

RSL_TEST(PageTables, RetiresAPageBeforeGivingItBack) {
    Tables tables;
    const uint64_t root = empty_root(tables);
    RSL_EXPECT(arch::map_page(root, kAddress, 0x5000, {.writable = true}, tables).ok());
    RSL_EXPECT_EQ(arch::collect_page(root, kAddress).status(), Status::kNotFound);
    RSL_EXPECT(arch::retire_page(root, kAddress).ok());
    RSL_EXPECT(!arch::query_page(root, kAddress).ok());
    RSL_EXPECT_EQ(arch::find_used(root, 0, kAddress + kPageBytes), kAddress);
    const auto page = arch::collect_page(root, kAddress);
    RSL_REQUIRE(page.ok());
    RSL_EXPECT_EQ(*page, 0x5000u);
    RSL_EXPECT(!arch::collect_page(root, kAddress).ok());
    arch::destroy_root(root, tables);
}

RSL_TEST(PageTables, FindsTheNextUsedPageInASparseRange) {
    Tables tables;
    const uint64_t root = empty_root(tables);
    constexpr uint64_t kEnd = 0x00007FFFFFFF0000;
    RSL_EXPECT_EQ(arch::find_used(root, 0, kEnd), kEnd);
    const uint64_t far = kAddress + (uint64_t{3} << 39);
    RSL_EXPECT(arch::map_page(root, kAddress, 0x5000, {}, tables).ok());
    RSL_EXPECT(arch::map_page(root, far, 0x6000, {}, tables).ok());
    RSL_EXPECT_EQ(arch::find_used(root, 0, kEnd), kAddress);
    RSL_EXPECT_EQ(arch::find_used(root, kAddress + kPageBytes, kEnd), far);
    RSL_EXPECT_EQ(arch::find_used(root, far + kPageBytes, kEnd), kEnd);
    RSL_EXPECT_EQ(arch::find_used(root, 0, kAddress), kAddress);
    arch::destroy_root(root, tables);
}

RSL_TEST(PageTables, SaysWhenMemoryForTablesLacks) {
    Tables tables{2};  // the root and one more: two levels are missing
    const uint64_t root = empty_root(tables);
    RSL_EXPECT_EQ(arch::map_page(root, kAddress, 0x5000, {}, tables).status(),
                  Status::kInsufficientResources);
    RSL_EXPECT(!arch::query_page(root, kAddress).ok());
    arch::destroy_root(root, tables);
    RSL_EXPECT_EQ(tables.in_use(), 0u);
}

RSL_TEST(PageTables, KnowsNoAddressThatIsNotCanonical) {
    Tables tables;
    const uint64_t root = empty_root(tables);
    RSL_EXPECT(arch::map_page(root, kAddress, 0x5000, {}, tables).ok());
    RSL_EXPECT(!arch::query_page(root, kAddress | uint64_t{1} << 60).ok());
    arch::destroy_root(root, tables);
}

}  // namespace
