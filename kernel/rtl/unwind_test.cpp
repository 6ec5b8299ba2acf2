// SPDX-License-Identifier: GPL-2.0-only
// One function at a time, on a made-up image and a made-up stack.
#include "kernel/rtl/unwind.hpp"

#include <cstring>
#include <initializer_list>

#include "base/testing/test.hpp"
#include "kernel/rtl/platform_hosted.hpp"

namespace {

using rsl::rtl::unwind_function;
using rsl::rtl::UnwoundFrame;

/// Code at 0x100, unwind data at 0x800; a stack of numbered words.
struct TestFunction {
    alignas(16) unsigned char image[0x1000] = {};
    alignas(16) uint64_t stack[64];
    RUNTIME_FUNCTION function{};
    CONTEXT context{};

    TestFunction(std::initializer_list<int> unwind_info, uint32_t code_bytes = 0x40) {
        function.BeginAddress = 0x100;
        function.EndAddress = 0x100 + code_bytes;
        function.UnwindData = 0x800;
        std::memset(image + 0x100, 0x90, code_bytes);  // nop: no epilogue
        put(0x800, unwind_info);
        for (uint64_t i = 0; i < 64; ++i) stack[i] = 0x1000 + i;
        context.Rsp = word(16);
        rsl::rtl::set_hosted_functions(base(), {&function, 1});
    }
    ~TestFunction() { rsl::rtl::set_hosted_functions(0, {}); }
    void put(uint32_t rva, std::initializer_list<int> bytes) {
        for (const int byte : bytes) image[rva++] = static_cast<unsigned char>(byte);
    }
    uint64_t base() const { return reinterpret_cast<uint64_t>(image); }
    uint64_t word(unsigned index) const { return reinterpret_cast<uint64_t>(&stack[index]); }
    UnwoundFrame unwind(uint32_t offset, uint32_t kind = UNW_FLAG_NHANDLER) {
        return unwind_function(kind, base(), base() + 0x100 + offset, function, context);
    }
    bool returned_from(unsigned index) const {
        return context.Rip == 0x1000 + index && context.Rsp == word(index + 1);
    }
};

constexpr int kRbx = 3, kRbp = 5, kRsi = 6, kR12 = 12;
constexpr int op(int code, int info) { return code | info << 4; }

}  // namespace

RSL_TEST(VirtualUnwind, PopsRegistersAndSpace) {
    // push rbx; push rsi; sub rsp, 0x20
    TestFunction test{{1, 6, 3, 0, 6, op(UWOP_ALLOC_SMALL, 3), 2, op(UWOP_PUSH_NONVOL, kRsi), 1, op(UWOP_PUSH_NONVOL, kRbx)}};
    const auto frame = test.unwind(0x10);
    RSL_EXPECT(frame.valid && frame.establisher_frame == test.word(16));
    RSL_EXPECT(test.context.Rsi == 0x1000 + 20 && test.context.Rbx == 0x1000 + 21);
    RSL_EXPECT(test.returned_from(22));
}

RSL_TEST(VirtualUnwind, StopsWhereThePrologueWas) {
    TestFunction test{{1, 6, 3, 0, 6, op(UWOP_ALLOC_SMALL, 3), 2, op(UWOP_PUSH_NONVOL, kRsi), 1, op(UWOP_PUSH_NONVOL, kRbx)}};
    (void)test.unwind(1);  // only push rbx has run
    RSL_EXPECT(test.context.Rbx == 0x1000 + 16 && test.returned_from(17));
    TestFunction start{{1, 6, 1, 0, 1, op(UWOP_PUSH_NONVOL, kRbx), 0, 0}};
    (void)start.unwind(0);
    RSL_EXPECT(start.returned_from(16));
}

RSL_TEST(VirtualUnwind, KnowsLargeFrames) {
    TestFunction test{{1, 7, 2, 0, 7, op(UWOP_ALLOC_LARGE, 0), 8, 0}};  // 64 bytes
    (void)test.unwind(0x10);
    RSL_EXPECT(test.returned_from(24));
    TestFunction huge{{1, 7, 3, 0, 7, op(UWOP_ALLOC_LARGE, 1), 0x50, 0, 0, 0, 0, 0}};  // 80 bytes, as 32 bits
    (void)huge.unwind(0x10);
    RSL_EXPECT(huge.returned_from(26));
}

RSL_TEST(VirtualUnwind, FindsSavedRegisters) {
    // sub rsp, 0x38; mov [rsp+0x10], r12; movaps [rsp+0x20], xmm6
    TestFunction test{{1, 0x12, 5, 0, 0x12, op(UWOP_SAVE_XMM128, 6), 2, 0, 0x0A, op(UWOP_SAVE_NONVOL, kR12), 2, 0, 4, op(UWOP_ALLOC_SMALL, 6)}};
    (void)test.unwind(0x20);
    RSL_EXPECT_EQ(test.context.R12, 0x1000u + 18);
    RSL_EXPECT(test.context.FltSave.XmmRegisters[6].Low == 0x1000 + 20 && test.context.FltSave.XmmRegisters[6].High == 0x1000 + 21);
    RSL_EXPECT(test.returned_from(23));
}

RSL_TEST(VirtualUnwind, FollowsTheFrameRegister) {
    // push rbp; sub rsp, 0x30; lea rbp, [rsp+0x20]; later rsp moved on (alloca)
    TestFunction test{{1, 10, 3, kRbp | 2 << 4, 10, op(UWOP_SET_FPREG, 0), 5, op(UWOP_ALLOC_SMALL, 5), 1, op(UWOP_PUSH_NONVOL, kRbp)}};
    test.context.Rbp = test.word(16) + 0x20;
    test.context.Rsp = test.word(4);
    const auto frame = test.unwind(0x20);
    RSL_EXPECT_EQ(frame.establisher_frame, test.word(16));
    RSL_EXPECT(test.context.Rbp == 0x1000 + 22 && test.returned_from(23));
}

RSL_TEST(VirtualUnwind, CrossesATrap) {
    TestFunction test{{1, 4, 2, 0, 4, op(UWOP_ALLOC_SMALL, 1), 0, op(UWOP_PUSH_MACHFRAME, 1)}};
    test.stack[19] = 0xAAAA;            // RIP, behind 16 bytes of locals and the error code
    test.stack[21] = 0x246;             // RFLAGS
    test.stack[22] = test.word(40);     // RSP
    const auto frame = test.unwind(0x10);
    RSL_EXPECT(frame.valid && frame.trap);
    RSL_EXPECT(test.context.Rip == 0xAAAA && test.context.EFlags == 0x246 && test.context.Rsp == test.word(40));
}

RSL_TEST(VirtualUnwind, FollowsChains) {
    // A part that saves rbx, chained to the function's own: push rbp; sub rsp, 0x20.
    TestFunction test{{1 | UNW_FLAG_CHAININFO << 3, 5, 2, 0, 5, op(UWOP_SAVE_NONVOL, kRbx), 1, 0, /* primary: */ 0, 2, 0, 0, 0x40, 2, 0, 0, 0, 9, 0, 0}};
    test.put(0x900, {1 | UNW_FLAG_EHANDLER << 3, 5, 2, 0, 5, op(UWOP_ALLOC_SMALL, 3), 1, op(UWOP_PUSH_NONVOL, kRbp), 0x78, 0x56, 0, 0});
    const auto frame = test.unwind(0x10, UNW_FLAG_EHANDLER);
    RSL_EXPECT(test.context.Rbx == 0x1000 + 17 && test.context.Rbp == 0x1000 + 20 && test.returned_from(21));
    RSL_EXPECT_EQ(reinterpret_cast<uint64_t>(frame.handler), test.base() + 0x5678);
}

RSL_TEST(VirtualUnwind, TellsTheHandlerOutsideOfThePrologue) {
    TestFunction test{{1 | UNW_FLAG_EHANDLER << 3, 4, 1, 0, 4, op(UWOP_ALLOC_SMALL, 3), 0, 0, 0x34, 0x12, 0, 0, 9}};
    const auto frame = test.unwind(0x10, UNW_FLAG_EHANDLER);
    RSL_EXPECT_EQ(reinterpret_cast<uint64_t>(frame.handler), test.base() + 0x1234);
    RSL_EXPECT_EQ(*static_cast<unsigned char*>(frame.handler_data), 9);
    TestFunction early{{1 | UNW_FLAG_EHANDLER << 3, 4, 1, 0, 4, op(UWOP_ALLOC_SMALL, 3), 0, 0, 0x34, 0x12, 0, 0}};
    RSL_EXPECT(early.unwind(2, UNW_FLAG_EHANDLER).handler == nullptr);
    TestFunction other{{1 | UNW_FLAG_EHANDLER << 3, 4, 1, 0, 4, op(UWOP_ALLOC_SMALL, 3), 0, 0, 0x34, 0x12, 0, 0}};
    RSL_EXPECT(other.unwind(0x10, UNW_FLAG_UHANDLER).handler == nullptr);
}

RSL_TEST(VirtualUnwind, FinishesEpilogues) {
    const std::initializer_list<int> kInfo = {1, 6, 3, 0, 6, op(UWOP_ALLOC_SMALL, 3), 2, op(UWOP_PUSH_NONVOL, kRsi), 1, op(UWOP_PUSH_NONVOL, kRbx)};
    TestFunction whole{kInfo};
    whole.put(0x130, {0x48, 0x83, 0xC4, 0x20, 0x5E, 0x5B, 0xC3});  // add rsp, 0x20; pop rsi; pop rbx; ret
    (void)whole.unwind(0x30);
    RSL_EXPECT(whole.context.Rsi == 0x1000 + 20 && whole.context.Rbx == 0x1000 + 21 && whole.returned_from(22));
    TestFunction half{kInfo};
    half.put(0x130, {0x48, 0x83, 0xC4, 0x20, 0x5E, 0x5B, 0xC3});
    (void)half.unwind(0x35);  // at pop rbx
    RSL_EXPECT(half.context.Rbx == 0x1000 + 16 && half.returned_from(17));
    TestFunction tail_call{kInfo};
    tail_call.put(0x130, {0x5B, 0xFF, 0x25, 0, 0, 0, 0});  // pop rbx; jmp [import]
    (void)tail_call.unwind(0x30);
    RSL_EXPECT(tail_call.context.Rbx == 0x1000 + 16 && tail_call.returned_from(17));
    TestFunction high{kInfo};
    high.put(0x130, {0x41, 0x5C, 0xF3, 0xC3});  // pop r12; rep ret
    (void)high.unwind(0x30);
    RSL_EXPECT(high.context.R12 == 0x1000 + 16 && high.returned_from(17));
}

RSL_TEST(VirtualUnwind, TakesNoJumpInsideForAnEpilogue) {
    TestFunction test{{1, 4, 1, 0, 4, op(UWOP_ALLOC_SMALL, 3), 0, 0}};
    test.put(0x130, {0xEB, 0xE0});  // jmp back
    (void)test.unwind(0x30);
    RSL_EXPECT(test.returned_from(20));
    TestFunction out{{1, 4, 1, 0, 4, op(UWOP_ALLOC_SMALL, 3), 0, 0}};
    out.put(0x130, {0xE9, 0, 4, 0, 0});  // jmp to another function: a tail call, the frame is gone
    (void)out.unwind(0x30);
    RSL_EXPECT(out.returned_from(16));
}

RSL_TEST(VirtualUnwind, TakesNoJumpToItsColdPartForAnEpilogue) {
    TestFunction test{{1, 4, 1, 0, 4, op(UWOP_ALLOC_SMALL, 3), 0, 0}};
    RUNTIME_FUNCTION both[2] = {test.function, {}};
    both[1].BeginAddress = 0x600;
    both[1].EndAddress = 0x640;
    both[1].UnwindData = 0x900;
    test.put(0x900, {1 | UNW_FLAG_CHAININFO << 3, 0, 0, 0});
    std::memcpy(test.image + 0x904, &test.function, sizeof(test.function));
    rsl::rtl::set_hosted_functions(test.base(), both);
    test.put(0x130, {0xE9, 0xCB, 4, 0, 0});  // jmp 0x600
    (void)test.unwind(0x30);
    RSL_EXPECT(test.returned_from(20));
}

RSL_TEST(VirtualUnwind, KnowsTheSecondVersion) {
    TestFunction test{{2, 4, 3, 0, 6, op(UWOP_EPILOG, 1), 0, op(UWOP_EPILOG, 0), 4, op(UWOP_ALLOC_SMALL, 3), 0, 0}};
    const auto frame = test.unwind(0x10);
    RSL_EXPECT(frame.valid && test.returned_from(20));
}

RSL_TEST(VirtualUnwind, RefusesDamagedTables) {
    TestFunction version{{5, 0, 0, 0}};
    RSL_EXPECT(!version.unwind(0x10).valid);
    TestFunction cut{{1, 4, 1, 0, 4, op(UWOP_ALLOC_LARGE, 1)}};
    RSL_EXPECT(!cut.unwind(0x10).valid);
    TestFunction odd{{1, 4, 1, 0, 4, op(UWOP_PUSH_NONVOL, kRbx)}};
    odd.context.Rsp += 3;
    RSL_EXPECT(!odd.unwind(0x10).valid);
}

RSL_TEST(VirtualUnwind, TellsWhereRegistersLay) {
    TestFunction test{{1, 1, 1, 0, 1, op(UWOP_PUSH_NONVOL, kRbx), 0, 0}};
    KNONVOLATILE_CONTEXT_POINTERS pointers{};
    (void)unwind_function(UNW_FLAG_NHANDLER, test.base(), test.base() + 0x110, test.function, test.context, &pointers);
    RSL_EXPECT_EQ(reinterpret_cast<uint64_t>(pointers.IntegerContext[kRbx]), test.word(16));
}

RSL_TEST(VirtualUnwind, UnwindsLeaves) {
    TestFunction test{{1, 0, 0, 0}};
    RSL_EXPECT(rsl::rtl::unwind_leaf(test.context).valid && test.returned_from(16));
}
