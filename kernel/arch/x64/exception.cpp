// SPDX-License-Identifier: GPL-2.0-only
// From a fault to its handler: mm may repair a page fault, structured exception handling may find a
// handler, else the machine stops with the bug check that Windows would show.
#include "abi/types/status.h"
#include "boot/boot_info.h"
#include "kernel/arch/paging.hpp"
#include "kernel/arch/start.hpp"
#include "kernel/arch/x64/cpu.hpp"
#include "kernel/arch/x64/descriptors.hpp"
#include "kernel/arch/x64/trap_frame.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/nmi_callbacks.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/mm/virtual.hpp"
#include "kernel/rtl/exception.hpp"

namespace rsl::arch::x64 {
namespace {

enum Vector : uint8_t {
    kDivide = 0, kDebug = 1, kNmi = 2, kBreakpoint = 3, kOverflow = 4, kBounds = 5, kInvalidOpcode = 6,
    kDoubleFault = 8, kStackFault = 12, kGeneralProtection = 13, kPageFault = 14, kX87 = 16, kAlignment = 17,
    kMachineCheck = 18, kSimd = 19, kFastFail = 0x29, kAssertion = 0x2C, kDebugService = 0x2D,
};

constexpr uint64_t kFaultPresent = 1, kFaultWrite = 2, kFaultFetch = 16;
constexpr uint64_t kFirstKernelAddress = 0xFFFF800000000000;
constexpr uint64_t kFirstUserAddress = 0x10000;  // below it no address is ever valid: null pointers
constexpr uint64_t kBreakpointBytes = 1;
constexpr uint64_t kFastFailBytes = 2;

bool is_kernel_image(uint64_t address) {
    return address - RSL_KERNEL_IMAGE_BASE < kernel_image_bytes();
}

void set_record(EXCEPTION_RECORD& record, NTSTATUS code, uint64_t address) {
    record.ExceptionCode = code;
    record.ExceptionAddress = reinterpret_cast<void*>(address);
}

void set_access_violation(EXCEPTION_RECORD& record, uint64_t pc, uint64_t kind, uint64_t address) {
    set_record(record, STATUS_ACCESS_VIOLATION, pc);
    record.NumberParameters = 2;
    record.ExceptionInformation[0] = kind;
    record.ExceptionInformation[1] = address;
}

// MXCSR's six flags and, seven bits up, their masks.
NTSTATUS simd_status(uint32_t mxcsr) {
    const uint32_t raised = mxcsr & ~(mxcsr >> 7) & 0x3F;
    if (raised & 1) return STATUS_FLOAT_INVALID_OPERATION;
    if (raised & 2) return STATUS_FLOAT_DENORMAL_OPERAND;
    if (raised & 4) return STATUS_FLOAT_DIVIDE_BY_ZERO;
    if (raised & 8) return STATUS_FLOAT_OVERFLOW;
    if (raised & 16) return STATUS_FLOAT_UNDERFLOW;
    return STATUS_FLOAT_INEXACT_RESULT;
}

// What NT makes of each vector. Page faults are described by page_fault().
void describe(const TrapFrame& frame, EXCEPTION_RECORD& record) {
    switch (frame.vector) {
        case kDivide: return set_record(record, STATUS_INTEGER_DIVIDE_BY_ZERO, frame.rip);
        case kDebug: return set_record(record, STATUS_SINGLE_STEP, frame.rip);
        case kBreakpoint:
            set_record(record, STATUS_BREAKPOINT, frame.rip);
            record.NumberParameters = 1;  // 0: a plain breakpoint
            return;
        case kOverflow: return set_record(record, STATUS_INTEGER_OVERFLOW, frame.rip);
        case kBounds: return set_record(record, STATUS_ARRAY_BOUNDS_EXCEEDED, frame.rip);
        case kInvalidOpcode: return set_record(record, STATUS_ILLEGAL_INSTRUCTION, frame.rip);
        case kAlignment: return set_record(record, STATUS_DATATYPE_MISALIGNMENT, frame.rip);
        case kX87: return set_record(record, STATUS_FLOAT_INVALID_OPERATION, frame.rip);
        case kSimd: return set_record(record, simd_status(frame.mxcsr), frame.rip);
        case kAssertion: return set_record(record, STATUS_ASSERTION_FAILURE, frame.rip);
        default:  // #GP, #SS and what should not come: an address that is none
            return set_access_violation(record, frame.rip, EXCEPTION_READ_FAULT, ~uint64_t{0});
    }
}

[[noreturn]] void stop(const TrapFrame& frame, uint32_t code, uint64_t p1, uint64_t p2, uint64_t p3, uint64_t p4,
                       const char* explanation, const char* advice = nullptr, const char* facts = nullptr) {
    static constinit CONTEXT context = {};  // one machine stops once; the fault stacks are small
    context_of(frame, context);
    ke::bug_check(code, p1, p2, p3, p4,
                  {.explanation = explanation, .context = &context, .advice = advice, .facts = facts});
}

/// What Driver Verifier has to say of an address; comes back when it has nothing to say.
void stop_if_watched(const TrapFrame& frame, uint64_t kind) {
    const bool write = kind == EXCEPTION_WRITE_FAULT;
    const mm::WatchedFault fault = mm::explain_watched(frame.fault_address, write);
    if (fault.code == 0) return;
    if (fault.code == DRIVER_IRQL_NOT_LESS_OR_EQUAL) {
        stop(frame, fault.code, frame.fault_address, irql(), kind, frame.rip, fault.explanation, fault.advice, fault.facts);
    }
    stop(frame, fault.code, frame.fault_address, write, frame.rip, 0, fault.explanation, fault.advice, fault.facts);
}

[[noreturn]] void double_fault(const TrapFrame& frame) {
    const ke::Thread& thread = ke::current_thread();
    const auto top = reinterpret_cast<uint64_t>(thread.stack_top);
    const uint64_t bottom = top - thread.stack_bytes;
    const uint64_t fault = frame.fault_address;
    const bool overflow = fault < bottom && bottom - fault <= 2 * kPageBytes;
    stop(frame, UNEXPECTED_KERNEL_MODE_TRAP, kDoubleFault, frame.rip, frame.rsp, fault,
         overflow ? "the kernel stack overflowed" : "a fault happened while another one was being delivered");
}

// Windows tells a driver's fault from the kernel's own by where it happened.
[[noreturn]] void fault_at_raised_level(const TrapFrame& frame, uint64_t kind) {
    stop_if_watched(frame, kind);
    stop(frame, is_kernel_image(frame.rip) ? IRQL_NOT_LESS_OR_EQUAL : DRIVER_IRQL_NOT_LESS_OR_EQUAL,
         frame.fault_address, irql(), kind, frame.rip,
         "memory that is not there was touched at DISPATCH_LEVEL or above");
}

// One sentence for people on an access that failed.
const char* explain_access(uint64_t address, uint64_t kind) {
    const auto choose = [kind](const char* read, const char* write, const char* fetch) {
        return kind == EXCEPTION_WRITE_FAULT ? write : kind == EXCEPTION_EXECUTE_FAULT ? fetch : read;
    };
    if (address < kFirstUserAddress) {
        return choose("a null pointer was read", "a null pointer was written", "a null pointer was called");
    }
    if (address < kFirstKernelAddress) {
        return choose("user memory that is not there was read", "user memory that is not there was written",
                      "user memory was executed");
    }
    return choose("kernel memory that is not there was read", "kernel memory that is not there was written",
                  "kernel memory that is not there was executed");
}

const char* explain(const TrapFrame& frame, const EXCEPTION_RECORD& record) {
    switch (frame.vector) {
        case kPageFault: return explain_access(frame.fault_address, record.ExceptionInformation[0]);
        case kDivide: return "an integer was divided by zero, or the quotient did not fit";
        case kBreakpoint: return "a breakpoint was hit and no debugger is there";
        case kAssertion: return "an assertion failed and no debugger is there";
        case kInvalidOpcode: return "an instruction was executed that the processor does not know";
        case kGeneralProtection:
        case kStackFault: return "an address was used that cannot be one, or a register that does not exist";
        default: return "an exception found no handler";
    }
}

// The page table's entry as a bug check parameter; 0 when nothing is mapped there.
uint64_t entry_of(uint64_t address) {
    constexpr uint64_t kPresent = 1, kWritable = 2, kNoExecute = uint64_t{1} << 63;
    const auto mapping = query_page(read_cr3() & ~uint64_t{0xFFF}, address);
    if (!mapping) return 0;
    return mapping->page | kPresent | (mapping->protection.writable ? kWritable : 0) |
           (mapping->protection.executable ? 0 : kNoExecute);
}

[[noreturn]] void stop_at_kernel_address(const TrapFrame& frame, uint64_t kind) {
    const uint64_t address = frame.fault_address;
    const bool mapped = (frame.error_code & kFaultPresent) != 0;
    if (mapped && kind == EXCEPTION_EXECUTE_FAULT) {
        stop(frame, ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY, address, entry_of(address), frame.rsp, 0, "memory that is no code was executed");
    }
    if (mapped && kind == EXCEPTION_WRITE_FAULT) {
        stop(frame, ATTEMPTED_WRITE_TO_READONLY_MEMORY, address, entry_of(address), frame.rsp, 0, "read-only memory was written");
    }
    stop(frame, PAGE_FAULT_IN_NONPAGED_AREA, address, kind, frame.rip, 0, explain_access(address, kind));
}

[[noreturn]] void unhandled(const TrapFrame& frame, const EXCEPTION_RECORD& record) {
    if (frame.vector == kPageFault && frame.fault_address >= kFirstKernelAddress) {
        stop_at_kernel_address(frame, record.ExceptionInformation[0]);
    }
    stop(frame, KMODE_EXCEPTION_NOT_HANDLED, static_cast<uint64_t>(static_cast<int64_t>(record.ExceptionCode)),
         frame.rip, record.ExceptionInformation[0], record.ExceptionInformation[1], explain(frame, record));
}

void dispatch(TrapFrame& frame, EXCEPTION_RECORD& record) {
    CONTEXT context = {};
    context_of(frame, context);
    if (!rtl::dispatch_exception(record, context)) unhandled(frame, record);
    apply_context(context, frame);
}

void page_fault(TrapFrame& frame) {
    const bool write = (frame.error_code & kFaultWrite) != 0;
    const bool fetch = (frame.error_code & kFaultFetch) != 0;
    const uint64_t kind = fetch ? EXCEPTION_EXECUTE_FAULT : write ? EXCEPTION_WRITE_FAULT : EXCEPTION_READ_FAULT;
    const bool kernel_address = frame.fault_address >= kFirstKernelAddress;
    if (kernel_address && mm::bring_in_watched(frame.fault_address, is_kernel_image(frame.rip))) return;
    if (irql() >= DISPATCH_LEVEL) fault_at_raised_level(frame, kind);
    if (mm::handle_page_fault(frame.fault_address, write, fetch)) return;
    EXCEPTION_RECORD record = {};
    set_access_violation(record, frame.rip, kind, frame.fault_address);
    // On Windows no __try of a driver sees a bad kernel address: the machine stops. The kernel's own
    // guarded copies do see it.
    if (kernel_address) stop_if_watched(frame, kind);
    if (kernel_address && !is_kernel_image(frame.rip)) stop_at_kernel_address(frame, kind);
    dispatch(frame, record);
}

}  // namespace

void context_of(const TrapFrame& frame, CONTEXT& context) {
    context.ContextFlags = CONTEXT_FULL | CONTEXT_SEGMENTS;
    context.MxCsr = context.FltSave.MxCsr = frame.mxcsr;
    context.FltSave.ControlWord = INITIAL_FPCSR;
    context.SegCs = static_cast<USHORT>(frame.cs);
    context.SegSs = context.SegDs = context.SegEs = kDataSelector;
    context.EFlags = static_cast<ULONG>(frame.rflags);
    context.Rax = frame.rax, context.Rcx = frame.rcx, context.Rdx = frame.rdx, context.Rbx = frame.rbx;
    context.Rsp = frame.rsp, context.Rbp = frame.rbp, context.Rsi = frame.rsi, context.Rdi = frame.rdi;
    context.R8 = frame.r8, context.R9 = frame.r9, context.R10 = frame.r10, context.R11 = frame.r11;
    context.R12 = frame.r12, context.R13 = frame.r13, context.R14 = frame.r14, context.R15 = frame.r15;
    context.Rip = frame.rip;
    for (int i = 0; i < 16; ++i) (&context.Xmm0)[i] = frame.xmm[i];
}

void apply_context(const CONTEXT& context, TrapFrame& frame) {
    frame.mxcsr = context.MxCsr;
    // Only the arithmetic, direction, trap and interrupt flags: the rest is the kernel's.
    constexpr uint64_t kChangeable = 0xFD5 | 0x200;
    frame.rflags = (frame.rflags & ~kChangeable) | (context.EFlags & kChangeable);
    frame.rax = context.Rax, frame.rcx = context.Rcx, frame.rdx = context.Rdx, frame.rbx = context.Rbx;
    frame.rsp = context.Rsp, frame.rbp = context.Rbp, frame.rsi = context.Rsi, frame.rdi = context.Rdi;
    frame.r8 = context.R8, frame.r9 = context.R9, frame.r10 = context.R10, frame.r11 = context.R11;
    frame.r12 = context.R12, frame.r13 = context.R13, frame.r14 = context.R14, frame.r15 = context.R15;
    frame.rip = context.Rip;
    for (int i = 0; i < 16; ++i) frame.xmm[i] = (&context.Xmm0)[i];
}

}  // namespace rsl::arch::x64

/// trap.S calls this with interrupts off; they are off again when the frame is restored.
extern "C" void rsl_handle_exception(rsl::arch::x64::TrapFrame* frame_pointer) {
    using namespace rsl::arch::x64;
    TrapFrame& frame = *frame_pointer;
    switch (frame.vector) {
        case kNmi:
            rsl::arch::stop_if_frozen();
            if (rsl::ke::call_nmi_callbacks()) return;
            stop(frame, NMI_HARDWARE_FAILURE, 0, 0, 0, 0, "a non-maskable interrupt came that nobody sent");
        case kDoubleFault: double_fault(frame);
        case kMachineCheck: stop(frame, MACHINE_CHECK_EXCEPTION, 0, 0, 0, 0, "the processor reported an error");
        case kFastFail:
            frame.rip -= kFastFailBytes;
            stop(frame, KERNEL_SECURITY_CHECK_FAILURE, frame.rcx, frame.rsp, 0, 0,
                 "code found its own data damaged and stopped (__fastfail)");
        case kBreakpoint:
            frame.rip -= kBreakpointBytes;  // NT shows the breakpoint, not what follows it
            break;
        case kDebugService:
            frame.rip += kBreakpointBytes;  // no debugger listens; an INT 3 follows for one that does
            return;
    }
    if ((frame.rflags & kFlagInterrupt) != 0) interrupts_on();
    if (frame.vector == kPageFault) return page_fault(frame);
    EXCEPTION_RECORD record = {};
    describe(frame, record);
    dispatch(frame, record);
}
