// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

CONFORMANCE(ObReferenceObjectByPointer, ChecksTheType) {
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    HANDLE event = NewEvent();
    PVOID object = ObjectOf(event);
    AT_IRQL(DISPATCH_LEVEL,
            status = ObReferenceObjectByPointer(object, 0, *ExEventObjectType, KernelMode));
    CHECK_STATUS(status, STATUS_SUCCESS);
    ObDereferenceObject(object);
    CHECK_STATUS(ObReferenceObjectByPointer(object, 0, *ExSemaphoreObjectType, KernelMode),
                 STATUS_OBJECT_TYPE_MISMATCH);
    ObDereferenceObject(object);
    ZwClose(event);
}
