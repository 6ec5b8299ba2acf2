// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

CONFORMANCE(ZwClose, TheObjectOutlivesItsHandleWhileReferenced) {
    HANDLE event = NewEvent();
    PVOID object = ObjectOf(event);
    CHECK_STATUS(ZwClose(event), STATUS_SUCCESS);
    KeSetEvent(object, 0, FALSE);
    CHECK_EQ(KeReadStateEvent(object), 1);
    ObDereferenceObject(object);
}
CONFORMANCE(ZwClose, TakesATemporaryNameWithIt) {
    HANDLE event = NULL, again = NULL;
    NAMED named;
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, Named(&named, L"\\CfEvent", 0),
                                NotificationEvent, FALSE));
    CHECK_SUCCESS(ZwOpenEvent(&again, EVENT_ALL_ACCESS, &named.Attributes));
    CHECK_STATUS(ZwClose(event), STATUS_SUCCESS);
    CHECK_SUCCESS(ZwOpenEvent(&event, EVENT_ALL_ACCESS, &named.Attributes));
    ZwClose(event);
    CHECK_STATUS(ZwClose(again), STATUS_SUCCESS);
    CHECK_STATUS(ZwOpenEvent(&event, EVENT_ALL_ACCESS, &named.Attributes),
                 STATUS_OBJECT_NAME_NOT_FOUND);
}
// Drivers that set the security of a new device open a handle and close it (IoCreateDeviceSecure does).
CONFORMANCE(ZwClose, ADeviceKeepsItsName) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\CfNamed");
    PDEVICE_OBJECT device = NULL, found = NULL;
    PFILE_OBJECT file = NULL;
    HANDLE handle = NULL;
    CHECK_SUCCESS(IoCreateDevice(ConformanceDriver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device));
    REQUIRE(device != NULL);
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    CHECK_SUCCESS(ObOpenObjectByPointer(device, OBJ_KERNEL_HANDLE, NULL, WRITE_DAC, NULL, KernelMode, &handle));
    CHECK_STATUS(ZwClose(handle), STATUS_SUCCESS);
    CHECK_STATUS(IoGetDeviceObjectPointer(&name, FILE_READ_ATTRIBUTES, &file, &found), STATUS_SUCCESS);
    CHECK_EQ(found, device);
    if (file != NULL) ObDereferenceObject(file);
    IoDeleteDevice(device);
}
