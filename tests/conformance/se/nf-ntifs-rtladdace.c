// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlAddAce, InsertsBeforeTheIndex) {
    GUARD guard, other;
    ACCESS_ALLOWED_ACE* ace = NULL;
    InitializeGuard(&guard);
    InitializeGuard(&other);
    Allow(&guard, WORLD_SID, 1);
    Allow(&guard, WORLD_SID, 3);
    Allow(&other, LOCAL_SID, 2);
    CHECK_SUCCESS(RtlGetAce(&other.u.List, 0, (PVOID*)&ace));
    CHECK_STATUS(RtlAddAce(&guard.u.List, ACL_REVISION, 1, ace, ace->Header.AceSize),
                 STATUS_SUCCESS);
    CHECK_EQ(guard.u.List.AceCount, 3);
    CHECK_SUCCESS(RtlGetAce(&guard.u.List, 1, (PVOID*)&ace));
    CHECK_EQ(ace->Mask, 2);
    CHECK_SUCCESS(RtlGetAce(&guard.u.List, 2, (PVOID*)&ace));
    CHECK_EQ(ace->Mask, 3);
}
CONFORMANCE(RtlAddAce, RefusesWhatDoesNotFitOrIsNoEntry) {
    GUARD guard;
    UCHAR room[12] __attribute__((aligned(4)));
    ACCESS_ALLOWED_ACE* ace = NULL;
    InitializeGuard(&guard);
    Allow(&guard, WORLD_SID, 1);
    CHECK_SUCCESS(RtlGetAce(&guard.u.List, 0, (PVOID*)&ace));
    RtlCreateAcl((ACL*)room, sizeof(room), ACL_REVISION);
    CHECK_STATUS(RtlAddAce((ACL*)room, ACL_REVISION, MAXULONG, ace, ace->Header.AceSize),
                 STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(RtlAddAce(&guard.u.List, ACL_REVISION, MAXULONG, ace, ace->Header.AceSize - 4),
                 STATUS_INVALID_PARAMETER);
}
