// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

// Facts: PsDisableImpersonation and PsRestoreImpersonation of ntifs.h.
CONFORMANCE(PsDisableImpersonation, SuspendsAndTellsTheState) {
    PACCESS_TOKEN token = CopyOwnToken(SecurityDelegation);
    SE_IMPERSONATION_STATE state;
    SECURITY_SUBJECT_CONTEXT subject;
    CHECK_EQ(PsDisableImpersonation(PsGetCurrentThread(), &state), FALSE);
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), token, TRUE, TRUE, SecurityImpersonation));
    CHECK_EQ(PsDisableImpersonation(PsGetCurrentThread(), &state), TRUE);
    CHECK_EQ(state.Token, token);
    CHECK_EQ(state.CopyOnOpen, TRUE);
    CHECK_EQ(state.EffectiveOnly, TRUE);
    CHECK_EQ(state.Level, SecurityImpersonation);
    SeCaptureSubjectContext(&subject);
    CHECK_EQ(subject.ClientToken, NULL);
    SeReleaseSubjectContext(&subject);
    PsRestoreImpersonation(PsGetCurrentThread(), &state);
    PsRevertToSelf();
    ObDereferenceObject(token);
}
CONFORMANCE(PsRestoreImpersonation, GoesOnAsBefore) {
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation);
    SE_IMPERSONATION_STATE state;
    SECURITY_SUBJECT_CONTEXT subject;
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), token, FALSE, FALSE, SecurityImpersonation));
    CHECK_EQ(PsDisableImpersonation(PsGetCurrentThread(), &state), TRUE);
    PsRestoreImpersonation(PsGetCurrentThread(), &state);
    SeCaptureSubjectContext(&subject);
    CHECK_EQ(subject.ClientToken, token);
    SeReleaseSubjectContext(&subject);
    PsRevertToSelf();
    ObDereferenceObject(token);
}
