// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

typedef NTSTATUS(NTAPI* DUPLICATE)(HANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, BOOLEAN, TOKEN_TYPE,
                                   PHANDLE);
static PACCESS_TOKEN Take(HANDLE Handle, ACCESS_MASK* Granted) {
    OBJECT_HANDLE_INFORMATION information;
    PACCESS_TOKEN token = NULL;
    CHECK_SUCCESS(
        ObReferenceObjectByHandle(Handle, 0, *SeTokenObjectType, KernelMode, &token, &information));
    *Granted = information.GrantedAccess;
    return token;
}
static VOID CopiesATokenAsAnotherType(DUPLICATE Duplicate) {
    SECURITY_QUALITY_OF_SERVICE quality = {sizeof(quality), SecurityIdentification, 0, FALSE};
    HANDLE source = OpenOwnToken(TOKEN_DUPLICATE | TOKEN_QUERY), copy = NULL, again = NULL;
    OBJECT_ATTRIBUTES attributes;
    PACCESS_TOKEN token;
    ACCESS_MASK granted = 0;
    PVOID level = NULL;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    attributes.SecurityQualityOfService = &quality;
    CHECK_STATUS(Duplicate(source, TOKEN_ALL_ACCESS, &attributes, FALSE, TokenImpersonation, &copy),
                 STATUS_SUCCESS);
    token = Take(copy, &granted);
    CHECK_EQ(SeTokenType(token), TokenImpersonation);
    CHECK_SUCCESS(SeQueryInformationToken(token, TokenImpersonationLevel, &level));
    CHECK_EQ(*(ULONG*)&level, SecurityIdentification);
    ObDereferenceObject(token);
    quality.ImpersonationLevel = SecurityDelegation;  // more than the source is for
    CHECK_STATUS(Duplicate(copy, 0, &attributes, FALSE, TokenImpersonation, &again),
                 STATUS_BAD_IMPERSONATION_LEVEL);
    ZwClose(copy);
    attributes.SecurityQualityOfService = NULL;
    CHECK_STATUS(Duplicate(source, 0, &attributes, FALSE, TokenPrimary, &copy), STATUS_SUCCESS);
    token = Take(copy, &granted);
    CHECK_EQ(granted, TOKEN_DUPLICATE | TOKEN_QUERY);  // zero: as the existing handle
    CHECK_EQ(SeTokenType(token), TokenPrimary);
    ObDereferenceObject(token);
    ZwClose(copy);
    CHECK_STATUS(Duplicate(source, 0, &attributes, FALSE, (TOKEN_TYPE)7, &copy),
                 STATUS_INVALID_PARAMETER);
    ZwClose(source);
}
CONFORMANCE(NtDuplicateToken, CopiesATokenAsAnotherType) {
    CopiesATokenAsAnotherType(NtDuplicateToken);
}
CONFORMANCE(ZwDuplicateToken, CopiesATokenAsAnotherType) {
    CopiesATokenAsAnotherType(ZwDuplicateToken);
}
CONFORMANCE(ZwDuplicateToken, EffectiveOnlyLeavesOutWhatIsDisabled) {
    HANDLE source = OpenOwnToken(TOKEN_DUPLICATE), copy = NULL, effective = NULL;
    TOKEN_PRIVILEGES state = {1, {{{SE_DEBUG_PRIVILEGE, 0}, 0}}};
    TOKEN_STATISTICS before, after;
    OBJECT_ATTRIBUTES attributes;
    ULONG needed;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_SUCCESS(
        ZwDuplicateToken(source, TOKEN_ALL_ACCESS, &attributes, FALSE, TokenPrimary, &copy));
    CHECK_SUCCESS(ZwAdjustPrivilegesToken(copy, FALSE, &state, 0, NULL, NULL));
    CHECK_STATUS(
        ZwDuplicateToken(copy, TOKEN_ALL_ACCESS, &attributes, TRUE, TokenPrimary, &effective),
        STATUS_SUCCESS);
    CHECK_SUCCESS(ZwQueryInformationToken(copy, TokenStatistics, &before, sizeof(before), &needed));
    CHECK_SUCCESS(
        ZwQueryInformationToken(effective, TokenStatistics, &after, sizeof(after), &needed));
    CHECK_EQ(after.PrivilegeCount, before.PrivilegeCount - 1);
    ZwClose(effective);
    ZwClose(copy);
    ZwClose(source);
}
