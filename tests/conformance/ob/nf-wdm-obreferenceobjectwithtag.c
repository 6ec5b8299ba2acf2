// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

CONFORMANCE(ObfReferenceObjectWithTag, KeepsTheObject) {
    HANDLE event = NewEvent();
    PVOID object = ObjectOf(event);
    LONG_PTR one = 0, two = 0;
    AT_IRQL(DISPATCH_LEVEL, one = ObfReferenceObjectWithTag(object, CONFORMANCE_TAG));
    AT_IRQL(DISPATCH_LEVEL, two = ObfDereferenceObjectWithTag(object, CONFORMANCE_TAG));
    CHECK_EQ(two, one - 1);
    ObDereferenceObject(object);
    ZwClose(event);
}
