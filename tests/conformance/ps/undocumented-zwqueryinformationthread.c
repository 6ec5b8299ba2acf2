// SPDX-License-Identifier: GPL-2.0-only
// Documented for user mode (winternl.h); the classes in public headers.
#include "threads.h"
#include "current.h"

IMPORTED(NTSTATUS, NtQueryInformationThread, HANDLE, ULONG, PVOID, ULONG, PULONG);
IMPORTED(NTSTATUS, ZwQueryInformationThread, HANDLE, ULONG, PVOID, ULONG, PULONG);

typedef struct {
    NTSTATUS ExitStatus;
    PVOID Teb;
    CLIENT_ID ClientId;
    KAFFINITY Affinity;
    KPRIORITY Priority, BasePriority;
} BASIC;

static VOID NTAPI Start(PVOID Context) {
    PVOID start = NULL;
    CHECK_STATUS(
        ImportedZwQueryInformationThread(NtCurrentThread(), 9, &start, sizeof(start), NULL),
        STATUS_SUCCESS);
    CHECK_EQ(start, (PVOID)ConformanceHelperThread); /* threads.h begins there */
}

CONFORMANCE(ZwQueryInformationThread, BasicInformationNamesTheThread) {
    BASIC info;
    ULONG returned = 0;
    CHECK_STATUS(
        ImportedZwQueryInformationThread(NtCurrentThread(), 0, &info, sizeof(info), &returned),
        STATUS_SUCCESS);
    CHECK_EQ(returned, sizeof(info));
    CHECK_EQ(info.ClientId.UniqueThread, PsGetCurrentThreadId());
    CHECK_EQ(info.Priority, KeQueryPriorityThread(KeGetCurrentThread()));
    CHECK_STATUS(info.ExitStatus, STATUS_PENDING);
}

CONFORMANCE(ZwQueryInformationThread, StartAddressIsTheRoutine) { CHECK(RunHelper(Start, NULL)); }

CONFORMANCE(ZwQueryInformationThread, RefusesAnotherLengthClassOrHandle) {
    ULONG value;
    CHECK_STATUS(ImportedZwQueryInformationThread(NtCurrentThread(), 0, &value, 4, NULL),
                 STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(ImportedZwQueryInformationThread(NtCurrentThread(), 9999, &value, 4, NULL),
                 STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(ImportedZwQueryInformationThread((HANDLE)0x1234560, 0, &value, 4, NULL),
                 STATUS_INVALID_HANDLE);
}

CONFORMANCE_IN_CALLER(NtQueryInformationThread, RefusesAKernelAddressOfAUser) {
    BASIC info;
    CHECK_STATUS(ImportedNtQueryInformationThread(NtCurrentThread(), 0, &info, sizeof(info), NULL),
                 STATUS_ACCESS_VIOLATION);
}

CONFORMANCE(ZwQueryInformationThread, EveryDocumentedClassIsAnswered) {
    ULONG pending = 77, subsystem = 77;
    PVOID start = NULL;
    CHECK_STATUS(ImportedZwQueryInformationThread(NtCurrentThread(), 16, &pending, sizeof(pending), NULL), STATUS_SUCCESS);
    CHECK_EQ(pending, 0);
    CHECK_STATUS(ImportedZwQueryInformationThread(NtCurrentThread(), 9, &start, sizeof(start), NULL), STATUS_SUCCESS);
    CHECK(start != NULL);
    CHECK_STATUS(ImportedZwQueryInformationThread(NtCurrentThread(), 45, &subsystem, sizeof(subsystem), NULL), STATUS_SUCCESS);
    CHECK_EQ(subsystem, 0); /* SubsystemInformationTypeWin32 */
}
