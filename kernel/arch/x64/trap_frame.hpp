// SPDX-License-Identifier: GPL-2.0-only
// What trap.S pushes. Offsets are shared with trap.S by hand; the assertions keep them together.
#pragma once

#include <cstddef>
#include <cstdint>

#include "abi/types/exception.h"

namespace rsl::arch::x64 {

/// The registers of interrupted code. An interrupt's frame has only what a C++ function may change:
/// RAX, RCX, RDX, R8 to R11, XMM0 to XMM5, MXCSR. An exception's has everything, and what it holds on
/// return is what continues.
struct TrapFrame {
    uint64_t home[4];  // of the C++ function that trap.S calls
    uint64_t rax, rcx, rdx, rbx, rsi, rdi, rbp;
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
    uint32_t mxcsr, reserved;
    M128A xmm[16];
    uint64_t fault_address;  // CR2, exceptions only
    uint64_t vector;
    uint64_t error_code;
    uint64_t rip, cs, rflags, rsp, ss;
};
static_assert(offsetof(TrapFrame, rax) == 0x20);
static_assert(offsetof(TrapFrame, rbx) == 0x38);
static_assert(offsetof(TrapFrame, rbp) == 0x50);
static_assert(offsetof(TrapFrame, r8) == 0x58);
static_assert(offsetof(TrapFrame, r15) == 0x90);
static_assert(offsetof(TrapFrame, mxcsr) == 0x98);
static_assert(offsetof(TrapFrame, xmm) == 0xA0);
static_assert(offsetof(TrapFrame, fault_address) == 0x1A0);
static_assert(offsetof(TrapFrame, vector) == 0x1A8);
static_assert(offsetof(TrapFrame, rip) == 0x1B8);
static_assert(sizeof(TrapFrame) == 0x1E0);

/// A frame as NT shows it to handlers, and back.
void context_of(const TrapFrame& frame, CONTEXT& context);
void apply_context(const CONTEXT& context, TrapFrame& frame);

}  // namespace rsl::arch::x64
