// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PKTHREAD, KeGetCurrentThread, VOID);

static VOID NTAPI Tell(PVOID Context) { *(PKTHREAD*)Context = ImportedKeGetCurrentThread(); }

CONFORMANCE(KeGetCurrentThread, IsTheRunningThread) {
    PKTHREAD other = NULL;
    PETHREAD thread;
    CHECK_EQ(ImportedKeGetCurrentThread(), (PKTHREAD)PsGetCurrentThread());
    thread = StartHelper(Tell, &other);
    REQUIRE(thread != NULL);
    WaitMs(thread, HELPER_TIMEOUT_MS);
    CHECK_EQ(other, (PKTHREAD)thread);
    EndHelper(thread);
    AT_IRQL(HIGH_LEVEL, CHECK(ImportedKeGetCurrentThread() != NULL));
}
