// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

// Facts: ObOpenObjectByPointerWithTag of ntifs.h: ObOpenObjectByPointer with a tag for reference
// tracing.
CONFORMANCE(ObOpenObjectByPointerWithTag, MakesAnotherHandle) {
    HANDLE event = NewEvent(), other = NULL;
    PVOID object = ObjectOf(event);
    CHECK_STATUS(
        ObOpenObjectByPointerWithTag(object, OBJ_KERNEL_HANDLE, NULL, EVENT_QUERY_STATE,
                                     *ExEventObjectType, KernelMode, CONFORMANCE_TAG, &other),
        STATUS_SUCCESS);
    CHECK(SameObject(other, event));
    ZwClose(other);
    CHECK_STATUS(
        ObOpenObjectByPointerWithTag(object, OBJ_KERNEL_HANDLE, NULL, 0, *ExSemaphoreObjectType,
                                     KernelMode, CONFORMANCE_TAG, &other),
        STATUS_OBJECT_TYPE_MISMATCH);
    ObDereferenceObject(object);
    ZwClose(event);
}
