/* SPDX-License-Identifier: GPL-2.0-only */
/* Exceptions and unwinding as winnt.h documents them
 * (learn.microsoft.com/windows/win32/api/winnt/nf-winnt-rtlunwind and so on); the kernel exports
 * the same routines. */
#include "conformance.h"

NTSYSAPI VOID NTAPI RtlRaiseException(PEXCEPTION_RECORD ExceptionRecord);
NTSYSAPI VOID NTAPI RtlRestoreContext(PCONTEXT ContextRecord, PEXCEPTION_RECORD ExceptionRecord);
NTSYSAPI VOID NTAPI RtlUnwind(PVOID TargetFrame, PVOID TargetIp, PEXCEPTION_RECORD ExceptionRecord,
                              PVOID ReturnValue);
NTSYSAPI VOID NTAPI RtlUnwindEx(PVOID TargetFrame, PVOID TargetIp,
                                PEXCEPTION_RECORD ExceptionRecord, PVOID ReturnValue,
                                PCONTEXT ContextRecord, PVOID HistoryTable);
NTSYSAPI PVOID NTAPI RtlLookupFunctionEntry(ULONG64 ControlPc, PULONG64 ImageBase,
                                            PVOID HistoryTable);
NTSYSAPI PVOID NTAPI RtlVirtualUnwind(ULONG HandlerType, ULONG64 ImageBase, ULONG64 ControlPc,
                                      PVOID FunctionEntry, PCONTEXT ContextRecord,
                                      PVOID* HandlerData, PULONG64 EstablisherFrame,
                                      PVOID ContextPointers);
VOID _local_unwind(PVOID TargetFrame, PVOID TargetIp);
typedef struct {
    ULONG64 Words[32];
} __attribute__((aligned(16))) JUMP_BUFFER;
__attribute__((returns_twice)) int crt_setjmpex(JUMP_BUFFER* Buffer,
                                                PVOID Frame) __asm__("_setjmpex");
__attribute__((returns_twice)) int crt_setjmp(JUMP_BUFFER* Buffer, PVOID Frame) __asm__("_setjmp");
VOID crt_longjmp(JUMP_BUFFER* Buffer, int Value) __asm__("longjmp");
VOID crt_chkstk(VOID) __asm__("__chkstk");

#define NOINLINE __attribute__((noinline))
static volatile ULONG Order;
static VOID Step(ULONG Digit) { Order = Order * 10 + Digit; }

/* The frame that handlers know a function by: what its caller's stack pointer was, less what the
 * unwinder says. */
static PVOID FrameOf(const CONTEXT* Context) {
    CONTEXT caller = *Context;
    ULONG64 base = 0, frame = 0;
    PVOID data, function = RtlLookupFunctionEntry(Context->Rip, &base, NULL);
    if (function == NULL) return NULL;
    RtlVirtualUnwind(0, base, Context->Rip, function, &caller, &data, &frame, NULL);
    return (PVOID)frame;
}

CONFORMANCE(RtlRaiseException, PassesTheRecordToFilters) {
    EXCEPTION_RECORD record = {0};
    volatile ULONG_PTR seen = 0;
    record.ExceptionCode = 0xE0001234;
    record.NumberParameters = 2;
    record.ExceptionInformation[1] = 77;
    __try {
        RtlRaiseException(&record);
    } __except (seen = ((PEXCEPTION_POINTERS)GetExceptionInformation())
                           ->ExceptionRecord->ExceptionInformation[1],
                EXCEPTION_EXECUTE_HANDLER) {
        CHECK_EQ((ULONG)GetExceptionCode(), 0xE0001234);
    }
    CHECK_EQ(seen, 77);
}

CONFORMANCE(RtlRaiseException, ReturnsWhenAFilterContinues) {
    EXCEPTION_RECORD record = {0};
    record.ExceptionCode = 0xE0001234;
    Order = 0;
    __try {
        RtlRaiseException(&record);
        Step(2);
    } __except (Step(1), EXCEPTION_CONTINUE_EXECUTION) {
        Step(9);
    }
    CHECK_EQ(Order, 12);
}

CONFORMANCE(__C_specific_handler, ServesTryExceptAndFinally) {
    Order = 0;
    __try {
        __try {
            __try {
                ExRaiseStatus(STATUS_END_OF_FILE);
            } __except (Step(1), EXCEPTION_CONTINUE_SEARCH) {
                Step(9);
            }
        } __finally {
            Step(3);
        }
    } __except (Step(2), EXCEPTION_EXECUTE_HANDLER) {
        Step(4);
    }
    CHECK_EQ(Order, 1234);
}

CONFORMANCE(RtlCaptureContext, TellsThePlaceOfTheCall) {
    CONTEXT context;
    ULONG64 base = 0;
    RtlCaptureContext(&context);
    CHECK((ULONG64)&context - context.Rsp < 0x2000);
    REQUIRE(RtlLookupFunctionEntry(context.Rip, &base, NULL) != NULL);
    CHECK_EQ((PVOID)base, ConformanceDriver->DriverStart);
}

CONFORMANCE(RtlRestoreContext, GoesOnWhereTheContextWasCaptured) {
    volatile ULONG count = 0;
    CONTEXT context;
    RtlCaptureContext(&context);
    count = count + 1;
    if (count < 3) RtlRestoreContext(&context, NULL);
    CHECK_EQ(count, 3);
}

CONFORMANCE(RtlLookupFunctionEntry, KnowsCodeAndNothingElse) {
    ULONG64 base = 0;
    CHECK(RtlLookupFunctionEntry((ULONG64)(ULONG_PTR)&FrameOf, &base, NULL) != NULL);
    CHECK_EQ((PVOID)base, ConformanceDriver->DriverStart);
    CHECK_EQ(RtlLookupFunctionEntry((ULONG64)(ULONG_PTR)ConformanceDriver, &base, NULL), NULL);
}

static NOINLINE VOID CaptureInside(CONTEXT* Context) {
    RtlCaptureContext(Context);
    Step(1);
}

CONFORMANCE(RtlVirtualUnwind, ComesToTheCaller) {
    CONTEXT context;
    ULONG64 base = 0, frame = 0;
    PVOID data, function;
    Order = 0;
    CaptureInside(&context);
    function = RtlLookupFunctionEntry(context.Rip, &base, NULL);
    REQUIRE(function != NULL);
    CHECK_EQ(RtlVirtualUnwind(0, base, context.Rip, function, &context, &data, &frame, NULL), NULL);
    CHECK((ULONG64)&context - context.Rsp < 0x2000);
    CHECK((PUCHAR)context.Rip >= (PUCHAR)ConformanceDriver->DriverStart &&
          (PUCHAR)context.Rip <
              (PUCHAR)ConformanceDriver->DriverStart + ConformanceDriver->DriverSize);
}

typedef enum { ByUnwindEx, ByUnwind, ByLocalUnwind, ByLongJump } KIND;
typedef struct {
    KIND Kind;
    PVOID Frame, Place;
    JUMP_BUFFER* Buffer;
} TARGET;
static NOINLINE VOID Go(const TARGET* Target) {
    CONTEXT scratch;
    switch (Target->Kind) {
        case ByUnwindEx:
            RtlUnwindEx(Target->Frame, Target->Place, NULL, NULL, &scratch, NULL);
            break;
        case ByUnwind:
            RtlUnwind(Target->Frame, Target->Place, NULL, NULL);
            break;
        case ByLocalUnwind:
            _local_unwind(Target->Frame, Target->Place);
            break;
        case ByLongJump:
            crt_longjmp(Target->Buffer, 5);
            break;
    }
}
static NOINLINE VOID GoThroughFinally(const TARGET* Target) {
    __try {
        Go(Target);
    } __finally {
        Step(2);
    }
}
/* Unwinds to itself through a frame with a termination handler. */
static NOINLINE VOID UnwindToHere(KIND Kind) {
    volatile ULONG phase = 0;
    TARGET target = {Kind, NULL, NULL, NULL};
    CONTEXT here;
    Order = 1;
    RtlCaptureContext(&here);
    if (phase == 0) {
        phase = 1;
        target.Frame = FrameOf(&here);
        target.Place = (PVOID)here.Rip;
        GoThroughFinally(&target);
        Step(9);
        return;
    }
    Step(3);
}

CONFORMANCE(RtlUnwindEx, RunsTerminationHandlersAndGoesOnAtTheTarget) {
    UnwindToHere(ByUnwindEx);
    CHECK_EQ(Order, 123);
}

CONFORMANCE(RtlUnwind, RunsTerminationHandlersAndGoesOnAtTheTarget) {
    UnwindToHere(ByUnwind);
    CHECK_EQ(Order, 123);
}

CONFORMANCE(_local_unwind, RunsTerminationHandlersAndGoesOnAtTheTarget) {
    UnwindToHere(ByLocalUnwind);
    CHECK_EQ(Order, 123);
}

CONFORMANCE(_setjmp, ReturnsTwice) {
    JUMP_BUFFER buffer;
    TARGET target = {ByLongJump, NULL, NULL, &buffer};
    int value = crt_setjmp(&buffer, NULL);
    if (value == 0) Go(&target);
    CHECK_EQ(value, 5);
}

CONFORMANCE(_setjmpex, UnwindsOnTheWayBack) {
    JUMP_BUFFER buffer;
    TARGET target = {ByLongJump, NULL, NULL, &buffer};
    CONTEXT here;
    int value;
    Order = 1;
    RtlCaptureContext(&here);
    value = crt_setjmpex(&buffer, FrameOf(&here));
    if (value == 0) GoThroughFinally(&target);
    CHECK_EQ(value, 5);
    CHECK_EQ(Order, 12);
}

static NOINLINE VOID JumpWithZero(JUMP_BUFFER* Buffer) { crt_longjmp(Buffer, 0); }

CONFORMANCE(longjmp, MakesOneOfZero) {
    JUMP_BUFFER buffer;
    volatile int rounds = 0;
    int value = crt_setjmp(&buffer, NULL);
    rounds++;
    if (rounds == 1) JumpWithZero(&buffer);
    CHECK_EQ(value, 1);
    CHECK_EQ(rounds, 2);
}

CONFORMANCE(__chkstk, KeepsAllRegistersButTwo) {
    ULONG64 size = 0x3000, before, after;
    __asm__ volatile(
        "mov %%rsp, %1\n\t"
        "mov %3, %%rax\n\t"
        "call *%4\n\t"
        "mov %%rax, %0\n\t"
        "mov %%rsp, %2\n\t"
        : "=&r"(size), "=&r"(before), "=&r"(after)
        : "r"(size), "r"((PVOID)&crt_chkstk)
        : "rax", "r10", "r11", "memory", "cc");
    CHECK_EQ(size, 0x3000);
    CHECK_EQ(before, after);
}
