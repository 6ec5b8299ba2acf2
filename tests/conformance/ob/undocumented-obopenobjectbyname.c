// SPDX-License-Identifier: GPL-2.0-only
// Facts: ObOpenObjectByName of public NT headers (ntosp.h).
#include "names.h"

NTKERNELAPI NTSTATUS NTAPI ObOpenObjectByName(POBJECT_ATTRIBUTES ObjectAttributes,
                                              POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode,
                                              PACCESS_STATE AccessState, ACCESS_MASK DesiredAccess,
                                              PVOID ParseContext, PHANDLE Handle);

CONFORMANCE(ObOpenObjectByName, OpensWhatTheNameLeadsTo) {
    HANDLE event = NULL, found = NULL;
    NAMED named;
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, Named(&named, L"\\CfEvent", 0),
                                NotificationEvent, FALSE));
    CHECK_STATUS(ObOpenObjectByName(&named.Attributes, *ExEventObjectType, KernelMode, NULL,
                                    EVENT_QUERY_STATE, NULL, &found),
                 STATUS_SUCCESS);
    CHECK(SameObject(found, event));
    ZwClose(found);
    CHECK_STATUS(ObOpenObjectByName(&named.Attributes, *ExSemaphoreObjectType, KernelMode, NULL, 0,
                                    NULL, &found),
                 STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(event);
    CHECK_STATUS(ObOpenObjectByName(&named.Attributes, NULL, KernelMode, NULL, 0, NULL, &found),
                 STATUS_OBJECT_NAME_NOT_FOUND);
}
