// SPDX-License-Identifier: GPL-2.0-only
// Every __try of these cases goes through __C_specific_handler. In the VM only: faults, trap frames and unwinding are the real ones.
#include <cstring>

#include "abi/functions/rtl_exception.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ldr/module.hpp"
#include "kernel/rtl/exception.hpp"
#include "kernel/rtl/seh_cases.h"

using rsl::Status;

RSL_TEST(Seh, RunsTheExceptBlock) { RSL_EXPECT_EQ(seh_except_runs(), 123u); }
RSL_TEST(Seh, AsksFiltersFromTheInsideOut) { RSL_EXPECT_EQ(seh_filter_picks_outer(), 123u); }
RSL_TEST(Seh, RunsFinallyBlocksAfterTheFilter) { RSL_EXPECT_EQ(seh_finally_order_on_exception(), 1234u); }
RSL_TEST(Seh, RunsFinallyWithoutAnException) { RSL_EXPECT_EQ(seh_finally_runs_without_exception(), 12u); }
RSL_TEST(Seh, LeavesToTheEndOfItsTry) { RSL_EXPECT_EQ(seh_leave(), 123u); }
RSL_TEST(Seh, ReturnsOutOfATry) { RSL_EXPECT_EQ(seh_return_out_of_try(), 125u); }
RSL_TEST(Seh, BreaksAndContinuesOutOfATry) { RSL_EXPECT_EQ(seh_break_and_continue_out_of_try(), 71727u); }
RSL_TEST(Seh, GoesOutOfTwoTries) { RSL_EXPECT_EQ(seh_goto_out_of_two_tries(), 1234u); }
RSL_TEST(Seh, RaisesInAnExceptBlock) { RSL_EXPECT_EQ(seh_raise_in_except_block(), 12u); }
RSL_TEST(Seh, CollidesWhenFinallyRaises) { RSL_EXPECT_EQ(seh_raise_in_finally_collides(), 51234u); }
RSL_TEST(Seh, CollidesTwice) { RSL_EXPECT_EQ(seh_two_collisions(), 1234u); }
RSL_TEST(Seh, CatchesAFaultInsideAFilter) { RSL_EXPECT_EQ(seh_fault_in_filter_caught_inside(), 12u); }
RSL_TEST(Seh, PassesAFaultInAFilterOutwards) { RSL_EXPECT_EQ(seh_fault_in_filter_goes_out(), 12u); }
RSL_TEST(Seh, TellsFinallyWhyItRuns) { RSL_EXPECT_EQ(seh_abnormal_termination(), 1234u); }
RSL_TEST(Seh, CatchesManyInARow) { RSL_EXPECT_EQ(seh_loop_of_exceptions(), 100u); }

RSL_TEST(Seh, RefusesToContinueTheNoncontinuable) {
    RSL_EXPECT_EQ(seh_continue_noncontinuable(), STATUS_NONCONTINUABLE_EXCEPTION);
}
RSL_TEST(Seh, ContinuesAfterARaise) { RSL_EXPECT_EQ(seh_continue_after_raise(), 123u); }
RSL_TEST(Seh, ContinuesAfterAFaultWithMendedRegisters) {
    const uint64_t good = 0x1234567890;
    RSL_EXPECT_EQ(seh_continue_after_fault(reinterpret_cast<void*>(8), &good), good);
}

namespace {
__attribute__((noinline)) void foreign(void (*function)(void*), void* context) {
    volatile uint64_t pad[8];
    pad[0] = 1;
    function(context);
    pad[7] = pad[0];
}
}  // namespace
RSL_TEST(Seh, PassesThroughCppFrames) { RSL_EXPECT_EQ(seh_through_foreign_frames(&foreign), 1u); }

RSL_TEST(Seh, UnwindsManyFrames) {
    int finallies = 0;
    RSL_EXPECT_EQ(seh_deep(60, &finallies), -1);
    RSL_EXPECT_EQ(finallies, 61);
}
RSL_TEST(Seh, KeepsLocalsAcrossAFault) { RSL_EXPECT_EQ(seh_locals_survive(1000), 56000u); }
RSL_TEST(Seh, UnwindsALargeFrame) { RSL_EXPECT(seh_large_frame() != -1); }
RSL_TEST(Seh, RestoresTheCallersRegisters) { RSL_EXPECT_EQ(seh_in_callee_with_many_registers(), 20); }

RSL_TEST(Seh, TellsAddressAndKindOfAFault) {
    EXCEPTION_RECORD record{};
    constexpr uint64_t kPlace = 0x5000;  // in the client's half, where nothing is mapped
    RSL_EXPECT_EQ(seh_code_of([](void*) { (void)*reinterpret_cast<volatile int*>(kPlace); }, nullptr, &record),
                  STATUS_ACCESS_VIOLATION);
    RSL_EXPECT_EQ(record.NumberParameters, 2u);
    RSL_EXPECT_EQ(record.ExceptionInformation[0], 0u);
    RSL_EXPECT_EQ(record.ExceptionInformation[1], kPlace);
    RSL_EXPECT_EQ(seh_code_of([](void*) { *reinterpret_cast<volatile int*>(kPlace) = 1; }, nullptr, &record),
                  STATUS_ACCESS_VIOLATION);
    RSL_EXPECT_EQ(record.ExceptionInformation[0], 1u);
}

RSL_TEST(Seh, CatchesACallToNowhere) {
    EXCEPTION_RECORD record{};
    RSL_EXPECT_EQ(seh_code_of([](void*) { reinterpret_cast<void (*)()>(uint64_t{0x6000})(); }, nullptr, &record),
                  STATUS_ACCESS_VIOLATION);
    RSL_EXPECT_EQ(record.ExceptionInformation[1], 0x6000u);
}

RSL_TEST(Seh, CatchesADivisionByZero) {
    static volatile int zero = 0, number = 7;
    RSL_EXPECT_EQ(seh_code_of([](void*) { number = number / zero; }, nullptr, nullptr),
                  STATUS_INTEGER_DIVIDE_BY_ZERO);
}

RSL_TEST(Seh, CatchesAtDispatchLevel) {
    const KIRQL old = rsl::ke::raise_irql(DISPATCH_LEVEL);
    const NTSTATUS code = seh_code_of([](void*) { ExRaiseStatus(STATUS_IO_DEVICE_ERROR); }, nullptr, nullptr);
    const KIRQL after = rsl::arch::irql();
    rsl::ke::lower_irql(old);
    RSL_EXPECT_EQ(code, STATUS_IO_DEVICE_ERROR);
    RSL_EXPECT_EQ(after, DISPATCH_LEVEL);
}

RSL_TEST(Unwind, RunsFinallyOnTheWay) {
    RSL_EXPECT_EQ(seh_unwind_to_here(kSehUnwindEx), 123u);  // RtlUnwindEx, RtlVirtualUnwind, RtlLookupFunctionEntry
    RSL_EXPECT_EQ(seh_unwind_to_here(kSehUnwind), 123u);    // RtlUnwind
    RSL_EXPECT_EQ(seh_unwind_to_here(kSehLocalUnwind), 123u);  // _local_unwind
}
RSL_TEST(Unwind, JumpsFar) {
    RSL_EXPECT_EQ(seh_long_jump(), 125u);                // _setjmpex and longjmp
    RSL_EXPECT_EQ(seh_long_jump_without_unwind(), 15u);  // _setjmp without a frame: no __finally
}
RSL_TEST(Unwind, GoesBackToAContext) {
    RSL_EXPECT_EQ(seh_restore_context(), 4u);  // RtlCaptureContext, RtlRestoreContext
}
RSL_TEST(Unwind, ProbesTheStack) {
    for (const uint64_t bytes : {0ull, 1ull, 4095ull, 4096ull, 9000ull}) RSL_EXPECT_EQ(seh_probe_stack(bytes), bytes);  // __chkstk
}

RSL_TEST(Raise, RaisesEachCode) {
    RSL_EXPECT_EQ(seh_code_of([](void*) { ExRaiseAccessViolation(); }, nullptr, nullptr), STATUS_ACCESS_VIOLATION);
    RSL_EXPECT_EQ(seh_code_of([](void*) { ExRaiseDatatypeMisalignment(); }, nullptr, nullptr), STATUS_DATATYPE_MISALIGNMENT);
    RSL_EXPECT_EQ(seh_code_of([](void*) { RtlRaiseStatus(STATUS_END_OF_FILE); }, nullptr, nullptr), STATUS_END_OF_FILE);
}

RSL_TEST(Probe, RefusesWhatIsNotUserMemory) {
    const auto probe_read = [](void* address) { ProbeForRead(address, 8, 1); };
    RSL_EXPECT_EQ(seh_code_of(probe_read, reinterpret_cast<void*>(0xFFFF800000001000), nullptr), STATUS_ACCESS_VIOLATION);
    RSL_EXPECT_EQ(seh_code_of(probe_read, reinterpret_cast<void*>(0x00007FFFFFFEFFFC), nullptr), STATUS_ACCESS_VIOLATION);
    RSL_EXPECT_EQ(seh_code_of(probe_read, reinterpret_cast<void*>(0x10000), nullptr), STATUS_SUCCESS);
    RSL_EXPECT_EQ(seh_code_of([](void* address) { ProbeForRead(address, 8, 4); }, reinterpret_cast<void*>(0x10002), nullptr),
                  STATUS_DATATYPE_MISALIGNMENT);
    RSL_EXPECT_EQ(seh_code_of([](void* address) { ProbeForRead(address, 0, 4); }, reinterpret_cast<void*>(~uint64_t{0}), nullptr),
                  STATUS_SUCCESS);
}

RSL_TEST(Probe, TouchesPagesForWriting) {
    const auto probe_write = [](void* address) { ProbeForWrite(address, 8192, 1); };
    RSL_EXPECT_EQ(seh_code_of(probe_write, reinterpret_cast<void*>(0x10000), nullptr), STATUS_ACCESS_VIOLATION);
}

RSL_TEST(SafeCopy, ReportsWhatCannotBeRead) {
    uint64_t value = 1;
    RSL_EXPECT_EQ(rsl::rtl::copy_from_user(&value, reinterpret_cast<void*>(0x10000), 8).status(), Status::kAccessViolation);
    RSL_EXPECT_EQ(rsl::rtl::copy_from_user(&value, &value, 8).status(), Status::kAccessViolation);  // a kernel address
    RSL_EXPECT_EQ(rsl::rtl::copy_to_user(reinterpret_cast<void*>(0x10000), &value, 8).status(), Status::kAccessViolation);
    const uint64_t source = 77;
    RSL_EXPECT(rsl::rtl::copy_guarded(&value, &source, 8).ok());
    RSL_EXPECT_EQ(value, 77u);
}

RSL_TEST(SafeCopy, CatchesAFaultInsideALargeCopy) {
    static char target[4096];
    RSL_EXPECT_EQ(rsl::rtl::copy_guarded(target, reinterpret_cast<void*>(0x10000), sizeof(target)).status(),
                  Status::kAccessViolation);
}

RSL_TEST(SafeCopy, CopiesEveryLength) {
    constexpr size_t kMost = 700;
    static unsigned char source[kMost], target[kMost + 16];
    for (size_t i = 0; i < kMost; ++i) source[i] = static_cast<unsigned char>(i * 7 + 1);
    for (size_t bytes = 0; bytes <= kMost; ++bytes) {
        std::memset(target, 0xEE, sizeof(target));
        RSL_EXPECT(rsl::rtl::copy_guarded(target + 8, source, bytes).ok());
        size_t wrong = 0;
        for (size_t i = 0; i < sizeof(target); ++i) {
            const bool inside = i >= 8 && i < 8 + bytes;
            wrong += target[i] != (inside ? source[i - 8] : 0xEE);
        }
        RSL_EXPECT_EQ(wrong, 0u);
    }
}

RSL_TEST(SafeCopy, CatchesAFaultAtEveryLength) {
    static char target[700];
    for (size_t bytes = 1; bytes <= sizeof(target); ++bytes) {
        RSL_EXPECT_EQ(rsl::rtl::copy_guarded(target, reinterpret_cast<void*>(0x10000), bytes).status(), Status::kAccessViolation);
        RSL_EXPECT_EQ(rsl::rtl::copy_guarded(reinterpret_cast<void*>(0x10000), target, bytes).status(), Status::kAccessViolation);
    }
}

RSL_TEST(SafeCopy, TouchesEachPageAndChangesNothing) {
    static unsigned char memory[3 * 4096 + 1];
    for (size_t i = 0; i < sizeof(memory); ++i) memory[i] = static_cast<unsigned char>(i);
    RSL_EXPECT(rsl::rtl::touch_guarded(memory, sizeof(memory)).ok());
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof(memory); ++i) wrong += memory[i] != static_cast<unsigned char>(i);
    RSL_EXPECT_EQ(wrong, 0u);
    RSL_EXPECT_EQ(rsl::rtl::touch_guarded(reinterpret_cast<void*>(0x10000), 1).status(), Status::kAccessViolation);
    RSL_EXPECT_EQ(rsl::rtl::touch_guarded(reinterpret_cast<void*>(0x10000), 9000).status(), Status::kAccessViolation);
    RSL_EXPECT(rsl::rtl::touch_guarded(reinterpret_cast<void*>(0x10000), 0).ok());
}

RSL_TEST(SafeCopy, PassesAFailureOfItsBodyOn) {
    const auto failed = rsl::rtl::guarded([]() -> rsl::Result<void> { return Status::kNotFound; });
    RSL_EXPECT_EQ(failed.status(), Status::kNotFound);
    RSL_EXPECT(rsl::rtl::guarded([] {}).ok());
}

RSL_TEST(StackWalk, FindsItsCallers) {
    uint64_t frames[16];
    const size_t count = rsl::rtl::walk_own_stack(frames);
    RSL_REQUIRE(count >= 2);
    for (size_t i = 0; i < count; ++i) RSL_EXPECT(rsl::ldr::module_of(frames[i]) != nullptr);
    void* trace[16];
    const USHORT captured = RtlCaptureStackBackTrace(0, 16, trace, nullptr);
    RSL_REQUIRE(captured >= 2);
    RSL_EXPECT_EQ(reinterpret_cast<uint64_t>(trace[1]), frames[1]);  // the same caller of this test
    void* chain[16];
    RSL_EXPECT_EQ(RtlWalkFrameChain(chain, 16, 0), captured);
    RSL_EXPECT(chain[1] == trace[1] && RtlWalkFrameChain(chain, 16, 1) == 0);
}

RSL_TEST(StackWalk, StopsAtABrokenStack) {
    CONTEXT context{};
    context.Rip = reinterpret_cast<uint64_t>(&foreign) + 1;
    context.Rsp = 0x1000;
    uint64_t frames[8];
    RSL_EXPECT_EQ(rsl::rtl::walk_stack(context, frames), 1u);
}
