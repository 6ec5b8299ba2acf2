// SPDX-License-Identifier: GPL-2.0-only
// Mistakes with handles, names and device objects.
#include "verifier.h"

static NTSTATUS OpenSystemKey(PHANDLE Handle, PUNICODE_STRING Name) {
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, Name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL, NULL);
    return ZwOpenKey(Handle, KEY_READ, &attributes);
}

static VOID Handles(enum VerifierBug Bug) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Registry\\Machine\\System");
    HANDLE handle = Bug == ObjectNullHandle ? NULL : (HANDLE)(ULONG_PTR)0x40;
    PVOID object;
    if (Bug == ObjectStaleHandle || Bug == ObjectClosedTwice) {
        if (!NT_SUCCESS(OpenSystemKey(&handle, &name))) return;
        ZwClose(handle);
    }
    if (Bug == ObjectClosedTwice) {
        ZwClose(handle);
    } else if (NT_SUCCESS(ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &object, NULL))) {
        ObDereferenceObject(object);
    }
}

static VOID Names(enum VerifierBug Bug) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Registry\\Machine\\System");
    HANDLE handle;
    if (Bug == ObjectZwUserAddress) name.Buffer = (PWSTR)(ULONG_PTR)0x20000;
    if (Bug == ObjectZwBadString) name.MaximumLength = (USHORT)(name.Length - 2);
    if (NT_SUCCESS(OpenSystemKey(&handle, &name))) ZwClose(handle);
}

static VOID WaitOnStack(VOID) {
    LARGE_INTEGER timeout;
    KEVENT event;
    timeout.QuadPart = -10000;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    KeWaitForSingleObject(&event, UserRequest, UserMode, FALSE, &timeout);
}

static VOID NTAPI DeviceTimer(PDEVICE_OBJECT DeviceObject, PVOID Context) {
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Context);
}

static VOID DeleteAttached(PDRIVER_OBJECT DriverObject) {
    PDEVICE_OBJECT lower, upper;
    if (!NT_SUCCESS(IoCreateDevice(DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &lower))) return;
    if (!NT_SUCCESS(IoCreateDevice(DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &upper))) return;
    lower->Flags &= ~DO_DEVICE_INITIALIZING;
    IoAttachDeviceToDeviceStack(upper, lower);
    IoDeleteDevice(upper);
}

static VOID Devices(PDEVICE_OBJECT DeviceObject, enum VerifierBug Bug) {
    PDEVICE_OBJECT device;
    switch (Bug) {
        case ObjectDetachedFromNothing:
            IoDetachDevice(DeviceObject);
            break;
        case ObjectDeletedAttached:
            DeleteAttached(DeviceObject->DriverObject);
            break;
        case ObjectTimerTwice:
            IoInitializeTimer(DeviceObject, DeviceTimer, NULL);
            IoInitializeTimer(DeviceObject, DeviceTimer, NULL);
            break;
        default:
            if (!NT_SUCCESS(IoCreateDevice(DeviceObject->DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device))) break;
            IoDeleteDevice(device);
            IoDeleteDevice(device);
            break;
    }
}

NTSTATUS ObjectBug(PDEVICE_OBJECT DeviceObject, PIRP Irp, PBOOLEAN Finished) {
    enum VerifierBug bug = BugOf(Irp);
    UNREFERENCED_PARAMETER(Finished);
    switch (bug) {
        case ObjectWaitOnStack:
            WaitOnStack();
            break;
        case ObjectZwUserAddress:
        case ObjectZwBadString:
            Names(bug);
            break;
        case ObjectDeletedTwice:
        case ObjectDeletedAttached:
        case ObjectDetachedFromNothing:
        case ObjectTimerTwice:
            Devices(DeviceObject, bug);
            break;
        default:
            Handles(bug);
            break;
    }
    return STATUS_SUCCESS;
}
