/* SPDX-License-Identifier: GPL-2.0-only */
/* Conformance tests: does a function do what its documentation page says? Tests are C, built as a
 * driver author builds, against mingw-w64's DDK headers, so that they know nothing of our kernel.
 * The files of one folder become one driver; each file is named after the page it tests. README.md
 * has the rules.
 *
 *     CONFORMANCE(RtlInitUnicodeString, CountsBytesWithoutTheNul) {
 *         UNICODE_STRING text;
 *         RtlInitUnicodeString(&text, L"abc");
 *         CHECK_EQ(text.Length, 6);
 *     }
 *
 * A test runs in a system thread of its own at PASSIVE_LEVEL, under __try. A failed CHECK is
 * reported and the test goes on; REQUIRE ends it. */
#ifndef RSL_CONFORMANCE_H
#define RSL_CONFORMANCE_H

/* mingw's wdm.h defines these two again; after another header's prototype they would be external in
 * every file. */
#define __INTRINSIC_DEFINED_InterlockedBitTestAndSet
#define __INTRINSIC_DEFINED_InterlockedBitTestAndReset
#include <ntifs.h>

/* mingw declares the object types as imported pointers, one indirection too many: *PsThreadType, as
 * documented and as with the WDK, wants the import table's own slot. */
#define CONFORMANCE_OBJECT_TYPE(name) extern POBJECT_TYPE* __imp_##name
CONFORMANCE_OBJECT_TYPE(CmKeyObjectType);
CONFORMANCE_OBJECT_TYPE(ExEventObjectType);
CONFORMANCE_OBJECT_TYPE(ExSemaphoreObjectType);
CONFORMANCE_OBJECT_TYPE(IoFileObjectType);
CONFORMANCE_OBJECT_TYPE(PsProcessType);
CONFORMANCE_OBJECT_TYPE(PsThreadType);
CONFORMANCE_OBJECT_TYPE(SeTokenObjectType);
#define CmKeyObjectType       __imp_CmKeyObjectType
#define ExEventObjectType     __imp_ExEventObjectType
#define ExSemaphoreObjectType __imp_ExSemaphoreObjectType
#define IoFileObjectType      __imp_IoFileObjectType
#define PsProcessType         __imp_PsProcessType
#define PsThreadType          __imp_PsThreadType
#define SeTokenObjectType     __imp_SeTokenObjectType

/* Where drivers run as processes, as in Wine, code has no IRQL to raise: there the tests, and only
 * the tests, see one that is kept for each thread, in its NT_TIB.ArbitraryUserPointer. In a kernel
 * these are the kernel's own. */
static __inline__ KIRQL ConformancePretendedIrql(VOID) {
    KIRQL irql;
    __asm__ volatile("movb %%gs:0x28, %0" : "=q"(irql));
    return irql;
}
static __inline__ VOID ConformancePretendIrql(KIRQL NewIrql) {
    __asm__ volatile("movb %0, %%gs:0x28" ::"q"(NewIrql) : "memory");
}
static __inline__ BOOLEAN ConformanceInUserMode(VOID) {
    USHORT selector;
    __asm__("mov %%cs, %0" : "=r"(selector));
    return (selector & 3) != 0;
}
static __inline__ KIRQL ConformanceGetIrql(VOID) {
    return ConformanceInUserMode() ? ConformancePretendedIrql() : KeGetCurrentIrql();
}
static __inline__ KIRQL ConformanceRaiseIrql(KIRQL NewIrql) {
    KIRQL before = ConformanceGetIrql();
    if (ConformanceInUserMode()) {
        ConformancePretendIrql(NewIrql);
    } else {
        KeRaiseIrql(NewIrql, &before);
    }
    return before;
}
static __inline__ VOID ConformanceLowerIrql(KIRQL NewIrql) {
    if (ConformanceInUserMode()) {
        ConformancePretendIrql(NewIrql);
    } else {
        KeLowerIrql(NewIrql);
    }
}
#undef KeRaiseIrql
#undef KeLowerIrql
#define KeGetCurrentIrql()            ConformanceGetIrql()
#define KeRaiseIrql(NewIrql, OldIrql) (*(OldIrql) = ConformanceRaiseIrql(NewIrql))
#define KeLowerIrql(NewIrql)          ConformanceLowerIrql(NewIrql)

typedef enum _CONFORMANCE_KIND {
    ConformanceInSystemThread, /* previous mode KernelMode, process System */
    ConformanceInCaller, /* in the thread of the client that runs the test: previous mode UserMode
                          */
    ConformanceStopsMachine /* has to end in the bug check that it names; in a VM of its own */
} CONFORMANCE_KIND;

typedef struct _CONFORMANCE_TEST {
    const char* Function;
    const char* Behaviour;
    VOID (*Body)(VOID);
    CONFORMANCE_KIND Kind;
    ULONG BugCheckCode;
} CONFORMANCE_TEST;

/* The linker sorts "cnftst$m" between the ends that harness.c defines. */
#define CONFORMANCE_ENTRY(function, behaviour, kind, code)                                      \
    static VOID Conformance_##function##_##behaviour(VOID);                                     \
    static const CONFORMANCE_TEST Test_##function##_##behaviour = {                             \
        #function, #behaviour, Conformance_##function##_##behaviour, kind, code};               \
    __attribute__((section("cnftst$m"),                                                         \
                   used)) static const CONFORMANCE_TEST* const Entry_##function##_##behaviour = \
        &Test_##function##_##behaviour;                                                         \
    static VOID Conformance_##function##_##behaviour(VOID)

#define CONFORMANCE(function, behaviour) \
    CONFORMANCE_ENTRY(function, behaviour, ConformanceInSystemThread, 0)
/* Runs in the context of the client that asked, for what depends on it. */
#define CONFORMANCE_IN_CALLER(function, behaviour) \
    CONFORMANCE_ENTRY(function, behaviour, ConformanceInCaller, 0)
/* Passes when the machine stops with bug check `code`. */
#define CONFORMANCE_BUG_CHECK(function, behaviour, code) \
    CONFORMANCE_ENTRY(function, behaviour, ConformanceStopsMachine, code)

/* What has to happen in DriverEntry: the body gets DriverObject. Runs before the driver's devices
 * are made; a test looks at what came of it. */
typedef VOID CONFORMANCE_AT_LOAD_ROUTINE(PDRIVER_OBJECT DriverObject);
#define CONFORMANCE_AT_LOAD(name)                                                        \
    static VOID AtLoad_##name(PDRIVER_OBJECT DriverObject);                              \
    __attribute__((section("cnfent$m"),                                                  \
                   used)) static CONFORMANCE_AT_LOAD_ROUTINE* const AtLoadEntry_##name = \
        AtLoad_##name;                                                                   \
    static VOID AtLoad_##name(PDRIVER_OBJECT DriverObject)

/* What tests may use: the driver that they are part of, and a device of it to attach to or send
 * requests to. Requests to any device of the driver go to ConformanceDispatch while a test has set
 * it; without it they succeed at once. */
extern PDRIVER_OBJECT ConformanceDriver;
extern PDEVICE_OBJECT ConformanceDevice; /* the control device: not for requests of a test's own */
extern PDRIVER_DISPATCH ConformanceDispatch;
extern UNICODE_STRING ConformanceRegistryPath; /* as DriverEntry got it */

/* Used by the macros below. */
VOID ConformanceFail(const char* File, int Line, const char* Format, ...);
VOID ConformanceSkip(const char* Why);
BOOLEAN ConformanceSameText(const UNICODE_STRING* Text, const WCHAR* Expected);

/* Used by threads.h: the routine of a helper thread, and its context from the pool, which it
 * frees. */
PVOID ConformanceNewHelper(PKSTART_ROUTINE Routine, PVOID Context);
VOID NTAPI ConformanceHelperThread(PVOID Helper);

#define CHECK(condition) \
    ((condition) ? (void)0 : ConformanceFail(__FILE__, __LINE__, "expected: %s", #condition))

#define CHECK_EQ(actual, expected)                                                               \
    do {                                                                                         \
        __auto_type actual_ = (actual);                                                          \
        __auto_type expected_ = (expected);                                                      \
        if (!(actual_ == expected_))                                                             \
            ConformanceFail(__FILE__, __LINE__, "%s is 0x%I64x, expected 0x%I64x (%s)", #actual, \
                            (ULONGLONG)(ULONG_PTR)actual_, (ULONGLONG)(ULONG_PTR)expected_,      \
                            #expected);                                                          \
    } while (0)

#define CHECK_STATUS(actual, expected)                                                         \
    do {                                                                                       \
        NTSTATUS actual_ = (actual);                                                           \
        if (actual_ != (NTSTATUS)(expected))                                                   \
            ConformanceFail(__FILE__, __LINE__, "%s is 0x%08x, expected 0x%08x (%s)", #actual, \
                            (unsigned)actual_, (unsigned)(expected), #expected);               \
    } while (0)

#define CHECK_SUCCESS(actual)                                                              \
    do {                                                                                   \
        NTSTATUS actual_ = (actual);                                                       \
        if (!NT_SUCCESS(actual_))                                                          \
            ConformanceFail(__FILE__, __LINE__, "%s is 0x%08x, expected success", #actual, \
                            (unsigned)actual_);                                            \
    } while (0)

#define CHECK_BYTES(actual, expected, count)                                             \
    (RtlCompareMemory((actual), (expected), (count)) == (SIZE_T)(count)                  \
         ? (void)0                                                                       \
         : ConformanceFail(__FILE__, __LINE__, "%s differs from %s at byte %u", #actual, \
                           #expected, (unsigned)RtlCompareMemory((actual), (expected), (count))))

/* A counted string against a literal. */
#define CHECK_TEXT(string, expected)                                                            \
    (ConformanceSameText((string), (expected))                                                  \
         ? (void)0                                                                              \
         : ConformanceFail(__FILE__, __LINE__, "%s is \"%wZ\", expected %s", #string, (string), \
                           #expected))

/* The expression has to raise exactly this status. The filter keeps the code: not every system
 * still has it in the __except block. */
#define CHECK_RAISES(expression, expected)                                                    \
    do {                                                                                      \
        volatile NTSTATUS raised_ = STATUS_SUCCESS;                                           \
        __try {                                                                               \
            expression;                                                                       \
        } __except (raised_ = GetExceptionCode(), EXCEPTION_EXECUTE_HANDLER) {                \
        }                                                                                     \
        if (raised_ != (NTSTATUS)(expected))                                                  \
            ConformanceFail(__FILE__, __LINE__, "%s raised 0x%08x, expected 0x%08x (%s)",     \
                            #expression, (unsigned)raised_, (unsigned)(expected), #expected); \
    } while (0)

/* Ends the test when what the rest stands on is not there. */
#define REQUIRE(condition)                                                              \
    do {                                                                                \
        if (!(condition)) {                                                             \
            ConformanceFail(__FILE__, __LINE__, "expected: %s; ends here", #condition); \
            return;                                                                     \
        }                                                                               \
    } while (0)

/* Ends the test: it cannot say anything on this machine. */
#define SKIP_UNLESS(condition, why) \
    do {                            \
        if (!(condition)) {         \
            ConformanceSkip(why);   \
            return;                 \
        }                           \
    } while (0)

/* Runs the statement at an IRQL and comes back: AT_IRQL(DISPATCH_LEVEL, KeSetEvent(&event, 0,
 * FALSE)); */
#define AT_IRQL(level, statement)                     \
    do {                                              \
        KIRQL before_;                                \
        KeRaiseIrql((level), &before_);               \
        statement;                                    \
        CHECK_EQ(KeGetCurrentIrql(), (KIRQL)(level)); \
        KeLowerIrql(before_);                         \
    } while (0)

#define CONFORMANCE_TAG 'fnoC'

#endif
