// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

CONFORMANCE(ObReferenceObjectByPointerWithTag, ChecksTheType) {
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    HANDLE event = NewEvent();
    PVOID object = ObjectOf(event);
    AT_IRQL(DISPATCH_LEVEL, status = ObReferenceObjectByPointerWithTag(
                                object, 0, *ExEventObjectType, KernelMode, CONFORMANCE_TAG));
    CHECK_STATUS(status, STATUS_SUCCESS);
    ObDereferenceObject(object);
    CHECK_STATUS(ObReferenceObjectByPointerWithTag(object, 0, *ExSemaphoreObjectType, UserMode,
                                                   CONFORMANCE_TAG),
                 STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(ObReferenceObjectByPointerWithTag(object, 0, NULL, UserMode, CONFORMANCE_TAG),
                 STATUS_OBJECT_TYPE_MISMATCH);
    ObDereferenceObject(object);
    ZwClose(event);
}
