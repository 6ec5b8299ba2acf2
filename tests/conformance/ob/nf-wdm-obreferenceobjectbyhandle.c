// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

CONFORMANCE(ObReferenceObjectByHandle, ChecksTheType) {
    HANDLE event = NewEvent();
    PVOID object = NULL;
    CHECK_STATUS(ObReferenceObjectByHandle(event, EVENT_MODIFY_STATE, *ExEventObjectType,
                                           KernelMode, &object, NULL),
                 STATUS_SUCCESS);
    ObDereferenceObject(object);
    CHECK_STATUS(
        ObReferenceObjectByHandle(event, 0, *ExSemaphoreObjectType, KernelMode, &object, NULL),
        STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(ObReferenceObjectByHandle(NO_HANDLE, 0, NULL, KernelMode, &object, NULL),
                 STATUS_INVALID_HANDLE);
    ZwClose(event);
}
/* The page leaves HandleInformation to the system; wdm.h declares what it gets. */
CONFORMANCE(ObReferenceObjectByHandle, TellsTheRights) {
    OBJECT_HANDLE_INFORMATION information = {77, 77};
    HANDLE event = NewEvent();
    PVOID object = NULL;
    CHECK_STATUS(ObReferenceObjectByHandle(event, EVENT_MODIFY_STATE, *ExEventObjectType,
                                           KernelMode, &object, &information),
                 STATUS_SUCCESS);
    CHECK_EQ(information.GrantedAccess, EVENT_ALL_ACCESS);
    ObDereferenceObject(object);
    ZwClose(event);
}
CONFORMANCE_IN_CALLER(ObReferenceObjectByHandle, AUserNeedsTheRight) {
    OBJECT_ATTRIBUTES attributes;
    HANDLE event = NULL, kernel = NewEvent();
    PVOID object = NULL;
    InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_QUERY_STATE, &attributes, NotificationEvent, FALSE));
    CHECK_STATUS(ObReferenceObjectByHandle(event, EVENT_MODIFY_STATE, *ExEventObjectType, UserMode,
                                           &object, NULL),
                 STATUS_ACCESS_DENIED);
    CHECK_STATUS(ObReferenceObjectByHandle(event, EVENT_MODIFY_STATE, *ExEventObjectType,
                                           KernelMode, &object, NULL),
                 STATUS_SUCCESS);
    ObDereferenceObject(object);
    CHECK_STATUS(ObReferenceObjectByHandle(kernel, 0, *ExEventObjectType, UserMode, &object, NULL),
                 STATUS_INVALID_HANDLE);
    NtClose(event);
    ZwClose(kernel);
}
CONFORMANCE(ObReferenceObjectByHandle, KnowsThePseudoHandles) {
    PVOID object = NULL;
    CHECK_STATUS(
        ObReferenceObjectByHandle(NtCurrentProcess(), 0, *PsProcessType, KernelMode, &object, NULL),
        STATUS_SUCCESS);
    CHECK_EQ(object, (PVOID)PsGetCurrentProcess());
    ObDereferenceObject(object);
    CHECK_STATUS(
        ObReferenceObjectByHandle(NtCurrentThread(), 0, *PsThreadType, KernelMode, &object, NULL),
        STATUS_SUCCESS);
    CHECK_EQ(object, (PVOID)PsGetCurrentThread());
    ObDereferenceObject(object);
}
