// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(PsImpersonateClient, TheThreadActsForTheTokenUntilNull) {
    PACCESS_TOKEN own = OwnToken(), filtered = NULL;
    TOKEN_GROUPS world = {1, {{WORLD_SID, 0}}};
    GUARD guard;
    ACCESS_MASK granted;
    InitializeGuard(&guard);
    Allow(&guard, WORLD_SID, 1);
    CHECK_SUCCESS(SeFilterToken(own, 0, &world, NULL, NULL, &filtered));  // a primary token is fine
    CHECK_STATUS(
        PsImpersonateClient(PsGetCurrentThread(), filtered, FALSE, FALSE, SecurityImpersonation),
        STATUS_SUCCESS);
    CHECK_STATUS(CheckNow(&guard.Descriptor, 1, &granted), STATUS_ACCESS_DENIED);
    CHECK_STATUS(
        PsImpersonateClient(PsGetCurrentThread(), NULL, FALSE, FALSE, SecurityImpersonation),
        STATUS_SUCCESS);
    CHECK_STATUS(CheckNow(&guard.Descriptor, 1, &granted), STATUS_SUCCESS);
    ObDereferenceObject(filtered);
    PsDereferencePrimaryToken(own);
}
CONFORMANCE(PsImpersonateClient, OpensOfAUserAreMadeForTheClient) {
    PACCESS_TOKEN own = CopyOwnToken(SecurityImpersonation), filtered = NULL;
    TOKEN_GROUPS groups = {1, {{ADMINS_SID, 0}}};
    OBJECT_ATTRIBUTES attributes;
    PVOID event = NULL;
    HANDLE handle = NULL, second = NULL;
    GUARD guard;
    InitializeGuard(&guard);
    Allow(&guard, ADMINS_SID, EVENT_ALL_ACCESS);
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, &guard.Descriptor);
    CHECK_SUCCESS(ZwCreateEvent(&handle, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE));
    CHECK_SUCCESS(
        ObReferenceObjectByHandle(handle, 0, *ExEventObjectType, KernelMode, &event, NULL));
    CHECK_SUCCESS(SeFilterToken(own, 0, &groups, NULL, NULL, &filtered));
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), filtered, FALSE, FALSE, SecurityImpersonation));
    CHECK_STATUS(ObOpenObjectByPointer(event, OBJ_KERNEL_HANDLE, NULL, EVENT_MODIFY_STATE,
                                       *ExEventObjectType, UserMode, &second),
                 STATUS_ACCESS_DENIED);
    PsRevertToSelf();
    CHECK_STATUS(ObOpenObjectByPointer(event, OBJ_KERNEL_HANDLE, NULL, EVENT_MODIFY_STATE,
                                       *ExEventObjectType, UserMode, &second),
                 STATUS_SUCCESS);
    ZwClose(second);
    ZwClose(handle);
    ObDereferenceObject(event);
    ObDereferenceObject(filtered);
    ObDereferenceObject(own);
}
// The page knows limited levels, but not whether asking for more is refused or lowered to what the token is for.
CONFORMANCE(PsImpersonateClient, GivesNoMoreThanTheTokenAllows) {
    PACCESS_TOKEN token = CopyOwnToken(SecurityIdentification), found;
    BOOLEAN copyOnOpen, effectiveOnly;
    SECURITY_IMPERSONATION_LEVEL level = SecurityDelegation;
    NTSTATUS status =
        PsImpersonateClient(PsGetCurrentThread(), token, FALSE, FALSE, SecurityIdentification);
    CHECK_STATUS(status, STATUS_SUCCESS);
    if (NT_SUCCESS(status)) {
        PsRevertToSelf();
        if (NT_SUCCESS(PsImpersonateClient(PsGetCurrentThread(), token, FALSE, FALSE,
                                           SecurityImpersonation))) {
            found = PsReferenceImpersonationToken(PsGetCurrentThread(), &copyOnOpen, &effectiveOnly,
                                                  &level);
            CHECK_EQ(level, SecurityIdentification);
            PsDereferenceImpersonationToken(found);
            PsRevertToSelf();
        }
    }
    ObDereferenceObject(token);
}
