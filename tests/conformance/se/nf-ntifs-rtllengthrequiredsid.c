// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlLengthRequiredSid, CountsForSoManyParts) {
    CHECK_EQ(RtlLengthRequiredSid(0), 8);
    CHECK_EQ(RtlLengthRequiredSid(2), 16);
    CHECK_EQ(RtlLengthRequiredSid(SID_MAX_SUB_AUTHORITIES), SECURITY_MAX_SID_SIZE);
}
