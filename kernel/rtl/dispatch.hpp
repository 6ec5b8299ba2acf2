// SPDX-License-Identifier: GPL-2.0-only
// What the parts of exception handling call of one another. For others: exception.hpp.
#pragma once

#include "abi/types/exception.h"

namespace rsl::rtl {

/// Dispatches an exception that happens at `return_address`, which the caller has from
/// __builtin_return_address(0): the place that called the export. Comes back if a filter continued the
/// execution. Bug check KMODE_EXCEPTION_NOT_HANDLED when nobody handles it.
void raise_exception(EXCEPTION_RECORD& record, uint64_t return_address);

/// The second pass: runs termination handlers from `current` on up to `target_frame` and goes on at
/// `target_ip` there. `current` is scratch.
[[noreturn]] void unwind_to(void* target_frame, void* target_ip, EXCEPTION_RECORD& record,
                            uint64_t return_value, CONTEXT& current, UNWIND_HISTORY_TABLE* history);

/// Goes on at `context`; `record` may name one of the two special ways (longjmp, consolidation).
[[noreturn]] void restore_context(CONTEXT& context, EXCEPTION_RECORD* record);

/// setjmp's buffer, as MSVC lays it out.
struct alignas(16) JumpBuffer {
    uint64_t frame, rbx, rsp, rbp, rsi, rdi, r12, r13, r14, r15, rip;
    uint32_t mxcsr;
    uint16_t fpcsr, spare;
    M128A xmm6[10];
};
static_assert(sizeof(JumpBuffer) == 0x100);

}  // namespace rsl::rtl

// kernel/arch/x64/context.S
extern "C" {
void NTAPI RtlCaptureContext(PCONTEXT context);
[[noreturn]] void rsl_restore_context(const CONTEXT* context);
EXCEPTION_DISPOSITION rsl_call_handler_searching(EXCEPTION_RECORD* record, void* frame, CONTEXT* context,
                                                 DISPATCHER_CONTEXT* dispatcher);
EXCEPTION_DISPOSITION rsl_call_handler_unwinding(EXCEPTION_RECORD* record, void* frame, CONTEXT* context,
                                                 DISPATCHER_CONTEXT* dispatcher);
}
