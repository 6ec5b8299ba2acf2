// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeUnlockSubjectContext, LetsTokensChangeAgain) {
    TOKEN_PRIVILEGES state = {1, {{{SE_DEBUG_PRIVILEGE, 0}, 0}}};
    SECURITY_SUBJECT_CONTEXT subject;
    OBJECT_ATTRIBUTES attributes;
    HANDLE source = OpenOwnToken(TOKEN_DUPLICATE), copy = NULL;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_SUCCESS(
        ZwDuplicateToken(source, TOKEN_ALL_ACCESS, &attributes, FALSE, TokenPrimary, &copy));
    SeCaptureSubjectContext(&subject);
    SeLockSubjectContext(&subject);
    SeLockSubjectContext(&subject);
    SeUnlockSubjectContext(&subject);
    SeUnlockSubjectContext(&subject);
    CHECK_STATUS(ZwAdjustPrivilegesToken(copy, FALSE, &state, 0, NULL, NULL), STATUS_SUCCESS);
    CHECK_EQ(KeAreApcsDisabled(), FALSE);
    SeReleaseSubjectContext(&subject);
    ZwClose(copy);
    ZwClose(source);
}
