// SPDX-License-Identifier: GPL-2.0-only
// Facts: NtCreateSemaphore, NtOpenSemaphore and NtReleaseSemaphore of public headers (ntobapi.h,
// phnt); CreateSemaphore, OpenSemaphore and ReleaseSemaphore of synchapi.h, whose system services
// they are.
#include "names.h"

DECLARE_SERVICE(CreateSemaphore, PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, LONG, LONG);
DECLARE_SERVICE(OpenSemaphore, PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);
DECLARE_SERVICE(ReleaseSemaphore, HANDLE, LONG, PLONG);

static VOID CountsDownByWaits(NTSTATUS(NTAPI* Create)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES,
                                                      LONG, LONG)) {
    LARGE_INTEGER now = {.QuadPart = 0};
    HANDLE semaphore = NULL;
    NAMED named;
    CHECK_STATUS(Create(&semaphore, SEMAPHORE_ALL_ACCESS, Unnamed(&named), 1, 2), STATUS_SUCCESS);
    CHECK_STATUS(ZwWaitForSingleObject(semaphore, FALSE, &now), STATUS_SUCCESS);
    CHECK_STATUS(ZwWaitForSingleObject(semaphore, FALSE, &now), STATUS_TIMEOUT);
    ZwClose(semaphore);
    CHECK_STATUS(Create(&semaphore, SEMAPHORE_ALL_ACCESS, &named.Attributes, 3, 2),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Create(&semaphore, SEMAPHORE_ALL_ACCESS, &named.Attributes, 0, 0),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Create(&semaphore, SEMAPHORE_ALL_ACCESS, &named.Attributes, -1, 2),
                 STATUS_INVALID_PARAMETER);
}
CONFORMANCE(NtCreateSemaphore, CountsDownByWaits) { CountsDownByWaits(NtCreateSemaphore); }
CONFORMANCE(ZwCreateSemaphore, CountsDownByWaits) { CountsDownByWaits(ZwCreateSemaphore); }
static VOID OpensByName(NTSTATUS(NTAPI* Open)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES)) {
    HANDLE semaphore = NULL, found = NULL;
    NAMED named;
    CHECK_SUCCESS(ZwCreateSemaphore(&semaphore, SEMAPHORE_ALL_ACCESS,
                                    Named(&named, L"\\CfSemaphore", 0), 0, 1));
    CHECK_STATUS(Open(&found, SEMAPHORE_MODIFY_STATE, &named.Attributes), STATUS_SUCCESS);
    CHECK(SameObject(found, semaphore));
    ZwClose(found);
    ZwClose(semaphore);
    CHECK_STATUS(Open(&found, SEMAPHORE_MODIFY_STATE, &named.Attributes),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(Open(&found, SYNCHRONIZE, Named(&named, L"\\Device", 0)),
                 STATUS_OBJECT_TYPE_MISMATCH);
}
CONFORMANCE(NtOpenSemaphore, OpensByName) { OpensByName(NtOpenSemaphore); }
CONFORMANCE(ZwOpenSemaphore, OpensByName) { OpensByName(ZwOpenSemaphore); }
static VOID RefusesMoreThanTheMaximum(NTSTATUS(NTAPI* Release)(HANDLE, LONG, PLONG)) {
    HANDLE semaphore = NULL;
    LONG before = 7;
    NAMED named;
    CHECK_SUCCESS(ZwCreateSemaphore(&semaphore, SEMAPHORE_ALL_ACCESS, Unnamed(&named), 0, 2));
    CHECK_STATUS(Release(semaphore, 1, &before), STATUS_SUCCESS);
    CHECK_EQ(before, 0);
    CHECK_STATUS(Release(semaphore, 1, &before), STATUS_SUCCESS);
    CHECK_EQ(before, 1);
    CHECK_STATUS(Release(semaphore, 1, NULL), STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    CHECK_STATUS(Release(semaphore, 0, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Release(NO_HANDLE, 1, NULL), STATUS_INVALID_HANDLE);
    ZwClose(semaphore);
}
CONFORMANCE(NtReleaseSemaphore, RefusesMoreThanTheMaximum) {
    RefusesMoreThanTheMaximum(NtReleaseSemaphore);
}
CONFORMANCE(ZwReleaseSemaphore, RefusesMoreThanTheMaximum) {
    RefusesMoreThanTheMaximum(ZwReleaseSemaphore);
}
CONFORMANCE(ExSemaphoreObjectType, IsTheTypeOfSemaphores) {
    HANDLE semaphore = NULL;
    PVOID object = NULL;
    NAMED named;
    CHECK_SUCCESS(ZwCreateSemaphore(&semaphore, SEMAPHORE_ALL_ACCESS, Unnamed(&named), 0, 1));
    CHECK_STATUS(
        ObReferenceObjectByHandle(semaphore, 0, *ExSemaphoreObjectType, KernelMode, &object, NULL),
        STATUS_SUCCESS);
    ObDereferenceObject(object);
    CHECK_STATUS(
        ObReferenceObjectByHandle(semaphore, 0, *ExEventObjectType, KernelMode, &object, NULL),
        STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(semaphore);
}
CONFORMANCE(ExEventObjectType, IsTheTypeOfEvents) {
    HANDLE event = NewEvent();
    PVOID object = NULL;
    CHECK_STATUS(ObReferenceObjectByHandle(event, 0, *ExEventObjectType, KernelMode, &object, NULL),
                 STATUS_SUCCESS);
    ObDereferenceObject(object);
    ZwClose(event);
}
