// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlCopySid, CopiesWhatFits) {
    UCHAR room[16] __attribute__((aligned(4)));
    CHECK_STATUS(RtlCopySid(sizeof(room), room, ADMINS_SID), STATUS_SUCCESS);
    CHECK(RtlEqualSid(room, ADMINS_SID));
    CHECK_STATUS(RtlCopySid(sizeof(room) - 1, room, ADMINS_SID),
                 STATUS_BUFFER_TOO_SMALL);
}
