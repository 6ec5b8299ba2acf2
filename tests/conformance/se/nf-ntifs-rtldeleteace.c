// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlDeleteAce, TheFollowingEntriesMoveUp) {
    GUARD guard;
    ACCESS_ALLOWED_ACE* ace = NULL;
    InitializeGuard(&guard);
    Allow(&guard, WORLD_SID, 1);
    Allow(&guard, WORLD_SID, 2);
    CHECK_STATUS(RtlDeleteAce(&guard.u.List, 0), STATUS_SUCCESS);
    CHECK_EQ(guard.u.List.AceCount, 1);
    CHECK_SUCCESS(RtlGetAce(&guard.u.List, 0, (PVOID*)&ace));
    CHECK_EQ(ace->Mask, 2);
    CHECK_STATUS(RtlDeleteAce(&guard.u.List, 1), STATUS_INVALID_PARAMETER);
}
