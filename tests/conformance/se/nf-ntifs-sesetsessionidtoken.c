// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeSetSessionIdToken, TheTokenSaysItLater) {
    PACCESS_TOKEN copy = CopyOwnToken(SecurityImpersonation);
    ULONG session = 0;
    CHECK_STATUS(SeSetSessionIdToken(copy, 5), STATUS_SUCCESS);
    CHECK_SUCCESS(SeQuerySessionIdToken(copy, &session));
    CHECK_EQ(session, 5);
    ObDereferenceObject(copy);
}
