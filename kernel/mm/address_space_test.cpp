// SPDX-License-Identifier: GPL-2.0-only
// User addresses, in the range that the system process has: tests run in its threads.
#include <cstring>

#include "abi/functions/mm.h"
#include "abi/private/rsl_kernel.h"
#include "abi/types/ps.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/mm/section.hpp"
#include "kernel/mm/virtual.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/rtl/exception.hpp"

extern "C" NTSTATUS NTAPI ZwClose(HANDLE Handle);

namespace {

using namespace rsl;
using arch::kPageBytes;

const HANDLE kThisProcess = reinterpret_cast<HANDLE>(~uint64_t{0});

mm::AddressSpace& space() { return mm::AddressSpace::system(); }
volatile uint64_t& word(uint64_t address) { return *reinterpret_cast<volatile uint64_t*>(address); }
Status read_status(uint64_t address) {
    uint64_t value;
    return rtl::copy_from_user(&value, reinterpret_cast<const void*>(address), 8).status();
}
Status write_status(uint64_t address) {
    const uint64_t value = 1;
    return rtl::copy_to_user(reinterpret_cast<void*>(address), &value, 8).status();
}

RSL_TEST(AddressSpace, BringsPagesInWhenTouched) {
    const auto address = space().allocate(0, 64 * kPageBytes, {.writable = true});
    RSL_REQUIRE(address.ok());
    word(*address) = 1;  // makes the tables
    const auto before = mm::page_counts().free;
    RSL_EXPECT_EQ(word(*address + 5 * kPageBytes), 0u);
    word(*address + 9 * kPageBytes + 8) = 7;
    RSL_EXPECT_EQ(mm::page_counts().free, before - 2);
    RSL_EXPECT_EQ(word(*address + 9 * kPageBytes + 8), 7u);
    RSL_EXPECT(space().unmap(*address).ok());
    RSL_EXPECT_EQ(mm::page_counts().free, before + 1);
    RSL_EXPECT_EQ(read_status(*address), Status::kAccessViolation);
}

RSL_TEST(AddressSpace, HoldsToItsProtection) {
    const auto address = space().allocate(0, kPageBytes, {.writable = true});
    RSL_REQUIRE(address.ok());
    word(*address) = 0xAA;
    RSL_EXPECT(space().protect(*address, *address + kPageBytes, PAGE_READONLY).ok());
    RSL_EXPECT_EQ(read_status(*address), Status::kSuccess);
    RSL_EXPECT_EQ(write_status(*address), Status::kAccessViolation);
    RSL_EXPECT(space().protect(*address, *address + kPageBytes, PAGE_NOACCESS).ok());
    RSL_EXPECT_EQ(read_status(*address), Status::kAccessViolation);
    RSL_EXPECT(space().protect(*address, *address + kPageBytes, PAGE_READWRITE).ok());
    RSL_EXPECT_EQ(word(*address), 0xAAu);  // kept while it was out of reach
    RSL_EXPECT(space().unmap(*address).ok());
}

RSL_TEST(AddressSpace, PagesOfAnMdlOutliveTheirAddress) {
    const auto address = space().allocate(0, kPageBytes, {.writable = true});
    RSL_REQUIRE(address.ok());
    word(*address) = 0x77;
    uint64_t frame[1] = {};
    RSL_REQUIRE(space().lock_pages(*address, frame, mm::AddressSpace::Access::kRead).ok());
    RSL_EXPECT(space().unmap(*address).ok());
    RSL_EXPECT_EQ(*static_cast<uint64_t*>(arch::direct_map(frame[0] * kPageBytes)), 0x77u);
    const auto before = mm::page_counts().free;
    mm::dereference_page(frame[0] * kPageBytes);
    RSL_EXPECT_EQ(mm::page_counts().free, before + 1);
}

RSL_TEST(AddressSpace, AnotherProcessSpaceLeavesNothingBehind) {
    for (int round = 0; round < 2; ++round) {
        const auto before = mm::page_counts();
        const auto other = mm::AddressSpace::create();
        RSL_REQUIRE(other.ok());
        const auto address = (*other)->allocate(0, 8 * kPageBytes, {.writable = true});
        RSL_REQUIRE(address.ok());
        RSL_EXPECT((*other)->bring_in(*address, mm::AddressSpace::Access::kWrite));
        RSL_EXPECT(!(*other)->bring_in(*address, mm::AddressSpace::Access::kExecute));
        RSL_EXPECT(!(*other)->bring_in(*address + 8 * kPageBytes, mm::AddressSpace::Access::kRead));
        RSL_EXPECT_EQ(read_status(*address), Status::kAccessViolation);  // not in this process
        (*other)->destroy();
        if (round == 1) RSL_EXPECT_EQ(mm::page_counts().free, before.free);
        RSL_EXPECT_EQ(mm::page_counts().tables, before.tables);
    }
}

RSL_TEST(VirtualMemory, ReservesCommitsProtectsAndFrees) {
    PVOID base = nullptr;
    SIZE_T bytes = 10 * kPageBytes;
    RSL_REQUIRE(ZwAllocateVirtualMemory(kThisProcess, &base, 0, &bytes, MEM_RESERVE, PAGE_READWRITE) ==
                STATUS_SUCCESS);
    const auto start = reinterpret_cast<uint64_t>(base);
    RSL_EXPECT_EQ(read_status(start), Status::kAccessViolation);
    PVOID part = reinterpret_cast<PVOID>(start + 2 * kPageBytes);
    SIZE_T part_bytes = 3 * kPageBytes;
    RSL_EXPECT_EQ(ZwAllocateVirtualMemory(kThisProcess, &part, 0, &part_bytes, MEM_COMMIT, PAGE_READWRITE),
                  STATUS_SUCCESS);
    word(start + 2 * kPageBytes) = 5;
    MEMORY_BASIC_INFORMATION information{};
    RSL_EXPECT_EQ(ZwQueryVirtualMemory(kThisProcess, part, MemoryBasicInformation, &information,
                                       sizeof(information), nullptr),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(information.State, static_cast<ULONG>(MEM_COMMIT));
    RSL_EXPECT_EQ(information.RegionSize, 3 * kPageBytes);
    RSL_EXPECT(information.AllocationBase == base);
    ULONG old = 0;
    RSL_EXPECT_EQ(ZwProtectVirtualMemory(kThisProcess, &part, &part_bytes, PAGE_READONLY, &old),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(old, static_cast<ULONG>(PAGE_READWRITE));
    RSL_EXPECT_EQ(write_status(start + 2 * kPageBytes), Status::kAccessViolation);
    SIZE_T zero = 0;
    RSL_EXPECT_EQ(ZwFreeVirtualMemory(kThisProcess, &base, &zero, MEM_RELEASE), STATUS_SUCCESS);
    RSL_EXPECT_EQ(read_status(start + 2 * kPageBytes), Status::kAccessViolation);
}

RSL_TEST(VirtualMemory, RefusesWhatWindowsRefuses) {
    PVOID base = nullptr;
    SIZE_T bytes = kPageBytes;
    RSL_EXPECT_EQ(ZwAllocateVirtualMemory(kThisProcess, &base, 0, &bytes, MEM_COMMIT, 0x3),
                  STATUS_INVALID_PAGE_PROTECTION);
    RSL_EXPECT_EQ(ZwAllocateVirtualMemory(kThisProcess, &base, 0, &bytes, 0, PAGE_READWRITE),
                  STATUS_INVALID_PARAMETER_5);
    PVOID kernel = reinterpret_cast<PVOID>(0xFFFF800000000000);
    RSL_EXPECT(ZwAllocateVirtualMemory(kThisProcess, &kernel, 0, &bytes, MEM_COMMIT, PAGE_READWRITE) < 0);
    PVOID nothing = reinterpret_cast<PVOID>(0x5000000000);
    SIZE_T zero = 0;
    RSL_EXPECT_EQ(ZwFreeVirtualMemory(kThisProcess, &nothing, &zero, MEM_RELEASE),
                  STATUS_MEMORY_NOT_ALLOCATED);
}

RSL_TEST(VirtualMemory, SecuredRangesStayAsTheyAre) {
    PVOID base = nullptr;
    SIZE_T bytes = 2 * kPageBytes, zero = 0;
    RSL_REQUIRE(ZwAllocateVirtualMemory(kThisProcess, &base, 0, &bytes, MEM_COMMIT, PAGE_READWRITE) ==
                STATUS_SUCCESS);
    HANDLE secured = MmSecureVirtualMemory(base, 100, PAGE_READWRITE);
    RSL_REQUIRE(secured != nullptr);
    ULONG old = 0;
    RSL_EXPECT_EQ(ZwProtectVirtualMemory(kThisProcess, &base, &bytes, PAGE_READONLY, &old),
                  STATUS_INVALID_PAGE_PROTECTION);
    RSL_EXPECT(ZwFreeVirtualMemory(kThisProcess, &base, &zero, MEM_RELEASE) < 0);
    PVOID second = static_cast<char*>(base) + kPageBytes;
    SIZE_T page = kPageBytes;
    RSL_EXPECT_EQ(ZwProtectVirtualMemory(kThisProcess, &second, &page, PAGE_READONLY, &old), STATUS_SUCCESS);
    MmUnsecureVirtualMemory(secured);
    RSL_EXPECT(MmSecureVirtualMemory(base, 2 * kPageBytes, PAGE_READWRITE) == nullptr);  // not all of it
    zero = 0;
    RSL_EXPECT_EQ(ZwFreeVirtualMemory(kThisProcess, &base, &zero, MEM_RELEASE), STATUS_SUCCESS);
    RSL_EXPECT(MmSecureVirtualMemory(base, 1, PAGE_READONLY) == nullptr);
}

RSL_TEST(VirtualMemory, CopiesBetweenProcesses) {
    const auto process = reinterpret_cast<PEPROCESS>(&ps::system_process());
    const auto from = space().allocate(0, 20 * kPageBytes, {.writable = true});
    const auto to = space().allocate(0, 20 * kPageBytes, {.writable = true});
    RSL_REQUIRE(from.ok() && to.ok());
    word(*from + 18 * kPageBytes) = 0xC0DE;
    SIZE_T done = 0;
    const auto copy = [&](uint64_t source, SIZE_T bytes) {
        return MmCopyVirtualMemory(process, reinterpret_cast<PVOID>(source), process,
                                   reinterpret_cast<PVOID>(*to), bytes, UserMode, &done);
    };
    RSL_EXPECT_EQ(copy(*from, 20 * kPageBytes), STATUS_SUCCESS);
    RSL_EXPECT_EQ(done, 20 * kPageBytes);
    RSL_EXPECT_EQ(word(*to + 18 * kPageBytes), 0xC0DEu);
    RSL_EXPECT_EQ(copy(0xFFFF800000000000, 8), STATUS_ACCESS_VIOLATION);
    RSL_EXPECT(space().unmap(*from).ok());
    RSL_EXPECT_EQ(copy(*from, 8), STATUS_ACCESS_VIOLATION);
    RSL_EXPECT_EQ(done, 0u);
    RSL_EXPECT(space().unmap(*to).ok());
}

RSL_TEST(ClientMemory, ComesGoesAndDiesWithItsProcess) {
    auto client = ps::create_process(u"client.exe", 4711);
    RSL_REQUIRE(client.ok());
    const auto process = reinterpret_cast<PEPROCESS>(client->get());
    const auto page = mm::allocate_page();
    RSL_REQUIRE(page.ok());
    PVOID mapped = nullptr, fresh = nullptr;
    RSL_EXPECT_EQ(RslMapClientMemory(process, {.QuadPart = static_cast<LONGLONG>(*page)}, kPageBytes, &mapped),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(RslAllocateClientMemory(process, 3 * kPageBytes, &fresh), STATUS_SUCCESS);
    const auto here = reinterpret_cast<PEPROCESS>(&ps::system_process());
    uint64_t value = 0xABCD, back = 0;
    SIZE_T done = 0;
    RSL_EXPECT_EQ(MmCopyVirtualMemory(here, &value, process, mapped, 8, KernelMode, &done), STATUS_SUCCESS);
    RSL_EXPECT_EQ(*static_cast<uint64_t*>(arch::direct_map(*page)), 0xABCDu);
    RSL_EXPECT_EQ(MmCopyVirtualMemory(here, &value, process, fresh, 8, KernelMode, &done), STATUS_SUCCESS);
    RSL_EXPECT_EQ(MmCopyVirtualMemory(process, fresh, here, &back, 8, KernelMode, &done), STATUS_SUCCESS);
    RSL_EXPECT_EQ(back, 0xABCDu);
    RSL_EXPECT_EQ(RslFreeClientMemory(process, mapped), STATUS_SUCCESS);
    RSL_EXPECT_EQ(MmCopyVirtualMemory(here, &value, process, mapped, 8, KernelMode, &done),
                  STATUS_ACCESS_VIOLATION);
    RSL_EXPECT(RslFreeClientMemory(process, mapped) < 0);
    RSL_EXPECT_EQ(RslAllocateClientMemory(here, kPageBytes, &fresh), STATUS_INVALID_PARAMETER);
    ps::terminate_process(**client, 0);  // the second allocation goes with it
    mm::free_page(*page);
}

RSL_TEST(Sections, FilesHaveNone) {
    SECTION_OBJECT_POINTERS pointers{};
    LARGE_INTEGER size{};
    RSL_EXPECT(MmFlushImageSection(&pointers, MmFlushForWrite));
    RSL_EXPECT(MmCanFileBeTruncated(&pointers, &size));
    RSL_EXPECT_EQ(MmDoesFileHaveUserWritableReferences(&pointers), 0u);
}

RSL_TEST(Sections, TwoViewsAndTheSystemShowTheSamePages) {
    HANDLE section = nullptr;
    LARGE_INTEGER size{.QuadPart = 3 * 0x10000};
    RSL_REQUIRE(ZwCreateSection(&section, SECTION_ALL_ACCESS, nullptr, &size, PAGE_READWRITE, SEC_COMMIT,
                                nullptr) == STATUS_SUCCESS);
    PVOID first = nullptr, second = nullptr;
    SIZE_T whole = 0, rest = 0;
    LARGE_INTEGER offset{.QuadPart = 0x10000};
    RSL_EXPECT_EQ(ZwMapViewOfSection(section, kThisProcess, &first, 0, 0, nullptr, &whole, ViewUnmap, 0,
                                     PAGE_READWRITE),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(ZwMapViewOfSection(section, kThisProcess, &second, 0, 0, &offset, &rest, ViewUnmap, 0,
                                     PAGE_READONLY),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(whole, 0x30000u);
    RSL_EXPECT_EQ(rest, 0x20000u);
    word(reinterpret_cast<uint64_t>(first) + 0x10008) = 99;
    RSL_EXPECT_EQ(word(reinterpret_cast<uint64_t>(second) + 8), 99u);
    RSL_EXPECT_EQ(write_status(reinterpret_cast<uint64_t>(second)), Status::kAccessViolation);

    const auto body = ob::reference_handle(section, &mm::Section::kType, 0, KernelMode);
    RSL_REQUIRE(body.ok());
    PVOID system = nullptr;
    SIZE_T system_bytes = 0;
    RSL_EXPECT_EQ(MmMapViewInSystemSpace(*body, &system, &system_bytes), STATUS_SUCCESS);
    RSL_EXPECT_EQ(word(reinterpret_cast<uint64_t>(system) + 0x10008), 99u);
    RSL_EXPECT_EQ(MmUnmapViewInSystemSpace(system), STATUS_SUCCESS);
    ob::dereference(*body);

    RSL_EXPECT_EQ(ZwClose(section), STATUS_SUCCESS);  // views keep the section alive
    RSL_EXPECT_EQ(word(reinterpret_cast<uint64_t>(second) + 8), 99u);
    RSL_EXPECT_EQ(ZwUnmapViewOfSection(kThisProcess, first), STATUS_SUCCESS);
    RSL_EXPECT_EQ(ZwUnmapViewOfSection(kThisProcess, reinterpret_cast<char*>(second) + 0x5000),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(ZwUnmapViewOfSection(kThisProcess, first), STATUS_NOT_MAPPED_VIEW);
}

RSL_TEST(Sections, PhysicalMemoryShowsTheMachine) {
    char16_t name[] = u"\\Device\\PhysicalMemory";
    UNICODE_STRING path{sizeof(name) - 2, sizeof(name), name};
    OBJECT_ATTRIBUTES attributes{.Length = sizeof(attributes),
                                 .ObjectName = &path,
                                 .Attributes = OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE};
    HANDLE section = nullptr;
    RSL_REQUIRE(ZwOpenSection(&section, SECTION_ALL_ACCESS, &attributes) == STATUS_SUCCESS);
    const auto page = mm::allocate_contiguous(0x10000, 0xFFFFFFFF, 0x10000, 0);
    RSL_REQUIRE(page.ok());
    *static_cast<uint64_t*>(arch::direct_map(*page)) = 0xFEEDFACE;
    PVOID view = nullptr;
    SIZE_T bytes = kPageBytes;
    LARGE_INTEGER offset{.QuadPart = static_cast<LONGLONG>(*page)};
    RSL_EXPECT_EQ(ZwMapViewOfSection(section, kThisProcess, &view, 0, kPageBytes, &offset, &bytes,
                                     ViewShare, 0, PAGE_READWRITE),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(word(reinterpret_cast<uint64_t>(view)), 0xFEEDFACEu);
    RSL_EXPECT_EQ(ZwUnmapViewOfSection(kThisProcess, view), STATUS_SUCCESS);
    RSL_EXPECT_EQ(ZwClose(section), STATUS_SUCCESS);
    mm::free_contiguous(*page, 0x10000);
}

RSL_TEST(Sections, RefuseMoreThanTheyWereMadeFor) {
    HANDLE section = nullptr;
    LARGE_INTEGER size{.QuadPart = 0x10000};
    RSL_EXPECT_EQ(ZwCreateSection(&section, SECTION_ALL_ACCESS, nullptr, &size, 0x3, SEC_COMMIT, nullptr),
                  STATUS_INVALID_PAGE_PROTECTION);
    RSL_REQUIRE(ZwCreateSection(&section, SECTION_ALL_ACCESS, nullptr, &size, PAGE_READONLY, SEC_COMMIT,
                                nullptr) == STATUS_SUCCESS);
    PVOID view = nullptr;
    SIZE_T bytes = 0;
    RSL_EXPECT_EQ(ZwMapViewOfSection(section, kThisProcess, &view, 0, 0, nullptr, &bytes, ViewUnmap, 0,
                                     PAGE_READWRITE),
                  STATUS_SECTION_PROTECTION);
    bytes = 0x20000;
    RSL_EXPECT_EQ(ZwMapViewOfSection(section, kThisProcess, &view, 0, 0, nullptr, &bytes, ViewUnmap, 0,
                                     PAGE_READONLY),
                  STATUS_INVALID_VIEW_SIZE);
    RSL_EXPECT_EQ(ZwClose(section), STATUS_SUCCESS);
}

}  // namespace
