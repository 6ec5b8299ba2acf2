// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlGetAce, FindsEntriesByIndex) {
    GUARD guard;
    ACCESS_ALLOWED_ACE* ace = NULL;
    InitializeGuard(&guard);
    Allow(&guard, WORLD_SID, 1);
    Allow(&guard, LOCAL_SID, 2);
    CHECK_STATUS(RtlGetAce(&guard.u.List, 1, (PVOID*)&ace), STATUS_SUCCESS);
    CHECK_EQ(ace->Mask, 2);
    CHECK_STATUS(RtlGetAce(&guard.u.List, 2, (PVOID*)&ace), STATUS_INVALID_PARAMETER);
}
