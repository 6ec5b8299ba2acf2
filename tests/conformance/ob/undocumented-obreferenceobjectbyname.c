// SPDX-License-Identifier: GPL-2.0-only
// Facts: ObReferenceObjectByName of public NT headers, as driver samples declare it.
#include "names.h"

NTKERNELAPI NTSTATUS NTAPI ObReferenceObjectByName(PUNICODE_STRING ObjectName, ULONG Attributes,
                                                   PACCESS_STATE AccessState,
                                                   ACCESS_MASK DesiredAccess,
                                                   POBJECT_TYPE ObjectType,
                                                   KPROCESSOR_MODE AccessMode, PVOID ParseContext,
                                                   PVOID* Object);
CONFORMANCE_OBJECT_TYPE(IoDriverObjectType);

CONFORMANCE(ObReferenceObjectByName, FindsADriver) {
    UNICODE_STRING none = RTL_CONSTANT_STRING(L"\\Driver\\CfNobody");
    PVOID object = NULL;
    CHECK_STATUS(ObReferenceObjectByName(&ConformanceDriver->DriverName, OBJ_CASE_INSENSITIVE, NULL,
                                         0, *__imp_IoDriverObjectType, KernelMode, NULL, &object),
                 STATUS_SUCCESS);
    CHECK_EQ(object, (PVOID)ConformanceDriver);
    if (object != NULL) ObDereferenceObject(object);
    CHECK_STATUS(ObReferenceObjectByName(&none, OBJ_CASE_INSENSITIVE, NULL, 0,
                                         *__imp_IoDriverObjectType, KernelMode, NULL, &object),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(ObReferenceObjectByName(&ConformanceDriver->DriverName, OBJ_CASE_INSENSITIVE, NULL,
                                         0, *ExEventObjectType, KernelMode, NULL, &object),
                 STATUS_OBJECT_TYPE_MISMATCH);
}
