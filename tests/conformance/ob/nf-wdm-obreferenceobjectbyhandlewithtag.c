// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

CONFORMANCE(ObReferenceObjectByHandleWithTag, ChecksTheType) {
    HANDLE event = NewEvent();
    PVOID object = NULL;
    CHECK_STATUS(ObReferenceObjectByHandleWithTag(event, 0, *ExEventObjectType, KernelMode,
                                                  CONFORMANCE_TAG, &object, NULL),
                 STATUS_SUCCESS);
    ObDereferenceObjectWithTag(object, CONFORMANCE_TAG);
    CHECK_STATUS(ObReferenceObjectByHandleWithTag(event, 0, *ExSemaphoreObjectType, KernelMode,
                                                  CONFORMANCE_TAG, &object, NULL),
                 STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(event);
}
