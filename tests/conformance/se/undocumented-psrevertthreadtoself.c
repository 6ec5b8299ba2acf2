// SPDX-License-Identifier: GPL-2.0-only
// Facts: PsRevertThreadToSelf of public NT headers (ntosp.h); PsRevertToSelf for the thread given.
#include "identities.h"

NTKERNELAPI VOID NTAPI PsRevertThreadToSelf(PETHREAD Thread);
NTKERNELAPI BOOLEAN NTAPI PsIsThreadImpersonating(PETHREAD Thread);

CONFORMANCE(PsRevertThreadToSelf, EndsTheImpersonationOfTheThreadGiven) {
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation);
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), token, TRUE, FALSE, SecurityImpersonation));
    CHECK_EQ(PsIsThreadImpersonating(PsGetCurrentThread()), TRUE);
    PsRevertThreadToSelf(PsGetCurrentThread());
    CHECK_EQ(PsIsThreadImpersonating(PsGetCurrentThread()), FALSE);
    ObDereferenceObject(token);
}
CONFORMANCE(PsIsThreadImpersonating, FollowsTheThread) {
    PACCESS_TOKEN token = CopyOwnToken(SecurityIdentification);
    CHECK_EQ(PsIsThreadImpersonating(PsGetCurrentThread()), FALSE);
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), token, FALSE, FALSE, SecurityIdentification));
    CHECK_EQ(PsIsThreadImpersonating(PsGetCurrentThread()), TRUE);
    PsRevertToSelf();
    CHECK_EQ(PsIsThreadImpersonating(PsGetCurrentThread()), FALSE);
    ObDereferenceObject(token);
}
