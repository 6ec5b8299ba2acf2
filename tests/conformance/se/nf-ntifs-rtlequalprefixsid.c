// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlEqualPrefixSid, LeavesTheLastPartOut) {
    CHECK_EQ(RtlEqualPrefixSid(SeExports->SeAliasAdminsSid, SeExports->SeAliasUsersSid), TRUE);
    CHECK_EQ(RtlEqualPrefixSid(SeExports->SeLocalSystemSid, SeExports->SeNetworkSid), TRUE);
    CHECK_EQ(RtlEqualPrefixSid(SeExports->SeAliasAdminsSid, SeExports->SeLocalSystemSid), FALSE);
    CHECK_EQ(RtlEqualPrefixSid(SeExports->SeWorldSid, SeExports->SeLocalSid), FALSE);
}
