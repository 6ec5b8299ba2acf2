// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlLengthSid, CountsTheParts) {
    CHECK_EQ(RtlLengthSid(SeExports->SeWorldSid), 12);
    CHECK_EQ(RtlLengthSid(SeExports->SeAliasAdminsSid), 16);
    CHECK_EQ(RtlLengthSid(SeExports->SeNtAuthoritySid), 8);
}
