// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeQuerySessionIdToken, ServicesAreInSessionZero) {
    ULONG session = 77;
    PACCESS_TOKEN own = OwnToken();
    CHECK_STATUS(SeQuerySessionIdToken(own, &session), STATUS_SUCCESS);
    CHECK_EQ(session, 0);
    PsDereferencePrimaryToken(own);
}
