// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeMarkLogonSessionForTerminationNotification, WantsASessionThatIsThere) {
    LUID system = SYSTEM_LUID, nobody = {0x12345678, 0x12345678};
    CHECK_STATUS(SeMarkLogonSessionForTerminationNotification(&system), STATUS_SUCCESS);
    CHECK_STATUS(SeMarkLogonSessionForTerminationNotification(&nobody), STATUS_NOT_FOUND);
}
CONFORMANCE_IN_CALLER(SeMarkLogonSessionForTerminationNotification, MarksTheSessionOfTheCaller) {
    PACCESS_TOKEN own = OwnToken();
    LUID id = {0, 0};
    CHECK_SUCCESS(SeQueryAuthenticationIdToken(own, &id));
    PsDereferencePrimaryToken(own);
    CHECK_STATUS(SeMarkLogonSessionForTerminationNotification(&id), STATUS_SUCCESS);
}
