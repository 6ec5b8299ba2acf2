// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

// Facts: AdjustTokenPrivileges (securitybaseapi.h), whose system service it is.
typedef NTSTATUS(NTAPI* ADJUST)(HANDLE, BOOLEAN, PTOKEN_PRIVILEGES, ULONG, PTOKEN_PRIVILEGES,
                                PULONG);
static VOID EnablesAndDisables(ADJUST Adjust) {
    TOKEN_PRIVILEGES state = {1, {{{SE_DEBUG_PRIVILEGE, 0}, 0}}}, before = {0, {{{0, 0}, 0}}};
    HANDLE source = OpenOwnToken(TOKEN_DUPLICATE), copy = NULL;
    OBJECT_ATTRIBUTES attributes;
    TOKEN_STATISTICS one, other;
    ULONG needed = 0;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_SUCCESS(
        ZwDuplicateToken(source, TOKEN_ALL_ACCESS, &attributes, FALSE, TokenPrimary, &copy));
    CHECK_STATUS(Adjust(copy, FALSE, &state, 0, &before, &needed), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(needed, sizeof(before));
    CHECK_STATUS(Adjust(copy, FALSE, &state, sizeof(before), &before, &needed), STATUS_SUCCESS);
    CHECK_EQ(before.PrivilegeCount, 1);
    CHECK_EQ(before.Privileges[0].Luid.LowPart, SE_DEBUG_PRIVILEGE);
    CHECK_EQ(before.Privileges[0].Attributes & SE_PRIVILEGE_ENABLED, SE_PRIVILEGE_ENABLED);
    CHECK_STATUS(Adjust(copy, FALSE, &state, sizeof(before), &before, &needed), STATUS_SUCCESS);
    CHECK_EQ(before.PrivilegeCount, 0);  // nothing changed
    state.Privileges[0].Luid.LowPart = 63;
    state.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    CHECK_STATUS(Adjust(copy, FALSE, &state, 0, NULL, NULL), STATUS_NOT_ALL_ASSIGNED);
    state.Privileges[0].Luid.LowPart = SE_DEBUG_PRIVILEGE;
    state.Privileges[0].Attributes = SE_PRIVILEGE_REMOVED;
    CHECK_SUCCESS(ZwQueryInformationToken(copy, TokenStatistics, &one, sizeof(one), &needed));
    CHECK_STATUS(Adjust(copy, FALSE, &state, 0, NULL, NULL), STATUS_SUCCESS);
    CHECK_SUCCESS(ZwQueryInformationToken(copy, TokenStatistics, &other, sizeof(other), &needed));
    CHECK_EQ(other.PrivilegeCount, one.PrivilegeCount - 1);
    CHECK(!RtlEqualLuid(&one.ModifiedId, &other.ModifiedId));
    CHECK_STATUS(Adjust(copy, TRUE, NULL, 0, NULL, NULL), STATUS_SUCCESS);
    ZwClose(copy);
    ZwClose(source);
}
CONFORMANCE(NtAdjustPrivilegesToken, EnablesAndDisables) {
    EnablesAndDisables(NtAdjustPrivilegesToken);
}
CONFORMANCE(ZwAdjustPrivilegesToken, EnablesAndDisables) {
    EnablesAndDisables(ZwAdjustPrivilegesToken);
}
