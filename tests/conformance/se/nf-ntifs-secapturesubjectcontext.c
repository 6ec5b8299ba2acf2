// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeCaptureSubjectContext, TakesThePrimaryToken) {
    SECURITY_SUBJECT_CONTEXT subject;
    PACCESS_TOKEN own = OwnToken();
    SeCaptureSubjectContext(&subject);
    CHECK_EQ(subject.ClientToken, NULL);
    CHECK_EQ(SeQuerySubjectContextToken(&subject), own);
    SeReleaseSubjectContext(&subject);
    PsDereferencePrimaryToken(own);
}
CONFORMANCE(SeCaptureSubjectContext, TakesTheClientsTokenWhenImpersonating) {
    SECURITY_SUBJECT_CONTEXT subject;
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation);
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), token, FALSE, FALSE, SecurityImpersonation));
    SeCaptureSubjectContext(&subject);
    PsRevertToSelf();
    CHECK_EQ(SeQuerySubjectContextToken(&subject), token);
    CHECK_EQ(subject.ImpersonationLevel, SecurityImpersonation);
    SeReleaseSubjectContext(&subject);
    ObDereferenceObject(token);
}
