// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

NTSYSAPI NTSTATUS NTAPI NtOpenEvent(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);

static VOID OpensByName(NTSTATUS(NTAPI* Open)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES)) {
    HANDLE event = NULL, found = NULL;
    NAMED named;
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, Named(&named, L"\\CfEvent", 0),
                                NotificationEvent, FALSE));
    CHECK_STATUS(Open(&found, EVENT_MODIFY_STATE, Named(&named, L"\\CFEVENT", 0)), STATUS_SUCCESS);
    CHECK(SameObject(found, event));
    ZwClose(found);
    ZwClose(event);
    CHECK_STATUS(Open(&found, EVENT_MODIFY_STATE, &named.Attributes), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(Open(&found, EVENT_MODIFY_STATE, Named(&named, L"\\Device", 0)),
                 STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(Open(&found, EVENT_MODIFY_STATE, Unnamed(&named)), STATUS_OBJECT_PATH_SYNTAX_BAD);
}
CONFORMANCE(NtOpenEvent, OpensByName) { OpensByName(NtOpenEvent); }
CONFORMANCE(ZwOpenEvent, OpensByName) { OpensByName(ZwOpenEvent); }
