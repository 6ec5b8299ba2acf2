// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

NTSYSAPI NTSTATUS NTAPI NtDuplicateObject(HANDLE, HANDLE, HANDLE, PHANDLE, ACCESS_MASK, ULONG,
                                          ULONG);

typedef NTSTATUS(NTAPI* DUPLICATE)(HANDLE, HANDLE, HANDLE, PHANDLE, ACCESS_MASK, ULONG, ULONG);
static VOID MakesAnotherHandle(DUPLICATE Duplicate) {
    HANDLE event = NewEvent(), copy = NULL;
    CHECK_STATUS(Duplicate(NtCurrentProcess(), event, NtCurrentProcess(), &copy, 0,
                           OBJ_KERNEL_HANDLE, DUPLICATE_SAME_ACCESS),
                 STATUS_SUCCESS);
    CHECK(SameObject(copy, event));
    CHECK_EQ(GrantedTo(copy), EVENT_ALL_ACCESS);
    ZwClose(copy);
    CHECK_STATUS(Duplicate(NtCurrentProcess(), event, NtCurrentProcess(), &copy, EVENT_QUERY_STATE,
                           OBJ_KERNEL_HANDLE, 0),
                 STATUS_SUCCESS);
    CHECK_EQ(GrantedTo(copy), EVENT_QUERY_STATE);
    ZwClose(copy);
    CHECK_STATUS(Duplicate(NtCurrentProcess(), NO_HANDLE, NtCurrentProcess(), &copy, 0, 0,
                           DUPLICATE_SAME_ACCESS),
                 STATUS_INVALID_HANDLE);
    CHECK_STATUS(Duplicate(event, event, NtCurrentProcess(), &copy, 0, 0, DUPLICATE_SAME_ACCESS),
                 STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(event);
}
CONFORMANCE(NtDuplicateObject, MakesAnotherHandle) { MakesAnotherHandle(NtDuplicateObject); }
CONFORMANCE(ZwDuplicateObject, MakesAnotherHandle) { MakesAnotherHandle(ZwDuplicateObject); }
static VOID ClosesTheSourceOnRequest(DUPLICATE Duplicate) {
    LARGE_INTEGER now = {.QuadPart = 0};
    HANDLE event = NewEvent(), copy = NULL;
    PVOID object = ObjectOf(event), same;
    CHECK_STATUS(Duplicate(NtCurrentProcess(), event, NtCurrentProcess(), &copy, 0,
                           OBJ_KERNEL_HANDLE, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE),
                 STATUS_SUCCESS);
    same = ObjectOf(copy);
    CHECK_EQ(same, object);
    ObDereferenceObject(same);
    CHECK(copy == event || ZwWaitForSingleObject(event, FALSE, &now) == STATUS_INVALID_HANDLE);
    CHECK_STATUS(Duplicate(NtCurrentProcess(), copy, NULL, NULL, 0, 0, DUPLICATE_CLOSE_SOURCE),
                 STATUS_SUCCESS);
    CHECK_STATUS(ZwWaitForSingleObject(copy, FALSE, &now), STATUS_INVALID_HANDLE);
    ObDereferenceObject(object);
}
CONFORMANCE(NtDuplicateObject, ClosesTheSourceOnRequest) {
    ClosesTheSourceOnRequest(NtDuplicateObject);
}
CONFORMANCE(ZwDuplicateObject, ClosesTheSourceOnRequest) {
    ClosesTheSourceOnRequest(ZwDuplicateObject);
}
