// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExInitializeResourceLite, MakesAFreeResource) {
    static ERESOURCE resource;
    CHECK_STATUS(ExInitializeResourceLite(&resource), STATUS_SUCCESS);
    CHECK(!ExIsResourceAcquiredExclusiveLite(&resource));
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&resource), 0);
    CHECK_STATUS(ExDeleteResourceLite(&resource), STATUS_SUCCESS);
}

CONFORMANCE(ExInitializeResourceLite, RunsAtDispatchLevel) {
    static ERESOURCE resource;
    AT_IRQL(DISPATCH_LEVEL, CHECK_STATUS(ExInitializeResourceLite(&resource), STATUS_SUCCESS));
    ExDeleteResourceLite(&resource);
}
