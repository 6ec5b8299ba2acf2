// SPDX-License-Identifier: GPL-2.0-only
// Facts: ObCreateObject of public NT headers (ntosp.h), as drivers use it to make file objects.
#include "names.h"

NTKERNELAPI NTSTATUS NTAPI ObCreateObject(KPROCESSOR_MODE ProbeMode, POBJECT_TYPE ObjectType,
                                          POBJECT_ATTRIBUTES ObjectAttributes,
                                          KPROCESSOR_MODE OwnershipMode, PVOID ParseContext,
                                          ULONG ObjectBodySize, ULONG PagedPoolCharge,
                                          ULONG NonPagedPoolCharge, PVOID* Object);

CONFORMANCE(ObCreateObject, MakesAFileObject) {
    OBJECT_ATTRIBUTES attributes;
    PFILE_OBJECT file = NULL;
    InitializeObjectAttributes(&attributes, NULL, OBJ_CASE_INSENSITIVE, NULL, NULL);
    CHECK_STATUS(ObCreateObject(KernelMode, *IoFileObjectType, &attributes, KernelMode, NULL,
                                sizeof(FILE_OBJECT), 0, 0, (PVOID*)&file),
                 STATUS_SUCCESS);
    REQUIRE(file != NULL);
    RtlZeroMemory(file, sizeof(*file));
    file->Type = IO_TYPE_FILE;
    file->Size = sizeof(*file);
    CHECK_STATUS(ObReferenceObjectByPointer(file, 0, *IoFileObjectType, KernelMode),
                 STATUS_SUCCESS);
    ObDereferenceObject(file);
    ObDereferenceObject(file);  // never opened: no driver hears of it
}
CONFORMANCE(ObCreateObject, RefusesABadName) {
    UNICODE_STRING odd = {3, 3, L"x"};
    OBJECT_ATTRIBUTES attributes;
    PVOID object = NULL;
    InitializeObjectAttributes(&attributes, &odd, 0, NULL, NULL);
    CHECK(!NT_SUCCESS(ObCreateObject(KernelMode, *ExEventObjectType, &attributes, KernelMode, NULL,
                                     sizeof(KEVENT), 0, 0, &object)));
}
