// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

CONFORMANCE(ObDereferenceObjectDeferDeleteWithTag, GivesOneReferenceBack) {
    HANDLE event = NewEvent();
    PVOID object = ObjectOf(event);
    LONG_PTR one = ObfReferenceObjectWithTag(object, CONFORMANCE_TAG);
    AT_IRQL(DISPATCH_LEVEL, ObDereferenceObjectDeferDeleteWithTag(object, CONFORMANCE_TAG));
    CHECK_EQ(ObfReferenceObject(object), one);
    ObDereferenceObject(object);
    ObDereferenceObject(object);
    ZwClose(event);
}
