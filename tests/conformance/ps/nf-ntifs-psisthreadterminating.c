// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"
#include "current.h"

static VOID NTAPI Nothing(PVOID Context) {}

CONFORMANCE(PsIsThreadTerminating, IsTrueOnceItEnds) {
    PETHREAD thread = StartHelper(Nothing, NULL);
    REQUIRE(thread != NULL);
    CHECK(!PsIsThreadTerminating(PsGetCurrentThread()));
    WaitMs(thread, HELPER_TIMEOUT_MS);
    AT_IRQL(DISPATCH_LEVEL, CHECK(PsIsThreadTerminating(thread)));
    ObDereferenceObject(thread);
}
