// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeReleaseSubjectContext, GivesTheReferencesBack) {
    SECURITY_SUBJECT_CONTEXT subject;
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation);
    LONG_PTR before;
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), token, FALSE, FALSE, SecurityImpersonation));
    ObReferenceObject(token);
    before = ObDereferenceObject(token);
    SeCaptureSubjectContext(&subject);
    SeReleaseSubjectContext(&subject);
    ObReferenceObject(token);
    CHECK_EQ(ObDereferenceObject(token), before);
    PsRevertToSelf();
    ObDereferenceObject(token);
}
