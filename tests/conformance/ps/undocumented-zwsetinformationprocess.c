// SPDX-License-Identifier: GPL-2.0-only
// Prototype of public headers; documented for user mode by SetProcessAffinityMask,
// SetProcessPriorityBoost, SetErrorMode.
#include "clients.h"

IMPORTED(NTSTATUS, NtSetInformationProcess, HANDLE, ULONG, PVOID, ULONG);
IMPORTED(NTSTATUS, ZwSetInformationProcess, HANDLE, ULONG, PVOID, ULONG);
IMPORTED(NTSTATUS, ZwQueryInformationProcess, HANDLE, ULONG, PVOID, ULONG, PULONG);

#define HARD_ERROR_MODE 12
#define AFFINITY        21
#define PRIORITY_BOOST  22
#define IO_PRIORITY     33

static VOID NTAPI Where(PVOID Context) { *(ULONG*)Context = KeGetCurrentProcessorNumberEx(NULL); }

CONFORMANCE(ZwSetInformationProcess, AffinityHoldsForItsThreads) {
    PEPROCESS client = StartClient(L"set.exe");
    HANDLE handle = NULL;
    KAFFINITY one = 1, none = 0, seen = 0;
    ULONG where = 77;
    REQUIRE(client != NULL);
    REQUIRE(NT_SUCCESS(OpenById(&handle, PsGetProcessId(client), PROCESS_ALL_ACCESS)));
    CHECK_STATUS(ImportedZwSetInformationProcess(handle, AFFINITY, &one, sizeof(one)),
                 STATUS_SUCCESS);
    CHECK_STATUS(ImportedZwQueryInformationProcess(handle, AFFINITY, &seen, sizeof(seen), NULL),
                 STATUS_SUCCESS);
    CHECK_EQ(seen, 1);
    CHECK(RunInClient(client, Where, &where));
    CHECK_EQ(where, 0);
    CHECK_STATUS(ImportedZwSetInformationProcess(handle, AFFINITY, &none, sizeof(none)),
                 STATUS_INVALID_PARAMETER);
    ZwClose(handle);
    EndClient(client);
}

CONFORMANCE(ZwSetInformationProcess, QueriesTellWhatWasSet) {
    PEPROCESS client = StartClient(L"set.exe");
    HANDLE handle = NULL;
    ULONG value = 3, seen = 0, one = 1, five = 5;
    REQUIRE(client != NULL);
    REQUIRE(NT_SUCCESS(OpenById(&handle, PsGetProcessId(client), PROCESS_ALL_ACCESS)));
    CHECK_STATUS(ImportedZwSetInformationProcess(handle, HARD_ERROR_MODE, &value, 4),
                 STATUS_SUCCESS);
    CHECK_STATUS(ImportedZwQueryInformationProcess(handle, HARD_ERROR_MODE, &seen, 4, NULL),
                 STATUS_SUCCESS);
    CHECK_EQ(seen, 3);
    CHECK_STATUS(ImportedZwSetInformationProcess(handle, PRIORITY_BOOST, &one, 4), STATUS_SUCCESS);
    CHECK_STATUS(ImportedZwQueryInformationProcess(handle, PRIORITY_BOOST, &seen, 4, NULL),
                 STATUS_SUCCESS);
    CHECK_EQ(seen, 1);
    CHECK_STATUS(ImportedZwSetInformationProcess(handle, IO_PRIORITY, &five, 4),
                 STATUS_INVALID_PARAMETER);
    ZwClose(handle);
    EndClient(client);
}

CONFORMANCE(NtSetInformationProcess, RefusesAnotherLengthClassOrHandle) {
    ULONG value = 0;
    CHECK_STATUS(ImportedNtSetInformationProcess(NtCurrentProcess(), HARD_ERROR_MODE, &value, 3),
                 STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(ImportedNtSetInformationProcess(NtCurrentProcess(), 9999, &value, 4),
                 STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(ImportedNtSetInformationProcess((HANDLE)0x1234560, HARD_ERROR_MODE, &value, 4),
                 STATUS_INVALID_HANDLE);
}
