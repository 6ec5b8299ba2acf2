// SPDX-License-Identifier: GPL-2.0-only
// The legal forms, from "x64 prolog and epilog" (learn.microsoft.com/cpp/build/prolog-and-epilog):
//   [add rsp, constant | lea rsp, constant[frame register]]  then 8-byte pops, then ret or a jump
//   out of the function (a tail call).
#include "kernel/rtl/epilogue.hpp"

#include "kernel/rtl/unwind.hpp"

namespace rsl::rtl {
namespace {

constexpr uint8_t kRexW = 0x48;
constexpr uint8_t kRexB = 0x41;

int32_t displacement32(const uint8_t* at) {
    return static_cast<int32_t>(at[0] | at[1] << 8 | at[2] << 16 | static_cast<uint32_t>(at[3]) << 24);
}

}  // namespace

/// Whether the instruction ends an epilogue: a return, or a jump that cannot be one inside a body.
bool Epilogue::leaves_function(const uint8_t* at) const {
    const uint64_t left = end_ - reinterpret_cast<uint64_t>(at);
    if (left < 1) return false;
    if (at[0] == 0xC3 || at[0] == 0xC2) return true;              // ret, ret n
    if (left >= 2 && at[0] == 0xF3 && at[1] == 0xC3) return true;  // rep ret
    uint64_t target;
    if (left >= 2 && at[0] == 0xEB) {
        target = reinterpret_cast<uint64_t>(at) + 2 + static_cast<int8_t>(at[1]);
    } else if (left >= 5 && at[0] == 0xE9) {
        target = reinterpret_cast<uint64_t>(at) + 5 + displacement32(at + 1);
    } else {
        // jmp through memory or a register with REX.W: the ABI's mark of a tail call.
        if (left >= 3 && (at[0] & 0xF8) == kRexW && at[1] == 0xFF) return (at[2] & 0x38) == 0x20;
        return left >= 6 && at[0] == 0xFF && at[1] == 0x25;  // jmp [rip + n]: an import
    }
    if (target > begin_ && target < end_) return false;
    if (target == begin_) return true;  // a recursion
    // To another part of the same function it is no tail call, however far away it lies.
    uint64_t target_base;
    const RUNTIME_FUNCTION* other = lookup_function(target, target_base);
    return other == nullptr || target_base != image_base_ ||
           primary_function(target_base, *other).BeginAddress !=
               primary_function(image_base_, function_).BeginAddress;
}

Epilogue::Outcome Epilogue::finish(uint64_t pc, CONTEXT& context,
                                   KNONVOLATILE_CONTEXT_POINTERS* pointers) const {
    const auto* at = reinterpret_cast<const uint8_t*>(pc);
    const auto* end = reinterpret_cast<const uint8_t*>(end_);
    uint64_t rsp = context.Rsp;
    if (end - at >= 4 && at[0] == kRexW && at[1] == 0x83 && at[2] == 0xC4) {  // add rsp, imm8
        rsp += static_cast<int64_t>(static_cast<int8_t>(at[3]));
        at += 4;
    } else if (end - at >= 7 && at[0] == kRexW && at[1] == 0x81 && at[2] == 0xC4) {  // add rsp, imm32
        rsp += static_cast<int64_t>(displacement32(at + 3));
        at += 7;
    } else if (frame_register_ != 0 && end - at >= 4 && (at[0] & 0xFE) == kRexW && at[1] == 0x8D) {
        // lea rsp, disp[frame register]: mod 1 (8 bits) or 2 (32 bits), reg 4, rm the frame register
        const unsigned base = (at[2] & 7) | (at[0] & 1) << 3;
        const unsigned mode = at[2] >> 6;
        if (base == frame_register_ && ((at[2] >> 3) & 7) == 4 && base != 12) {
            if (mode == 1) {
                rsp = general_register(context, base) + static_cast<int64_t>(static_cast<int8_t>(at[3]));
                at += 4;
            } else if (mode == 2 && end - at >= 7) {
                rsp = general_register(context, base) + static_cast<int64_t>(displacement32(at + 3));
                at += 7;
            }
        }
    }
    // First see whether it is an epilogue at all, then carry it out.
    const uint8_t* pops = at;
    while (end - at >= 2) {
        if (at[0] >= 0x58 && at[0] < 0x60) ++at;
        else if (at[0] == kRexB && at[1] >= 0x58 && at[1] < 0x60) at += 2;
        else break;
    }
    if (!leaves_function(at)) return Outcome::kNone;
    for (const uint8_t* pop = pops; pop < at; rsp += 8) {
        const unsigned high = *pop == kRexB ? 8 : 0;
        if (high != 0) ++pop;
        const unsigned number = (*pop++ - 0x58u) | high;
        if (!is_stack_readable(rsp) || (rsp & 7) != 0) return Outcome::kBadStack;
        general_register(context, number) = *reinterpret_cast<const uint64_t*>(rsp);
        if (pointers) pointers->IntegerContext[number] = reinterpret_cast<ULONG64*>(rsp);
    }
    context.Rsp = rsp;
    return Outcome::kFinished;
}

}  // namespace rsl::rtl
