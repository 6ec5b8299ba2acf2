// SPDX-License-Identifier: GPL-2.0-only
// The object types that the I/O manager and the registry export: each is the type of its objects and of no others.
#include "devices.h"

CONFORMANCE_OBJECT_TYPE(IoDeviceObjectType);
CONFORMANCE_OBJECT_TYPE(IoDriverObjectType);
CONFORMANCE_OBJECT_TYPE(IoCompletionObjectType);
CONFORMANCE_OBJECT_TYPE(IoControllerObjectType);
NTSYSAPI NTSTATUS NTAPI ZwCreateIoCompletion(PHANDLE Handle, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes, ULONG Threads);

/* A type that cannot be read is none: not every system exports all of them as variables. */
#define REQUIRE_TYPE(type) REQUIRE(MmIsAddressValid(type))

static BOOLEAN IsOf(PVOID Object, POBJECT_TYPE Type) {
    NTSTATUS status = ObReferenceObjectByPointer(Object, 0, Type, UserMode);
    if (NT_SUCCESS(status)) ObDereferenceObject(Object);
    CHECK(NT_SUCCESS(status) || status == STATUS_OBJECT_TYPE_MISMATCH);
    return NT_SUCCESS(status);
}

CONFORMANCE(IoDeviceObjectType, IsTheTypeOfDevices) {
    REQUIRE_TYPE(*__imp_IoDeviceObjectType);
    CHECK(IsOf(ConformanceDevice, *__imp_IoDeviceObjectType));
    CHECK(!IsOf(ConformanceDevice, *__imp_IoDriverObjectType));
    CHECK(!IsOf(ConformanceDevice, *IoFileObjectType));
}

CONFORMANCE(IoDriverObjectType, IsTheTypeOfDrivers) {
    REQUIRE_TYPE(*__imp_IoDriverObjectType);
    CHECK(IsOf(ConformanceDriver, *__imp_IoDriverObjectType));
    CHECK(!IsOf(ConformanceDriver, *__imp_IoDeviceObjectType));
}

CONFORMANCE(IoFileObjectType, IsTheTypeOfFiles) {
    OPENED opened;
    PVOID file = NULL;
    REQUIRE_TYPE(*IoFileObjectType);
    REQUIRE(OpenDevice(&opened, 0, FILE_SYNCHRONOUS_IO_NONALERT));
    CHECK_SUCCESS(ObReferenceObjectByHandle(opened.File, 0, *IoFileObjectType, KernelMode, &file, NULL));
    if (file != NULL) {
        CHECK(!IsOf(file, *__imp_IoDeviceObjectType));
        ObDereferenceObject(file);
    }
    CloseDevice(&opened);
}

CONFORMANCE(IoCompletionObjectType, IsTheTypeOfCompletionPorts) {
    OBJECT_ATTRIBUTES attributes;
    HANDLE port = NULL;
    PVOID object = NULL;
    REQUIRE_TYPE(*__imp_IoCompletionObjectType);
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_SUCCESS(ZwCreateIoCompletion(&port, 0x1F0003, &attributes, 0));
    CHECK_SUCCESS(ObReferenceObjectByHandle(port, 0, *__imp_IoCompletionObjectType, KernelMode, &object, NULL));
    if (object != NULL) {
        CHECK(!IsOf(object, *IoFileObjectType));
        ObDereferenceObject(object);
    }
    ZwClose(port);
}

CONFORMANCE(IoControllerObjectType, IsTheTypeOfControllers) {
    PCONTROLLER_OBJECT controller = IoCreateController(8);
    REQUIRE(controller != NULL);
    REQUIRE_TYPE(*__imp_IoControllerObjectType);
    CHECK(IsOf(controller, *__imp_IoControllerObjectType));
    CHECK(!IsOf(controller, *__imp_IoDeviceObjectType));
    IoDeleteController(controller);
}

CONFORMANCE(CmKeyObjectType, IsTheTypeOfKeys) {
    OBJECT_ATTRIBUTES attributes;
    HANDLE key = NULL;
    PVOID object = NULL;
    REQUIRE_TYPE(*CmKeyObjectType);
    InitializeObjectAttributes(&attributes, &ConformanceRegistryPath, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL, NULL);
    CHECK_SUCCESS(ZwOpenKey(&key, KEY_READ, &attributes));
    CHECK_SUCCESS(ObReferenceObjectByHandle(key, 0, *CmKeyObjectType, KernelMode, &object, NULL));
    if (object != NULL) {
        CHECK(!IsOf(object, *IoFileObjectType));
        ObDereferenceObject(object);
    }
    ZwClose(key);
}
