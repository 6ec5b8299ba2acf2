// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

CONFORMANCE(ObfDereferenceObjectWithTag, TheLastReferenceEndsTheObject) {
    HANDLE event = NewEvent();
    PVOID object = ObjectOf(event);
    LONG_PTR left = 77;
    ZwClose(event);
    AT_IRQL(DISPATCH_LEVEL, left = ObfDereferenceObjectWithTag(object, CONFORMANCE_TAG));
    CHECK_EQ(left, 0);
}
