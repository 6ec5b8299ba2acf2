// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

NTKERNELAPI BOOLEAN NTAPI ObReferenceObjectSafe(PVOID Object);

CONFORMANCE(ObReferenceObjectSafe, ReferencesALivingObject) {
    BOOLEAN safe = FALSE;
    HANDLE event = NewEvent();
    PVOID object = ObjectOf(event);
    AT_IRQL(DISPATCH_LEVEL, safe = ObReferenceObjectSafe(object));
    CHECK_EQ(safe, TRUE);
    ZwClose(event);
    ObDereferenceObject(object);
    CHECK_EQ(KeReadStateEvent(object), 0);  // it is there still: two references were ours
    ObDereferenceObject(object);
}
