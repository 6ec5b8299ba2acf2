// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeImpersonateClientEx, TheCallingThreadActsForTheClient) {
    SECURITY_QUALITY_OF_SERVICE quality = {sizeof(quality), SecurityImpersonation,
                                           SECURITY_STATIC_TRACKING, FALSE};
    SECURITY_CLIENT_CONTEXT context;
    SECURITY_SUBJECT_CONTEXT subject;
    CHECK_SUCCESS(SeCreateClientSecurity(PsGetCurrentThread(), &quality, FALSE, &context));
    CHECK_STATUS(SeImpersonateClientEx(&context, NULL), STATUS_SUCCESS);
    SeCaptureSubjectContext(&subject);
    CHECK_EQ(subject.ClientToken, context.ClientToken);
    CHECK_EQ(subject.ImpersonationLevel, SecurityImpersonation);
    SeReleaseSubjectContext(&subject);
    SeStopImpersonatingClient();
    SeCaptureSubjectContext(&subject);
    CHECK_EQ(subject.ClientToken, NULL);
    SeReleaseSubjectContext(&subject);
    context.SecurityQos.ImpersonationLevel = SecurityDelegation;  // more than the copy is for
    CHECK_STATUS(SeImpersonateClientEx(&context, PsGetCurrentThread()),
                 STATUS_BAD_IMPERSONATION_LEVEL);
    SeDeleteClientSecurity(&context);
}
