// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

typedef NTSTATUS(NTAPI* SET)(HANDLE, TOKEN_INFORMATION_CLASS, PVOID, ULONG);
static VOID ChangesTheDefaults(SET Set) {
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation);
    TOKEN_OWNER owner = {LOCAL_SYSTEM_SID};
    TOKEN_PRIMARY_GROUP group = {WORLD_SID};
    TOKEN_DEFAULT_DACL dacl;
    TOKEN_OWNER* found = NULL;
    HANDLE handle = NULL, weak = NULL;
    GUARD guard;
    InitializeGuard(&guard);
    dacl.DefaultDacl = &guard.u.List;
    CHECK_SUCCESS(ObOpenObjectByPointer(token, OBJ_KERNEL_HANDLE, NULL, TOKEN_ALL_ACCESS,
                                        *SeTokenObjectType, KernelMode, &handle));
    CHECK_STATUS(Set(handle, TokenOwner, &owner, sizeof(owner)), STATUS_SUCCESS);
    CHECK_SUCCESS(SeQueryInformationToken(token, TokenOwner, (PVOID*)&found));
    CHECK(RtlEqualSid(found->Owner, LOCAL_SYSTEM_SID));
    ExFreePool(found);
    CHECK_STATUS(Set(handle, TokenPrimaryGroup, &group, sizeof(group)), STATUS_SUCCESS);
    CHECK_STATUS(Set(handle, TokenDefaultDacl, &dacl, sizeof(dacl)), STATUS_SUCCESS);
    owner.Owner = WORLD_SID;
    CHECK_STATUS(Set(handle, TokenOwner, &owner, sizeof(owner)), STATUS_INVALID_OWNER);
    group.PrimaryGroup = NULL_SID;
    CHECK_STATUS(Set(handle, TokenPrimaryGroup, &group, sizeof(group)),
                 STATUS_INVALID_PRIMARY_GROUP);
    CHECK_STATUS(Set(handle, TokenOwner, &owner, 1), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(Set(handle, TokenUser, &owner, sizeof(owner)), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(Set((HANDLE)0x7FFFFFF0, TokenOwner, &owner, sizeof(owner)), STATUS_INVALID_HANDLE);
    ZwClose(handle);
    ObDereferenceObject(token);
    UNREFERENCED_PARAMETER(weak);
}
CONFORMANCE(NtSetInformationToken, ChangesTheDefaults) {
    ChangesTheDefaults(NtSetInformationToken);
}
CONFORMANCE(ZwSetInformationToken, ChangesTheDefaults) {
    ChangesTheDefaults(ZwSetInformationToken);
}
