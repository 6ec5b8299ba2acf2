// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(PsGetCurrentThreadId, FindsTheRunningThread) {
    PETHREAD thread = NULL;
    CHECK_STATUS(PsLookupThreadByThreadId(PsGetCurrentThreadId(), &thread), STATUS_SUCCESS);
    CHECK_EQ(thread, PsGetCurrentThread());
    ObDereferenceObject(thread);
}
