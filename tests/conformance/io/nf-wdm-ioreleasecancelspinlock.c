// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static volatile LONG Inside, Overlaps;
static KEVENT Go;

static VOID NTAPI Contend(PVOID Context) {
    int turn;
    UNREFERENCED_PARAMETER(Context);
    Arrives(&Go);
    for (turn = 0; turn < 2000; turn++) {
        KIRQL before;
        IoAcquireCancelSpinLock(&before);
        if (InterlockedIncrement(&Inside) != 1) Overlaps++;
        InterlockedDecrement(&Inside);
        IoReleaseCancelSpinLock(before);
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

CONFORMANCE(IoReleaseCancelSpinLock, LetsTheNextOneIn) {
    HANDLE threads[2] = {NULL, NULL};
    int i;
    Overlaps = 0;
    KeInitializeEvent(&Go, NotificationEvent, FALSE);
    for (i = 0; i < 2; i++)
        CHECK_SUCCESS(PsCreateSystemThread(&threads[i], 0, NULL, NULL, NULL, Contend, NULL));
    KeSetEvent(&Go, 0, FALSE);
    for (i = 0; i < 2; i++) {
        ZwWaitForSingleObject(threads[i], FALSE, NULL);
        ZwClose(threads[i]);
    }
    CHECK_EQ(Overlaps, 0);
}
