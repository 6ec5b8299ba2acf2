// SPDX-License-Identifier: GPL-2.0-only
// Facts: ZwCreateSymbolicLinkObject (ntifs.h); IoCreateSymbolicLink, which makes such objects.
#include "names.h"

DECLARE_SERVICE(CreateSymbolicLinkObject, PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES,
                PUNICODE_STRING);

static VOID OpensGoToTheTarget(NTSTATUS(NTAPI* Create)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES,
                                                       PUNICODE_STRING)) {
    UNICODE_STRING target = RTL_CONSTANT_STRING(L"\\CfTarget");
    HANDLE event = NULL, link = NULL, found = NULL;
    NAMED named;
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, Named(&named, L"\\CfTarget", 0),
                                NotificationEvent, FALSE));
    CHECK_STATUS(Create(&link, SYMBOLIC_LINK_ALL_ACCESS, Named(&named, L"\\CfLink", 0), &target),
                 STATUS_SUCCESS);
    CHECK_STATUS(ZwOpenEvent(&found, EVENT_ALL_ACCESS, &named.Attributes), STATUS_SUCCESS);
    CHECK(SameObject(found, event));
    ZwClose(found);
    CHECK_STATUS(Create(&found, SYMBOLIC_LINK_ALL_ACCESS, &named.Attributes, &target),
                 STATUS_OBJECT_NAME_COLLISION);
    ZwClose(link);
    CHECK_STATUS(ZwOpenEvent(&found, EVENT_ALL_ACCESS, &named.Attributes),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    ZwClose(event);
}
CONFORMANCE(NtCreateSymbolicLinkObject, OpensGoToTheTarget) {
    OpensGoToTheTarget(NtCreateSymbolicLinkObject);
}
CONFORMANCE(ZwCreateSymbolicLinkObject, OpensGoToTheTarget) {
    OpensGoToTheTarget(ZwCreateSymbolicLinkObject);
}
