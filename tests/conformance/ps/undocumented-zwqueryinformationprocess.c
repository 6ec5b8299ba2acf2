// SPDX-License-Identifier: GPL-2.0-only
// Documented for user mode (winternl.h, and zwqueryinformationprocess of the Win32 documentation).
#include "threads.h"

IMPORTED(NTSTATUS, NtQueryInformationProcess, HANDLE, ULONG, PVOID, ULONG, PULONG);
IMPORTED(NTSTATUS, ZwQueryInformationProcess, HANDLE, ULONG, PVOID, ULONG, PULONG);

CONFORMANCE(ZwQueryInformationProcess, BasicInformationNamesTheProcess) {
    PROCESS_BASIC_INFORMATION info;
    ULONG returned = 0;
    CHECK_STATUS(
        ImportedZwQueryInformationProcess(NtCurrentProcess(), 0, &info, sizeof(info), &returned),
        STATUS_SUCCESS);
    CHECK_EQ(returned, sizeof(info));
    CHECK_EQ(info.UniqueProcessId, (ULONG_PTR)PsGetCurrentProcessId());
    CHECK_STATUS(info.ExitStatus, STATUS_PENDING);
    CHECK_EQ(info.AffinityMask, KeQueryActiveProcessors());
}

CONFORMANCE(ZwQueryInformationProcess, ImageFileNameIsAString) {
    static struct {
        UNICODE_STRING Name;
        WCHAR Room[128];
    } info;
    ULONG returned = 0;
    CHECK_STATUS(
        ImportedZwQueryInformationProcess(NtCurrentProcess(), 27, &info, sizeof(info), &returned),
        STATUS_SUCCESS);
    CHECK(info.Name.Buffer != NULL && returned > sizeof(UNICODE_STRING));
    CHECK_STATUS(ImportedZwQueryInformationProcess(NtCurrentProcess(), 27, &info, 2, &returned),
                 STATUS_INFO_LENGTH_MISMATCH);
}

CONFORMANCE(ZwQueryInformationProcess, RefusesAnotherLengthClassOrHandle) {
    PROCESS_BASIC_INFORMATION info;
    ULONG value;
    CHECK_STATUS(ImportedZwQueryInformationProcess(NtCurrentProcess(), 0, &value, 4, NULL),
                 STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(ImportedZwQueryInformationProcess(NtCurrentProcess(), 9999, &value, 4, NULL),
                 STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(ImportedZwQueryInformationProcess((HANDLE)0x1234560, 0, &info, sizeof(info), NULL),
                 STATUS_INVALID_HANDLE);
}

CONFORMANCE_IN_CALLER(NtQueryInformationProcess, RefusesAKernelAddressOfAUser) {
    PROCESS_BASIC_INFORMATION info;
    CHECK_STATUS(
        ImportedNtQueryInformationProcess(NtCurrentProcess(), 0, &info, sizeof(info), NULL),
        STATUS_ACCESS_VIOLATION);
}

CONFORMANCE(ZwQueryInformationProcess, EveryDocumentedClassIsAnswered) {
    static const struct {
        ULONG Class, Bytes;
    } documented[] = {{0, sizeof(PROCESS_BASIC_INFORMATION)}, {7, 8}, {26, 8}, {29, 4}};
    UCHAR buffer[64] __attribute__((aligned(8)));
    ULONG i, returned;
    for (i = 0; i < RTL_NUMBER_OF(documented); i++) {
        returned = 0;
        CHECK_STATUS(ImportedZwQueryInformationProcess(NtCurrentProcess(), documented[i].Class, buffer, documented[i].Bytes, &returned),
                     STATUS_SUCCESS);
        CHECK_EQ(returned, documented[i].Bytes);
    }
}

CONFORMANCE(ZwQueryInformationProcess, SubsystemIsWin32) {
    ULONG subsystem = 77, returned = 0;
    CHECK_STATUS(ImportedZwQueryInformationProcess(NtCurrentProcess(), 75, &subsystem, sizeof(subsystem), &returned), STATUS_SUCCESS);
    CHECK_EQ(returned, sizeof(subsystem));
    CHECK_EQ(subsystem, 0); /* SubsystemInformationTypeWin32 */
}

/* PS_PROTECTION: Type, Audit and Signer are 0 of a process without protection. */
CONFORMANCE_IN_CALLER(ZwQueryInformationProcess, ProtectionIsOneByte) {
    UCHAR protection = 0xEE;
    ULONG returned = 0;
    CHECK_STATUS(ImportedZwQueryInformationProcess(NtCurrentProcess(), 61, &protection, sizeof(protection), &returned), STATUS_SUCCESS);
    CHECK_EQ(returned, sizeof(protection));
    CHECK_EQ(protection, 0);
}

CONFORMANCE(ZwQueryInformationProcess, TelemetryHasIdentifierUserAndImage) {
    static UCHAR info[1024] __attribute__((aligned(8)));
    ULONG returned = 0, *words = (ULONG*)info;
    CHECK_STATUS(ImportedZwQueryInformationProcess(NtCurrentProcess(), 64, info, sizeof(info), &returned), STATUS_SUCCESS);
    CHECK_EQ(words[1], (ULONG)(ULONG_PTR)PsGetCurrentProcessId());
    CHECK(words[0] >= 92 && words[0] <= returned);
    REQUIRE(words[18] != 0 && words[18] < returned && words[19] != 0 && words[19] < returned);
    CHECK(RtlValidSid(info + words[18]));
    CHECK(*(WCHAR*)(info + words[19]) != 0);
    CHECK_STATUS(ImportedZwQueryInformationProcess(NtCurrentProcess(), 64, info, 8, &returned), STATUS_INFO_LENGTH_MISMATCH);
}
