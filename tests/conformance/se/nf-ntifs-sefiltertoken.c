// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeFilterToken, DisabledSidsOnlyDeny) {
    PACCESS_TOKEN own = CopyOwnToken(SecurityImpersonation), filtered = NULL;
    TOKEN_GROUPS world = {1, {{WORLD_SID, 0}}};
    TOKEN_GROUPS* groups = NULL;
    GUARD guard;
    ACCESS_MASK granted;
    ULONG i;
    InitializeGuard(&guard);
    Allow(&guard, WORLD_SID, 1);
    CHECK_STATUS(SeFilterToken(own, 0, &world, NULL, NULL, &filtered), STATUS_SUCCESS);
    CHECK_EQ(SeTokenType(filtered), TokenImpersonation);
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), filtered, FALSE, FALSE, SecurityImpersonation));
    CHECK_STATUS(CheckNow(&guard.Descriptor, 1, &granted), STATUS_ACCESS_DENIED);
    PsRevertToSelf();
    CHECK_SUCCESS(SeQueryInformationToken(filtered, TokenGroups, (PVOID*)&groups));
    for (i = 0; i < groups->GroupCount; i++) {
        if (!RtlEqualSid(groups->Groups[i].Sid, WORLD_SID)) continue;
        CHECK_EQ(groups->Groups[i].Attributes & (SE_GROUP_USE_FOR_DENY_ONLY | SE_GROUP_ENABLED),
                 SE_GROUP_USE_FOR_DENY_ONLY);
    }
    ExFreePool(groups);
    ObDereferenceObject(filtered);
    ObDereferenceObject(own);
}
CONFORMANCE(SeFilterToken, DeletesPrivileges) {
    PACCESS_TOKEN own = OwnToken(), filtered = NULL;
    TOKEN_PRIVILEGES debug = {1, {{{SE_DEBUG_PRIVILEGE, 0}, 0}}};
    TOKEN_PRIVILEGES *before = NULL, *after = NULL;
    CHECK_SUCCESS(SeQueryInformationToken(own, TokenPrivileges, (PVOID*)&before));
    CHECK_STATUS(SeFilterToken(own, 0, NULL, &debug, NULL, &filtered), STATUS_SUCCESS);
    CHECK_SUCCESS(SeQueryInformationToken(filtered, TokenPrivileges, (PVOID*)&after));
    CHECK_EQ(after->PrivilegeCount, before->PrivilegeCount - 1);
    ExFreePool(after);
    ObDereferenceObject(filtered);
    CHECK_STATUS(SeFilterToken(own, DISABLE_MAX_PRIVILEGE, NULL, NULL, NULL, &filtered),
                 STATUS_SUCCESS);
    CHECK_SUCCESS(SeQueryInformationToken(filtered, TokenPrivileges, (PVOID*)&after));
    CHECK_EQ(after->PrivilegeCount, 1);
    CHECK_EQ(after->Privileges[0].Luid.LowPart, SE_CHANGE_NOTIFY_PRIVILEGE);
    ExFreePool(after);
    ExFreePool(before);
    ObDereferenceObject(filtered);
    PsDereferencePrimaryToken(own);
}
CONFORMANCE(SeFilterToken, RestrictingSidsAreCheckedToo) {
    PACCESS_TOKEN own = CopyOwnToken(SecurityImpersonation), filtered = NULL;
    TOKEN_GROUPS restricted = {1, {{RESTRICTED_SID, 0}}};
    GUARD guard;
    ACCESS_MASK granted;
    InitializeGuard(&guard);
    Allow(&guard, WORLD_SID, 3);
    Allow(&guard, RESTRICTED_SID, 1);
    CHECK_STATUS(SeFilterToken(own, 0, NULL, NULL, &restricted, &filtered), STATUS_SUCCESS);
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), filtered, FALSE, FALSE, SecurityImpersonation));
    CHECK_STATUS(CheckNow(&guard.Descriptor, 1, &granted), STATUS_SUCCESS);
    CHECK_STATUS(CheckNow(&guard.Descriptor, 2, &granted), STATUS_ACCESS_DENIED);
    PsRevertToSelf();
    ObDereferenceObject(filtered);
    restricted.Groups[0].Attributes = SE_GROUP_ENABLED;
    CHECK_STATUS(SeFilterToken(own, 0, NULL, NULL, &restricted, &filtered),
                 STATUS_INVALID_PARAMETER);
    ObDereferenceObject(own);
}
