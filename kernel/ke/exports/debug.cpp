// SPDX-License-Identifier: GPL-2.0-only
// Debug output, bug checks, and what a kernel debugger would say.
#include <atomic>
#include <cstdarg>

#include "abi/functions/export.h"
#include "abi/functions/ke.h"
#include "abi/private/rsl_kernel.h"
#include "abi/types/bugcheck.h"
#include "abi/types/status.h"
#include "boot/boot_info.h"
#include "kernel/arch/arch.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/bug_check_callbacks.hpp"
#include "kernel/ke/inspectors.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ke/log_sink.hpp"
#include "kernel/ldr/module.hpp"
#include "kernel/rtl/format.hpp"

using namespace rsl;

namespace {

constexpr size_t kMaxPrint = 512;  // what one DbgPrint transmits at most, as documented

std::string_view source_of(void* caller) {
    const ldr::Module* const module = ldr::module_of(reinterpret_cast<uint64_t>(caller));
    return module != nullptr ? module->narrow_name() : std::string_view("unknown");
}

// What DbgSetDebugFilterState has turned off: a bit a level for each component. All begins as on, since there
// is no debugger that would turn components on.
constexpr ULONG kComponents = 0x9B;  // DPFLTR_ENDOFTABLE_ID of dpfilter.h
constinit std::atomic<uint32_t> hidden_levels[kComponents] = {};

/// Levels below 32 are bit numbers, others are masks of bits, as documented in "Reading and filtering debugging
/// messages".
uint32_t mask_of(ULONG level) { return level < 32 ? 1u << level : level; }
bool is_written(ULONG component, ULONG level) {
    if (component >= kComponents) return true;
    return (mask_of(level) & ~hidden_levels[component].load(std::memory_order_relaxed)) != 0;  // alone
}

ke::LogLevel level_of(ULONG level) {
    switch (level) {
        case 0: return ke::LogLevel::kError;
        case 1: return ke::LogLevel::kWarn;
        case 2: return ke::LogLevel::kTrace;
        default: return ke::LogLevel::kInfo;
    }
}

/// One log line for each line of the text; what has no newline at its end is a line too.
void print_lines(void* caller, ke::LogLevel level, std::string_view text) {
    const std::string_view source = source_of(caller);
    while (!text.empty()) {
        const size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty()) ke::log_line(level, source, line);
        if (end == text.npos) return;
        text.remove_prefix(end + 1);
    }
}

void print(void* caller, ke::LogLevel level, const char* prefix, const char* format,
           __builtin_ms_va_list list) {
    char text[kMaxPrint];
    size_t used = 0;
    for (; prefix != nullptr && prefix[used] != '\0' && used < sizeof(text); ++used) text[used] = prefix[used];
    rtl::SlotArguments arguments{list};
    const size_t needed = rtl::format_to(text + used, sizeof(text) - used, format, arguments);
    used += needed < sizeof(text) - used ? needed : sizeof(text) - used;
    print_lines(caller, level, {text, used});
}

}  // namespace

/// DbgPrint (wdm.h) writes a line to the log.
///   IRQL     any
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-dbgprint
///   Differs  every component and level is written
RSL_EXPORT ULONG __attribute__((ms_abi)) DbgPrint(PCSTR Format, ...) {
    __builtin_ms_va_list list;
    __builtin_ms_va_start(list, Format);
    print(__builtin_return_address(0), ke::LogLevel::kInfo, nullptr, Format, list);
    __builtin_ms_va_end(list);
    return STATUS_SUCCESS;
}

/// DbgPrintEx (wdm.h) writes a line of a component and level to the log.
///   IRQL     any
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-dbgprintex
///   Differs  components and levels are written unless DbgSetDebugFilterState turned them off
RSL_EXPORT ULONG __attribute__((ms_abi)) DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...) {
    if (!is_written(ComponentId, Level)) return STATUS_SUCCESS;
    __builtin_ms_va_list list;
    __builtin_ms_va_start(list, Format);
    print(__builtin_return_address(0), level_of(Level), nullptr, Format, list);
    __builtin_ms_va_end(list);
    return STATUS_SUCCESS;
}

/// DbgPrintReturnControlC (ntos.h) is DbgPrint where a debugger's Control-C matters.
///   IRQL     any
///   Returns  STATUS_SUCCESS
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT ULONG __attribute__((ms_abi)) DbgPrintReturnControlC(PCSTR Format, ...) {
    __builtin_ms_va_list list;
    __builtin_ms_va_start(list, Format);
    print(__builtin_return_address(0), ke::LogLevel::kInfo, nullptr, Format, list);
    __builtin_ms_va_end(list);
    return STATUS_SUCCESS;
}

/// vDbgPrintEx (wdm.h) is DbgPrintEx with an argument list.
///   IRQL     any
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-vdbgprintex
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI vDbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, __builtin_ms_va_list arglist) {
    if (!is_written(ComponentId, Level)) return STATUS_SUCCESS;
    print(__builtin_return_address(0), level_of(Level), nullptr, Format, arglist);
    return STATUS_SUCCESS;
}

/// vDbgPrintExWithPrefix (wdm.h) is vDbgPrintEx with text in front.
///   IRQL     any
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-vdbgprintexwithprefix
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI vDbgPrintExWithPrefix(PCSTR Prefix, ULONG ComponentId, ULONG Level, PCSTR Format,
                                             __builtin_ms_va_list arglist) {
    if (!is_written(ComponentId, Level)) return STATUS_SUCCESS;
    print(__builtin_return_address(0), level_of(Level), Prefix, Format, arglist);
    return STATUS_SUCCESS;
}

/// DbgQueryDebugFilterState (ntos.h) says whether a component's messages are written.
///   IRQL     any
///   Returns  TRUE, FALSE, STATUS_INVALID_PARAMETER_1 for a component that is not in the table
///   Source   learn.microsoft.com/windows-hardware/drivers/devtest/reading-and-filtering-debugging-messages
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI DbgQueryDebugFilterState(ULONG ComponentId, ULONG Level) {
    if (ComponentId >= kComponents) return STATUS_INVALID_PARAMETER_1;
    return is_written(ComponentId, Level) ? TRUE : FALSE;
}

/// DbgSetDebugFilterState (ntos.h) says whether a component's messages are written.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER_1 for a component that is not in the table
///   Source   learn.microsoft.com/windows-hardware/drivers/devtest/reading-and-filtering-debugging-messages
///   Differs  all begin as on
RSL_EXPORT NTSTATUS NTAPI DbgSetDebugFilterState(ULONG ComponentId, ULONG Level, BOOLEAN State) {
    if (ComponentId >= kComponents) return STATUS_INVALID_PARAMETER_1;
    std::atomic<uint32_t>& hidden = hidden_levels[ComponentId];
    if (State) {
        hidden.fetch_and(~mask_of(Level), std::memory_order_relaxed);
    } else {
        hidden.fetch_or(mask_of(Level), std::memory_order_relaxed);
    }
    return STATUS_SUCCESS;
}

/// DbgPrompt (ntos.h) asks the person at the debugger.
///   IRQL     any
///   Returns  0: nobody is there
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI DbgPrompt(PCSTR Prompt, PCHAR Response, ULONG Length) {
    if (Length != 0) Response[0] = '\0';
    return 0;
}

/// DbgBreakPoint (wdm.h) breaks into the debugger; without one a breakpoint exception.
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-dbgbreakpoint
///   Differs  nothing known
RSL_EXPORT VOID NTAPI DbgBreakPoint(VOID) { __builtin_debugtrap(); }

/// DbgBreakPointWithStatus (wdm.h) breaks into the debugger with a status.
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-dbgbreakpointwithstatus
///   Differs  nothing known
RSL_EXPORT VOID NTAPI DbgBreakPointWithStatus(ULONG Status) { __builtin_debugtrap(); }

/// RtlAssert (ntos.h) reports a failed assertion of a checked driver.
///   IRQL     any
///   Returns  nothing; bug checks: nobody can answer a debugger's question
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT VOID NTAPI RtlAssert(PVOID VoidFailedAssertion, PVOID VoidFileName, ULONG LineNumber,
                                PSTR MutableMessage) {
    ke::log(ke::LogLevel::kError, "assertion failed: %s%s%s, %s line %u",
            MutableMessage != nullptr ? MutableMessage : "", MutableMessage != nullptr ? ": " : "",
            static_cast<const char*>(VoidFailedAssertion), static_cast<const char*>(VoidFileName), LineNumber);
    ke::bug_check(MANUALLY_INITIATED_CRASH, reinterpret_cast<uint64_t>(VoidFailedAssertion),
                  reinterpret_cast<uint64_t>(VoidFileName), LineNumber, 0,
                  {.explanation = static_cast<const char*>(VoidFailedAssertion), .function = "RtlAssert"});
}

/// KeBugCheck (wdm.h) stops the machine with a report.
///   IRQL     any
///   Returns  never
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kebugcheck
///   Differs  nothing known
RSL_EXPORT __attribute__((noreturn)) VOID NTAPI KeBugCheck(ULONG BugCheckCode) { ke::bug_check(BugCheckCode); }

/// KeBugCheckEx (wdm.h) stops the machine with a report.
///   IRQL     any
///   Returns  never
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kebugcheckex
///   Differs  nothing known
RSL_EXPORT __attribute__((noreturn)) VOID NTAPI KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR BugCheckParameter1,
                                                ULONG_PTR BugCheckParameter2, ULONG_PTR BugCheckParameter3,
                                                ULONG_PTR BugCheckParameter4) {
    ke::bug_check(BugCheckCode, BugCheckParameter1, BugCheckParameter2, BugCheckParameter3,
                  BugCheckParameter4);
}

/// KeRegisterBugCheckCallback (wdm.h) asks to be called when the machine stops.
///   IRQL     any
///   Returns  TRUE when registered
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keregisterbugcheckcallback
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeRegisterBugCheckCallback(PKBUGCHECK_CALLBACK_RECORD CallbackRecord,
                                                    PKBUGCHECK_CALLBACK_ROUTINE CallbackRoutine,
                                                    PVOID Buffer, ULONG Length, PUCHAR Component) {
    if (CallbackRecord->State != BufferEmpty) return FALSE;  // registered already: it stays as it is
    CallbackRecord->CallbackRoutine = CallbackRoutine;
    CallbackRecord->Buffer = Buffer;
    CallbackRecord->Length = Length;
    CallbackRecord->Component = Component;
    CallbackRecord->Checksum = reinterpret_cast<ULONG_PTR>(CallbackRoutine) + reinterpret_cast<ULONG_PTR>(Buffer) +
                               Length + reinterpret_cast<ULONG_PTR>(Component);
    return ke::add_bug_check_callback(*CallbackRecord);
}

/// KeDeregisterBugCheckCallback (wdm.h) undoes KeRegisterBugCheckCallback.
///   IRQL     any
///   Returns  TRUE when it was registered
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kederegisterbugcheckcallback
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeDeregisterBugCheckCallback(PKBUGCHECK_CALLBACK_RECORD CallbackRecord) {
    return ke::remove_bug_check_callback(*CallbackRecord);
}

/// KeRegisterBugCheckReasonCallback (wdm.h) asks to contribute to a crash dump.
///   IRQL     any
///   Returns  TRUE when registered
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keregisterbugcheckreasoncallback
///   Differs  our dump is the report: KbCallbackSecondaryDumpData and KbCallbackAddPages are called and shown in it;
///            the other reasons speak of a dump file, which we do not write, and are kept and not called
RSL_EXPORT BOOLEAN NTAPI KeRegisterBugCheckReasonCallback(PKBUGCHECK_REASON_CALLBACK_RECORD CallbackRecord,
                                                          PKBUGCHECK_REASON_CALLBACK_ROUTINE CallbackRoutine,
                                                          KBUGCHECK_CALLBACK_REASON Reason, PUCHAR Component) {
    if (CallbackRecord->State != BufferEmpty) return FALSE;  // registered already: it stays as it is
    CallbackRecord->CallbackRoutine = CallbackRoutine;
    CallbackRecord->Component = Component;
    CallbackRecord->Reason = Reason;
    return ke::add_bug_check_reason_callback(*CallbackRecord);
}

/// KeDeregisterBugCheckReasonCallback (wdm.h) undoes KeRegisterBugCheckReasonCallback.
///   IRQL     any
///   Returns  TRUE when it was registered
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kederegisterbugcheckreasoncallback
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeDeregisterBugCheckReasonCallback(PKBUGCHECK_REASON_CALLBACK_RECORD CallbackRecord) {
    return ke::remove_bug_check_reason_callback(*CallbackRecord);
}

/// KdRefreshDebuggerNotPresent (wdm.h) says whether a kernel debugger lacks.
///   IRQL     any
///   Returns  TRUE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kdrefreshdebuggernotpresent
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KdRefreshDebuggerNotPresent(VOID) { return TRUE; }

/// KdDisableDebugger (wdm.h) turns the kernel debugger off.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_DEBUGGER_INACTIVE: there is none
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kddisabledebugger
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI KdDisableDebugger(VOID) { return STATUS_DEBUGGER_INACTIVE; }

/// KdEnableDebugger (wdm.h) turns the kernel debugger on.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_DEBUGGER_INACTIVE: there is none
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kdenabledebugger
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI KdEnableDebugger(VOID) { return STATUS_DEBUGGER_INACTIVE; }

/// KdChangeOption (wdm.h) changes an option of the kernel debugger.
///   IRQL     any
///   Returns  STATUS_DEBUGGER_INACTIVE: the machine was started without debug controls
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kdchangeoption
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI KdChangeOption(ULONG Option, ULONG InBufferBytes, PVOID InBuffer,
                                         ULONG OutBufferBytes, PVOID OutBuffer, PULONG OutBufferNeeded) {
    return STATUS_DEBUGGER_INACTIVE;
}

// data: KdDebuggerEnabled wdm.h BOOLEAN KdDebuggerEnabled
BOOLEAN KdDebuggerEnabled = FALSE;
// data: KdDebuggerNotPresent wdm.h BOOLEAN KdDebuggerNotPresent
BOOLEAN KdDebuggerNotPresent = TRUE;
// data: InitSafeBootMode ntddk.h ULONG InitSafeBootMode
ULONG InitSafeBootMode = 0;
// data: NtBuildNumber ntddk.h ULONG NtBuildNumber
ULONG NtBuildNumber = 0xF0000000u | 19045;
// data: NtGlobalFlag ntddk.h ULONG NtGlobalFlag
ULONG NtGlobalFlag = 0;

// ---- The server's and the class libraries' (abi/private/rsl_kernel.h)

/// RslSetLogSink (rsl_kernel.h) gives the log to the server.
///   IRQL     any
///   Returns  nothing
///   Source   abi/private/rsl_kernel.h
///   Differs  nothing known
RSL_EXPORT VOID NTAPI RslSetLogSink(PRSL_LOG_SINK Sink, PVOID Context) { ke::set_log_sink(Sink, Context); }

/// RslInspect (rsl_kernel.h) writes the state at a path as JSON.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL, STATUS_OBJECT_PATH_NOT_FOUND
///   Source   abi/private/rsl_kernel.h
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RslInspect(PCSTR Path, PSTR Buffer, SIZE_T Bytes, SIZE_T* Needed) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    ke::JsonWriter out(Buffer, Bytes);
    if (!ke::inspect(Path, out)) return STATUS_OBJECT_PATH_NOT_FOUND;
    *Needed = out.needed();
    return out.needed() <= Bytes ? STATUS_SUCCESS : STATUS_BUFFER_TOO_SMALL;
}

static_assert(RSL_POWER_OFF_IN_ORDER == RSL_EXIT_POWER_OFF);

/// RslPowerOff (rsl_kernel.h) ends the VM.
///   IRQL     any
///   Returns  never
///   Source   abi/private/rsl_kernel.h
///   Differs  nothing known
RSL_EXPORT __attribute__((noreturn)) VOID NTAPI RslPowerOff(UCHAR Code) { arch::power_off(Code); }

/// What a function of the export table that is only a stub calls (tools/exports.py makes those).
extern "C" [[noreturn]] void RslStubCalled(const char* name) {
    ke::bug_check(DRIVER_VIOLATION, reinterpret_cast<uint64_t>(name),
                  reinterpret_cast<uint64_t>(__builtin_return_address(0)), 0, 0,
                  {.explanation = "a driver called a function that RSL lacks", .function = name});
}
