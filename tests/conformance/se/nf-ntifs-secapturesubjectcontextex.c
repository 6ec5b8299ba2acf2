// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

NTKERNELAPI VOID NTAPI SeCaptureSubjectContextEx(PETHREAD Thread, PEPROCESS Process,
                                                 PSECURITY_SUBJECT_CONTEXT SubjectContext);

CONFORMANCE_IN_CALLER(SeCaptureSubjectContextEx, TakesTheTokensOfTheProcessGiven) {
    SECURITY_SUBJECT_CONTEXT subject;
    PACCESS_TOKEN own = OwnToken(), system = PsReferencePrimaryToken(PsInitialSystemProcess);
    SeCaptureSubjectContextEx(NULL, PsInitialSystemProcess, &subject);
    CHECK_EQ(SeQuerySubjectContextToken(&subject), system);
    SeReleaseSubjectContext(&subject);
    SeCaptureSubjectContextEx(PsGetCurrentThread(), PsGetCurrentProcess(), &subject);
    CHECK_EQ(SeQuerySubjectContextToken(&subject), own);
    SeReleaseSubjectContext(&subject);
    PsDereferencePrimaryToken(system);
    PsDereferencePrimaryToken(own);
}
CONFORMANCE(SeCaptureSubjectContextEx, TakesTheThreadsImpersonationToken) {
    SECURITY_SUBJECT_CONTEXT subject;
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation);
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), token, FALSE, FALSE, SecurityImpersonation));
    SeCaptureSubjectContextEx(PsGetCurrentThread(), PsGetCurrentProcess(), &subject);
    PsRevertToSelf();
    CHECK_EQ(SeQuerySubjectContextToken(&subject), token);
    SeReleaseSubjectContext(&subject);
    ObDereferenceObject(token);
}
