// SPDX-License-Identifier: GPL-2.0-only
#include "services.h"

static UCHAR Seen[8];
static LARGE_INTEGER SeenOffset;
static ULONG SeenLength;

static NTSTATUS NTAPI Write(PDEVICE_OBJECT Device, PIRP Irp) {
    PIO_STACK_LOCATION here = IoGetCurrentIrpStackLocation(Irp);
    const VOID* data = Irp->UserBuffer;
    if (here->MajorFunction != IRP_MJ_WRITE) return Complete(Irp, STATUS_SUCCESS, 0);
    SeenOffset = here->Parameters.Write.ByteOffset;
    SeenLength = here->Parameters.Write.Length;
    if (Device->Flags & DO_BUFFERED_IO) data = Irp->AssociatedIrp.SystemBuffer;
    if (Device->Flags & DO_DIRECT_IO)
        data = MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority);
    RtlCopyMemory(Seen, data, min(SeenLength, sizeof(Seen)));
    return Complete(Irp, STATUS_SUCCESS, SeenLength);
}

static VOID WritesBy(ULONG Flags) {
    LARGE_INTEGER offset = {.QuadPart = 9};
    UCHAR buffer[8] = "written";
    IO_STATUS_BLOCK outcome;
    OPENED opened;
    ConformanceDispatch = Write;
    REQUIRE(OpenDevice(&opened, Flags, FILE_SYNCHRONOUS_IO_NONALERT));
    RtlZeroMemory(Seen, sizeof(Seen));
    CHECK_STATUS(ZwWriteFile(opened.File, NULL, NULL, NULL, &outcome, buffer, 8, &offset, NULL),
                 STATUS_SUCCESS);
    CHECK_EQ(outcome.Information, 8);
    CHECK_BYTES(Seen, "written", 8);
    CHECK_EQ(SeenOffset.QuadPart, 9);
    CHECK_SUCCESS(ZwWriteFile(opened.File, NULL, NULL, NULL, &outcome, buffer, 4, NULL, NULL));
    CHECK_EQ(SeenOffset.QuadPart, 17);
    CloseDevice(&opened);
}

CONFORMANCE(ZwWriteFile, WritesThroughASystemBuffer) { WritesBy(DO_BUFFERED_IO); }
CONFORMANCE(ZwWriteFile, WritesFromLockedPages) { WritesBy(DO_DIRECT_IO); }
CONFORMANCE(ZwWriteFile, WritesFromTheCallersAddress) { WritesBy(0); }

CONFORMANCE(ZwWriteFile, AnAsynchronousFileNeedsAnOffset) {
    UCHAR buffer[8] = {0};
    IO_STATUS_BLOCK outcome;
    OPENED opened;
    REQUIRE(OpenDevice(&opened, DO_BUFFERED_IO, 0));
    CHECK_STATUS(ZwWriteFile(opened.File, NULL, NULL, NULL, &outcome, buffer, 8, NULL, NULL),
                 STATUS_INVALID_PARAMETER);
    CloseDevice(&opened);
}

CONFORMANCE_IN_CALLER(NtWriteFile, ChecksRightsAndBuffersOfAUser) {
    USER_CALL* call = UserMemory();
    UCHAR kernelBuffer[8] = {0};
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, DO_BUFFERED_IO);
    REQUIRE(call && device);
    ConformanceDispatch = Write;
    REQUIRE(
        NT_SUCCESS(UserOpen(call, FILE_WRITE_DATA | SYNCHRONIZE, FILE_SYNCHRONOUS_IO_NONALERT)));
    RtlCopyMemory(call->Buffer, "userdata", 8);
    CHECK_STATUS(
        NtWriteFile(call->File, NULL, NULL, NULL, &call->Outcome, call->Buffer, 8, NULL, NULL),
        STATUS_SUCCESS);
    CHECK_BYTES(Seen, "userdata", 8);
    CHECK_STATUS(
        NtWriteFile(call->File, NULL, NULL, NULL, &call->Outcome, kernelBuffer, 8, NULL, NULL),
        STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(
        NtReadFile(call->File, NULL, NULL, NULL, &call->Outcome, call->Buffer, 8, NULL, NULL),
        STATUS_ACCESS_DENIED);
    NtClose(call->File);
    FreeUserMemory(call);
    IoDeleteDevice(device);
}
