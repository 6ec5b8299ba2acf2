// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

CONFORMANCE(ObfReferenceObject, KeepsTheObject) {
    HANDLE event = NewEvent();
    PVOID object = ObjectOf(event);
    AT_IRQL(DISPATCH_LEVEL, ObfReferenceObject(object)); /* its value is the system's */
    ObDereferenceObject(object);
    ZwClose(event);
    KeSetEvent(object, 0, FALSE);
    CHECK_EQ(KeReadStateEvent(object), 1);
    ObfDereferenceObject(object);
}
