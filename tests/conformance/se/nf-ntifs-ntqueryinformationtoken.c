// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

typedef NTSTATUS(NTAPI* QUERY)(HANDLE, TOKEN_INFORMATION_CLASS, PVOID, ULONG, PULONG);
static VOID AnswersIntoTheCallersBuffer(QUERY Query) {
    UCHAR room[1024] __attribute__((aligned(8)));
    HANDLE token = OpenOwnToken(TOKEN_QUERY | TOKEN_QUERY_SOURCE);
    TOKEN_TYPE type = 0;
    ULONG needed = 0, session = 0;
    CHECK_STATUS(Query(token, TokenUser, NULL, 0, &needed), STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(Query(token, TokenUser, room, needed, &needed), STATUS_SUCCESS);
    CHECK_EQ(needed, sizeof(TOKEN_USER) + RtlLengthSid(((TOKEN_USER*)room)->User.Sid));
    CHECK_STATUS(Query(token, TokenGroups, room, sizeof(room), &needed), STATUS_SUCCESS);
    CHECK(RtlValidSid(((TOKEN_GROUPS*)room)->Groups[0].Sid));
    CHECK_STATUS(Query(token, TokenPrimaryGroup, room, sizeof(room), &needed), STATUS_SUCCESS);
    CHECK_STATUS(Query(token, TokenType, &type, sizeof(type), &needed), STATUS_SUCCESS);
    CHECK_EQ(type, TokenPrimary);
    CHECK_STATUS(Query(token, TokenSessionId, &session, sizeof(session), &needed), STATUS_SUCCESS);
    CHECK_EQ(needed, sizeof(session));
    CHECK_STATUS(Query((HANDLE)0x7FFFFFF0, TokenUser, room, sizeof(room), &needed),
                 STATUS_INVALID_HANDLE);
    CHECK_STATUS(Query(NtCurrentProcess(), TokenUser, room, sizeof(room), &needed),
                 STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(token);
}
static VOID RefusesAnUnknownClass(QUERY Query) {
    ULONG needed = 0, room[4];
    HANDLE token = OpenOwnToken(TOKEN_QUERY);
    CHECK_STATUS(Query(token, (TOKEN_INFORMATION_CLASS)999, room, sizeof(room), &needed),
                 STATUS_INVALID_INFO_CLASS);
    ZwClose(token);
}
// TOKEN_GROUPS_AND_PRIVILEGES: the user is the first of the identifiers. A system thread is of the
// process System, whose user is LocalSystem; services are in session 0.
static VOID TellsWhoSystemIs(QUERY Query) {
    UCHAR room[1024] __attribute__((aligned(8)));
    HANDLE token = OpenOwnToken(TOKEN_QUERY);
    ULONG needed = 0, session = 9;
    REQUIRE(NT_SUCCESS(Query(token, TokenUser, room, sizeof(room), &needed)));
    CHECK(RtlEqualSid(((TOKEN_USER*)room)->User.Sid, LOCAL_SYSTEM_SID));
    CHECK_STATUS(Query(token, TokenSessionId, &session, sizeof(session), &needed), STATUS_SUCCESS);
    CHECK_EQ(session, 0);
    REQUIRE(NT_SUCCESS(Query(token, TokenGroupsAndPrivileges, room, sizeof(room), &needed)));
    CHECK(RtlEqualSid(((TOKEN_GROUPS_AND_PRIVILEGES*)room)->Sids[0].Sid, LOCAL_SYSTEM_SID));
    ZwClose(token);
}
CONFORMANCE(NtQueryInformationToken, AnswersIntoTheCallersBuffer) {
    AnswersIntoTheCallersBuffer(NtQueryInformationToken);
}
CONFORMANCE(ZwQueryInformationToken, AnswersIntoTheCallersBuffer) {
    AnswersIntoTheCallersBuffer(ZwQueryInformationToken);
}
CONFORMANCE(NtQueryInformationToken, RefusesAnUnknownClass) {
    RefusesAnUnknownClass(NtQueryInformationToken);
}
CONFORMANCE(ZwQueryInformationToken, RefusesAnUnknownClass) {
    RefusesAnUnknownClass(ZwQueryInformationToken);
}
CONFORMANCE(NtQueryInformationToken, TellsWhoSystemIs) {
    TellsWhoSystemIs(NtQueryInformationToken);
}
CONFORMANCE(ZwQueryInformationToken, TellsWhoSystemIs) {
    TellsWhoSystemIs(ZwQueryInformationToken);
}
