// SPDX-License-Identifier: GPL-2.0-only
#include "abi/types/bugcheck.h"
#include "abi/types/status.h"
#include "kernel/ke/bug_check.hpp"
#include "kernel/rtl/dispatch.hpp"
#include "kernel/rtl/exception.hpp"
#include "kernel/rtl/unwind.hpp"

namespace rsl::rtl {
namespace {

/// Takes a context of our own up to where it is about to return to `return_address`.
void unwind_to_caller(CONTEXT& context, uint64_t return_address) {
    constexpr int kOwnFrames = 16;
    for (int i = 0; i < kOwnFrames && context.Rip != return_address; ++i) {
        uint64_t image_base;
        const RUNTIME_FUNCTION* function = lookup_function(context.Rip, image_base);
        const bool valid =
            function != nullptr
                ? unwind_function(UNW_FLAG_NHANDLER, image_base, context.Rip, *function, context).valid
                : unwind_leaf(context).valid;
        if (!valid) return;
    }
}

}  // namespace

void raise_exception(EXCEPTION_RECORD& record, uint64_t return_address) {
    CONTEXT context;
    RtlCaptureContext(&context);
    unwind_to_caller(context, return_address);
    record.ExceptionAddress = reinterpret_cast<void*>(context.Rip);
    if (dispatch_exception(record, context)) restore_context(context, nullptr);
    ke::bug_check(KMODE_EXCEPTION_NOT_HANDLED, static_cast<uint32_t>(record.ExceptionCode), context.Rip,
                  record.ExceptionInformation[0], record.ExceptionInformation[1],
                  {.explanation = "An exception was raised that no handler caught.", .context = &context});
}

void raise_status(int32_t status) {
    EXCEPTION_RECORD record{};
    record.ExceptionCode = status;
    record.ExceptionFlags = EXCEPTION_NONCONTINUABLE;
    raise_exception(record, reinterpret_cast<uint64_t>(__builtin_return_address(0)));
    check_failed("a noncontinuable exception was continued", __FILE_NAME__, __LINE__);
}

void restore_context(CONTEXT& context, EXCEPTION_RECORD* record) {
    if (record != nullptr && record->ExceptionCode == static_cast<int32_t>(STATUS_LONGJUMP) &&
        record->NumberParameters >= 1) {
        const auto& jump = *reinterpret_cast<const JumpBuffer*>(record->ExceptionInformation[0]);
        context.Rbx = jump.rbx, context.Rsp = jump.rsp, context.Rbp = jump.rbp, context.Rsi = jump.rsi;
        context.Rdi = jump.rdi, context.R12 = jump.r12, context.R13 = jump.r13, context.R14 = jump.r14;
        context.R15 = jump.r15, context.Rip = jump.rip, context.MxCsr = jump.mxcsr;
        for (int i = 0; i < 10; ++i) context.FltSave.XmmRegisters[6 + i] = jump.xmm6[i];
    } else if (record != nullptr &&
               record->ExceptionCode == static_cast<int32_t>(STATUS_UNWIND_CONSOLIDATE) &&
               record->NumberParameters >= 1) {
        // Parameter 0 is a routine that finishes the unwind (C++ catch blocks) and says where to go on.
        using Consolidate = uint64_t(NTAPI*)(EXCEPTION_RECORD*);
        context.Rip = reinterpret_cast<Consolidate>(record->ExceptionInformation[0])(record);
    }
    rsl_restore_context(&context);
}

}  // namespace rsl::rtl
