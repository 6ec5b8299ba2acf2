// SPDX-License-Identifier: GPL-2.0-only
// Facts: ObGetObjectType of public NT headers (ntifs.h since Windows 7).
#include "names.h"

NTKERNELAPI POBJECT_TYPE NTAPI ObGetObjectType(PVOID Object);

CONFORMANCE(ObGetObjectType, TellsTheTypeAtAnyLevel) {
    POBJECT_TYPE type = NULL;
    HANDLE event = NewEvent();
    PVOID object = ObjectOf(event);
    REQUIRE(PsGetCurrentThread() != NULL);
    AT_IRQL(DISPATCH_LEVEL, type = ObGetObjectType(object));
    CHECK_EQ(type, *ExEventObjectType);
    CHECK_EQ(ObGetObjectType(PsGetCurrentProcess()), *PsProcessType);
    CHECK_EQ(ObGetObjectType(PsGetCurrentThread()), *PsThreadType);
    ObDereferenceObject(object);
    ZwClose(event);
}
