// SPDX-License-Identifier: GPL-2.0-only
#include "services.h"

static LARGE_INTEGER SeenOffset;
static ULONG SeenKey, SeenLength, Sent;
static PIRP Held;
static KEVENT Holding;
static BOOLEAN Pend;

static NTSTATUS NTAPI Read(PDEVICE_OBJECT Device, PIRP Irp) {
    PIO_STACK_LOCATION here = IoGetCurrentIrpStackLocation(Irp);
    ULONG_PTR moved = min(here->Parameters.Read.Length, 5u);
    if (here->MajorFunction != IRP_MJ_READ && here->MajorFunction != IRP_MJ_WRITE)
        return Complete(Irp, STATUS_SUCCESS, 0);
    Sent++;
    SeenOffset = here->Parameters.Read.ByteOffset;
    SeenKey = here->Parameters.Read.Key;
    SeenLength = here->Parameters.Read.Length;
    if (Pend) {
        IoMarkIrpPending(Irp);
        Held = Irp;
        KeSetEvent(&Holding, 0, FALSE);
        return STATUS_PENDING;
    }
    if (here->MajorFunction == IRP_MJ_WRITE) return Complete(Irp, STATUS_SUCCESS, SeenLength);
    if (Device->Flags & DO_BUFFERED_IO) {
        RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, "12345", moved);
    } else if (Device->Flags & DO_DIRECT_IO) {
        RtlCopyMemory(MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority), "12345",
                      moved);
    } else {
        RtlCopyMemory(Irp->UserBuffer, "12345", moved);
    }
    return Complete(Irp, STATUS_SUCCESS, moved);
}

static BOOLEAN Begin(OPENED* Opened, ULONG Flags, ULONG Options) {
    Pend = FALSE;
    Sent = 0;
    KeInitializeEvent(&Holding, SynchronizationEvent, FALSE);
    ConformanceDispatch = Read;
    return OpenDevice(Opened, Flags, Options);
}

static VOID ReadsBy(ULONG Flags) {
    LARGE_INTEGER offset = {.QuadPart = 0x100000007LL};
    UCHAR buffer[8] = "zzzzzzz";
    ULONG key = 77;
    IO_STATUS_BLOCK outcome;
    OPENED opened;
    REQUIRE(Begin(&opened, Flags, FILE_SYNCHRONOUS_IO_NONALERT));
    CHECK_STATUS(ZwReadFile(opened.File, NULL, NULL, NULL, &outcome, buffer, 8, &offset, &key),
                 STATUS_SUCCESS);
    CHECK_EQ(outcome.Information, 5);
    CHECK_BYTES(buffer, "12345zz", 7);
    CHECK_EQ(SeenOffset.QuadPart, offset.QuadPart);
    CHECK_EQ(SeenKey, 77);
    CHECK_EQ(SeenLength, 8);
    CloseDevice(&opened);
}

CONFORMANCE(ZwReadFile, ReadsThroughASystemBuffer) { ReadsBy(DO_BUFFERED_IO); }
CONFORMANCE(ZwReadFile, ReadsIntoLockedPages) { ReadsBy(DO_DIRECT_IO); }
CONFORMANCE(ZwReadFile, ReadsAtTheCallersAddress) { ReadsBy(0); }

CONFORMANCE(ZwReadFile, ASynchronousFileKeepsThePosition) {
    LARGE_INTEGER offset = {.QuadPart = 100};
    LARGE_INTEGER current = {.LowPart = FILE_USE_FILE_POINTER_POSITION, .HighPart = -1};
    UCHAR buffer[8];
    IO_STATUS_BLOCK outcome;
    OPENED opened;
    REQUIRE(Begin(&opened, DO_BUFFERED_IO, FILE_SYNCHRONOUS_IO_NONALERT));
    CHECK_SUCCESS(ZwReadFile(opened.File, NULL, NULL, NULL, &outcome, buffer, 8, &offset, NULL));
    CHECK_SUCCESS(ZwReadFile(opened.File, NULL, NULL, NULL, &outcome, buffer, 8, NULL, NULL));
    CHECK_EQ(SeenOffset.QuadPart, 105);
    CHECK_SUCCESS(ZwReadFile(opened.File, NULL, NULL, NULL, &outcome, buffer, 8, &current, NULL));
    CHECK_EQ(SeenOffset.QuadPart, 110);
    CloseDevice(&opened);
}

CONFORMANCE(ZwReadFile, AnAsynchronousFileNeedsAnOffset) {
    UCHAR buffer[8];
    IO_STATUS_BLOCK outcome;
    OPENED opened;
    REQUIRE(Begin(&opened, DO_BUFFERED_IO, 0));
    CHECK_STATUS(ZwReadFile(opened.File, NULL, NULL, NULL, &outcome, buffer, 8, NULL, NULL),
                 STATUS_INVALID_PARAMETER);
    CHECK_EQ(Sent, 0);
    CloseDevice(&opened);
}

CONFORMANCE(ZwReadFile, RefusesHandlesThatAreNoFile) {
    LARGE_INTEGER offset = {.QuadPart = 0};
    OBJECT_ATTRIBUTES attributes;
    UCHAR buffer[8];
    IO_STATUS_BLOCK outcome;
    HANDLE event = NULL;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    REQUIRE(
        NT_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, NotificationEvent, TRUE)));
    CHECK_STATUS(ZwReadFile(event, NULL, NULL, NULL, &outcome, buffer, 8, &offset, NULL),
                 STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(event);
    CHECK_STATUS(
        ZwReadFile((HANDLE)0x7FFFFFF0, NULL, NULL, NULL, &outcome, buffer, 8, &offset, NULL),
        STATUS_INVALID_HANDLE);
}

CONFORMANCE(ZwReadFile, PendingSignalsTheEventWhenDone) {
    LARGE_INTEGER offset = {.QuadPart = 0};
    OBJECT_ATTRIBUTES attributes;
    UCHAR buffer[8];
    IO_STATUS_BLOCK outcome = {{STATUS_PENDING}, 0};
    LARGE_INTEGER now = {.QuadPart = 0}, limit = {.QuadPart = -50000000};
    HANDLE event = NULL;
    OPENED opened;
    REQUIRE(Begin(&opened, DO_BUFFERED_IO, 0));
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    REQUIRE(
        NT_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, NotificationEvent, TRUE)));
    Pend = TRUE;
    CHECK_STATUS(ZwReadFile(opened.File, event, NULL, NULL, &outcome, buffer, 8, &offset, NULL),
                 STATUS_PENDING);
    CHECK_STATUS(ZwWaitForSingleObject(event, FALSE, &now), STATUS_TIMEOUT);
    REQUIRE(Arrives(&Holding));
    RtlCopyMemory(Held->AssociatedIrp.SystemBuffer, "abc", 3);
    Complete(Held, STATUS_SUCCESS, 3);
    CHECK_STATUS(ZwWaitForSingleObject(event, FALSE, &limit), STATUS_SUCCESS);
    CHECK_STATUS(outcome.Status, STATUS_SUCCESS);
    CHECK_EQ(outcome.Information, 3);
    CHECK_BYTES(buffer, "abc", 3);
    ZwClose(event);
    CloseDevice(&opened);
}

CONFORMANCE_IN_CALLER(NtReadFile, ChecksRightsAndBuffersOfAUser) {
    USER_CALL* call = UserMemory();
    UCHAR kernelBuffer[8];
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, DO_BUFFERED_IO);
    REQUIRE(call && device);
    Pend = FALSE;
    ConformanceDispatch = Read;
    REQUIRE(NT_SUCCESS(UserOpen(call, FILE_READ_DATA | SYNCHRONIZE, FILE_SYNCHRONOUS_IO_NONALERT)));
    CHECK_STATUS(
        NtReadFile(call->File, NULL, NULL, NULL, &call->Outcome, call->Buffer, 8, NULL, NULL),
        STATUS_SUCCESS);
    CHECK_BYTES(call->Buffer, "12345", 5);
    CHECK_STATUS(
        NtReadFile(call->File, NULL, NULL, NULL, &call->Outcome, kernelBuffer, 8, NULL, NULL),
        STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(
        NtWriteFile(call->File, NULL, NULL, NULL, &call->Outcome, call->Buffer, 8, NULL, NULL),
        STATUS_ACCESS_DENIED);
    NtClose(call->File);
    FreeUserMemory(call);
    IoDeleteDevice(device);
}
