// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlAddAccessAllowedAceEx, KeepsTheFlags) {
    GUARD guard;
    ACCESS_ALLOWED_ACE* ace = NULL;
    InitializeGuard(&guard);
    CHECK_STATUS(RtlAddAccessAllowedAceEx(&guard.u.List, ACL_REVISION,
                                          CONTAINER_INHERIT_ACE | INHERIT_ONLY_ACE, 3,
                                          WORLD_SID),
                 STATUS_SUCCESS);
    CHECK_SUCCESS(RtlGetAce(&guard.u.List, 0, (PVOID*)&ace));
    CHECK_EQ(ace->Header.AceFlags, CONTAINER_INHERIT_ACE | INHERIT_ONLY_ACE);
    CHECK_EQ(ace->Mask, 3);
}
CONFORMANCE(RtlAddAccessAllowedAceEx, RefusesAFullList) {
    UCHAR room[12] __attribute__((aligned(4)));
    RtlCreateAcl((ACL*)room, sizeof(room), ACL_REVISION);
    CHECK_STATUS(RtlAddAccessAllowedAceEx((ACL*)room, ACL_REVISION, 0, 1, WORLD_SID),
                 STATUS_ALLOTTED_SPACE_EXCEEDED);
}
