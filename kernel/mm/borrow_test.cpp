// SPDX-License-Identifier: GPL-2.0-only
// A client's own memory, with a client that is an array.
#include <cstring>

#include "abi/functions/ke.h"
#include "abi/functions/mm.h"
#include "abi/functions/ob.h"
#include "abi/private/rsl_kernel.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/mm/mdl.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/rtl/exception.hpp"

namespace {

using namespace rsl;
using arch::kPageBytes;

constexpr uint64_t kBase = 0x00005555'AAAA0000;
constexpr uint64_t kPages = 24;
constexpr uint64_t kReadOnly = 20;  // this page and those behind it cannot be written

/// The program: some pages, and what was asked of it.
struct Program {
    std::byte memory[kPages * kPageBytes];
    uint32_t fetches, writes_back, flushes, bytes_back;
    static NTSTATUS NTAPI fetch(PVOID context, ULONG64 address, BOOLEAN write, PULONG pages, const VOID** content,
                                PULONG64 writable) {
        auto& self = *static_cast<Program*>(context);
        ++self.fetches;
        const uint64_t first = (address - kBase) / kPageBytes;
        if (address < kBase || first >= kPages) return STATUS_ACCESS_VIOLATION;
        if (*pages > kPages - first) *pages = static_cast<ULONG>(kPages - first);
        *content = self.memory + first * kPageBytes;
        *writable = 0;
        for (uint64_t i = 0; write && i < *pages; ++i) *writable |= uint64_t{first + i < kReadOnly} << i;
        return STATUS_SUCCESS;
    }
    static VOID NTAPI give_back(PVOID context, ULONG64 address, const VOID* bytes, ULONG count) {
        auto& self = *static_cast<Program*>(context);
        ++self.writes_back;
        self.bytes_back += count;
        std::memcpy(self.memory + (address - kBase), bytes, count);
    }
    static VOID NTAPI flush(PVOID context) { ++static_cast<Program*>(context)->flushes; }
};

/// A process that borrows from a program, and this thread in it.
struct Borrower {
    Program* program;
    PEPROCESS process = nullptr;
    KAPC_STATE state;
    Borrower() : program(static_cast<Program*>(mm::allocate(sizeof(Program), mm::pool_tag("test")))) {
        std::memset(program, 0, sizeof(*program));
        UNICODE_STRING image = {16, 18, const_cast<PWSTR>(u"test.exe")};
        RSL_EXPECT(RslCreateClientProcess(&image, 4242, &process) >= 0);
        const RSL_LENDER lender{program, &Program::fetch, &Program::give_back, &Program::flush};
        RSL_EXPECT(RslBorrowClientMemory(process, &lender) >= 0);
        enter();
    }
    ~Borrower() {
        leave();
        RslBorrowClientMemory(process, nullptr);
        RslTerminateClientProcess(process, 0);
        ObfDereferenceObject(process);
        mm::free(program);
    }
    void enter() { KeStackAttachProcess(process, &state); }
    void leave() { KeUnstackDetachProcess(&state); }
    void give_back() { RslReturnClientMemory(process); }
    static volatile std::byte& at(uint64_t offset) { return *reinterpret_cast<volatile std::byte*>(kBase + offset); }
};

Status write_status(uint64_t offset) {
    const std::byte value{1};
    return rtl::copy_to_user(reinterpret_cast<void*>(kBase + offset), &value, 1).status();
}
Status read_status(uint64_t address) {
    std::byte value;
    return rtl::copy_from_user(&value, reinterpret_cast<const void*>(address), 1).status();
}

RSL_TEST(Borrowing, ReadsTheProgramsMemoryAsItIsAtEachRequest) {
    Borrower mine;
    mine.program->memory[5] = std::byte{7};
    RSL_EXPECT(Borrower::at(5) == std::byte{7});
    RSL_EXPECT_EQ(mine.program->fetches, 1u);
    mine.program->memory[5] = std::byte{8};
    RSL_EXPECT(Borrower::at(5) == std::byte{7});  // the page is here
    mine.give_back();
    RSL_EXPECT(Borrower::at(5) == std::byte{8});
    RSL_EXPECT_EQ(mine.program->writes_back, 0u);
}

RSL_TEST(Borrowing, GivesBackTheBytesThatChangedAndNoOthers) {
    Borrower mine;
    Borrower::at(100) = std::byte{1};
    Borrower::at(102) = std::byte{2};
    Borrower::at(kPageBytes) = std::byte{3};
    mine.program->memory[101] = std::byte{9};  // another thread of the program's, meanwhile
    mine.give_back();
    RSL_EXPECT(mine.program->memory[100] == std::byte{1} && mine.program->memory[101] == std::byte{9});
    RSL_EXPECT(mine.program->memory[102] == std::byte{2} && mine.program->memory[kPageBytes] == std::byte{3});
    RSL_EXPECT_EQ(mine.program->bytes_back, 3u);
    RSL_EXPECT_EQ(mine.program->flushes, 1u);
}

RSL_TEST(Borrowing, RefusesWhatTheProgramCannotDoItself) {
    Borrower mine;
    RSL_EXPECT_EQ(read_status(kBase + kPages * kPageBytes), Status::kAccessViolation);
    RSL_EXPECT_EQ(read_status(0x20000), Status::kAccessViolation);
    RSL_EXPECT_EQ(read_status(kBase + kReadOnly * kPageBytes), Status::kSuccess);
    RSL_EXPECT_EQ(write_status(kReadOnly * kPageBytes), Status::kAccessViolation);
    RSL_EXPECT_EQ(write_status(0), Status::kSuccess);
}

RSL_TEST(Borrowing, AsksForMoreWhenMemoryIsGoneThroughInOrder) {
    Borrower mine;
    for (uint64_t page = 0; page < kPages; ++page) (void)Borrower::at(page * kPageBytes);
    RSL_EXPECT(mine.program->fetches <= 5);  // 1, 2, 4, 8, 9
}

RSL_TEST(Borrowing, LocksWhatItHasToAskForAndKeepsIt) {
    Borrower mine;
    constexpr uint64_t kStart = kBase + 100, kBytes = 3 * kPageBytes;
    MDL* mdl = mm::make_mdl(kStart, kBytes);
    RSL_REQUIRE(mdl != nullptr);
    RSL_EXPECT(mm::lock_mdl(*mdl, UserMode, IoWriteAccess).ok());
    RSL_EXPECT_EQ(mine.program->fetches, 1u);
    const auto mapped = mm::map_mdl(*mdl, {.writable = true});
    RSL_REQUIRE(mapped.ok());
    auto* buffer = reinterpret_cast<std::byte*>(*mapped);
    buffer[0] = std::byte{1};
    mine.give_back();  // the request pends: what is there already is seen
    RSL_EXPECT(mine.program->memory[100] == std::byte{1});
    buffer[kBytes - 1] = std::byte{2};
    mine.give_back();
    RSL_EXPECT(mine.program->memory[100 + kBytes - 1] == std::byte{2});
    RSL_EXPECT_EQ(mine.program->bytes_back, 2u);
    buffer[1] = std::byte{3};
    mm::unlock_mdl(*mdl);
    mine.give_back();
    RSL_EXPECT(mine.program->memory[101] == std::byte{3});
    mm::free_mdl(*mdl);
    mine.program->memory[102] = std::byte{4};
    RSL_EXPECT(Borrower::at(102) == std::byte{4});  // let go, so asked for again
}

RSL_TEST(Borrowing, LocksNothingWhenAPageLacks) {
    Borrower mine;
    MDL* mdl = mm::make_mdl(kBase + (kPages - 2) * kPageBytes, 3 * kPageBytes);
    RSL_REQUIRE(mdl != nullptr);
    RSL_EXPECT_EQ(mm::lock_mdl(*mdl, UserMode, IoReadAccess).status(), Status::kAccessViolation);
    MDL* read_only = mm::make_mdl(kBase + (kReadOnly - 1) * kPageBytes, 2 * kPageBytes);
    RSL_REQUIRE(read_only != nullptr);
    RSL_EXPECT_EQ(mm::lock_mdl(*read_only, UserMode, IoWriteAccess).status(), Status::kAccessViolation);
    mm::free_mdl(*mdl);
    mm::free_mdl(*read_only);
    const uint32_t flushes = mine.program->flushes;
    mine.give_back();
    RSL_EXPECT_EQ(mine.program->flushes, flushes + 1);  // something was held, and nothing is now:
    mine.give_back();
    RSL_EXPECT_EQ(mine.program->flushes, flushes + 1);
}

RSL_TEST(Borrowing, PagesAreFreeAgainWhenTheProcessEnds) {
    const auto before = mm::page_counts().free;
    for (int turn = 0; turn < 3; ++turn) {
        Borrower mine;
        for (uint64_t page = 0; page < kReadOnly; ++page) Borrower::at(page * kPageBytes) = std::byte{1};
    }
    RSL_EXPECT(mm::page_counts().free + 16 >= before);
}

RSL_TEST(Borrowing, NothingIsAskedForOnceItHasStopped) {
    Borrower mine;
    (void)Borrower::at(0);
    RslBorrowClientMemory(mine.process, nullptr);
    mine.give_back();
    const uint32_t fetches = mine.program->fetches;
    RSL_EXPECT_EQ(read_status(kBase), Status::kAccessViolation);
    RSL_EXPECT_EQ(mine.program->fetches, fetches);
}

/// Shared memory with a request's buffers in it: two pages at the program's third and fourth, the second one writable.
struct Shared {
    Borrower& borrower;
    arch::PhysicalPage first = *mm::allocate_contiguous(2 * kPageBytes, ~uint64_t{0}, kPageBytes, 0);
    std::byte* memory = static_cast<std::byte*>(arch::direct_map(first));
    static constexpr uint64_t kAt = 2 * kPageBytes;
    explicit Shared(Borrower& mine) : borrower(mine) { std::memset(memory, 0, 2 * kPageBytes); }
    ~Shared() {
        borrower.give_back();
        mm::free_contiguous(first, 2 * kPageBytes);
    }
    void begin(uint64_t tag) {
        PHYSICAL_ADDRESS physical, second;
        physical.QuadPart = static_cast<LONGLONG>(first);
        second.QuadPart = static_cast<LONGLONG>(first + kPageBytes);
        const RSL_LOAN loans[] = {{kBase + kAt, physical, memory, 1, FALSE},
                                  {kBase + kAt + kPageBytes, second, memory + kPageBytes, 1, TRUE}};
        RslBeginLoans(borrower.process, tag, 2, loans);
    }
    void end(uint64_t tag) {
        borrower.give_back();
        RslEndLoans(borrower.process, tag);
    }
};

RSL_TEST(Borrowing, WhatARequestLendsIsSharedAndNotAskedFor) {
    Borrower mine;
    Shared shared{mine};
    shared.memory[0] = std::byte{1};
    shared.begin(1);
    RSL_EXPECT(Borrower::at(Shared::kAt) == std::byte{1});
    Borrower::at(Shared::kAt + kPageBytes) = std::byte{2};
    RSL_EXPECT(shared.memory[kPageBytes] == std::byte{2});
    shared.end(1);
    RSL_EXPECT_EQ(mine.program->fetches, 0u);
    RSL_EXPECT_EQ(mine.program->bytes_back, 0u);
    RSL_EXPECT(Borrower::at(Shared::kAt) == std::byte{0});  // the program's again
}

RSL_TEST(Borrowing, AWriteToWhatWasLentForReadingGoesBackToTheProgram) {
    Borrower mine;
    Shared shared{mine};
    shared.begin(1);
    Borrower::at(Shared::kAt + 7) = std::byte{3};
    RSL_EXPECT_EQ(mine.program->fetches, 1u);
    shared.end(1);
    RSL_EXPECT(mine.program->memory[Shared::kAt + 7] == std::byte{3});
    RSL_EXPECT_EQ(mine.program->bytes_back, 1u);
}

RSL_TEST(Borrowing, LockedPagesOutliveTheirLoan) {
    Borrower mine;
    Shared shared{mine};
    shared.memory[kPageBytes + 1] = std::byte{5};
    shared.begin(1);
    MDL* mdl = mm::make_mdl(kBase + Shared::kAt + kPageBytes, 64);
    RSL_REQUIRE(mdl != nullptr);
    RSL_EXPECT(mm::lock_mdl(*mdl, UserMode, IoWriteAccess).ok());
    const auto mapped = mm::map_mdl(*mdl, {.writable = true});
    RSL_REQUIRE(mapped.ok());
    auto* buffer = reinterpret_cast<volatile std::byte*>(*mapped);
    RSL_EXPECT(buffer[1] == std::byte{5});
    buffer[2] = std::byte{6};
    RSL_EXPECT(Borrower::at(Shared::kAt + kPageBytes + 2) == std::byte{6});  // the same page by both addresses
    RSL_EXPECT(shared.memory[kPageBytes + 2] == std::byte{0});
    shared.end(1);
    RSL_EXPECT(shared.memory[kPageBytes + 2] == std::byte{6});  // where the client looks when the request ends
    RSL_EXPECT(mine.program->memory[Shared::kAt + kPageBytes + 2] == std::byte{6});  // an edge: at once, too
    buffer[3] = std::byte{7};
    RSL_EXPECT(shared.memory[kPageBytes + 3] == std::byte{0});
    mine.give_back();
    RSL_EXPECT(mine.program->memory[Shared::kAt + kPageBytes + 3] == std::byte{7});
    mm::unlock_mdl(*mdl);
    mm::free_mdl(*mdl);
}

RSL_TEST(Borrowing, ARequestThatBeginsSeesMemoryAsItIsThenAndSoDoesWhatAnMdlHolds) {
    Borrower mine;
    MDL* mdl = mm::make_mdl(kBase + 100, 64);
    RSL_REQUIRE(mdl != nullptr);
    RSL_EXPECT(mm::lock_mdl(*mdl, UserMode, IoWriteAccess).ok());
    Borrower::at(110) = std::byte{1};  // by the request that goes on
    (void)Borrower::at(kPageBytes);
    mine.program->memory[120] = mine.program->memory[kPageBytes + 120] = std::byte{2};
    RslBeginLoans(mine.process, 7, 0, nullptr);
    RSL_EXPECT(mine.program->memory[110] == std::byte{1});
    RSL_EXPECT(Borrower::at(120) == std::byte{2} && Borrower::at(110) == std::byte{1});
    RSL_EXPECT(Borrower::at(kPageBytes + 120) == std::byte{2});
    mm::unlock_mdl(*mdl);
    mm::free_mdl(*mdl);
}

RSL_TEST(Borrowing, WhatOthersWroteIsThereWhenARequestLendsThePage) {
    Borrower mine;
    Shared shared{mine};
    Borrower::at(Shared::kAt + kPageBytes + 1) = std::byte{1};  // by another request
    shared.memory[kPageBytes + 2] = std::byte{2};               // by the program, before this one
    shared.begin(1);
    RSL_EXPECT(mine.program->memory[Shared::kAt + kPageBytes + 1] == std::byte{1});
    RSL_EXPECT(Borrower::at(Shared::kAt + kPageBytes + 1) == std::byte{1});
    RSL_EXPECT(Borrower::at(Shared::kAt + kPageBytes + 2) == std::byte{2});
    shared.end(1);
}

RSL_TEST(Borrowing, ALoanThatAnotherRequestHasTooLastsAsLongAsEither) {
    Borrower mine;
    Shared shared{mine};
    shared.memory[kPageBytes] = std::byte{9};
    shared.begin(1);
    shared.begin(2);
    shared.end(1);
    RSL_EXPECT(Borrower::at(Shared::kAt + kPageBytes) == std::byte{9});
    RSL_EXPECT_EQ(mine.program->fetches, 0u);
    shared.end(2);
    RSL_EXPECT(Borrower::at(Shared::kAt + kPageBytes) == std::byte{0});
}

RSL_TEST(Borrowing, LoansOfKernelAddressesAreNoLoans) {
    Borrower mine;
    Shared shared{mine};
    PHYSICAL_ADDRESS physical;
    physical.QuadPart = static_cast<LONGLONG>(shared.first);
    const RSL_LOAN bad[] = {{0xFFFF800000000000, physical, shared.memory, 1, TRUE}, {0, physical, shared.memory, 1, TRUE},
                            {kBase + 1, physical, shared.memory, 1, TRUE}, {arch::kUserEnd - kPageBytes, physical, shared.memory, 2, TRUE}};
    RslBeginLoans(mine.process, 1, 4, bad);
    RSL_EXPECT_EQ(write_status(0), Status::kSuccess);
    RSL_EXPECT(shared.memory[0] == std::byte{0});
    RslEndLoans(mine.process, 1);
}

RSL_TEST(Borrowing, CopiesBetweenProcessesReachTheProgram) {
    Borrower mine;
    mine.leave();
    mine.program->memory[3 * kPageBytes] = std::byte{0x5A};
    std::byte value{};
    SIZE_T done = 0;
    RSL_EXPECT_EQ(MmCopyVirtualMemory(mine.process, reinterpret_cast<void*>(kBase + 3 * kPageBytes),
                                      reinterpret_cast<PEPROCESS>(&ps::system_process()), &value, 1, KernelMode, &done), STATUS_SUCCESS);
    RSL_EXPECT(value == std::byte{0x5A} && done == 1);
    mine.enter();
}

}  // namespace
