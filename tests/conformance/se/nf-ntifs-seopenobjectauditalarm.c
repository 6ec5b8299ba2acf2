// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

NTKERNELAPI NTSTATUS NTAPI SeCreateAccessState(PACCESS_STATE AccessState, PVOID AuxData,
                                               ACCESS_MASK DesiredAccess,
                                               PGENERIC_MAPPING GenericMapping);
NTKERNELAPI VOID NTAPI SeDeleteAccessState(PACCESS_STATE AccessState);

CONFORMANCE(SeOpenObjectAuditAlarm, AKernelOpenIsNotReportedOnClose) {
    UNICODE_STRING type = RTL_CONSTANT_STRING(L"File");
    UCHAR aux[256] __attribute__((aligned(8)));
    BOOLEAN onClose = TRUE;
    ACCESS_STATE state;
    GUARD guard;
    InitializeGuard(&guard);
    CHECK_SUCCESS(SeCreateAccessState(&state, aux, 1, (PGENERIC_MAPPING)&TestMapping));
    SeLockSubjectContext(&state.SubjectSecurityContext);
    SeOpenObjectAuditAlarm(&type, NULL, NULL, &guard.Descriptor, &state, FALSE, TRUE, KernelMode,
                           &onClose);
    SeUnlockSubjectContext(&state.SubjectSecurityContext);
    CHECK_EQ(onClose, FALSE);
    SeDeleteAccessState(&state);
}
