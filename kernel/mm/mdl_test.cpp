// SPDX-License-Identifier: GPL-2.0-only
// MDLs, device memory and physical memory, through their exports.
#include "kernel/mm/mdl.hpp"

#include <cstring>
#include <utility>

#include "abi/functions/mm.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/mm/virtual.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/rtl/exception.hpp"

namespace {

using namespace rsl;
using arch::kPageBytes;

constexpr ULONG kTag = mm::pool_tag("MdTs");

uint64_t number_of(const void* pointer) { return reinterpret_cast<uint64_t>(pointer); }
PHYSICAL_ADDRESS at(uint64_t address) { return {.QuadPart = static_cast<LONGLONG>(address)}; }
PVOID map(PMDL mdl) {
    return MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, nullptr, FALSE, NormalPagePriority);
}
Status lock_status(PMDL mdl, KPROCESSOR_MODE mode, LOCK_OPERATION operation) {
    return rtl::guarded([=] { MmProbeAndLockPages(mdl, mode, operation); }).status();
}

/// An MDL of two pages that do not lie side by side, as an unlucky user buffer would be.
class Scattered {
  public:
    Scattered() {
        for (auto& page : pages_) page = mm::allocate_page().value();
        if (pages_[0] == pages_[1] + kPageBytes) std::swap(pages_[0], pages_[1]);
        mdl = mm::make_mdl(0x123, 2 * kPageBytes - 0x123);
        mm::pfn_array(*mdl)[0] = pages_[1] / kPageBytes;
        mm::pfn_array(*mdl)[1] = pages_[0] / kPageBytes;
        mdl->MdlFlags |= MDL_PAGES_LOCKED;
    }
    ~Scattered() {
        mm::free_mdl(*mdl);
        for (const auto page : pages_) mm::free_page(page);
    }
    char* first() const { return static_cast<char*>(arch::direct_map(pages_[1])); }
    char* second() const { return static_cast<char*>(arch::direct_map(pages_[0])); }
    PMDL mdl;

  private:
    arch::PhysicalPage pages_[2];
};

RSL_TEST(Mdl, SizeFollowsThePagesThatABufferTouches) {
    const auto size = [](uint64_t address, SIZE_T bytes) {
        return MmSizeOfMdl(reinterpret_cast<PVOID>(address), bytes);
    };
    RSL_EXPECT_EQ(size(0x1000, 0), 48u);
    RSL_EXPECT_EQ(size(0x1000, 1), 56u);
    RSL_EXPECT_EQ(size(0x1FFF, 2), 64u);
    RSL_EXPECT_EQ(size(0x1001, 0x1000), 64u);
}

RSL_TEST(Mdl, ResidentPoolNeedsNoMapping) {
    auto* memory = static_cast<char*>(ExAllocatePoolWithTag(NonPagedPool, 3 * kPageBytes, kTag));
    PMDL mdl = IoAllocateMdl(memory + 100, 2 * kPageBytes, FALSE, FALSE, nullptr);
    RSL_REQUIRE(memory != nullptr && mdl != nullptr);
    MmBuildMdlForNonPagedPool(mdl);
    RSL_EXPECT(mdl->MappedSystemVa == memory + 100);
    RSL_EXPECT((mdl->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL) != 0);
    for (unsigned i = 0; i < 3; ++i) {
        const auto physical = MmGetPhysicalAddress(memory + i * kPageBytes).QuadPart;
        RSL_EXPECT_EQ(mm::pfn_array(*mdl)[i] * kPageBytes, static_cast<uint64_t>(physical));
    }
    RSL_EXPECT(map(mdl) == memory + 100);
    IoFreeMdl(mdl);
    ExFreePoolWithTag(memory, kTag);
}

RSL_TEST(Mdl, OlderNamesWorkTheSame) {
    alignas(16) char memory[256];
    alignas(16) char room[128];
    PMDL mdl = MmCreateMdl(reinterpret_cast<PMDL>(room), memory, sizeof(memory));
    RSL_EXPECT(mdl == reinterpret_cast<PMDL>(room));
    RSL_EXPECT_EQ(mdl->ByteCount, sizeof(memory));
    RSL_EXPECT_EQ(lock_status(mdl, KernelMode, IoReadAccess), Status::kSuccess);
    auto* mapped = static_cast<char*>(MmMapLockedPages(mdl, KernelMode));
    mapped[5] = 'm';
    RSL_EXPECT_EQ(memory[5], 'm');
    MmUnlockPages(mdl);
    mdl = MmCreateMdl(nullptr, memory, 1);
    RSL_REQUIRE(mdl != nullptr);
    ExFreePool(mdl);
}

RSL_TEST(Mdl, LocksPagesOfANamedProcess) {
    const auto user = mm::AddressSpace::system().allocate(0, kPageBytes, {.writable = true});
    RSL_REQUIRE(user.ok());
    PMDL mdl = IoAllocateMdl(reinterpret_cast<PVOID>(*user), kPageBytes, FALSE, FALSE, nullptr);
    const auto process = reinterpret_cast<PEPROCESS>(&ps::system_process());
    const auto status =
        rtl::guarded([=] { MmProbeAndLockProcessPages(mdl, process, UserMode, IoWriteAccess); });
    RSL_EXPECT(status.ok());
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    RSL_EXPECT(mm::AddressSpace::system().unmap(*user).ok());
}

RSL_TEST(Mdl, DescribesDeviceMemory) {
    MM_PHYSICAL_ADDRESS_LIST list[] = {{at(0xFEC00000), kPageBytes}, {at(0xFEE00000), kPageBytes}};
    PMDL mdl = nullptr;
    RSL_REQUIRE(MmAllocateMdlForIoSpace(list, 2, &mdl) == STATUS_SUCCESS);
    RSL_EXPECT_EQ(mdl->ByteCount, 2 * kPageBytes);
    RSL_EXPECT_EQ(mm::pfn_array(*mdl)[1], 0xFEE00u);
    PVOID mapped = MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmNonCached, nullptr, FALSE, NormalPagePriority);
    RSL_REQUIRE(mapped != nullptr);
    RSL_EXPECT_EQ(MmGetPhysicalAddress(static_cast<char*>(mapped) + kPageBytes).QuadPart, 0xFEE00000);
    MmUnmapLockedPages(mapped, mdl);
    IoFreeMdl(mdl);
    list[0].NumberOfBytes = 100;
    RSL_EXPECT_EQ(MmAllocateMdlForIoSpace(list, 2, &mdl), STATUS_INVALID_PARAMETER_1);
    list[0] = {at(mm::ram_ranges().front().base), kPageBytes};
    RSL_EXPECT_EQ(MmAllocateMdlForIoSpace(list, 2, &mdl), STATUS_INVALID_PARAMETER_1);
}

RSL_TEST(Mdl, LocksUserMemoryAndMapsIt) {
    const auto user = mm::AddressSpace::system().allocate(0, 4 * kPageBytes, {.writable = true});
    RSL_REQUIRE(user.ok());
    PMDL mdl = IoAllocateMdl(reinterpret_cast<PVOID>(*user + 0x800), 3 * kPageBytes, FALSE, FALSE, nullptr);
    RSL_EXPECT_EQ(lock_status(mdl, UserMode, IoWriteAccess), Status::kSuccess);
    RSL_EXPECT((mdl->MdlFlags & MDL_PAGES_LOCKED) != 0);
    RSL_EXPECT((mdl->MdlFlags & MDL_WRITE_OPERATION) != 0);
    auto* kernel = static_cast<char*>(map(mdl));
    RSL_REQUIRE(kernel != nullptr);
    std::memset(kernel, 0x3C, 3 * kPageBytes);
    RSL_EXPECT_EQ(*reinterpret_cast<char*>(*user + 0x800), 0x3C);
    RSL_EXPECT_EQ(*reinterpret_cast<char*>(*user + 0x800 + 3 * kPageBytes - 1), 0x3C);
    RSL_EXPECT_EQ(*reinterpret_cast<char*>(*user + 0x7FF), 0);
    MmUnlockPages(mdl);
    RSL_EXPECT_EQ(mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA), 0);
    IoFreeMdl(mdl);
    RSL_EXPECT(mm::AddressSpace::system().unmap(*user).ok());
}

RSL_TEST(Mdl, RaisesForMemoryThatMayNotBeTouched) {
    const auto before = mm::page_counts().free;
    const auto user = mm::AddressSpace::system().allocate(0, 2 * kPageBytes, {.writable = false});
    RSL_REQUIRE(user.ok());
    PMDL mdl = IoAllocateMdl(reinterpret_cast<PVOID>(*user), 2 * kPageBytes, FALSE, FALSE, nullptr);
    RSL_EXPECT_EQ(lock_status(mdl, UserMode, IoWriteAccess), Status::kAccessViolation);
    RSL_EXPECT_EQ(lock_status(mdl, UserMode, IoReadAccess), Status::kSuccess);
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    // The second page is nobody's: what was locked of the first is undone.
    mdl = IoAllocateMdl(reinterpret_cast<PVOID>(*user + kPageBytes), 2 * kPageBytes, FALSE, FALSE, nullptr);
    RSL_EXPECT_EQ(lock_status(mdl, UserMode, IoReadAccess), Status::kAccessViolation);
    IoFreeMdl(mdl);
    RSL_EXPECT(mm::AddressSpace::system().unmap(*user).ok());
    RSL_EXPECT(mm::page_counts().free + 8 >= before);  // tables may stay, pages do not
    // A user caller does not get at the kernel.
    int local = 0;
    mdl = IoAllocateMdl(&local, sizeof(local), FALSE, FALSE, nullptr);
    RSL_EXPECT_EQ(lock_status(mdl, UserMode, IoReadAccess), Status::kAccessViolation);
    RSL_EXPECT_EQ(lock_status(mdl, KernelMode, IoModifyAccess), Status::kSuccess);
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
}

RSL_TEST(Mdl, MapsScatteredPagesInOrder) {
    Scattered buffer;
    auto* mapped = static_cast<char*>(map(buffer.mdl));
    RSL_REQUIRE(mapped != nullptr);
    RSL_EXPECT_EQ(number_of(mapped) % kPageBytes, 0x123u);
    mapped[0] = 'a';
    mapped[kPageBytes] = 'b';
    RSL_EXPECT_EQ(buffer.first()[0x123], 'a');
    RSL_EXPECT_EQ(buffer.second()[0x123], 'b');
    RSL_EXPECT(map(buffer.mdl) == mapped);  // one kernel mapping an MDL
    MmUnmapLockedPages(mapped, buffer.mdl);
    RSL_EXPECT(!MmIsAddressValid(mapped));
}

RSL_TEST(Mdl, MapsIntoTheRunningProcess) {
    Scattered buffer;
    auto* user = static_cast<char*>(MmMapLockedPagesSpecifyCache(buffer.mdl, UserMode, MmCached, nullptr,
                                                                 FALSE, NormalPagePriority));
    RSL_REQUIRE(user != nullptr);
    RSL_EXPECT(user < MmHighestUserAddress);
    user[0] = 'u';
    RSL_EXPECT_EQ(buffer.first()[0x123], 'u');
    MmUnmapLockedPages(user, buffer.mdl);
    RSL_EXPECT(!MmIsAddressValid(user));
}

RSL_TEST(Mdl, UserMappingsThatCannotBeRaise) {
    Scattered buffer;
    PMDL mdl = buffer.mdl;
    const auto taken = mm::AddressSpace::system().allocate(0, kPageBytes, {.writable = true});
    RSL_REQUIRE(taken.ok());
    const auto where = reinterpret_cast<PVOID>(*taken);
    const auto status = rtl::guarded([=] {
        MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, where, FALSE, NormalPagePriority);
    });
    RSL_EXPECT_EQ(status.status(), Status::kConflictingAddresses);
    RSL_EXPECT(mm::AddressSpace::system().unmap(*taken).ok());
}

RSL_TEST(Mdl, APartDescribesItsPagesOnly) {
    Scattered buffer;
    const uint64_t start = mm::mdl_address(*buffer.mdl);
    PMDL part = IoAllocateMdl(reinterpret_cast<PVOID>(start + kPageBytes), 16, FALSE, FALSE, nullptr);
    IoBuildPartialMdl(buffer.mdl, part, reinterpret_cast<PVOID>(start + kPageBytes), 16);
    RSL_EXPECT((part->MdlFlags & MDL_PARTIAL) != 0);
    RSL_EXPECT_EQ(mm::pfn_array(*part)[0], mm::pfn_array(*buffer.mdl)[1]);
    auto* mapped = static_cast<char*>(map(part));
    RSL_REQUIRE(mapped != nullptr);
    mapped[0] = 'p';
    RSL_EXPECT_EQ(buffer.second()[0x123], 'p');
    RSL_EXPECT((part->MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED) != 0);
    IoFreeMdl(part);  // takes the mapping out
    PMDL rest = IoAllocateMdl(reinterpret_cast<PVOID>(start + 0x10), 2 * kPageBytes - 0x133, FALSE, FALSE, nullptr);
    IoBuildPartialMdl(buffer.mdl, rest, reinterpret_cast<PVOID>(start + 0x10), 0);
    RSL_EXPECT_EQ(rest->ByteCount, buffer.mdl->ByteCount - 0x10);
    IoFreeMdl(rest);
}

RSL_TEST(Mdl, AdvancesAndUnmapsAllOfItsMapping) {
    const auto ranges = mm::memory_usage().system_range_bytes;
    Scattered buffer;
    auto* mapped = static_cast<char*>(map(buffer.mdl));
    RSL_REQUIRE(mapped != nullptr);
    RSL_EXPECT_EQ(MmAdvanceMdl(buffer.mdl, 0x10000), STATUS_INVALID_PARAMETER_2);
    buffer.mdl->MdlFlags &= ~MDL_PAGES_LOCKED;  // the pages are the test's own
    RSL_EXPECT_EQ(MmAdvanceMdl(buffer.mdl, kPageBytes), STATUS_SUCCESS);
    RSL_EXPECT(buffer.mdl->MappedSystemVa == mapped + kPageBytes);
    RSL_EXPECT_EQ(buffer.mdl->ByteCount, kPageBytes - 0x123);
    RSL_EXPECT_EQ(number_of(buffer.second()), number_of(arch::direct_map(mm::pfn_array(*buffer.mdl)[0] * kPageBytes)));
    MmUnmapLockedPages(buffer.mdl->MappedSystemVa, buffer.mdl);
    RSL_EXPECT(!MmIsAddressValid(mapped) && !MmIsAddressValid(mapped + kPageBytes));
    RSL_EXPECT_EQ(mm::memory_usage().system_range_bytes, ranges);
}

RSL_TEST(Mdl, ReservedAddressesServeManyMappings) {
    PVOID reserved = MmAllocateMappingAddress(2 * kPageBytes, kTag);
    RSL_REQUIRE(reserved != nullptr);
    for (int i = 0; i < 3; ++i) {
        Scattered buffer;
        auto* mapped = static_cast<char*>(
            MmMapLockedPagesWithReservedMapping(reserved, kTag, buffer.mdl, MmCached));
        RSL_REQUIRE(mapped == static_cast<char*>(reserved) + 0x123);
        mapped[0] = static_cast<char>('0' + i);
        RSL_EXPECT_EQ(buffer.first()[0x123], '0' + i);
        RSL_EXPECT(MmMapLockedPagesWithReservedMapping(reserved, kTag + 1, buffer.mdl, MmCached) == nullptr);
        MmUnmapReservedMapping(reserved, kTag, buffer.mdl);
        RSL_EXPECT(!MmIsAddressValid(reserved));
    }
    MmFreeMappingAddress(reserved, kTag);
}

RSL_TEST(Mdl, AllocatesPagesInARange) {
    const auto before = mm::page_counts().free;
    PMDL mdl = MmAllocatePagesForMdl(at(0), at(0xFFFFFFFF), at(0), 5 * kPageBytes);
    RSL_REQUIRE(mdl != nullptr);
    RSL_EXPECT_EQ(mdl->ByteCount, 5 * kPageBytes);
    auto* mapped = static_cast<uint64_t*>(map(mdl));
    RSL_REQUIRE(mapped != nullptr);
    for (size_t i = 0; i < 5 * kPageBytes / 8; ++i) RSL_EXPECT_EQ(mapped[i], 0u);
    MmUnmapLockedPages(mapped, mdl);
    MmFreePagesFromMdl(mdl);
    ExFreePool(mdl);
    RSL_EXPECT(mm::page_counts().free + 2 >= before);
    RSL_EXPECT(MmAllocatePagesForMdlEx(at(uint64_t{1} << 50), at(~uint64_t{0} >> 1), at(0), kPageBytes, MmCached, 0) == nullptr);
    PMDL chunks = MmAllocateNodePagesForMdlEx(at(0), at(0xFFFFFFFF), at(4 * kPageBytes), 8 * kPageBytes,
                                              MmCached, 0, MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS);
    RSL_REQUIRE(chunks != nullptr);
    RSL_EXPECT_EQ(mm::pfn_array(*chunks)[0] % 4, 0u);
    RSL_EXPECT_EQ(mm::pfn_array(*chunks)[4] % 4, 0u);
    RSL_EXPECT_EQ(mm::pfn_array(*chunks)[3], mm::pfn_array(*chunks)[0] + 3);
    MmFreePagesFromMdl(chunks);
    ExFreePool(chunks);
}

RSL_TEST(PhysicalMemory, ContiguousMemoryKeepsItsLimits) {
    void* memory = MmAllocateContiguousMemorySpecifyCache(6 * kPageBytes, at(0x100000), at(0xFFFFFFFF),
                                                          at(0x10000), MmNonCached);
    RSL_REQUIRE(memory != nullptr);
    const auto first = static_cast<uint64_t>(MmGetPhysicalAddress(memory).QuadPart);
    const auto last =
        static_cast<uint64_t>(MmGetPhysicalAddress(static_cast<char*>(memory) + 6 * kPageBytes - 1).QuadPart);
    RSL_EXPECT_EQ(last, first + 6 * kPageBytes - 1);
    RSL_EXPECT_EQ(first / 0x10000, last / 0x10000);
    RSL_EXPECT(first >= 0x100000);
    MmFreeContiguousMemorySpecifyCache(memory, 6 * kPageBytes, MmNonCached);
    RSL_EXPECT(MmAllocateContiguousMemory(kPageBytes, at(0x100)) == nullptr);
}

RSL_TEST(PhysicalMemory, EveryWayToContiguousMemoryFrees) {
    const auto before = mm::page_counts().free;
    PVOID memory[] = {
        MmAllocateContiguousMemory(3 * kPageBytes, at(0xFFFFFFFF)),
        MmAllocateContiguousMemorySpecifyCacheNode(kPageBytes, at(0), at(0xFFFFFFFF), at(0), MmCached, 0),
        MmAllocateContiguousNodeMemory(kPageBytes, at(0), at(0xFFFFFFFF), at(0), PAGE_READWRITE, 0),
        MmAllocateNonCachedMemory(100)};
    for (PVOID one : memory) {
        RSL_REQUIRE(one != nullptr);
        RSL_EXPECT_EQ(number_of(one) % kPageBytes, 0u);
        static_cast<char*>(one)[0] = 1;
    }
    MmFreeNonCachedMemory(memory[3], 100);
    for (int i = 0; i < 3; ++i) MmFreeContiguousMemory(memory[i]);
    RSL_EXPECT(mm::page_counts().free + 2 >= before);
    RSL_EXPECT(MmAllocateContiguousNodeMemory(kPageBytes, at(0), at(-1), at(0), PAGE_EXECUTE_READWRITE, 0) == nullptr);
}

RSL_TEST(PhysicalMemory, AddressesGoThereAndBack) {
    int local = 5;
    const auto physical = MmGetPhysicalAddress(&local);
    auto* again = static_cast<int*>(MmGetVirtualForPhysical(physical));
    RSL_REQUIRE(again != nullptr);
    RSL_EXPECT_EQ(*again, 5);
    RSL_EXPECT(MmGetVirtualForPhysical(at(0xFEE00000)) == nullptr);
    RSL_EXPECT(MmIsNonPagedSystemAddressValid(&local));
    RSL_EXPECT(!MmIsNonPagedSystemAddressValid(reinterpret_cast<PVOID>(0x10000)));
    RSL_EXPECT_EQ(MmGetPhysicalAddress(reinterpret_cast<PVOID>(0xFFFFF0F0F0F0F000)).QuadPart, 0);
}

RSL_TEST(PhysicalMemory, RangesListTheRam) {
    PPHYSICAL_MEMORY_RANGE ranges = MmGetPhysicalMemoryRanges();
    RSL_REQUIRE(ranges != nullptr);
    uint64_t total = 0;
    size_t count = 0;
    for (; ranges[count].NumberOfBytes.QuadPart != 0; ++count) {
        total += static_cast<uint64_t>(ranges[count].NumberOfBytes.QuadPart);
    }
    RSL_EXPECT(count > 0);
    RSL_EXPECT_EQ(total / kPageBytes, mm::page_counts().total);
    ExFreePool(ranges);
    ranges = MmGetPhysicalMemoryRangesEx2(nullptr, 0);
    RSL_REQUIRE(ranges != nullptr);
    RSL_EXPECT(ranges[count].NumberOfBytes.QuadPart == 0);
    ExFreePool(ranges);
}

RSL_TEST(PhysicalMemory, CopiesWithoutFaulting) {
    uint64_t source = 0x1122334455667788, target = 0;
    SIZE_T done = 0;
    MM_COPY_ADDRESS from{.VirtualAddress = &source};
    RSL_EXPECT_EQ(MmCopyMemory(&target, from, 8, MM_COPY_MEMORY_VIRTUAL, &done), STATUS_SUCCESS);
    RSL_EXPECT_EQ(target, source);
    RSL_EXPECT_EQ(done, 8u);
    from.PhysicalAddress = MmGetPhysicalAddress(&source);
    target = 0;
    RSL_EXPECT_EQ(MmCopyMemory(&target, from, 8, MM_COPY_MEMORY_PHYSICAL, &done), STATUS_SUCCESS);
    RSL_EXPECT_EQ(target, source);
    from.VirtualAddress = reinterpret_cast<PVOID>(0xFFFFF0F0F0F0F000);
    RSL_EXPECT(MmCopyMemory(&target, from, 8, MM_COPY_MEMORY_VIRTUAL, &done) < 0);
    RSL_EXPECT_EQ(done, 0u);
    from.PhysicalAddress = at(0xFEE00000);  // the local APIC: no RAM
    RSL_EXPECT_EQ(MmCopyMemory(&target, from, 8, MM_COPY_MEMORY_PHYSICAL, &done), STATUS_INVALID_ADDRESS);
    RSL_EXPECT_EQ(MmCopyMemory(&target, from, 8, 3, &done), STATUS_INVALID_PARAMETER);
}

RSL_TEST(PhysicalMemory, IoSpaceShowsRamAndRefusesNonsense) {
    const auto page = mm::allocate_page();
    RSL_REQUIRE(page.ok());
    auto* mapped = static_cast<char*>(MmMapIoSpace(at(*page + 0x10), 32, MmNonCached));
    RSL_REQUIRE(mapped != nullptr);
    mapped[0] = 'i';
    RSL_EXPECT_EQ(static_cast<char*>(arch::direct_map(*page))[0x10], 'i');
    MmUnmapIoSpace(mapped, 32);
    RSL_EXPECT(!MmIsAddressValid(mapped));
    RSL_EXPECT(MmMapIoSpace(at(0), 0, MmNonCached) == nullptr);
    RSL_EXPECT(MmMapIoSpace(at(-1), 4096, MmNonCached) == nullptr);
    RSL_EXPECT(MmMapIoSpaceEx(at(*page), 4096, PAGE_READWRITE | PAGE_NOCACHE | PAGE_WRITECOMBINE) == nullptr);
    mm::free_page(*page);
}

struct Entry {
    uint64_t words[8];
};

RSL_TEST(Lookaside, GivesBackWhatWasFreedLast) {
    alignas(64) static NPAGED_LOOKASIDE_LIST list;
    ExInitializeNPagedLookasideList(&list, nullptr, nullptr, POOL_NX_ALLOCATION, sizeof(Entry), kTag, 0);
    void* first = ExAllocateFromNPagedLookasideList(&list);
    RSL_REQUIRE(first != nullptr);
    ExFreeToNPagedLookasideList(&list, first);
    RSL_EXPECT(ExAllocateFromNPagedLookasideList(&list) == first);
    RSL_EXPECT_EQ(list.L.TotalAllocates, 2u);
    RSL_EXPECT_EQ(list.L.AllocateMisses, 1u);
    ExFreeToNPagedLookasideList(&list, first);
    ExDeleteNPagedLookasideList(&list);
    RSL_EXPECT_EQ(list.L.ListHead.HeaderX64.Depth, 0u);
}

RSL_TEST(Lookaside, PagedListsWorkTheSame) {
    alignas(64) static PAGED_LOOKASIDE_LIST list;
    ExInitializePagedLookasideList(&list, nullptr, nullptr, 0, sizeof(Entry), kTag, 0);
    RSL_EXPECT_EQ(list.L.Type, PagedPool);
    void* entry = ExAllocateFromPagedLookasideList(&list);
    RSL_REQUIRE(entry != nullptr);
    ExFreeToPagedLookasideList(&list, entry);
    RSL_EXPECT_EQ(list.L.ListHead.HeaderX64.Depth, 1u);
    ExDeletePagedLookasideList(&list);
    RSL_EXPECT_EQ(list.L.ListHead.HeaderX64.Depth, 0u);
}

RSL_TEST(Lookaside, ExtendedListCallsTheDriversRoutines) {
    alignas(64) static LOOKASIDE_LIST_EX list;
    static int allocated, freed;
    allocated = freed = 0;
    const auto allocate = [](POOL_TYPE type, SIZE_T bytes, ULONG tag, PLOOKASIDE_LIST_EX) NTAPI -> PVOID {
        ++allocated;
        return ExAllocatePoolWithTag(type, bytes, tag);
    };
    const auto release = [](PVOID buffer, PLOOKASIDE_LIST_EX) NTAPI {
        ++freed;
        ExFreePool(buffer);
    };
    RSL_EXPECT_EQ(ExInitializeLookasideListEx(&list, allocate, release, PagedPool, 3, 64, kTag, 0),
                  STATUS_INVALID_PARAMETER_5);
    RSL_EXPECT_EQ(ExInitializeLookasideListEx(&list, allocate, release, static_cast<POOL_TYPE>(2), 0, 64, kTag, 0),
                  STATUS_INVALID_PARAMETER_4);
    RSL_REQUIRE(ExInitializeLookasideListEx(&list, allocate, release, NonPagedPoolNx, 0, sizeof(Entry), kTag,
                                            0) == STATUS_SUCCESS);
    PVOID entries[40];
    for (PVOID& entry : entries) entry = ExAllocateFromLookasideListEx(&list);
    RSL_EXPECT_EQ(allocated, 40);
    for (PVOID entry : entries) ExFreeToLookasideListEx(&list, entry);
    RSL_EXPECT(freed > 0 && freed < 40);  // some stay on the list
    ExFlushLookasideListEx(&list);
    RSL_EXPECT_EQ(freed, 40);
    ExDeleteLookasideListEx(&list);
    RSL_EXPECT_EQ(freed, 40);
}

}  // namespace
