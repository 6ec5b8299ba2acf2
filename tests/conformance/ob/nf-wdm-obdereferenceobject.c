// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

// The macro's name is exported, too.
#undef ObDereferenceObject
NTKERNELAPI VOID NTAPI ObDereferenceObject(PVOID Object);

CONFORMANCE(ObfDereferenceObject, TheLastReferenceEndsTheObject) {
    HANDLE event = NewEvent();
    PVOID object = ObjectOf(event);
    LONG_PTR left = 77;
    ZwClose(event);
    AT_IRQL(DISPATCH_LEVEL, left = ObfDereferenceObject(object));
    CHECK_EQ(left, 0);
}
CONFORMANCE(ObDereferenceObject, GivesOneReferenceBack) {
    HANDLE event = NewEvent();
    PVOID object = ObjectOf(event);
    LONG_PTR one = ObfReferenceObject(object);
    ObDereferenceObject(object);
    CHECK_EQ(ObfReferenceObject(object), one);
    ObDereferenceObject(object);
    ObDereferenceObject(object);
    ZwClose(event);
}
