// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"
#include "current.h"

CONFORMANCE(PsGetThreadId, IsTheIdentifier) {
    CHECK_EQ(PsGetThreadId(PsGetCurrentThread()), PsGetCurrentThreadId());
    CHECK((ULONG_PTR)PsGetCurrentThreadId() % 4 == 0);
}
