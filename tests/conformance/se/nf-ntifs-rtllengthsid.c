// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlLengthSid, CountsTheParts) {
    CHECK_EQ(RtlLengthSid(WORLD_SID), 12);
    CHECK_EQ(RtlLengthSid(ADMINS_SID), 16);
    CHECK_EQ(RtlLengthSid(NT_AUTHORITY_SID), 8);
}
