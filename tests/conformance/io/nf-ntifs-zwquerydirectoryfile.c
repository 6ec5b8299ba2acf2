// SPDX-License-Identifier: GPL-2.0-only
#include "services.h"

static ULONG SeenClass, SeenLength;
static UCHAR SeenFlags;
static WCHAR SeenPattern[8];

static NTSTATUS NTAPI List(PDEVICE_OBJECT Device, PIRP Irp) {
    PIO_STACK_LOCATION here = IoGetCurrentIrpStackLocation(Irp);
    PUNICODE_STRING pattern = (PUNICODE_STRING)here->Parameters.QueryDirectory.FileName;
    UNREFERENCED_PARAMETER(Device);
    if (here->MajorFunction != IRP_MJ_DIRECTORY_CONTROL ||
        here->MinorFunction != IRP_MN_QUERY_DIRECTORY)
        return Complete(Irp, STATUS_SUCCESS, 0);
    SeenClass = here->Parameters.QueryDirectory.FileInformationClass;
    SeenLength = here->Parameters.QueryDirectory.Length;
    SeenFlags = here->Flags;
    RtlZeroMemory(SeenPattern, sizeof(SeenPattern));
    if (pattern != NULL)
        RtlCopyMemory(SeenPattern, pattern->Buffer, min(pattern->Length, sizeof(SeenPattern) - 2));
    return Complete(Irp, SeenFlags & SL_RESTART_SCAN ? STATUS_SUCCESS : STATUS_NO_MORE_FILES, 0);
}

static VOID Listing(NTSTATUS(NTAPI* Call)(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK,
                                          PVOID, ULONG, FILE_INFORMATION_CLASS, BOOLEAN,
                                          PUNICODE_STRING, BOOLEAN)) {
    UNICODE_STRING pattern = RTL_CONSTANT_STRING(L"*.sys"), seen;
    UCHAR buffer[256];
    IO_STATUS_BLOCK outcome;
    OPENED opened;
    REQUIRE(OpenDevice(&opened, 0, FILE_SYNCHRONOUS_IO_NONALERT));
    ConformanceDispatch = List;
    CHECK_STATUS(Call(opened.File, NULL, NULL, NULL, &outcome, buffer, sizeof(buffer),
                      FileDirectoryInformation, TRUE, &pattern, TRUE),
                 STATUS_SUCCESS);
    CHECK_EQ(SeenClass, FileDirectoryInformation);
    CHECK_EQ(SeenLength, sizeof(buffer));
    CHECK_EQ(SeenFlags & (SL_RESTART_SCAN | SL_RETURN_SINGLE_ENTRY),
             SL_RESTART_SCAN | SL_RETURN_SINGLE_ENTRY);
    RtlInitUnicodeString(&seen, SeenPattern);
    CHECK_TEXT(&seen, L"*.sys");
    CHECK_STATUS(Call(opened.File, NULL, NULL, NULL, &outcome, buffer, sizeof(buffer),
                      FileBothDirectoryInformation, FALSE, NULL, FALSE),
                 STATUS_NO_MORE_FILES);
    CHECK_EQ(SeenFlags & (SL_RESTART_SCAN | SL_RETURN_SINGLE_ENTRY), 0);
    CloseDevice(&opened);
}

CONFORMANCE(ZwQueryDirectoryFile, TheDriverSeesPatternClassAndFlags) {
    Listing(ZwQueryDirectoryFile);
}
CONFORMANCE(NtQueryDirectoryFile, TheDriverSeesPatternClassAndFlags) {
    Listing(NtQueryDirectoryFile);
}

CONFORMANCE_IN_CALLER(NtQueryDirectoryFile, NeedsTheRightToList) {
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    USER_CALL* call = UserMemory();
    REQUIRE(call && device);
    REQUIRE(
        NT_SUCCESS(UserOpen(call, FILE_WRITE_DATA | SYNCHRONIZE, FILE_SYNCHRONOUS_IO_NONALERT)));
    CHECK_STATUS(NtQueryDirectoryFile(call->File, NULL, NULL, NULL, &call->Outcome, call->Buffer,
                                      256, FileDirectoryInformation, FALSE, NULL, FALSE),
                 STATUS_ACCESS_DENIED);
    NtClose(call->File);
    FreeUserMemory(call);
    IoDeleteDevice(device);
}
