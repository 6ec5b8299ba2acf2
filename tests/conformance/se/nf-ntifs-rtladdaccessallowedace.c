// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlAddAccessAllowedAce, AppendsAnEntry) {
    GUARD guard;
    ACCESS_ALLOWED_ACE* ace = NULL;
    InitializeGuard(&guard);
    CHECK_STATUS(RtlAddAccessAllowedAce(&guard.u.List, ACL_REVISION, 5, WORLD_SID),
                 STATUS_SUCCESS);
    CHECK_EQ(guard.u.List.AceCount, 1);
    CHECK_SUCCESS(RtlGetAce(&guard.u.List, 0, (PVOID*)&ace));
    CHECK_EQ(ace->Header.AceType, ACCESS_ALLOWED_ACE_TYPE);
    CHECK_EQ(ace->Header.AceFlags, 0);
    CHECK_EQ(ace->Mask, 5);
    CHECK(RtlEqualSid((PSID)&ace->SidStart, WORLD_SID));
}
CONFORMANCE(RtlAddAccessAllowedAce, RefusesAsDocumented) {
    UCHAR room[12] __attribute__((aligned(4)));
    GUARD guard;
    SID broken = {7, 1, {{0, 0, 0, 0, 0, 1}}, {0}};
    RtlCreateAcl((ACL*)room, sizeof(room), ACL_REVISION);
    CHECK_STATUS(RtlAddAccessAllowedAce((ACL*)room, ACL_REVISION, 1, WORLD_SID),
                 STATUS_ALLOTTED_SPACE_EXCEEDED);
    InitializeGuard(&guard);
    CHECK_STATUS(RtlAddAccessAllowedAce(&guard.u.List, ACL_REVISION, 1, &broken),
                 STATUS_INVALID_SID);
    CHECK_STATUS(RtlAddAccessAllowedAce(&guard.u.List, 9, 1, WORLD_SID),
                 STATUS_REVISION_MISMATCH);
    guard.u.List.AclSize = sizeof(ACL);
    guard.u.List.AceCount = 1;  // which does not fit
    CHECK_STATUS(RtlAddAccessAllowedAce(&guard.u.List, ACL_REVISION, 1, WORLD_SID),
                 STATUS_INVALID_ACL);
}
