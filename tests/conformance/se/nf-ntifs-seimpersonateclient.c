// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeImpersonateClient, DoesAsTheNewerRoutine) {
    SECURITY_QUALITY_OF_SERVICE quality = {sizeof(quality), SecurityImpersonation,
                                           SECURITY_STATIC_TRACKING, FALSE};
    SECURITY_CLIENT_CONTEXT context;
    SECURITY_SUBJECT_CONTEXT subject;
    CHECK_SUCCESS(SeCreateClientSecurity(PsGetCurrentThread(), &quality, FALSE, &context));
    SeImpersonateClient(&context, PsGetCurrentThread());
    SeCaptureSubjectContext(&subject);
    CHECK_EQ(subject.ClientToken, context.ClientToken);
    SeReleaseSubjectContext(&subject);
    SeStopImpersonatingClient();
    SeDeleteClientSecurity(&context);
}
