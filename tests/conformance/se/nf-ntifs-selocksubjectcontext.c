// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

static KEVENT Changed;
static VOID NTAPI DisableAPrivilege(PVOID Context) {
    TOKEN_PRIVILEGES state = {1, {{{SE_DEBUG_PRIVILEGE, 0}, 0}}};
    CHECK_STATUS(ZwAdjustPrivilegesToken(Context, FALSE, &state, 0, NULL, NULL), STATUS_SUCCESS);
    KeSetEvent(&Changed, 0, FALSE);
    PsTerminateSystemThread(STATUS_SUCCESS);
}
CONFORMANCE(SeLockSubjectContext, KeepsTokensFromChanging) {
    LARGE_INTEGER soon = {.QuadPart = -200000}, late = {.QuadPart = -50000000};
    SECURITY_SUBJECT_CONTEXT subject;
    OBJECT_ATTRIBUTES attributes;
    HANDLE source = OpenOwnToken(TOKEN_DUPLICATE), copy = NULL, thread = NULL;
    KeInitializeEvent(&Changed, NotificationEvent, FALSE);
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_SUCCESS(
        ZwDuplicateToken(source, TOKEN_ALL_ACCESS, &attributes, FALSE, TokenPrimary, &copy));
    SeCaptureSubjectContext(&subject);
    SeLockSubjectContext(&subject);
    CHECK_SUCCESS(PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, &attributes, NULL, NULL,
                                       DisableAPrivilege, copy));
    CHECK_STATUS(KeWaitForSingleObject(&Changed, Executive, KernelMode, FALSE, &soon),
                 STATUS_TIMEOUT);
    SeUnlockSubjectContext(&subject);
    CHECK_STATUS(KeWaitForSingleObject(&Changed, Executive, KernelMode, FALSE, &late),
                 STATUS_SUCCESS);
    SeReleaseSubjectContext(&subject);
    CHECK_STATUS(ZwWaitForSingleObject(thread, FALSE, &late), STATUS_SUCCESS);
    ZwClose(thread);
    ZwClose(copy);
    ZwClose(source);
}
