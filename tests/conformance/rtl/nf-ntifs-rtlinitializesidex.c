/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

NTSYSAPI NTSTATUS RtlInitializeSidEx(PSID Sid, PSID_IDENTIFIER_AUTHORITY IdentifierAuthority,
                                     UCHAR SubAuthorityCount, ...);

CONFORMANCE(RtlInitializeSidEx, SetsAuthorityAndSubauthorities) {
    ULONG memory[17];
    SID* sid = (SID*)memory;
    SID_IDENTIFIER_AUTHORITY authority = {{0, 0, 0, 0, 0, 5}};
    CHECK_STATUS(RtlInitializeSidEx(sid, &authority, 5, 21, 100, 200, 0xFFFFFFFF, 500),
                 STATUS_SUCCESS);
    CHECK_EQ(sid->Revision, SID_REVISION);
    CHECK_EQ(sid->SubAuthorityCount, 5);
    CHECK_BYTES(&sid->IdentifierAuthority, &authority, sizeof(authority));
    CHECK_EQ(memory[2], 21); /* behind revision, count and authority */
    CHECK_EQ(memory[5], 0xFFFFFFFF);
    CHECK_EQ(memory[6], 500);
    CHECK_STATUS(RtlInitializeSidEx(sid, &authority, 16, 1, 2, 3), STATUS_INVALID_PARAMETER);
}
