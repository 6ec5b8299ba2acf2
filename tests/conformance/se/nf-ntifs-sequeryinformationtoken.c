// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

static PVOID Query(PACCESS_TOKEN Token, TOKEN_INFORMATION_CLASS Class) {
    PVOID answer = NULL;
    CHECK_STATUS(SeQueryInformationToken(Token, Class, &answer), STATUS_SUCCESS);
    return answer;
}
CONFORMANCE(SeQueryInformationToken, AllocatesWhatIsAskedFor) {
    PACCESS_TOKEN own = OwnToken();
    TOKEN_USER* user = Query(own, TokenUser);
    TOKEN_GROUPS* groups = Query(own, TokenGroups);
    TOKEN_PRIVILEGES* privileges = Query(own, TokenPrivileges);
    TOKEN_OWNER* owner = Query(own, TokenOwner);
    TOKEN_STATISTICS* statistics = Query(own, TokenStatistics);
    TOKEN_DEFAULT_DACL* dacl = Query(own, TokenDefaultDacl);
    REQUIRE(user && groups && privileges && owner && statistics && dacl);
    CHECK(RtlEqualSid(user->User.Sid, LOCAL_SYSTEM_SID));
    CHECK(groups->GroupCount >= 3 && RtlValidSid(groups->Groups[groups->GroupCount - 1].Sid));
    CHECK_EQ(privileges->PrivilegeCount, statistics->PrivilegeCount);
    CHECK_EQ(groups->GroupCount, statistics->GroupCount);
    CHECK_EQ(statistics->TokenType, TokenPrimary);
    CHECK(RtlEqualSid(owner->Owner, ADMINS_SID));
    CHECK(dacl->DefaultDacl != NULL && dacl->DefaultDacl->AceCount != 0);
    ExFreePool(user);
    ExFreePool(groups);
    ExFreePool(privileges);
    ExFreePool(owner);
    ExFreePool(statistics);
    ExFreePool(dacl);
    PsDereferencePrimaryToken(own);
}
CONFORMANCE(SeQueryInformationToken, ReturnsSmallNumbersInPlace) {
    PACCESS_TOKEN own = OwnToken(), copy = CopyOwnToken(SecurityDelegation);
    PVOID answer = (PVOID)-1;
    CHECK_STATUS(SeQueryInformationToken(own, TokenSessionId, &answer), STATUS_SUCCESS);
    CHECK_EQ(*(ULONG*)&answer, 0);
    CHECK_STATUS(SeQueryInformationToken(own, TokenIntegrityLevel, &answer), STATUS_SUCCESS);
    CHECK_EQ(*(ULONG*)&answer, 0x4000);
    CHECK_STATUS(SeQueryInformationToken(copy, TokenImpersonationLevel, &answer), STATUS_SUCCESS);
    CHECK_EQ(*(ULONG*)&answer, SecurityDelegation);
    ObDereferenceObject(copy);
    PsDereferencePrimaryToken(own);
}
CONFORMANCE(SeQueryInformationToken, RefusesWhatATokenHasNot) {
    PACCESS_TOKEN own = OwnToken();
    PVOID answer = NULL;
    CHECK(!NT_SUCCESS(SeQueryInformationToken(own, TokenImpersonationLevel, &answer)));
    CHECK_STATUS(SeQueryInformationToken(own, (TOKEN_INFORMATION_CLASS)999, &answer),
                 STATUS_INVALID_INFO_CLASS);
    PsDereferencePrimaryToken(own);
}
