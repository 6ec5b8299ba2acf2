/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

CONFORMANCE(BCryptGetFipsAlgorithmMode, IsOffUnlessAPolicyTurnsItOn) {
    BOOLEAN enabled = 2;
    CHECK_STATUS(BCryptGetFipsAlgorithmMode(&enabled), STATUS_SUCCESS);
    CHECK_EQ(enabled, FALSE);
}

CONFORMANCE(BCryptGetFipsAlgorithmMode, RefusesNoPlace) {
    CHECK_STATUS(BCryptGetFipsAlgorithmMode(NULL), STATUS_INVALID_PARAMETER);
}
