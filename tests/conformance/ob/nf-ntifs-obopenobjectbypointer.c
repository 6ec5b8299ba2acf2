// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

CONFORMANCE(ObOpenObjectByPointer, MakesAnotherHandle) {
    HANDLE event = NewEvent(), other = NULL;
    PVOID object = ObjectOf(event);
    CHECK_STATUS(ObOpenObjectByPointer(object, OBJ_KERNEL_HANDLE, NULL, EVENT_QUERY_STATE,
                                       *ExEventObjectType, KernelMode, &other),
                 STATUS_SUCCESS);
    CHECK(ObIsKernelHandle(other) && SameObject(other, event));
    CHECK_EQ(GrantedTo(other), EVENT_QUERY_STATE);
    ZwClose(other);
    CHECK_STATUS(ObOpenObjectByPointer(object, OBJ_KERNEL_HANDLE, NULL, 0, *ExSemaphoreObjectType,
                                       KernelMode, &other),
                 STATUS_OBJECT_TYPE_MISMATCH);
    ObDereferenceObject(object);
    ZwClose(event);
}
CONFORMANCE(ObOpenObjectByPointer, ForcedChecksHoldForTheKernelToo) {
    UCHAR room[64] __attribute__((aligned(8)));
    SECURITY_DESCRIPTOR descriptor;
    OBJECT_ATTRIBUTES attributes;
    HANDLE event = NULL, other = NULL;
    PVOID object;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    RtlCreateAcl((PACL)room, sizeof(room), ACL_REVISION);
    RtlSetDaclSecurityDescriptor(&descriptor, TRUE, (PACL)room, FALSE);
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, &descriptor);
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE));
    object = ObjectOf(event);
    CHECK_STATUS(ObOpenObjectByPointer(object, OBJ_KERNEL_HANDLE, NULL, EVENT_MODIFY_STATE, NULL,
                                       KernelMode, &other),
                 STATUS_SUCCESS);
    ZwClose(other);
    CHECK_STATUS(ObOpenObjectByPointer(object, OBJ_KERNEL_HANDLE, NULL, EVENT_MODIFY_STATE,
                                       *ExEventObjectType, UserMode, &other),
                 STATUS_ACCESS_DENIED);
    CHECK_STATUS(ObOpenObjectByPointer(object, OBJ_KERNEL_HANDLE | OBJ_FORCE_ACCESS_CHECK, NULL,
                                       EVENT_MODIFY_STATE, NULL, KernelMode, &other),
                 STATUS_ACCESS_DENIED);
    ObDereferenceObject(object);
    ZwClose(event);
}
