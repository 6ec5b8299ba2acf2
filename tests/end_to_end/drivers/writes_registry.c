// SPDX-License-Identifier: GPL-2.0-only
// A driver that writes to the registry: to its service key at start and at stop and whenever it is asked, and to
// HARDWARE\DEVICEMAP\SERIALCOMM, as drivers of serial ports do.
#include <ntifs.h>

#include "writes_registry.h"

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\WritesRegistry");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\WritesRegistry");
static PDEVICE_OBJECT Device;
static HANDLE ServiceKey, Watched;
static HANDLE ChangedHandle;
static PKEVENT ChangedEvent;
static IO_STATUS_BLOCK Change;

static NTSTATUS OpenBelow(PCWSTR Path, BOOLEAN Create, PHANDLE Key) {
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    RtlInitUnicodeString(&name, Path);
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, ServiceKey, NULL);
    return Create ? ZwCreateKey(Key, KEY_ALL_ACCESS, &attributes, 0, NULL, REG_OPTION_NON_VOLATILE, NULL)
                  : ZwOpenKey(Key, KEY_ALL_ACCESS, &attributes);
}

static NTSTATUS SetNumber(PCWSTR Key, PCWSTR Name, ULONG Number) {
    UNICODE_STRING name;
    HANDLE key;
    NTSTATUS status = OpenBelow(Key, TRUE, &key);
    if (!NT_SUCCESS(status)) return status;
    RtlInitUnicodeString(&name, Name);
    status = ZwSetValueKey(key, &name, 0, REG_DWORD, &Number, sizeof(Number));
    ZwClose(key);
    return status;
}

static NTSTATUS ReadValue(HANDLE Key, PUNICODE_STRING Name, PUCHAR Out, ULONG Room, ULONG_PTR* Used) {
    KEY_VALUE_PARTIAL_INFORMATION* value = ExAllocatePoolWithTag(PagedPool, Room + sizeof(*value), 'geRW');
    ULONG needed;
    NTSTATUS status;
    if (value == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    status = ZwQueryValueKey(Key, Name, KeyValuePartialInformation, value, Room + sizeof(*value), &needed);
    if (NT_SUCCESS(status) && sizeof(ULONG) + value->DataLength > Room) status = STATUS_BUFFER_TOO_SMALL;
    if (NT_SUCCESS(status)) {
        *(ULONG*)Out = value->Type;
        RtlCopyMemory(Out + sizeof(ULONG), value->Data, value->DataLength);
        *Used = sizeof(ULONG) + value->DataLength;
    }
    ExFreePoolWithTag(value, 'geRW');
    return status;
}

static NTSTATUS AwaitChange(PCWSTR Path) {
    NTSTATUS status;
    if (Watched != NULL) ZwClose(Watched);
    Watched = NULL;
    status = OpenBelow(Path, FALSE, &Watched);
    if (!NT_SUCCESS(status)) return status;
    KeClearEvent(ChangedEvent);
    status = ZwNotifyChangeKey(Watched, ChangedHandle, NULL, NULL, &Change, REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET, TRUE, NULL, 0,
                               TRUE);
    return NT_SUCCESS(status) ? STATUS_SUCCESS : status;
}

static NTSTATUS WasTold(void) {
    LARGE_INTEGER timeout;
    timeout.QuadPart = -100000000;
    return KeWaitForSingleObject(ChangedEvent, Executive, KernelMode, FALSE, &timeout) == STATUS_SUCCESS ? STATUS_SUCCESS : STATUS_IO_TIMEOUT;
}

static NTSTATUS Control(PIRP Irp, PIO_STACK_LOCATION Stack) {
    WRITES_REQUEST* request = Irp->AssociatedIrp.SystemBuffer;
    const ULONG code = Stack->Parameters.DeviceIoControl.IoControlCode, in = Stack->Parameters.DeviceIoControl.InputBufferLength;
    UNICODE_STRING name;
    HANDLE key;
    NTSTATUS status;
    if (code == WRITES_WAS_TOLD) return WasTold();
    if (in < FIELD_OFFSET(WRITES_REQUEST, Data)) return STATUS_BUFFER_TOO_SMALL;
    request->Key[61] = request->Name[63] = 0;
    if (code == WRITES_AWAIT_CHANGE) return AwaitChange(request->Key);
    status = OpenBelow(request->Key, code == WRITES_SET_VALUE, &key);
    if (!NT_SUCCESS(status)) return status;
    RtlInitUnicodeString(&name, request->Name);
    switch (code) {
        case WRITES_SET_VALUE:
            status = ZwSetValueKey(key, &name, 0, request->Type, request->Data, in - FIELD_OFFSET(WRITES_REQUEST, Data));
            break;
        case WRITES_DELETE_VALUE:
            status = ZwDeleteValueKey(key, &name);
            break;
        case WRITES_DELETE_KEY:
            status = ZwDeleteKey(key);
            break;
        case WRITES_READ_VALUE:
            status = ReadValue(key, &name, Irp->AssociatedIrp.SystemBuffer, Stack->Parameters.DeviceIoControl.OutputBufferLength,
                               &Irp->IoStatus.Information);
            break;
        default:
            status = STATUS_INVALID_DEVICE_REQUEST;
    }
    ZwClose(key);
    return status;
}

static NTSTATUS NTAPI Dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS status = STATUS_SUCCESS;
    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Information = 0;
    if (stack->MajorFunction == IRP_MJ_DEVICE_CONTROL) status = Control(Irp, stack);
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject) {
    UNREFERENCED_PARAMETER(DriverObject);
    SetNumber(L"Parameters", L"Stopped", 1);
    RtlDeleteRegistryValue(RTL_REGISTRY_DEVICEMAP, L"SERIALCOMM", L"\\Device\\RslTestSerial0");
    if (Watched != NULL) ZwClose(Watched);
    ObDereferenceObject(ChangedEvent);
    ZwClose(ChangedHandle);
    ZwClose(ServiceKey);
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(Device);
}

static NTSTATUS OpenThings(PUNICODE_STRING RegistryPath) {
    OBJECT_ATTRIBUTES attributes;
    NTSTATUS status;
    InitializeObjectAttributes(&attributes, RegistryPath, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    status = ZwOpenKey(&ServiceKey, KEY_ALL_ACCESS, &attributes);
    if (!NT_SUCCESS(status)) return status;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    status = ZwCreateEvent(&ChangedHandle, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE);
    if (!NT_SUCCESS(status)) return status;
    return ObReferenceObjectByHandle(ChangedHandle, EVENT_ALL_ACCESS, NULL, KernelMode, (PVOID*)&ChangedEvent, NULL);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    static WCHAR port[] = L"COM77";
    NTSTATUS status = OpenThings(RegistryPath);
    if (!NT_SUCCESS(status)) return status;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = Dispatch;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = Dispatch;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Dispatch;
    DriverObject->DriverUnload = Unload;
    SetNumber(L"Parameters", L"Started", 1);
    RtlWriteRegistryValue(RTL_REGISTRY_DEVICEMAP, L"SERIALCOMM", L"\\Device\\RslTestSerial0", REG_SZ, port, sizeof(port));
    status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);
    if (!NT_SUCCESS(status)) return status;
    status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(status)) IoDeleteDevice(Device);
    return status;
}
