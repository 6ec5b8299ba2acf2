// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlInitializeSid, SetsAuthorityAndCount) {
    SID_IDENTIFIER_AUTHORITY authority = {{0, 0, 0, 0, 0, 5}};
    UCHAR room[SECURITY_MAX_SID_SIZE] __attribute__((aligned(4)));
    CHECK_STATUS(RtlInitializeSid(room, &authority, 2), STATUS_SUCCESS);
    *RtlSubAuthoritySid(room, 0) = 32;
    *RtlSubAuthoritySid(room, 1) = 544;
    CHECK(RtlEqualSid(room, ADMINS_SID));
    CHECK_STATUS(RtlInitializeSid(room, &authority, SID_MAX_SUB_AUTHORITIES + 1),
                 STATUS_INVALID_PARAMETER);
}
