// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"
#include "current.h"

IMPORTED(PVOID, PsGetCurrentThreadTeb, VOID);
IMPORTED(PVOID, PsGetThreadTeb, PETHREAD);

CONFORMANCE(PsGetCurrentThreadTeb, IsNullInASystemThread) {
    CHECK_EQ(ImportedPsGetCurrentThreadTeb(), NULL);
}

/* As PsGetCurrentThreadTeb, for any thread; it has no page of its own. */
CONFORMANCE(PsGetThreadTeb, IsNullForASystemThread) {
    CHECK_EQ(ImportedPsGetThreadTeb(PsGetCurrentThread()), NULL);
}
