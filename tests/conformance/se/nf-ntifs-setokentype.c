// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeTokenType, TellsPrimaryFromImpersonation) {
    PACCESS_TOKEN own = OwnToken(), copy = CopyOwnToken(SecurityImpersonation);
    CHECK_EQ(SeTokenType(own), TokenPrimary);
    CHECK_EQ(SeTokenType(copy), TokenImpersonation);
    ObDereferenceObject(copy);
    PsDereferencePrimaryToken(own);
}
