// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"
#include "current.h"

CONFORMANCE(PsIsSystemThread, IsTrueInASystemThread) {
    CHECK(PsIsSystemThread(PsGetCurrentThread()));
    AT_IRQL(DISPATCH_LEVEL, CHECK(PsIsSystemThread(PsGetCurrentThread())));
}

CONFORMANCE_IN_CALLER(PsIsSystemThread, IsFalseInACallersThread) {
    CHECK(!PsIsSystemThread(PsGetCurrentThread()));
}
