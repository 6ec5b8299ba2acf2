// SPDX-License-Identifier: GPL-2.0-only
// The processor itself, as only a run in the VM can test it: levels that mask, registers that survive,
// stacks that switch.
#include <atomic>

#include "abi/functions/ke.h"
#include "base/testing/test.hpp"
#include "kernel/arch/arch.hpp"
#include "kernel/arch/interrupts.hpp"
#include "kernel/arch/x64/apic.hpp"
#include "kernel/ke/processor.hpp"

namespace rsl::arch {
namespace {

constexpr uint8_t kTestVector = 0x9E;  // IRQL 9; hal hands out lower ones first
constexpr uint64_t kPatienceNs = 2'000'000'000;

/// Connects the test vector for a scope and counts what arrives.
class CountedVector {
  public:
    CountedVector() {
        count = 0;
        level = 0;
        set_interrupt_handler(kTestVector, &on_interrupt, nullptr);
    }
    ~CountedVector() { set_interrupt_handler(kTestVector, nullptr, nullptr); }
    static constinit std::atomic<uint32_t> count;
    static constinit std::atomic<KIRQL> level;
    static constinit std::atomic<bool> interruptible;

  private:
    static void on_interrupt(void*, uint8_t) {
        level = irql();
        interruptible = interrupts_enabled();
        count.fetch_add(1);
        // Registers that a handler may change: the trap path has to bring them back.
        asm volatile("pxor %%xmm0, %%xmm0; pxor %%xmm3, %%xmm3; pxor %%xmm5, %%xmm5; xor %%r11d, %%r11d" ::
                         : "xmm0", "xmm3", "xmm5", "r11");
    }
};
constinit std::atomic<uint32_t> CountedVector::count = 0;
constinit std::atomic<KIRQL> CountedVector::level = 0;
constinit std::atomic<bool> CountedVector::interruptible = false;

RSL_TEST(Interrupts, RunAtTheirVectorsLevelInterruptible) {
    CountedVector vector;
    x64::send_self_interrupt(kTestVector);
    RSL_EXPECT_EQ(CountedVector::count.load(), 1u);
    RSL_EXPECT_EQ(CountedVector::level.load(), 9);
    RSL_EXPECT(CountedVector::interruptible.load());
    RSL_EXPECT_EQ(irql(), PASSIVE_LEVEL);
}

RSL_TEST(Interrupts, WaitUntilTheLevelIsBelowTheirs) {
    CountedVector vector;
    set_irql(9);
    x64::send_self_interrupt(kTestVector);
    pause();
    RSL_EXPECT_EQ(CountedVector::count.load(), 0u);
    set_irql(8);
    pause();
    RSL_EXPECT_EQ(CountedVector::count.load(), 1u);
    set_irql(PASSIVE_LEVEL);
}

RSL_TEST(Interrupts, WaitForTheInterruptFlag) {
    CountedVector vector;
    const bool were_on = disable_interrupts();
    x64::send_self_interrupt(kTestVector);
    pause();
    RSL_EXPECT_EQ(CountedVector::count.load(), 0u);
    restore_interrupts(were_on);
    asm volatile("nop");  // STI's shadow; QEMU lets a PAUSE in it prolong it
    RSL_EXPECT_EQ(CountedVector::count.load(), 1u);
}

// MSVC compiles drivers that keep values in XMM registers across anything but a call.
RSL_TEST(Interrupts, BringVolatileRegistersBack) {
    CountedVector vector;
    uint64_t xmm0 = 0x1111, xmm3 = 0x3333, xmm5 = 0x5555, r11 = 0xBBBB;
    volatile uint32_t* const count = reinterpret_cast<volatile uint32_t*>(&CountedVector::count);
    const bool were_on = disable_interrupts();
    x64::send_self_interrupt(kTestVector);
    asm volatile(
        "movq %[x0], %%xmm0; movq %[x3], %%xmm3; movq %[x5], %%xmm5; mov %[r], %%r11\n\t"
        "sti; nop\n"
        "1: pause; cmpl $0, (%[count]); je 1b\n\t"
        "movq %%xmm0, %[x0]; movq %%xmm3, %[x3]; movq %%xmm5, %[x5]; mov %%r11, %[r]"
        : [x0] "+r"(xmm0), [x3] "+r"(xmm3), [x5] "+r"(xmm5), [r] "+r"(r11)
        : [count] "r"(count)
        : "xmm0", "xmm3", "xmm5", "r11", "memory", "cc");
    restore_interrupts(were_on);
    RSL_EXPECT_EQ(xmm0, uint64_t{0x1111});
    RSL_EXPECT_EQ(xmm3, uint64_t{0x3333});
    RSL_EXPECT_EQ(xmm5, uint64_t{0x5555});
    RSL_EXPECT_EQ(r11, uint64_t{0xBBBB});
}

RSL_TEST(Interrupts, CountStraysWithoutAHandler) {
    const uint64_t before = stray_interrupts();
    x64::send_self_interrupt(kTestVector);
    pause();
    RSL_EXPECT_EQ(stray_interrupts(), before + 1);
}

// A driver that writes CR8 itself, as its compiler's intrinsic does, gets its DPC at that instant.
RSL_TEST(Interrupts, ADpcRunsWhenCr8IsWrittenBelowDispatch) {
    static constinit std::atomic<bool> ran = false;
    ran = false;
    KDPC dpc;
    KeInitializeDpc(&dpc, [](KDPC*, PVOID, PVOID, PVOID) { ran = true; }, nullptr);
    set_irql(DISPATCH_LEVEL);
    KeInsertQueueDpc(&dpc, nullptr, nullptr);
    RSL_EXPECT(!ran.load());
    asm volatile("mov %0, %%cr8" ::"r"(uint64_t{0}) : "memory");
    pause();
    RSL_EXPECT(ran.load());
}

RSL_TEST(Clock, IsMonotonicAndAgreesWithTheTimer) {
    const uint64_t start = now_ns();
    LARGE_INTEGER wait;
    wait.QuadPart = -50'000;  // 5 ms
    KeDelayExecutionThread(KernelMode, FALSE, &wait);
    const uint64_t took = now_ns() - start;
    RSL_EXPECT(took >= 5'000'000);
    RSL_EXPECT(took < kPatienceNs);
}

RSL_TEST(Stacks, ACalloutRunsOnTheOtherStackAndComesBack) {
    alignas(16) static char stack[4096];
    static constinit uint64_t seen = 0;
    call_on_stack(stack + sizeof(stack), [](void* argument) {
        char local;
        seen = reinterpret_cast<uint64_t>(&local) + *static_cast<uint64_t*>(argument) - 7;
    }, &(seen = 7));
    RSL_EXPECT(seen >= reinterpret_cast<uint64_t>(stack) && seen < reinterpret_cast<uint64_t>(stack + sizeof(stack)));
}

RSL_TEST(Stacks, SwitchingContextsKeepsNonvolatileRegisters) {
    struct Pair {
        ThreadContext here, there;
        uint32_t rounds = 0;
    };
    alignas(16) static char stack[8192];
    static constinit Pair pair;
    pair = {};
    prepare_context(pair.there, stack + sizeof(stack), [](void* argument) {
        auto& both = *static_cast<Pair*>(argument);
        for (;;) {
            ++both.rounds;
            asm volatile("pxor %%xmm6, %%xmm6; xor %%ebx, %%ebx; xor %%r12d, %%r12d" ::: "xmm6", "rbx", "r12");
            switch_context(both.there, both.here);
        }
    }, &pair);
    for (uint64_t i = 1; i <= 3; ++i) {
        uint64_t xmm6 = 0x6666 * i, rbx = 0xBBBB * i, r12 = 0xCCCC * i;
        uint64_t* save = &pair.here.stack_pointer;
        uint64_t stack_pointer = pair.there.stack_pointer;
        const bool were_on = disable_interrupts();
        // In one piece, so that the compiler uses none of the registers in between.
        asm volatile(
            "movq %[x], %%xmm6; mov %[b], %%rbx; mov %[c], %%r12; mov %%rsp, %%r15\n\t"
            "and $-16, %%rsp; sub $32, %%rsp; call rsl_switch_context; mov %%r15, %%rsp\n\t"
            "movq %%xmm6, %[x]; mov %%rbx, %[b]; mov %%r12, %[c]"
            : [x] "+m"(xmm6), [b] "+m"(rbx), [c] "+m"(r12), "+c"(save), "+d"(stack_pointer)
            :
            : "rax", "rbx", "r8", "r9", "r10", "r11", "r12", "r15", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6",
              "memory", "cc");
        restore_interrupts(were_on);
        RSL_EXPECT_EQ(xmm6, 0x6666 * i);
        RSL_EXPECT_EQ(rbx, 0xBBBB * i);
        RSL_EXPECT_EQ(r12, 0xCCCC * i);
    }
    RSL_EXPECT_EQ(pair.rounds, 3u);
}

}  // namespace
}  // namespace rsl::arch
