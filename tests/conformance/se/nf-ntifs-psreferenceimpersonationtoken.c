// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(PsReferenceImpersonationToken, TellsTokenAndTerms) {
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation), found;
    BOOLEAN copyOnOpen = FALSE, effectiveOnly = TRUE;
    SECURITY_IMPERSONATION_LEVEL level = SecurityAnonymous;
    CHECK_EQ(
        PsReferenceImpersonationToken(PsGetCurrentThread(), &copyOnOpen, &effectiveOnly, &level),
        NULL);
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), token, TRUE, FALSE, SecurityIdentification));
    found =
        PsReferenceImpersonationToken(PsGetCurrentThread(), &copyOnOpen, &effectiveOnly, &level);
    CHECK_EQ(found, token);
    CHECK_EQ(copyOnOpen, TRUE);
    CHECK_EQ(effectiveOnly, FALSE);
    CHECK_EQ(level, SecurityIdentification);
    PsDereferenceImpersonationToken(found);
    PsRevertToSelf();
    ObDereferenceObject(token);
}
