// SPDX-License-Identifier: GPL-2.0-only
// Of threads: prototypes of public headers (ntifs.h, older ntddk.h); PsGetThreadProcessId and
// IoThreadToProcess have pages and tell the same.
#include "conformance.h"
#include "current.h"

NTKERNELAPI PEPROCESS NTAPI PsGetThreadProcess(PETHREAD Thread);
NTKERNELAPI PEPROCESS NTAPI PsGetCurrentThreadProcess(VOID);
NTKERNELAPI HANDLE NTAPI PsGetCurrentThreadProcessId(VOID);
NTKERNELAPI PVOID NTAPI PsGetCurrentThreadStackBase(VOID);
NTKERNELAPI PVOID NTAPI PsGetCurrentThreadStackLimit(VOID);

CONFORMANCE_IN_CALLER(PsGetThreadProcess, IsItsOwnProcess) {
    CHECK_EQ(PsGetThreadProcess(PsGetCurrentThread()), IoGetCurrentProcess());
}
CONFORMANCE_IN_CALLER(PsGetCurrentThreadProcess, IsTheOwnOneWhileAttached) {
    KAPC_STATE state;
    PEPROCESS home = IoGetCurrentProcess();
    KeStackAttachProcess((PKPROCESS)PsInitialSystemProcess, &state);
    CHECK_EQ(PsGetCurrentThreadProcess(), home);
    KeUnstackDetachProcess(&state);
}
CONFORMANCE_IN_CALLER(PsGetCurrentThreadProcessId, IsTheOwnOneWhileAttached) {
    KAPC_STATE state;
    HANDLE home = PsGetCurrentProcessId();
    KeStackAttachProcess((PKPROCESS)PsInitialSystemProcess, &state);
    CHECK_EQ(PsGetCurrentThreadProcessId(), home);
    KeUnstackDetachProcess(&state);
}
CONFORMANCE(PsGetCurrentThreadStackBase, LiesAboveALocalVariable) {
    ULONG_PTR low, high;
    IoGetStackLimits(&low, &high);
    CHECK_EQ((ULONG_PTR)PsGetCurrentThreadStackBase(), high);
}
CONFORMANCE(PsGetCurrentThreadStackLimit, LiesBelowALocalVariable) {
    ULONG_PTR low, high;
    IoGetStackLimits(&low, &high);
    CHECK_EQ((ULONG_PTR)PsGetCurrentThreadStackLimit(), low);
}
