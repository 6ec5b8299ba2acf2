// SPDX-License-Identifier: GPL-2.0-only
// Facts: NtSetInformationObject of public headers (phnt); SetHandleInformation of handleapi.h,
// whose service it is.
#include "names.h"

NTSYSAPI NTSTATUS NTAPI NtSetInformationObject(HANDLE, OBJECT_INFORMATION_CLASS, PVOID, ULONG);

static VOID SetsHandleFlags(NTSTATUS(NTAPI* Set)(HANDLE, OBJECT_INFORMATION_CLASS, PVOID, ULONG)) {
    OBJECT_HANDLE_FLAG_INFORMATION flags = {TRUE, FALSE}, found = {FALSE, TRUE};
    HANDLE event = NewEvent();
    CHECK_STATUS(Set(event, (OBJECT_INFORMATION_CLASS)4, &flags, sizeof(flags)), STATUS_SUCCESS);
    CHECK_SUCCESS(ZwQueryObject(event, (OBJECT_INFORMATION_CLASS)4, &found, sizeof(found), NULL));
    CHECK(found.Inherit && !found.ProtectFromClose);
    CHECK(!NT_SUCCESS(Set(event, (OBJECT_INFORMATION_CLASS)4, &flags, 1)));
    CHECK(!NT_SUCCESS(Set(event, ObjectBasicInformation, &flags, sizeof(flags))));
    CHECK_STATUS(Set(NO_HANDLE, (OBJECT_INFORMATION_CLASS)4, &flags, sizeof(flags)),
                 STATUS_INVALID_HANDLE);
    ZwClose(event);
}
CONFORMANCE(NtSetInformationObject, SetsHandleFlags) { SetsHandleFlags(NtSetInformationObject); }
CONFORMANCE(ZwSetInformationObject, SetsHandleFlags) { SetsHandleFlags(ZwSetInformationObject); }
