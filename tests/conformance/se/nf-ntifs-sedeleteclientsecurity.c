// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

// A macro in new headers, a function in old ones; drivers import it.
#undef SeDeleteClientSecurity
NTKERNELAPI VOID NTAPI SeDeleteClientSecurity(PSECURITY_CLIENT_CONTEXT ClientContext);

CONFORMANCE(SeDeleteClientSecurity, GivesTheTokenBack) {
    SECURITY_QUALITY_OF_SERVICE quality = {sizeof(quality), SecurityImpersonation,
                                           SECURITY_DYNAMIC_TRACKING, FALSE};
    SECURITY_CLIENT_CONTEXT context;
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation);
    LONG_PTR before;
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), token, FALSE, FALSE, SecurityImpersonation));
    ObReferenceObject(token);
    before = ObDereferenceObject(token);
    CHECK_SUCCESS(SeCreateClientSecurity(PsGetCurrentThread(), &quality, FALSE, &context));
    CHECK_EQ(context.ClientToken, token);
    SeDeleteClientSecurity(&context);
    ObReferenceObject(token);
    CHECK_EQ(ObDereferenceObject(token), before);
    PsRevertToSelf();
    ObDereferenceObject(token);
}
