/* SPDX-License-Identifier: GPL-2.0-only */
/* With nf-ntddk-halfreehardwarecounters. */
#include "conformance.h"

CONFORMANCE(HalAllocateHardwareCounters, GivesThemToOneAtATime) {
    HANDLE first = NULL, second = NULL;
    SKIP_UNLESS(HalAllocateHardwareCounters(NULL, 0, NULL, &first) == STATUS_SUCCESS,
                "somebody has the counters");
    CHECK_STATUS(HalAllocateHardwareCounters(NULL, 0, NULL, &second),
                 STATUS_INSUFFICIENT_RESOURCES);
    CHECK_STATUS(HalFreeHardwareCounters(first), STATUS_SUCCESS);
    AT_IRQL(APC_LEVEL,
            CHECK_STATUS(HalAllocateHardwareCounters(NULL, 0, NULL, &first), STATUS_SUCCESS));
    CHECK_STATUS(HalFreeHardwareCounters(first), STATUS_SUCCESS);
    CHECK_STATUS(HalAllocateHardwareCounters(NULL, 1, NULL, &first), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(HalFreeHardwareCounters, RefusesWhatWasNotAllocated) {
    HANDLE handle = NULL;
    CHECK_STATUS(HalFreeHardwareCounters(NULL), STATUS_INVALID_PARAMETER);
    SKIP_UNLESS(HalAllocateHardwareCounters(NULL, 0, NULL, &handle) == STATUS_SUCCESS,
                "somebody has the counters");
    CHECK_STATUS(HalFreeHardwareCounters(handle), STATUS_SUCCESS);
    CHECK_STATUS(HalFreeHardwareCounters(handle), STATUS_INVALID_PARAMETER);
}
