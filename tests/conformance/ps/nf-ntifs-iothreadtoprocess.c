// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"
#include "current.h"

CONFORMANCE(IoThreadToProcess, IsTheProcessOfTheThread) {
    CHECK_EQ(IoThreadToProcess(PsGetCurrentThread()), PsInitialSystemProcess);
    AT_IRQL(DISPATCH_LEVEL,
            CHECK_EQ(IoThreadToProcess(PsGetCurrentThread()), PsInitialSystemProcess));
}
