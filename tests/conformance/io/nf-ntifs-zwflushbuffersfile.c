// SPDX-License-Identifier: GPL-2.0-only
#include "services.h"

static ULONG Flushes, SeenMinor;

static NTSTATUS NTAPI Flush(PDEVICE_OBJECT Device, PIRP Irp) {
    PIO_STACK_LOCATION here = IoGetCurrentIrpStackLocation(Irp);
    UNREFERENCED_PARAMETER(Device);
    if (here->MajorFunction != IRP_MJ_FLUSH_BUFFERS) return Complete(Irp, STATUS_SUCCESS, 0);
    SeenMinor = here->MinorFunction;
    return Complete(Irp, Flushes++ == 0 ? STATUS_SUCCESS : STATUS_MEDIA_WRITE_PROTECTED, 0);
}

static VOID Flushing(NTSTATUS(NTAPI* Call)(HANDLE, PIO_STATUS_BLOCK)) {
    IO_STATUS_BLOCK outcome = {{-1}, 0};
    OPENED opened;
    Flushes = 0;
    REQUIRE(OpenDevice(&opened, 0, 0));
    ConformanceDispatch = Flush;
    CHECK_STATUS(Call(opened.File, &outcome), STATUS_SUCCESS);
    CHECK_STATUS(outcome.Status, STATUS_SUCCESS);
    CHECK_EQ(Flushes, 1);
    CHECK_STATUS(Call(opened.File, &outcome), STATUS_MEDIA_WRITE_PROTECTED);
    CHECK_STATUS(Call((HANDLE)0x7FFFFFF0, &outcome), STATUS_INVALID_HANDLE);
    CloseDevice(&opened);
}

CONFORMANCE(ZwFlushBuffersFile, SendsAFlushAndWaits) { Flushing(ZwFlushBuffersFile); }
CONFORMANCE(NtFlushBuffersFile, SendsAFlushAndWaits) { Flushing(NtFlushBuffersFile); }

CONFORMANCE_IN_CALLER(NtFlushBuffersFile, NeedsTheRightToWrite) {
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    USER_CALL* call = UserMemory();
    REQUIRE(call && device);
    REQUIRE(NT_SUCCESS(UserOpen(call, FILE_READ_DATA, 0)));
    CHECK_STATUS(NtFlushBuffersFile(call->File, &call->Outcome), STATUS_ACCESS_DENIED);
    NtClose(call->File);
    REQUIRE(NT_SUCCESS(UserOpen(call, FILE_APPEND_DATA, 0)));
    CHECK_STATUS(NtFlushBuffersFile(call->File, &call->Outcome), STATUS_SUCCESS);
    NtClose(call->File);
    FreeUserMemory(call);
    IoDeleteDevice(device);
}

static VOID FlushingEx(NTSTATUS(NTAPI* Call)(HANDLE, ULONG, PVOID, ULONG, PIO_STATUS_BLOCK)) {
    IO_STATUS_BLOCK outcome;
    OPENED opened;
    Flushes = 0;
    REQUIRE(OpenDevice(&opened, 0, 0));
    ConformanceDispatch = Flush;
    CHECK_STATUS(Call(opened.File, 0, NULL, 0, &outcome), STATUS_SUCCESS);
    CHECK_EQ(Flushes, 1);
    CHECK_STATUS(Call(opened.File, 0, &outcome, sizeof(outcome), &outcome),
                 STATUS_INVALID_PARAMETER);
    CHECK_EQ(Flushes, 1);
    CloseDevice(&opened);
}

CONFORMANCE(ZwFlushBuffersFileEx, WithoutFlagsIsAnOrdinaryFlush) {
    FlushingEx(ZwFlushBuffersFileEx);
}
CONFORMANCE(NtFlushBuffersFileEx, WithoutFlagsIsAnOrdinaryFlush) {
    FlushingEx(NtFlushBuffersFileEx);
}
