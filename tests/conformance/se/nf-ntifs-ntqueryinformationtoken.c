// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

typedef NTSTATUS(NTAPI* QUERY)(HANDLE, TOKEN_INFORMATION_CLASS, PVOID, ULONG, PULONG);
static VOID AnswersIntoTheCallersBuffer(QUERY Query) {
    UCHAR room[1024] __attribute__((aligned(8)));
    HANDLE token = OpenOwnToken(TOKEN_QUERY | TOKEN_QUERY_SOURCE);
    TOKEN_TYPE type = 0;
    ULONG needed = 0, session = 9;
    CHECK_STATUS(Query(token, TokenUser, NULL, 0, &needed), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(needed, sizeof(TOKEN_USER) + 12);
    CHECK_STATUS(Query(token, TokenUser, room, sizeof(room), &needed), STATUS_SUCCESS);
    CHECK(RtlEqualSid(((TOKEN_USER*)room)->User.Sid, SeExports->SeLocalSystemSid));
    CHECK_STATUS(Query(token, TokenGroups, room, sizeof(room), &needed), STATUS_SUCCESS);
    CHECK_STATUS(Query(token, TokenGroupsAndPrivileges, room, sizeof(room), &needed),
                 STATUS_SUCCESS);
    CHECK(RtlEqualSid(((TOKEN_GROUPS_AND_PRIVILEGES*)room)->Sids[0].Sid,
                      SeExports->SeLocalSystemSid));
    CHECK_STATUS(Query(token, TokenPrimaryGroup, room, sizeof(room), &needed), STATUS_SUCCESS);
    CHECK_STATUS(Query(token, TokenType, &type, sizeof(type), &needed), STATUS_SUCCESS);
    CHECK_EQ(type, TokenPrimary);
    CHECK_STATUS(Query(token, TokenSessionId, &session, sizeof(session), &needed), STATUS_SUCCESS);
    CHECK_EQ(session, 0);
    CHECK_STATUS(Query(token, (TOKEN_INFORMATION_CLASS)999, room, sizeof(room), &needed),
                 STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(Query((HANDLE)0x7FFFFFF0, TokenUser, room, sizeof(room), &needed),
                 STATUS_INVALID_HANDLE);
    ZwClose(token);
}
CONFORMANCE(NtQueryInformationToken, AnswersIntoTheCallersBuffer) {
    AnswersIntoTheCallersBuffer(NtQueryInformationToken);
}
CONFORMANCE(ZwQueryInformationToken, AnswersIntoTheCallersBuffer) {
    AnswersIntoTheCallersBuffer(ZwQueryInformationToken);
}
