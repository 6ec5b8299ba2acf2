// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(PsRevertToSelf, EndsTheImpersonation) {
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation);
    BOOLEAN copyOnOpen, effectiveOnly;
    SECURITY_IMPERSONATION_LEVEL level;
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), token, TRUE, FALSE, SecurityImpersonation));
    PsRevertToSelf();
    CHECK_EQ(
        PsReferenceImpersonationToken(PsGetCurrentThread(), &copyOnOpen, &effectiveOnly, &level),
        NULL);
    PsRevertToSelf();  // without impersonation nothing happens
    ObDereferenceObject(token);
}
