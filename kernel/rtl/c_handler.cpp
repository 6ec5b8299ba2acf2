// SPDX-License-Identifier: GPL-2.0-only
// The language handler of __try in C: walks the function's scope table. A scope covers the addresses
// [begin, end); with a jump target it is an __except, whose handler is the filter (or 1 for "always");
// without one it is a __finally. Inner scopes come first.
#include "abi/functions/export.h"
#include "abi/types/exception.h"
#include "kernel/rtl/dispatch.hpp"

namespace {

const SCOPE_TABLE_AMD64& table_of(const DISPATCHER_CONTEXT& dispatcher) {
    return *static_cast<const SCOPE_TABLE_AMD64*>(dispatcher.HandlerData);
}
bool covers(const SCOPE_TABLE_AMD64& table, uint32_t index, uint64_t rva) {
    return rva >= table.ScopeRecord[index].BeginAddress && rva < table.ScopeRecord[index].EndAddress;
}

LONG ask_filter(const SCOPE_TABLE_AMD64& table, uint32_t index, uint64_t image_base,
                EXCEPTION_POINTERS& pointers, void* frame) {
    const ULONG handler = table.ScopeRecord[index].HandlerAddress;
    if (handler == EXCEPTION_EXECUTE_HANDLER) return EXCEPTION_EXECUTE_HANDLER;
    return reinterpret_cast<PEXCEPTION_FILTER>(image_base + handler)(&pointers, frame);
}

EXCEPTION_DISPOSITION search(EXCEPTION_RECORD& record, void* frame, CONTEXT& context,
                             DISPATCHER_CONTEXT& dispatcher) {
    const SCOPE_TABLE_AMD64& table = table_of(dispatcher);
    const uint64_t rva = dispatcher.ControlPc - dispatcher.ImageBase;
    EXCEPTION_POINTERS pointers{&record, &context};
    for (uint32_t i = dispatcher.ScopeIndex; i < table.Count; ++i) {
        if (!covers(table, i, rva) || table.ScopeRecord[i].JumpTarget == 0) continue;
        const LONG answer = ask_filter(table, i, dispatcher.ImageBase, pointers, frame);
        if (answer < 0) return ExceptionContinueExecution;
        if (answer == 0) continue;
        auto* target = reinterpret_cast<void*>(dispatcher.ImageBase + table.ScopeRecord[i].JumpTarget);
        CONTEXT unwound;
        RtlCaptureContext(&unwound);
        rsl::rtl::unwind_to(frame, target, record, static_cast<uint32_t>(record.ExceptionCode), unwound,
                            dispatcher.HistoryTable);
    }
    return ExceptionContinueSearch;
}

EXCEPTION_DISPOSITION unwind(EXCEPTION_RECORD& record, void* frame, DISPATCHER_CONTEXT& dispatcher) {
    const SCOPE_TABLE_AMD64& table = table_of(dispatcher);
    const uint64_t rva = dispatcher.ControlPc - dispatcher.ImageBase;
    const uint64_t target_rva = dispatcher.TargetIp - dispatcher.ImageBase;
    const bool at_target = (record.ExceptionFlags & EXCEPTION_TARGET_UNWIND) != 0;
    for (uint32_t i = dispatcher.ScopeIndex; i < table.Count; ++i) {
        if (!covers(table, i, rva)) continue;
        // The target lies inside this scope (a jump out of an inner one), or is this scope's __except
        // block: neither this scope nor those around it are left.
        if (at_target && covers(table, i, target_rva)) break;
        const auto& scope = table.ScopeRecord[i];
        if (scope.JumpTarget != 0) {
            if (at_target && target_rva == scope.JumpTarget) break;
            continue;
        }
        dispatcher.ScopeIndex = i + 1;  // if this handler collides, the unwind goes on behind it
        reinterpret_cast<PTERMINATION_HANDLER>(dispatcher.ImageBase + scope.HandlerAddress)(TRUE, frame);
    }
    return ExceptionContinueSearch;
}

}  // namespace

/// __C_specific_handler is what MSVC, clang and mingw name as the handler of functions with __try.
///   IRQL     any
///   Returns  what the filters said; does not return once one of them took the exception
///   Source   learn.microsoft.com/windows/win32/devnotes/--c-specific-handler2
///   Differs  nothing known
RSL_EXPORT EXCEPTION_DISPOSITION NTAPI __C_specific_handler(PEXCEPTION_RECORD ExceptionRecord,
                                                            PVOID EstablisherFrame, PCONTEXT ContextRecord,
                                                            PDISPATCHER_CONTEXT DispatcherContext) {
    if ((ExceptionRecord->ExceptionFlags & EXCEPTION_UNWIND) != 0) {
        return unwind(*ExceptionRecord, EstablisherFrame, *DispatcherContext);
    }
    return search(*ExceptionRecord, EstablisherFrame, *ContextRecord, *DispatcherContext);
}
