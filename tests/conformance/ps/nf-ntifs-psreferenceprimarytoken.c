// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(PsReferencePrimaryToken, IsTheTokenOfTheProcess) {
    PACCESS_TOKEN token = PsReferencePrimaryToken(PsInitialSystemProcess);
    REQUIRE(token != NULL);
    CHECK_EQ(SeTokenType(token), TokenPrimary);
    CHECK(SeTokenIsAdmin(token));
    PsDereferencePrimaryToken(token);
}
