// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

NTSYSAPI NTSTATUS NTAPI NtPrivilegeCheck(HANDLE ClientToken, PPRIVILEGE_SET RequiredPrivileges, PBOOLEAN Result);

CONFORMANCE(NtPrivilegeCheck, AnyIsEnoughUnlessAllAreNecessary) {
    UCHAR room[64] __attribute__((aligned(8))) = {0};
    PRIVILEGE_SET* set = (PRIVILEGE_SET*)room;
    HANDLE token = OpenOwnToken(TOKEN_QUERY);
    BOOLEAN result = FALSE;
    set->PrivilegeCount = 2;
    set->Privilege[0].Luid = PRIVILEGE(SE_DEBUG_PRIVILEGE);
    set->Privilege[1].Luid.LowPart = 63;
    CHECK_STATUS(NtPrivilegeCheck(token, set, &result), STATUS_SUCCESS);
    CHECK_EQ(result, TRUE);
    CHECK_EQ(set->Privilege[0].Attributes & SE_PRIVILEGE_USED_FOR_ACCESS, SE_PRIVILEGE_USED_FOR_ACCESS);
    CHECK_EQ(set->Privilege[1].Attributes, 0);
    set->Control = PRIVILEGE_SET_ALL_NECESSARY;
    CHECK_STATUS(NtPrivilegeCheck(token, set, &result), STATUS_SUCCESS);
    CHECK_EQ(result, FALSE);
    CHECK_STATUS(NtPrivilegeCheck((HANDLE)0x7FFFFFF0, set, &result), STATUS_INVALID_HANDLE);
    CHECK_STATUS(NtPrivilegeCheck(NtCurrentProcess(), set, &result), STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(token);
}
