// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

CONFORMANCE(ObfReferenceObject, KeepsTheObject) {
    HANDLE event = NewEvent();
    PVOID object = ObjectOf(event);
    LONG_PTR one = 0, two = 0;
    AT_IRQL(DISPATCH_LEVEL, one = ObfReferenceObject(object));
    AT_IRQL(DISPATCH_LEVEL, two = ObfReferenceObject(object));
    CHECK_EQ(two, one + 1);
    CHECK_EQ(ObfDereferenceObject(object), one);
    ObfDereferenceObject(object);
    ObDereferenceObject(object);
    ZwClose(event);
}
