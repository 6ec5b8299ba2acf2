// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

/* The page: the type is checked for user mode. */
CONFORMANCE(ObReferenceObjectByPointer, ChecksTheTypeForUserMode) {
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    HANDLE event = NewEvent();
    PVOID object = ObjectOf(event);
    AT_IRQL(DISPATCH_LEVEL,
            status = ObReferenceObjectByPointer(object, 0, *ExEventObjectType, KernelMode));
    CHECK_STATUS(status, STATUS_SUCCESS);
    ObDereferenceObject(object);
    CHECK_STATUS(ObReferenceObjectByPointer(object, 0, *ExEventObjectType, UserMode),
                 STATUS_SUCCESS);
    ObDereferenceObject(object);
    CHECK_STATUS(ObReferenceObjectByPointer(object, 0, *ExSemaphoreObjectType, UserMode),
                 STATUS_OBJECT_TYPE_MISMATCH);
    ObDereferenceObject(object);
    ZwClose(event);
}
CONFORMANCE(ObReferenceObjectByPointer, TakesAnyTypeForKernelMode) {
    HANDLE event = NewEvent();
    PVOID object = ObjectOf(event);
    CHECK_STATUS(ObReferenceObjectByPointer(object, 0, *ExSemaphoreObjectType, KernelMode),
                 STATUS_SUCCESS);
    ObDereferenceObject(object);
    CHECK_STATUS(ObReferenceObjectByPointer(object, 0, NULL, KernelMode), STATUS_SUCCESS);
    ObDereferenceObject(object);
    ObDereferenceObject(object);
    ZwClose(event);
}
