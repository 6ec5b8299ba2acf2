// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

DECLARE_SERVICE(QuerySymbolicLinkObject, HANDLE, PUNICODE_STRING, PULONG);

static VOID TellsTheTarget(NTSTATUS(NTAPI* Query)(HANDLE, PUNICODE_STRING, PULONG)) {
    UNICODE_STRING target = RTL_CONSTANT_STRING(L"\\CfTarget");
    WCHAR room[16];
    UNICODE_STRING text = {0, sizeof(room), room};
    HANDLE link = NULL, event = NewEvent();
    ULONG returned = 0;
    NAMED named;
    CHECK_SUCCESS(ZwCreateSymbolicLinkObject(&link, SYMBOLIC_LINK_ALL_ACCESS,
                                             Named(&named, L"\\CfLink", 0), &target));
    CHECK_STATUS(Query(link, &text, &returned), STATUS_SUCCESS);
    CHECK_TEXT(&text, L"\\CfTarget");
    CHECK(returned >= text.Length);
    text.MaximumLength = 4;
    CHECK_STATUS(Query(link, &text, &returned), STATUS_BUFFER_TOO_SMALL);
    CHECK(returned >= target.Length);
    CHECK_STATUS(Query(event, &text, &returned), STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(Query(NO_HANDLE, &text, NULL), STATUS_INVALID_HANDLE);
    ZwClose(event);
    ZwClose(link);
}
CONFORMANCE(NtQuerySymbolicLinkObject, TellsTheTarget) {
    TellsTheTarget(NtQuerySymbolicLinkObject);
}
CONFORMANCE(ZwQuerySymbolicLinkObject, TellsTheTarget) {
    TellsTheTarget(ZwQuerySymbolicLinkObject);
}
