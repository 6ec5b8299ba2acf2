// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

NTKERNELAPI NTSTATUS NTAPI SeCreateAccessState(PACCESS_STATE AccessState, PVOID AuxData,
                                               ACCESS_MASK DesiredAccess,
                                               PGENERIC_MAPPING GenericMapping);
NTKERNELAPI VOID NTAPI SeDeleteAccessState(PACCESS_STATE AccessState);

CONFORMANCE(SeSetAccessStateGenericMapping, SetsTheMappingOfAuxData) {
    UCHAR aux[256] __attribute__((aligned(8)));
    ACCESS_STATE state;
    CHECK_SUCCESS(SeCreateAccessState(&state, aux, 1, NULL));
    SeSetAccessStateGenericMapping(&state, (PGENERIC_MAPPING)&TestMapping);
    CHECK_BYTES(aux + sizeof(PVOID), &TestMapping, sizeof(TestMapping));
    SeDeleteAccessState(&state);
}
