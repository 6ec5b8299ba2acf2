// SPDX-License-Identifier: GPL-2.0-only
// Facts: SeCreateAccessState and SeDeleteAccessState of public NT headers (ntosp.h); ACCESS_STATE
// of wdm.h.
#include "identities.h"

NTKERNELAPI NTSTATUS NTAPI SeCreateAccessState(PACCESS_STATE AccessState, PVOID AuxData,
                                               ACCESS_MASK DesiredAccess,
                                               PGENERIC_MAPPING GenericMapping);
NTKERNELAPI VOID NTAPI SeDeleteAccessState(PACCESS_STATE AccessState);

CONFORMANCE(SeCreateAccessState, CapturesTheSubjectAndMapsTheRights) {
    UCHAR aux[256] __attribute__((aligned(8)));
    PACCESS_TOKEN own = OwnToken();
    ACCESS_STATE state;
    CHECK_STATUS(
        SeCreateAccessState(&state, aux, GENERIC_READ | DELETE, (PGENERIC_MAPPING)&TestMapping),
        STATUS_SUCCESS);
    CHECK_EQ(state.OriginalDesiredAccess, READ_CONTROL | 1 | DELETE);
    CHECK_EQ(state.RemainingDesiredAccess, state.OriginalDesiredAccess);
    CHECK_EQ(state.PreviouslyGrantedAccess, 0);
    CHECK_EQ(SeQuerySubjectContextToken(&state.SubjectSecurityContext), own);
    CHECK_EQ(state.AuxData, (PVOID)aux);
    CHECK_EQ(state.Flags & TOKEN_HAS_TRAVERSE_PRIVILEGE, TOKEN_HAS_TRAVERSE_PRIVILEGE);
    SeDeleteAccessState(&state);
    PsDereferencePrimaryToken(own);
}
CONFORMANCE(SeDeleteAccessState, GivesTheSubjectBack) {
    UCHAR aux[256] __attribute__((aligned(8)));
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation);
    ACCESS_STATE state;
    LONG_PTR before;
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), token, FALSE, FALSE, SecurityImpersonation));
    ObReferenceObject(token);
    before = ObDereferenceObject(token);
    CHECK_SUCCESS(SeCreateAccessState(&state, aux, 1, (PGENERIC_MAPPING)&TestMapping));
    SeDeleteAccessState(&state);
    ObReferenceObject(token);
    CHECK_EQ(ObDereferenceObject(token), before);
    PsRevertToSelf();
    ObDereferenceObject(token);
}
