// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(PsGetThreadProcessId, IsThatOfItsProcess) {
    CHECK_EQ(PsGetThreadProcessId(PsGetCurrentThread()), (HANDLE)4);
}

CONFORMANCE_IN_CALLER(PsGetThreadProcessId, IsThatOfTheCaller) {
    CHECK_EQ(PsGetThreadProcessId(PsGetCurrentThread()), PsGetCurrentProcessId());
}
