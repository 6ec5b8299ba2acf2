// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static IO_REMOVE_LOCK Lock;
static KEVENT Removed;

static VOID NTAPI Remove(PVOID Context) {
    IoReleaseRemoveLockAndWait(&Lock, Context);
    KeSetEvent(&Removed, 0, FALSE);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

CONFORMANCE(IoInitializeRemoveLockEx, IsReadyToBeAcquired) {
    IoInitializeRemoveLock(&Lock, CONFORMANCE_TAG, 0, 0);
    CHECK_STATUS(IoAcquireRemoveLock(&Lock, NULL), STATUS_SUCCESS);
    IoReleaseRemoveLock(&Lock, NULL);
}

CONFORMANCE(IoAcquireRemoveLockEx, SucceedsAtDispatchLevelUntilRemoval) {
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    IoInitializeRemoveLock(&Lock, CONFORMANCE_TAG, 0, 0);
    AT_IRQL(DISPATCH_LEVEL, status = IoAcquireRemoveLock(&Lock, &Lock));
    CHECK_STATUS(status, STATUS_SUCCESS);
    IoReleaseRemoveLockAndWait(&Lock, &Lock);
    CHECK_STATUS(IoAcquireRemoveLock(&Lock, &Lock), STATUS_DELETE_PENDING);
}

CONFORMANCE(IoReleaseRemoveLockEx, TheLastReleaseLetsRemovalGoOn) {
    LARGE_INTEGER moment = {.QuadPart = -200000};
    HANDLE thread;
    IoInitializeRemoveLock(&Lock, CONFORMANCE_TAG, 0, 0);
    KeInitializeEvent(&Removed, NotificationEvent, FALSE);
    CHECK_SUCCESS(IoAcquireRemoveLock(&Lock, NULL));
    CHECK_SUCCESS(IoAcquireRemoveLock(&Lock, NULL));
    REQUIRE(NT_SUCCESS(PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, Remove, NULL)));
    CHECK_STATUS(KeWaitForSingleObject(&Removed, Executive, KernelMode, FALSE, &moment),
                 STATUS_TIMEOUT);
    AT_IRQL(DISPATCH_LEVEL, IoReleaseRemoveLock(&Lock, NULL));
    CHECK(Arrives(&Removed));
    ZwWaitForSingleObject(thread, FALSE, NULL);
    ZwClose(thread);
}

CONFORMANCE(IoReleaseRemoveLockAndWaitEx, ReturnsAtOnceForTheOnlyHolder) {
    IoInitializeRemoveLock(&Lock, CONFORMANCE_TAG, 0, 0);
    CHECK_SUCCESS(IoAcquireRemoveLock(&Lock, NULL));
    IoReleaseRemoveLockAndWait(&Lock, NULL);
    CHECK_STATUS(IoAcquireRemoveLock(&Lock, NULL), STATUS_DELETE_PENDING);
}
