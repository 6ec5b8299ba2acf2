// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeCreateClientSecurityFromSubjectContext, TakesTheEffectiveToken) {
    SECURITY_QUALITY_OF_SERVICE quality = {sizeof(quality), SecurityImpersonation,
                                           SECURITY_DYNAMIC_TRACKING, FALSE};
    SECURITY_CLIENT_CONTEXT context;
    SECURITY_SUBJECT_CONTEXT subject;
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation);
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), token, FALSE, FALSE, SecurityImpersonation));
    SeCaptureSubjectContext(&subject);
    PsRevertToSelf();
    CHECK_STATUS(SeCreateClientSecurityFromSubjectContext(&subject, &quality, FALSE, &context),
                 STATUS_SUCCESS);
    CHECK_EQ(context.ClientToken, token);
    SeDeleteClientSecurity(&context);
    subject.ImpersonationLevel = SecurityIdentification;
    CHECK_STATUS(SeCreateClientSecurityFromSubjectContext(&subject, &quality, FALSE, &context),
                 STATUS_BAD_IMPERSONATION_LEVEL);
    SeReleaseSubjectContext(&subject);
    ObDereferenceObject(token);
}
