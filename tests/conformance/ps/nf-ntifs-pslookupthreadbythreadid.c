// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"
#include "current.h"

CONFORMANCE(PsLookupThreadByThreadId, ReferencesTheThread) {
    PETHREAD thread = NULL;
    AT_IRQL(APC_LEVEL, CHECK_STATUS(PsLookupThreadByThreadId(PsGetCurrentThreadId(), &thread),
                                    STATUS_SUCCESS));
    REQUIRE(thread != NULL);
    CHECK_EQ(thread, PsGetCurrentThread());
    ObDereferenceObject(thread);
}

CONFORMANCE(PsLookupThreadByThreadId, RefusesAnUnknownIdentifier) {
    PETHREAD thread = NULL;
    CHECK_STATUS(PsLookupThreadByThreadId((HANDLE)0x7FFFFFF0, &thread), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(PsLookupThreadByThreadId(NULL, &thread), STATUS_INVALID_PARAMETER);
}
