// SPDX-License-Identifier: GPL-2.0-only
// Raising, unwinding, probing. Any IRQL: whatever level an exception happens at, its handling does too.
#include "abi/functions/rtl_exception.h"

#include <span>

#include "abi/types/status.h"
#include "kernel/arch/paging.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/rtl/dispatch.hpp"
#include "kernel/rtl/exception.hpp"
#include "kernel/rtl/unwind.hpp"

namespace {

uint64_t address_of(void* return_address) { return reinterpret_cast<uint64_t>(return_address); }

[[noreturn]] void raise_at(NTSTATUS status, void* return_address) {
    EXCEPTION_RECORD record{};
    record.ExceptionCode = status;
    record.ExceptionFlags = EXCEPTION_NONCONTINUABLE;
    rsl::rtl::raise_exception(record, address_of(return_address));
    rsl::check_failed("a noncontinuable exception was continued", __FILE_NAME__, __LINE__);
}

/// What both probes check without touching the memory.
void probe(uint64_t address, SIZE_T bytes, ULONG alignment, void* return_address) {
    if ((address & (alignment - 1ull)) != 0) raise_at(STATUS_DATATYPE_MISALIGNMENT, return_address);
    if (!rsl::rtl::is_user_range(reinterpret_cast<void*>(address), bytes)) {
        raise_at(STATUS_ACCESS_VIOLATION, return_address);
    }
}

/// The stack from the place `first` on, without the frames of this file and below.
size_t capture_from(void* first, size_t skip, std::span<PVOID> out) {
    constexpr size_t kMost = 64;
    uint64_t addresses[kMost];
    const size_t count = rsl::rtl::walk_own_stack(addresses);
    size_t at = 0, captured = 0;
    while (at < count && addresses[at] != address_of(first)) ++at;
    for (at += skip; at < count && captured < out.size(); ++at) {
        out[captured++] = reinterpret_cast<PVOID>(addresses[at]);
    }
    return captured;
}

}  // namespace

/// ExRaiseStatus (wdm.h) raises a noncontinuable exception with the given code.
///   IRQL     any
///   Returns  never
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exraisestatus
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExRaiseStatus(NTSTATUS Status) { raise_at(Status, __builtin_return_address(0)); }

/// ExRaiseAccessViolation, ExRaiseDatatypeMisalignment (ntddk.h): the same with a code of their own.
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exraiseaccessviolation
RSL_EXPORT VOID NTAPI ExRaiseAccessViolation(VOID) {
    raise_at(STATUS_ACCESS_VIOLATION, __builtin_return_address(0));
}
RSL_EXPORT VOID NTAPI ExRaiseDatatypeMisalignment(VOID) {
    raise_at(STATUS_DATATYPE_MISALIGNMENT, __builtin_return_address(0));
}

/// ProbeForRead (wdm.h) checks that a range is user memory and aligned; it does not touch it.
///   IRQL     <= APC_LEVEL
///   Returns  nothing; raises STATUS_ACCESS_VIOLATION or STATUS_DATATYPE_MISALIGNMENT
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-probeforread
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ProbeForRead(const volatile VOID* Address, SIZE_T Length, ULONG Alignment) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (Length == 0) return;
    probe(reinterpret_cast<uint64_t>(Address), Length, Alignment, __builtin_return_address(0));
}

/// ProbeForWrite (wdm.h) checks the same, and that every page can be read and written now.
///   IRQL     <= APC_LEVEL
///   Returns  nothing; raises as ProbeForRead, and for pages that are not there or read-only
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-probeforwrite
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ProbeForWrite(volatile VOID* Address, SIZE_T Length, ULONG Alignment) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (Length == 0) return;
    const auto begin = reinterpret_cast<uint64_t>(Address);
    probe(begin, Length, Alignment, __builtin_return_address(0));
    const uint64_t last = begin + Length - 1;
    for (uint64_t at = begin; at <= last; at = (at & ~(rsl::arch::kPageBytes - 1)) + rsl::arch::kPageBytes) {
        auto& byte = *reinterpret_cast<volatile UCHAR*>(at);
        byte = byte;
    }
}

/// RtlRaiseException (winnt.h) raises what the record says, at its caller.
///   Returns  when a filter continued the execution
///   Source   learn.microsoft.com/windows/win32/api/winnt/nf-winnt-rtlraiseexception
RSL_EXPORT VOID NTAPI RtlRaiseException(PEXCEPTION_RECORD ExceptionRecord) {
    rsl::rtl::raise_exception(*ExceptionRecord, address_of(__builtin_return_address(0)));
}

/// RtlRaiseStatus (ntifs.h): ExRaiseStatus under its older name.
RSL_EXPORT VOID NTAPI RtlRaiseStatus(NTSTATUS Status) { raise_at(Status, __builtin_return_address(0)); }

/// RtlRestoreContext (winnt.h) goes on at a context.
///   Source   learn.microsoft.com/windows/win32/api/winnt/nf-winnt-rtlrestorecontext
RSL_EXPORT VOID NTAPI RtlRestoreContext(PCONTEXT ContextRecord, PEXCEPTION_RECORD ExceptionRecord) {
    rsl::rtl::restore_context(*ContextRecord, ExceptionRecord);
}

/// RtlUnwindEx (winnt.h) unwinds to a frame, running termination handlers, and goes on at TargetIp.
///   Returns  never
///   Source   learn.microsoft.com/windows/win32/api/winnt/nf-winnt-rtlunwindex
///   Differs  the history table is not filled: lookups are a binary search either way
RSL_EXPORT VOID NTAPI RtlUnwindEx(PVOID TargetFrame, PVOID TargetIp, PEXCEPTION_RECORD ExceptionRecord,
                                  PVOID ReturnValue, PCONTEXT ContextRecord, PUNWIND_HISTORY_TABLE HistoryTable) {
    EXCEPTION_RECORD own{};
    if (ExceptionRecord == nullptr) {
        own.ExceptionCode = STATUS_UNWIND;
        own.ExceptionAddress = __builtin_return_address(0);
        ExceptionRecord = &own;
    }
    RtlCaptureContext(ContextRecord);
    rsl::rtl::unwind_to(TargetFrame, TargetIp, *ExceptionRecord, reinterpret_cast<uint64_t>(ReturnValue),
                        *ContextRecord, HistoryTable);
}

/// RtlUnwind (winnt.h): the same without a context of the caller's.
RSL_EXPORT VOID NTAPI RtlUnwind(PVOID TargetFrame, PVOID TargetIp, PEXCEPTION_RECORD ExceptionRecord,
                                PVOID ReturnValue) {
    CONTEXT context;
    RtlUnwindEx(TargetFrame, TargetIp, ExceptionRecord, ReturnValue, &context, nullptr);
}

/// _local_unwind: what compilers call for a jump out of a __try that has a __finally.
RSL_EXPORT VOID NTAPI _local_unwind(PVOID TargetFrame, PVOID TargetIp) {
    CONTEXT context;
    RtlUnwindEx(TargetFrame, TargetIp, nullptr, nullptr, &context, nullptr);
}

/// RtlVirtualUnwind (winnt.h) undoes one function's frame in a context.
///   Returns  the function's handler of the wanted kind, or nullptr
///   Source   learn.microsoft.com/windows/win32/api/winnt/nf-winnt-rtlvirtualunwind
///   Differs  a damaged stack gives Rip 0 instead of a fault
RSL_EXPORT PEXCEPTION_ROUTINE NTAPI RtlVirtualUnwind(ULONG HandlerType, ULONG64 ImageBase, ULONG64 ControlPc,
                                                     PRUNTIME_FUNCTION FunctionEntry, PCONTEXT ContextRecord,
                                                     PVOID* HandlerData, PULONG64 EstablisherFrame,
                                                     PKNONVOLATILE_CONTEXT_POINTERS ContextPointers) {
    const auto frame = rsl::rtl::unwind_function(HandlerType, ImageBase, ControlPc, *FunctionEntry, *ContextRecord,
                                                 ContextPointers);
    if (!frame.valid) ContextRecord->Rip = 0;
    *HandlerData = frame.handler_data;
    *EstablisherFrame = frame.establisher_frame;
    return frame.handler;
}

/// RtlLookupFunctionEntry (winnt.h) finds the unwind table's entry for an address.
///   Source   learn.microsoft.com/windows/win32/api/winnt/nf-winnt-rtllookupfunctionentry
///   Differs  no tables that code makes at run time: NT's kernel has none either
RSL_EXPORT PRUNTIME_FUNCTION NTAPI RtlLookupFunctionEntry(ULONG64 ControlPc, PULONG64 ImageBase,
                                                          PUNWIND_HISTORY_TABLE HistoryTable) {
    uint64_t base = 0;
    const RUNTIME_FUNCTION* function = rsl::rtl::lookup_function(ControlPc, base);
    *ImageBase = base;
    return const_cast<PRUNTIME_FUNCTION>(function);
}

/// RtlCaptureStackBackTrace (ntifs.h) collects addresses of the stack, the caller's own place first.
///   Returns  how many
///   Source   learn.microsoft.com/windows/win32/debug/capturestackbacktrace
///   Differs  nothing known
RSL_EXPORT USHORT NTAPI RtlCaptureStackBackTrace(ULONG FramesToSkip, ULONG FramesToCapture, PVOID* BackTrace,
                                                 PULONG BackTraceHash) {
    const std::span<PVOID> out{BackTrace, FramesToCapture};
    const size_t captured = capture_from(__builtin_return_address(0), FramesToSkip, out);
    ULONG hash = 0;
    for (size_t i = 0; i < captured; ++i) hash += static_cast<ULONG>(reinterpret_cast<uint64_t>(out[i]));
    if (BackTraceHash != nullptr) *BackTraceHash = hash;
    return static_cast<USHORT>(captured);
}

/// RtlWalkFrameChain (ntifs.h) does the same with the kernel part of the stack.
///   Differs  user frames (flag 1) are not walked: none is there
RSL_EXPORT ULONG NTAPI RtlWalkFrameChain(PVOID* Callers, ULONG Count, ULONG Flags) {
    constexpr ULONG kUserFrames = 1;
    if ((Flags & kUserFrames) != 0) return 0;
    return static_cast<ULONG>(capture_from(__builtin_return_address(0), 0, {Callers, Count}));
}

/// longjmp (setjmp.h) unwinds to the frame of setjmp, or, where setjmp had none, just goes there.
RSL_EXPORT [[noreturn]] void NTAPI longjmp(rsl::rtl::JumpBuffer* buffer, int value) {
    EXCEPTION_RECORD record{};
    record.ExceptionCode = STATUS_LONGJUMP;
    record.NumberParameters = 1;
    record.ExceptionInformation[0] = reinterpret_cast<ULONG_PTR>(buffer);
    CONTEXT context;
    RtlCaptureContext(&context);
    const auto result = static_cast<uint64_t>(value == 0 ? 1 : value);
    if (buffer->frame == 0) {
        context.Rax = result;
        rsl::rtl::restore_context(context, &record);
    }
    rsl::rtl::unwind_to(reinterpret_cast<void*>(buffer->frame), reinterpret_cast<void*>(buffer->rip), record, result,
                        context, nullptr);
}
