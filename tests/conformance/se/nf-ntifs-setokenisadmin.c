// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeTokenIsAdmin, LooksForTheAdministratorsGroup) {
    PACCESS_TOKEN own = OwnToken(), filtered = NULL;
    TOKEN_GROUPS admins = {1, {{ADMINS_SID, 0}}};
    CHECK_EQ(SeTokenIsAdmin(own), TRUE);
    CHECK_SUCCESS(SeFilterToken(own, 0, &admins, NULL, NULL, &filtered));
    CHECK_EQ(SeTokenIsAdmin(filtered), FALSE);
    ObDereferenceObject(filtered);
    PsDereferencePrimaryToken(own);
}
