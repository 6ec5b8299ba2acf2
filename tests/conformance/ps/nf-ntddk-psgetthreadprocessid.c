// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"
#include "current.h"

CONFORMANCE(PsGetThreadProcessId, IsThatOfItsProcess) {
    CHECK_EQ(PsGetThreadProcessId(PsGetCurrentThread()), PsGetCurrentProcessId());
}

CONFORMANCE_IN_CALLER(PsGetThreadProcessId, IsThatOfTheCaller) {
    CHECK_EQ(PsGetThreadProcessId(PsGetCurrentThread()), PsGetCurrentProcessId());
}
