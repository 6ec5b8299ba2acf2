// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

// Facts: SE_EXPORTS (ntifs.h) names what SeExports points at; winnt.h and [MS-DTYP] 2.4.2.4 have
// the values.
static BOOLEAN Is(PSID Sid, const WCHAR* Expected) {
    WCHAR room[96];
    UNICODE_STRING text = {0, sizeof(room), room};
    return Sid != NULL && NT_SUCCESS(RtlConvertSidToUnicodeString(&text, Sid, FALSE)) &&
           ConformanceSameText(&text, Expected);
}
CONFORMANCE(SeExports, HasTheWellKnownSids) {
    CHECK(Is(SeExports->SeNullSid, L"S-1-0-0"));
    CHECK(Is(SeExports->SeWorldSid, L"S-1-1-0"));
    CHECK(Is(SeExports->SeLocalSid, L"S-1-2-0"));
    CHECK(Is(SeExports->SeCreatorOwnerSid, L"S-1-3-0"));
    CHECK(Is(SeExports->SeCreatorGroupSid, L"S-1-3-1"));
    CHECK(Is(SeExports->SeNtAuthoritySid, L"S-1-5"));
    CHECK(Is(SeExports->SeDialupSid, L"S-1-5-1"));
    CHECK(Is(SeExports->SeNetworkSid, L"S-1-5-2"));
    CHECK(Is(SeExports->SeBatchSid, L"S-1-5-3"));
    CHECK(Is(SeExports->SeInteractiveSid, L"S-1-5-4"));
    CHECK(Is(SeExports->SeAnonymousLogonSid, L"S-1-5-7"));
    CHECK(Is(SeExports->SeAuthenticatedUsersSid, L"S-1-5-11"));
    CHECK(Is(SeExports->SeLocalSystemSid, L"S-1-5-18"));
    CHECK(Is(SeExports->SeLocalServiceSid, L"S-1-5-19"));
    CHECK(Is(SeExports->SeNetworkServiceSid, L"S-1-5-20"));
    CHECK(Is(SeExports->SeAliasAdminsSid, L"S-1-5-32-544"));
    CHECK(Is(SeExports->SeAliasUsersSid, L"S-1-5-32-545"));
    CHECK(Is(SeExports->SeAliasGuestsSid, L"S-1-5-32-546"));
    CHECK(Is(SeExports->SeAliasBackupOpsSid, L"S-1-5-32-551"));
    CHECK(Is(SeExports->SeMediumMandatorySid, L"S-1-16-8192"));
    CHECK(Is(SeExports->SeSystemMandatorySid, L"S-1-16-16384"));
}
CONFORMANCE(SeExports, HasThePrivileges) {
    CHECK_EQ(SeExports->SeCreateTokenPrivilege.LowPart, SE_CREATE_TOKEN_PRIVILEGE);
    CHECK_EQ(SeExports->SeTcbPrivilege.LowPart, SE_TCB_PRIVILEGE);
    CHECK_EQ(SeExports->SeLoadDriverPrivilege.LowPart, SE_LOAD_DRIVER_PRIVILEGE);
    CHECK_EQ(SeExports->SeDebugPrivilege.LowPart, SE_DEBUG_PRIVILEGE);
    CHECK_EQ(SeExports->SeChangeNotifyPrivilege.LowPart, SE_CHANGE_NOTIFY_PRIVILEGE);
    CHECK_EQ(SeExports->SeManageVolumePrivilege.LowPart, SE_MANAGE_VOLUME_PRIVILEGE);
    CHECK_EQ(SeExports->SeImpersonatePrivilege.LowPart, SE_IMPERSONATE_PRIVILEGE);
    CHECK_EQ(SeExports->SeDebugPrivilege.HighPart, 0);
}
CONFORMANCE(SeTokenObjectType, IsTheTypeOfTokens) {
    PACCESS_TOKEN own = OwnToken();
    CHECK_STATUS(ObReferenceObjectByPointer(own, 0, *SeTokenObjectType, UserMode), STATUS_SUCCESS);
    ObDereferenceObject(own);
    CHECK_STATUS(ObReferenceObjectByPointer(PsGetCurrentProcess(), 0, *SeTokenObjectType, UserMode),
                 STATUS_OBJECT_TYPE_MISMATCH);
    PsDereferencePrimaryToken(own);
}
