// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

CONFORMANCE(ObDereferenceObjectDeferDelete, GivesOneReferenceBack) {
    HANDLE event = NewEvent();
    PVOID object = ObjectOf(event);
    LONG_PTR one = ObfReferenceObject(object);
    AT_IRQL(DISPATCH_LEVEL, ObDereferenceObjectDeferDelete(object));
    CHECK_EQ(ObfReferenceObject(object), one);
    ObDereferenceObject(object);
    ZwClose(event);
    AT_IRQL(DISPATCH_LEVEL, ObDereferenceObjectDeferDelete(object));  // the last: a worker ends it
}
