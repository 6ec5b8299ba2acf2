// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeCreateClientSecurity, StaticTrackingCopiesTheToken) {
    SECURITY_QUALITY_OF_SERVICE quality = {sizeof(quality), SecurityImpersonation,
                                           SECURITY_STATIC_TRACKING, FALSE};
    SECURITY_CLIENT_CONTEXT context;
    PACCESS_TOKEN own = OwnToken();
    CHECK_STATUS(SeCreateClientSecurity(PsGetCurrentThread(), &quality, FALSE, &context),
                 STATUS_SUCCESS);
    CHECK(context.ClientToken != own);
    CHECK_EQ(SeTokenType(context.ClientToken), TokenImpersonation);
    CHECK_EQ(context.DirectlyAccessClientToken, FALSE);
    SeDeleteClientSecurity(&context);
    PsDereferencePrimaryToken(own);
}
CONFORMANCE(SeCreateClientSecurity, DynamicTrackingUsesTheTokenItself) {
    SECURITY_QUALITY_OF_SERVICE quality = {sizeof(quality), SecurityImpersonation,
                                           SECURITY_DYNAMIC_TRACKING, FALSE};
    SECURITY_CLIENT_CONTEXT context;
    PACCESS_TOKEN own = OwnToken();
    CHECK_STATUS(SeCreateClientSecurity(PsGetCurrentThread(), &quality, FALSE, &context),
                 STATUS_SUCCESS);
    CHECK_EQ(context.ClientToken, own);
    CHECK_EQ(context.DirectlyAccessClientToken, TRUE);
    SeDeleteClientSecurity(&context);
    PsDereferencePrimaryToken(own);
}
CONFORMANCE(SeCreateClientSecurity, AnIdentityOnlyIsNotPassedOn) {
    SECURITY_QUALITY_OF_SERVICE quality = {sizeof(quality), SecurityImpersonation,
                                           SECURITY_STATIC_TRACKING, FALSE};
    SECURITY_CLIENT_CONTEXT context;
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation);
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), token, FALSE, FALSE, SecurityIdentification));
    CHECK_STATUS(SeCreateClientSecurity(PsGetCurrentThread(), &quality, FALSE, &context),
                 STATUS_BAD_IMPERSONATION_LEVEL);
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), token, FALSE, FALSE, SecurityImpersonation));
    CHECK_STATUS(SeCreateClientSecurity(PsGetCurrentThread(), &quality, TRUE, &context),
                 STATUS_BAD_IMPERSONATION_LEVEL);  // remote wants delegation
    PsRevertToSelf();
    ObDereferenceObject(token);
}
