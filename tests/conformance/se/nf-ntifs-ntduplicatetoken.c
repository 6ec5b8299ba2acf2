// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

typedef NTSTATUS(NTAPI* DUPLICATE)(HANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, BOOLEAN, TOKEN_TYPE,
                                   PHANDLE);
// A class whose answer is a number.
static ULONG Ask(HANDLE Token, TOKEN_INFORMATION_CLASS Class) {
    ULONG answer = 99, needed;
    CHECK_SUCCESS(ZwQueryInformationToken(Token, Class, &answer, sizeof(answer), &needed));
    return answer;
}
static VOID CopiesATokenAsAnotherType(DUPLICATE Duplicate) {
    SECURITY_QUALITY_OF_SERVICE quality = {sizeof(quality), SecurityIdentification, 0, FALSE};
    HANDLE source = OpenOwnToken(TOKEN_DUPLICATE | TOKEN_QUERY), copy = NULL, again = NULL;
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    attributes.SecurityQualityOfService = &quality;
    CHECK_STATUS(Duplicate(source, TOKEN_ALL_ACCESS, &attributes, FALSE, TokenImpersonation, &copy),
                 STATUS_SUCCESS);
    CHECK_EQ(Ask(copy, TokenType), TokenImpersonation);
    CHECK_EQ(Ask(copy, TokenImpersonationLevel), SecurityIdentification);
    quality.ImpersonationLevel = SecurityDelegation;  // more than the source is for
    CHECK_STATUS(Duplicate(copy, 0, &attributes, FALSE, TokenImpersonation, &again),
                 STATUS_BAD_IMPERSONATION_LEVEL);
    ZwClose(copy);
    attributes.SecurityQualityOfService = NULL;
    CHECK_STATUS(Duplicate(source, 0, &attributes, FALSE, TokenPrimary, &copy), STATUS_SUCCESS);
    CHECK_EQ(Ask(copy, TokenType), TokenPrimary);
    ZwClose(copy);
    CHECK_STATUS(Duplicate((HANDLE)0x7FFFFFF0, 0, &attributes, FALSE, TokenPrimary, &copy),
                 STATUS_INVALID_HANDLE);
    ZwClose(source);
}
// "To request the same access rights as the existing token, specify zero." A reference for UserMode
// checks them.
static VOID ZeroMeansTheSameRights(DUPLICATE Duplicate) {
    HANDLE source = OpenOwnToken(TOKEN_DUPLICATE | TOKEN_QUERY), copy = NULL;
    OBJECT_ATTRIBUTES attributes;
    PVOID token = NULL;
    InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
    CHECK_STATUS(Duplicate(source, 0, &attributes, FALSE, TokenPrimary, &copy), STATUS_SUCCESS);
    CHECK_STATUS(ObReferenceObjectByHandle(copy, TOKEN_DUPLICATE | TOKEN_QUERY, *SeTokenObjectType,
                                           UserMode, &token, NULL),
                 STATUS_SUCCESS);
    if (token != NULL) ObDereferenceObject(token);
    CHECK_STATUS(ObReferenceObjectByHandle(copy, TOKEN_ADJUST_PRIVILEGES, *SeTokenObjectType,
                                           UserMode, &token, NULL),
                 STATUS_ACCESS_DENIED);
    ZwClose(copy);
    ZwClose(source);
}
static VOID RefusesAnUnknownType(DUPLICATE Duplicate) {
    HANDLE source = OpenOwnToken(TOKEN_DUPLICATE), copy = NULL;
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
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
CONFORMANCE(NtDuplicateToken, ZeroMeansTheSameRights) { ZeroMeansTheSameRights(NtDuplicateToken); }
CONFORMANCE(ZwDuplicateToken, ZeroMeansTheSameRights) { ZeroMeansTheSameRights(ZwDuplicateToken); }
CONFORMANCE(NtDuplicateToken, RefusesAnUnknownType) { RefusesAnUnknownType(NtDuplicateToken); }
CONFORMANCE(ZwDuplicateToken, RefusesAnUnknownType) { RefusesAnUnknownType(ZwDuplicateToken); }
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
