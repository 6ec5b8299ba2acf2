// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"
#include "current.h"

CONFORMANCE(PsGetCurrentThreadId, FindsTheRunningThread) {
    PETHREAD thread = NULL;
    CHECK_STATUS(PsLookupThreadByThreadId(PsGetCurrentThreadId(), &thread), STATUS_SUCCESS);
    REQUIRE(thread != NULL);
    CHECK_EQ(thread, PsGetCurrentThread());
    ObDereferenceObject(thread);
}
