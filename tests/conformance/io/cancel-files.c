// SPDX-License-Identifier: GPL-2.0-only
#include "services.h"
#include "threads.h"

/* NtCancelIoFile and kin have no page in the driver documentation. Facts: CancelIo, CancelIoEx and
 * CancelSynchronousIo (learn.microsoft.com/windows/win32/fileio), which are built on them. */
static PIRP Held[4];
static int Count;
static KEVENT Holding;

static VOID NTAPI Cancel(PDEVICE_OBJECT Device, PIRP Irp) {
    UNREFERENCED_PARAMETER(Device);
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    Complete(Irp, STATUS_CANCELLED, 0);
}

static NTSTATUS NTAPI Hold(PDEVICE_OBJECT Device, PIRP Irp) {
    UNREFERENCED_PARAMETER(Device);
    if (IoGetCurrentIrpStackLocation(Irp)->MajorFunction != IRP_MJ_READ)
        return Complete(Irp, STATUS_SUCCESS, 0);
    IoMarkIrpPending(Irp);
    IoSetCancelRoutine(Irp, Cancel);
    Held[Count++] = Irp;
    KeSetEvent(&Holding, 0, FALSE);
    return STATUS_PENDING;
}

static NTSTATUS Start(HANDLE File, IO_STATUS_BLOCK* Outcome) {
    static UCHAR buffer[8];
    LARGE_INTEGER offset = {.QuadPart = 0};
    Outcome->Status = STATUS_PENDING;
    return ZwReadFile(File, NULL, NULL, NULL, Outcome, buffer, 8, &offset, NULL);
}

static BOOLEAN Begin(OPENED* Opened, ULONG Options) {
    Count = 0;
    KeInitializeEvent(&Holding, SynchronizationEvent, FALSE);
    ConformanceDispatch = Hold;
    return OpenDevice(Opened, 0, Options);
}

static VOID CancelsAll(NTSTATUS(NTAPI* Call)(HANDLE, PIO_STATUS_BLOCK)) {
    IO_STATUS_BLOCK first, second, outcome = {{-1}, 0};
    OPENED opened;
    REQUIRE(Begin(&opened, 0));
    CHECK_STATUS(Start(opened.File, &first), STATUS_PENDING);
    CHECK_STATUS(Start(opened.File, &second), STATUS_PENDING);
    CHECK_STATUS(Call(opened.File, &outcome), STATUS_SUCCESS);
    CHECK_STATUS(outcome.Status, STATUS_SUCCESS);
    CHECK(EVENTUALLY(first.Status == STATUS_CANCELLED));
    CHECK(EVENTUALLY(second.Status == STATUS_CANCELLED));
    CHECK_STATUS(Call((HANDLE)0x7FFFFFF0, &outcome), STATUS_INVALID_HANDLE);
    CloseDevice(&opened);
}

CONFORMANCE(ZwCancelIoFile, CancelsTheThreadsRequestsOnTheFile) { CancelsAll(ZwCancelIoFile); }
CONFORMANCE(NtCancelIoFile, CancelsTheThreadsRequestsOnTheFile) { CancelsAll(NtCancelIoFile); }

static VOID CancelsOne(NTSTATUS(NTAPI* Call)(HANDLE, PIO_STATUS_BLOCK, PIO_STATUS_BLOCK)) {
    IO_STATUS_BLOCK first, second, outcome;
    OPENED opened;
    REQUIRE(Begin(&opened, 0));
    CHECK_STATUS(Call(opened.File, NULL, &outcome), STATUS_NOT_FOUND);
    CHECK_STATUS(Start(opened.File, &first), STATUS_PENDING);
    CHECK_STATUS(Start(opened.File, &second), STATUS_PENDING);
    CHECK_STATUS(Call(opened.File, &second, &outcome), STATUS_SUCCESS);
    CHECK(EVENTUALLY(second.Status == STATUS_CANCELLED));
    CHECK_STATUS(first.Status, STATUS_PENDING);
    CHECK_STATUS(Call(opened.File, NULL, &outcome), STATUS_SUCCESS);
    CHECK(EVENTUALLY(first.Status == STATUS_CANCELLED));
    CloseDevice(&opened);
}

CONFORMANCE(ZwCancelIoFileEx, CancelsTheRequestNamedOrAll) { CancelsOne(ZwCancelIoFileEx); }
CONFORMANCE(NtCancelIoFileEx, CancelsTheRequestNamedOrAll) { CancelsOne(NtCancelIoFileEx); }

static HANDLE WaitersFile;
static NTSTATUS WaitersStatus;

static VOID NTAPI Waiter(PVOID Context) {
    IO_STATUS_BLOCK outcome;
    UNREFERENCED_PARAMETER(Context);
    WaitersStatus = Start(WaitersFile, &outcome);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

CONFORMANCE(NtCancelSynchronousIoFile, EndsTheWaitOfAnotherThread) {
    LARGE_INTEGER limit = {.QuadPart = -50000000};
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK outcome;
    HANDLE thread = NULL;
    OPENED opened;
    REQUIRE(Begin(&opened, FILE_SYNCHRONOUS_IO_NONALERT));
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    WaitersFile = opened.File;
    REQUIRE(NT_SUCCESS(
        PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, &attributes, NULL, NULL, Waiter, NULL)));
    REQUIRE(Arrives(&Holding));
    CHECK_STATUS(NtCancelSynchronousIoFile(thread, NULL, &outcome), STATUS_SUCCESS);
    CHECK_STATUS(ZwWaitForSingleObject(thread, FALSE, &limit), STATUS_SUCCESS);
    CHECK_STATUS(WaitersStatus, STATUS_CANCELLED);
    CHECK_STATUS(NtCancelSynchronousIoFile(thread, NULL, &outcome), STATUS_NOT_FOUND);
    ZwClose(thread);
    CloseDevice(&opened);
}
