// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static ERESOURCE Resource;

static VOID NTAPI Probe(PVOID Context) {
    ULONG* result = Context;
    KeEnterCriticalRegion();
    if (ExAcquireResourceExclusiveLite(&Resource, FALSE)) {
        *result |= 1;
        ExReleaseResourceLite(&Resource);
    }
    if (ExAcquireResourceSharedLite(&Resource, FALSE)) {
        *result |= 2;
        ExReleaseResourceLite(&Resource);
    }
    KeLeaveCriticalRegion();
}
static ULONG Free(VOID) {
    ULONG result = 0;
    RunHelper(Probe, &result);
    return result;
}

CONFORMANCE(ExAcquireResourceExclusiveLite, KeepsEverybodyElseOutAndIsRecursive) {
    ExInitializeResourceLite(&Resource);
    KeEnterCriticalRegion();
    CHECK(ExAcquireResourceExclusiveLite(&Resource, TRUE));
    CHECK(ExAcquireResourceExclusiveLite(&Resource, FALSE));
    CHECK_EQ(Free(), 0);
    ExReleaseResourceLite(&Resource);
    CHECK_EQ(Free(), 0);
    ExReleaseResourceLite(&Resource);
    KeLeaveCriticalRegion();
    CHECK_EQ(Free(), 3);
    ExDeleteResourceLite(&Resource);
}

CONFORMANCE(ExAcquireResourceExclusiveLite, ASharerHasToReleaseFirst) {
    ExInitializeResourceLite(&Resource);
    KeEnterCriticalRegion();
    CHECK(ExAcquireResourceSharedLite(&Resource, TRUE));
    CHECK(!ExAcquireResourceExclusiveLite(&Resource, FALSE));
    ExReleaseResourceLite(&Resource);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(&Resource);
}
