// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(NTSTATUS, KeQueryNodeActiveAffinity2, USHORT, PGROUP_AFFINITY, USHORT, PUSHORT);

CONFORMANCE(KeQueryNodeActiveAffinity2, TellsTheMaskOfTheNode) {
    GROUP_AFFINITY affinity = {0};
    USHORT required = 9;
    CHECK_STATUS(ImportedKeQueryNodeActiveAffinity2(0, &affinity, 1, &required), STATUS_SUCCESS);
    CHECK_EQ(required, 1);
    CHECK_EQ(affinity.Mask, KeQueryActiveProcessors());
}

CONFORMANCE(KeQueryNodeActiveAffinity2, RefusesTooLittleRoomAndUnknownNodes) {
    GROUP_AFFINITY affinity;
    USHORT required = 9;
    CHECK_STATUS(ImportedKeQueryNodeActiveAffinity2(0, NULL, 0, &required),
                 STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(required, 1);
    CHECK_STATUS(ImportedKeQueryNodeActiveAffinity2(0x123, &affinity, 1, &required),
                 STATUS_INVALID_PARAMETER);
}
