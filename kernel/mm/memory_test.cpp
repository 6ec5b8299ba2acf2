// SPDX-License-Identifier: GPL-2.0-only
// Pages, pools, system ranges and the page tables below them, in the running kernel.
#include <cstring>

#include "abi/functions/mm.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/mm/pool_internal.hpp"
#include "kernel/mm/virtual.hpp"
#include "kernel/rtl/exception.hpp"

namespace {

using namespace rsl;
using arch::kPageBytes;

constexpr ULONG kTag = mm::pool_tag("MmTs");

bool can_read(uint64_t address) {
    char byte;
    return rtl::copy_guarded(&byte, reinterpret_cast<const void*>(address), 1).ok();
}
bool can_write(uint64_t address) {
    char byte = 0;
    return rtl::copy_guarded(&byte, reinterpret_cast<const void*>(address), 1).ok() &&
           rtl::copy_guarded(reinterpret_cast<void*>(address), &byte, 1).ok();
}

mm::TagUsage usage_of(ULONG tag) {
    static mm::TagUsage all[256];
    const size_t count = mm::pool_usage(all, 256);
    for (size_t i = 0; i < count && i < 256; ++i) {
        if (all[i].tag == tag) return all[i];
    }
    return {tag, 0, 0};
}

// mov eax, 42; ret
constexpr uint8_t kCode[] = {0xB8, 42, 0, 0, 0, 0xC3};
int call(void* code) { return reinterpret_cast<int (*)()>(code)(); }

RSL_TEST(Pages, AreCountedWhileSomebodyHoldsThem) {
    const auto before = mm::page_counts().free;
    const auto page = mm::allocate_page();
    RSL_REQUIRE(page.ok());
    RSL_EXPECT_EQ(mm::page_counts().free, before - 1);
    mm::reference_page(*page);
    mm::free_page(*page);
    RSL_EXPECT_EQ(mm::page_counts().free, before - 1);  // the reference holds it
    mm::dereference_page(*page);
    RSL_EXPECT_EQ(mm::page_counts().free, before);
}

RSL_TEST(Pages, ContiguousRunsLieWhereAskedFor) {
    constexpr uint64_t kMegabyte = 1 << 20;
    const auto low = mm::allocate_contiguous(3 * kPageBytes, kMegabyte - 1, kPageBytes, 0);
    RSL_REQUIRE(low.ok());  // what a processor's start-up code needs
    RSL_EXPECT(*low + 3 * kPageBytes <= kMegabyte);
    const auto aligned = mm::allocate_contiguous(kMegabyte, 0xFFFFFFFF, kMegabyte, kMegabyte);
    RSL_REQUIRE(aligned.ok());
    RSL_EXPECT_EQ(*aligned % kMegabyte, 0u);
    mm::free_contiguous(*low, 3 * kPageBytes);
    mm::free_contiguous(*aligned, kMegabyte);
}

RSL_TEST(Pool, PlainPoolDoesNotExecuteAndOldPoolDoes) {
    void* plain = ExAllocatePoolWithTag(NonPagedPoolNx, 64, kTag);
    void* old = ExAllocatePoolWithTag(NonPagedPool, 64, kTag);
    RSL_REQUIRE(plain != nullptr && old != nullptr);
    const auto plain_page = arch::query_page(arch::kernel_root(), reinterpret_cast<uint64_t>(plain));
    RSL_EXPECT(plain_page.ok() && !plain_page->protection.executable);
    std::memcpy(old, kCode, sizeof(kCode));
    RSL_EXPECT_EQ(call(old), 42);
    ExFreePoolWithTag(old, kTag);
    ExFreePoolWithTag(plain, kTag);
}

RSL_TEST(Pool, LargeBlocksArePageAlignedAndCounted) {
    const auto before = usage_of(kTag);
    void* memory = ExAllocatePool2(POOL_FLAG_NON_PAGED, 3 * kPageBytes + 1, kTag);
    RSL_REQUIRE(memory != nullptr);
    RSL_EXPECT_EQ(reinterpret_cast<uint64_t>(memory) % kPageBytes, 0u);
    RSL_EXPECT_EQ(usage_of(kTag).allocations, before.allocations + 1);
    RSL_EXPECT_EQ(usage_of(kTag).bytes, before.bytes + 3 * kPageBytes + 1);
    BOOLEAN quota = TRUE;
    RSL_EXPECT_EQ(ExQueryPoolBlockSize(memory, &quota), 3 * kPageBytes + 1);
    RSL_EXPECT_EQ(quota, FALSE);
    ExFreePool(memory);
    RSL_EXPECT_EQ(usage_of(kTag).bytes, before.bytes);
}

RSL_TEST(Pool, ZeroesUnlessTold) {
    auto* dirty = static_cast<unsigned char*>(ExAllocatePoolWithTag(NonPagedPoolNx, 500, kTag));
    RSL_REQUIRE(dirty != nullptr);
    std::memset(dirty, 0xCC, 500);
    ExFreePoolWithTag(dirty, kTag);
    auto* memory = static_cast<unsigned char*>(ExAllocatePool2(POOL_FLAG_PAGED, 500, kTag));
    RSL_REQUIRE(memory != nullptr);
    for (int i = 0; i < 500; ++i) RSL_EXPECT_EQ(memory[i], 0);
    ExFreePool2(memory, kTag, nullptr, 0);
}

RSL_TEST(Pool, RefusesWhatItDoesNotUnderstand) {
    RSL_EXPECT(ExAllocatePool2(POOL_FLAG_NON_PAGED, 16, 0) == nullptr);
    RSL_EXPECT(ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_PAGED, 16, kTag) == nullptr);
    RSL_EXPECT(ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_RESERVED2, 16, kTag) == nullptr);
    POOL_EXTENDED_PARAMETER parameter{};
    parameter.Type = PoolExtendedParameterSecurePool;
    RSL_EXPECT(ExAllocatePool3(POOL_FLAG_NON_PAGED, 16, kTag, &parameter, 1) == nullptr);
    parameter.Optional = 1;
    void* memory = ExAllocatePool3(POOL_FLAG_NON_PAGED, 16, kTag, &parameter, 1);
    RSL_REQUIRE(memory != nullptr);
    ExFreePool(memory);
}

RSL_TEST(Pool, RaisesOnlyWhenTold) {
    constexpr uint64_t kTooMuch = uint64_t{1} << 45;
    RSL_EXPECT(ExAllocatePoolWithTag(NonPagedPoolNx, kTooMuch, kTag) == nullptr);
    constexpr auto type = static_cast<POOL_TYPE>(NonPagedPoolNx | POOL_RAISE_IF_ALLOCATION_FAILURE);
    const auto raised = rtl::guarded([] { ExAllocatePoolWithTag(type, kTooMuch, kTag); });
    RSL_EXPECT_EQ(raised.status().nt(), STATUS_INSUFFICIENT_RESOURCES);
    const auto quota = rtl::guarded([] { ExAllocatePoolWithQuotaTag(PagedPool, kTooMuch, kTag); });
    RSL_EXPECT_EQ(quota.status().nt(), STATUS_INSUFFICIENT_RESOURCES);
    const auto fails = static_cast<POOL_TYPE>(PagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE);
    RSL_EXPECT(ExAllocatePoolWithQuotaTag(fails, kTooMuch, kTag) == nullptr);
}

RSL_TEST(Pool, CacheAlignedBlocksAre) {
    for (const SIZE_T bytes : {1, 64, 200, 4000}) {
        void* memory = ExAllocatePoolWithTag(NonPagedPoolNxCacheAligned, bytes, kTag);
        RSL_REQUIRE(memory != nullptr);
        RSL_EXPECT_EQ(reinterpret_cast<uint64_t>(memory) % 64, 0u);
        ExFreePoolWithTag(memory, kTag);
    }
}

RSL_TEST(Pool, TellsWhatADriversCodeLeftBehind) {
    // Code outside of the kernel: sub rsp, 40; mov rax, ExAllocatePoolWithTag; call rax; add rsp, 40; ret
    uint8_t code[] = {0x48, 0x83, 0xEC, 40, 0x48, 0xB8, 0,    0,    0,    0,  0,
                      0,    0,    0,    0xFF, 0xD0, 0x48, 0x83, 0xC4, 40, 0xC3};
    const auto routine = &ExAllocatePoolWithTag;
    std::memcpy(&code[6], &routine, sizeof(routine));
    const auto image = mm::allocate_system_pages(kPageBytes, {.writable = true});
    RSL_REQUIRE(image.ok());
    std::memcpy(reinterpret_cast<void*>(*image), code, sizeof(code));
    RSL_REQUIRE(mm::protect_system_pages(*image, kPageBytes, {.executable = true}).ok());
    const auto allocate = reinterpret_cast<PVOID (*)(POOL_TYPE, SIZE_T, ULONG)>(*image);
    mm::TagUsage left[4];
    RSL_EXPECT_EQ(mm::pool_owned_by(*image, kPageBytes, left, 4), size_t{0});
    void* small = allocate(NonPagedPoolNx, 100, kTag);
    void* executable = allocate(NonPagedPool, 50, kTag);
    void* large = allocate(PagedPool, 5000, kTag + 1);
    RSL_EXPECT_EQ(mm::pool_owned_by(*image, kPageBytes, left, 4), size_t{2});
    RSL_EXPECT_EQ(left[0].allocations + left[1].allocations, 3u);
    RSL_EXPECT_EQ(left[0].bytes + left[1].bytes, 5150u);
    ExFreePool(small);
    ExFreePool(executable);
    RSL_EXPECT_EQ(mm::pool_owned_by(*image, kPageBytes, left, 4), size_t{1});
    RSL_EXPECT(left[0].tag == kTag + 1 && left[0].bytes == 5000);
    ExFreePool(large);
    RSL_EXPECT_EQ(mm::pool_owned_by(*image, kPageBytes, left, 4), size_t{0});
    mm::free_system_pages(*image, kPageBytes);
}

RSL_TEST(Pool, OlderNamesWorkTheSame) {
    const auto before = usage_of(mm::pool_tag("None"));
    void* untagged = ExAllocatePool(NonPagedPool, 40);
    void* quota = ExAllocatePoolWithQuota(PagedPool, 40);
    RSL_REQUIRE(untagged != nullptr && quota != nullptr);
    RSL_EXPECT_EQ(usage_of(mm::pool_tag("None")).allocations, before.allocations + 2);
    ExFreePool(untagged);
    ExFreePool(quota);
    void* first = ExAllocatePoolWithTagPriority(NonPagedPoolNx, 40, kTag, HighPoolPriority);
    RSL_REQUIRE(first != nullptr);
    ExFreePoolWithTag(first, kTag);
}

RSL_TEST(DriverImages, AreResidentFromTheFirst) {
    const auto inside = reinterpret_cast<PVOID>(&ExAllocatePool);
    PVOID section = MmLockPagableDataSection(inside);
    RSL_EXPECT(section != nullptr);
    MmLockPagableSectionByHandle(section);
    MmUnlockPagableImageSection(section);
    MmUnlockPagableImageSection(section);
    PVOID base = MmPageEntireDriver(inside);
    RSL_EXPECT(base < inside && *static_cast<const uint16_t*>(base) == 0x5A4D);  // "MZ"
    MmResetDriverPaging(inside);
}

RSL_TEST(DriverImages, NobodyVerifiesTheKernel) {
    ULONG flags = 1;
    RSL_EXPECT_EQ(MmIsVerifierEnabled(&flags), STATUS_NOT_SUPPORTED);
    RSL_EXPECT_EQ(flags, 0u);
    RSL_EXPECT_EQ(MmIsDriverVerifyingByAddress(reinterpret_cast<PVOID>(&ExAllocatePool)), 0u);
    RSL_EXPECT_EQ(MmIsDriverVerifyingByAddress(nullptr), 0u);
}

RSL_TEST(SystemSize, FollowsTheRam) {
    const uint64_t bytes = mm::page_counts().total * kPageBytes;
    const auto expected = bytes < 128 << 20 ? MmSmallSystem : bytes < 1 << 30 ? MmMediumSystem : MmLargeSystem;
    RSL_EXPECT_EQ(MmQuerySystemSize(), expected);
    RSL_EXPECT_EQ(MmIsThisAnNtAsSystem(), FALSE);
}

RSL_TEST(SystemSpace, RangesEndInAGuardPage) {
    const auto address = mm::allocate_system_pages(2 * kPageBytes, {.writable = true});
    RSL_REQUIRE(address.ok());
    RSL_EXPECT(can_write(*address) && can_write(*address + 2 * kPageBytes - 1));
    RSL_EXPECT(!can_read(*address + 2 * kPageBytes));
    mm::free_system_pages(*address, 2 * kPageBytes);
    RSL_EXPECT(!can_read(*address));
}

RSL_TEST(SystemSpace, StacksHaveAGuardPageBelow) {
    const auto top = mm::allocate_stack(4 * kPageBytes);
    RSL_REQUIRE(top.ok());
    const auto end = reinterpret_cast<uint64_t>(*top);
    RSL_EXPECT(can_write(end - 1) && can_write(end - 4 * kPageBytes));
    RSL_EXPECT(!can_read(end - 4 * kPageBytes - 1));
    RSL_EXPECT(!can_read(end));
    mm::free_stack(*top, 4 * kPageBytes);
}

RSL_TEST(SystemSpace, NothingIsWritableAndExecutable) {
    RSL_EXPECT(!mm::allocate_system_pages(kPageBytes, {.writable = true, .executable = true}).ok());
    const auto address = mm::allocate_system_pages(kPageBytes, {.writable = true});
    RSL_REQUIRE(address.ok());
    std::memcpy(reinterpret_cast<void*>(*address), kCode, sizeof(kCode));
    RSL_EXPECT(mm::protect_system_pages(*address, kPageBytes, {.executable = true}).ok());
    RSL_EXPECT_EQ(call(reinterpret_cast<void*>(*address)), 42);
    RSL_EXPECT(!can_write(*address));
    RSL_EXPECT(can_read(*address));
    mm::free_system_pages(*address, kPageBytes);
}

RSL_TEST(SystemSpace, GivesEverythingBack) {
    for (int round = 0; round < 3; ++round) {  // the first round may make tables and records
        const auto pages = mm::page_counts().free;
        const auto bytes = mm::memory_usage().system_range_bytes;
        for (int i = 0; i < 50; ++i) {
            const auto address = mm::allocate_system_pages(40 * kPageBytes, {.writable = true});
            RSL_REQUIRE(address.ok());
            mm::free_system_pages(*address, 40 * kPageBytes);
        }
        RSL_EXPECT_EQ(mm::memory_usage().system_range_bytes, bytes);
        if (round == 2) RSL_EXPECT(mm::page_counts().free + 2 >= pages);  // others run meanwhile
    }
}

RSL_TEST(SystemSpace, MapsPagesInTheOrderGiven) {
    const auto first = mm::allocate_page();
    const auto second = mm::allocate_page();
    RSL_REQUIRE(first.ok() && second.ok());
    const arch::PhysicalPage pages[] = {*second, *first};
    const auto address = mm::map_pages(pages, {.writable = true});
    RSL_REQUIRE(address.ok());
    *reinterpret_cast<uint64_t*>(*address + kPageBytes) = 0x1234;
    RSL_EXPECT_EQ(*static_cast<uint64_t*>(arch::direct_map(*first)), 0x1234u);
    mm::unmap_system(*address, sizeof(pages) / sizeof(pages[0]) * kPageBytes);
    mm::free_page(*first);
    mm::free_page(*second);
}

}  // namespace
