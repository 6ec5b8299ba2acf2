// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

NTKERNELAPI NTSTATUS NTAPI SeCreateAccessState(PACCESS_STATE AccessState, PVOID AuxData,
                                               ACCESS_MASK DesiredAccess,
                                               PGENERIC_MAPPING GenericMapping);
NTKERNELAPI VOID NTAPI SeDeleteAccessState(PACCESS_STATE AccessState);

CONFORMANCE(SeAppendPrivileges, GrowsBeyondThreePrivileges) {
    UCHAR aux[256] __attribute__((aligned(8))), room[64] __attribute__((aligned(8)));
    PRIVILEGE_SET* more = (PRIVILEGE_SET*)room;
    PRIVILEGE_SET* used;
    ACCESS_STATE state;
    more->PrivilegeCount = 2;
    more->Control = 0;
    more->Privilege[0].Luid = PRIVILEGE(SE_DEBUG_PRIVILEGE);
    more->Privilege[0].Attributes = SE_PRIVILEGE_USED_FOR_ACCESS;
    more->Privilege[1].Luid = PRIVILEGE(SE_BACKUP_PRIVILEGE);
    more->Privilege[1].Attributes = 0;
    CHECK_SUCCESS(SeCreateAccessState(&state, aux, 1, (PGENERIC_MAPPING)&TestMapping));
    CHECK_STATUS(SeAppendPrivileges(&state, more), STATUS_SUCCESS);
    CHECK_EQ(state.PrivilegesAllocated, FALSE);
    CHECK_EQ(state.Privileges.PrivilegeSet.PrivilegeCount, 2);
    CHECK_STATUS(SeAppendPrivileges(&state, more), STATUS_SUCCESS);
    CHECK_EQ(state.PrivilegesAllocated, TRUE);
    used = *(PRIVILEGE_SET**)aux;
    CHECK_EQ(used->PrivilegeCount, 4);
    CHECK_EQ(used->Privilege[3].Luid.LowPart, SE_BACKUP_PRIVILEGE);
    SeDeleteAccessState(&state);
}
