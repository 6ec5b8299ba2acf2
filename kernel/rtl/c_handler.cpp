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
        dispatcher.ScopeIndex = i + 1;  // if the filter faults, the search for that goes on behind it
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

/// The first scope that is not left. With a filter's __except block as the target it is that block's
/// own: told by its address, because a call that does not return may end right where the block begins,
/// and then the address of the call lies in the range too. With a jump out of a __try (_local_unwind)
/// it is the innermost scope around the target.
uint32_t first_scope_to_keep(const SCOPE_TABLE_AMD64& table, uint32_t from, uint64_t rva, uint64_t target_rva) {
    for (uint32_t i = from; i < table.Count; ++i) {
        if (covers(table, i, rva) && table.ScopeRecord[i].JumpTarget == target_rva) return i;
    }
    for (uint32_t i = from; i < table.Count; ++i) {
        if (covers(table, i, rva) && covers(table, i, target_rva)) return i;
    }
    return table.Count;
}

EXCEPTION_DISPOSITION unwind(EXCEPTION_RECORD& record, void* frame, DISPATCHER_CONTEXT& dispatcher) {
    const SCOPE_TABLE_AMD64& table = table_of(dispatcher);
    const uint64_t rva = dispatcher.ControlPc - dispatcher.ImageBase;
    const bool at_target = (record.ExceptionFlags & EXCEPTION_TARGET_UNWIND) != 0;
    const uint32_t end = at_target ? first_scope_to_keep(table, dispatcher.ScopeIndex, rva,
                                                         dispatcher.TargetIp - dispatcher.ImageBase)
                                   : table.Count;
    for (uint32_t i = dispatcher.ScopeIndex; i < end; ++i) {
        const auto& scope = table.ScopeRecord[i];
        if (!covers(table, i, rva) || scope.JumpTarget != 0) continue;
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
