// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

/* Exported without a page: NtSetIoCompletion on the object itself. */
#include "services.h"

NTKERNELAPI NTSTATUS NTAPI IoSetIoCompletion(PVOID Port, PVOID Key, PVOID Apc, NTSTATUS Status,
                                             ULONG_PTR Information, BOOLEAN Quota);

CONFORMANCE(IoSetIoCompletion, PostsToAPortObjectAtDispatchLevel) {
    LARGE_INTEGER now = {.QuadPart = 0};
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK outcome = {{0}, 0};
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    PVOID object = NULL, key = NULL, apc = NULL;
    HANDLE port = NULL;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    REQUIRE(NT_SUCCESS(ZwCreateIoCompletion(&port, IO_COMPLETION_ALL_ACCESS, &attributes, 0)));
    REQUIRE(NT_SUCCESS(ObReferenceObjectByHandle(port, 0, NULL, KernelMode, &object, NULL)));
    AT_IRQL(DISPATCH_LEVEL,
            status = IoSetIoCompletion(object, (PVOID)1, (PVOID)2, STATUS_DISK_FULL, 3, FALSE));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_SUCCESS(ZwRemoveIoCompletion(port, &key, &apc, &outcome, &now));
    CHECK(key == (PVOID)1 && apc == (PVOID)2 && outcome.Information == 3);
    CHECK_STATUS(outcome.Status, STATUS_DISK_FULL);
    ObDereferenceObject(object);
    ZwClose(port);
}
