// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeSinglePrivilegeCheck, KernelModeHasEveryPrivilege) {
    LUID none = {63, 0};
    CHECK_EQ(SeSinglePrivilegeCheck(none, KernelMode), TRUE);
}
CONFORMANCE(SeSinglePrivilegeCheck, LooksAtTheCallersToken) {
    LUID none = {63, 0};
    CHECK_EQ(SeSinglePrivilegeCheck(PRIVILEGE(SE_DEBUG_PRIVILEGE), UserMode), TRUE);
    CHECK_EQ(SeSinglePrivilegeCheck(none, UserMode), FALSE);
}
CONFORMANCE(SeSinglePrivilegeCheck, LooksAtTheImpersonatedClient) {
    PACCESS_TOKEN own = CopyOwnToken(SecurityImpersonation), filtered = NULL;
    CHECK_SUCCESS(SeFilterToken(own, DISABLE_MAX_PRIVILEGE, NULL, NULL, NULL, &filtered));
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), filtered, FALSE, FALSE, SecurityImpersonation));
    CHECK_EQ(SeSinglePrivilegeCheck(PRIVILEGE(SE_DEBUG_PRIVILEGE), UserMode), FALSE);
    CHECK_EQ(SeSinglePrivilegeCheck(PRIVILEGE(SE_CHANGE_NOTIFY_PRIVILEGE), UserMode), TRUE);
    PsRevertToSelf();
    CHECK_EQ(SeSinglePrivilegeCheck(PRIVILEGE(SE_DEBUG_PRIVILEGE), UserMode), TRUE);
    ObDereferenceObject(filtered);
    ObDereferenceObject(own);
}
