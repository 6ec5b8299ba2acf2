// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

DECLARE_SERVICE(OpenSymbolicLinkObject, PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);

static VOID OpensTheLinkItself(NTSTATUS(NTAPI* Open)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES)) {
    UNICODE_STRING target = RTL_CONSTANT_STRING(L"\\CfTarget");
    HANDLE link = NULL, found = NULL;
    NAMED named;
    CHECK_SUCCESS(ZwCreateSymbolicLinkObject(&link, SYMBOLIC_LINK_ALL_ACCESS,
                                             Named(&named, L"\\CfLink", 0), &target));
    CHECK_STATUS(Open(&found, GENERIC_READ, &named.Attributes), STATUS_SUCCESS);
    CHECK(SameObject(found, link));
    ZwClose(found);
    ZwClose(link);
    CHECK_STATUS(Open(&found, GENERIC_READ, &named.Attributes), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(Open(&found, GENERIC_READ, Named(&named, L"\\Device", 0)),
                 STATUS_OBJECT_TYPE_MISMATCH);
}
CONFORMANCE(NtOpenSymbolicLinkObject, OpensTheLinkItself) {
    OpensTheLinkItself(NtOpenSymbolicLinkObject);
}
CONFORMANCE(ZwOpenSymbolicLinkObject, OpensTheLinkItself) {
    OpensTheLinkItself(ZwOpenSymbolicLinkObject);
}
