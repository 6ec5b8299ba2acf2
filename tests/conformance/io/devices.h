/* SPDX-License-Identifier: GPL-2.0-only */
/* Devices of a test's own and files on them. A test sets ConformanceDispatch to answer their
 * requests; without it they succeed at once. */
#ifndef RSL_CONFORMANCE_IO_DEVICES_H
#define RSL_CONFORMANCE_IO_DEVICES_H

#include "conformance.h"

#define MAYBE_UNUSED     __attribute__((unused))
#define DEVICE_NAME      L"\\Device\\ConformanceIoTest"
#define IOCTL_BUFFERED   CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_NEITHER    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x804, METHOD_NEITHER, FILE_ANY_ACCESS)
#define IOCTL_READ       CTL_CODE(FILE_DEVICE_UNKNOWN, 0x805, METHOD_BUFFERED, FILE_READ_ACCESS)
#define IOCTL_IN_DIRECT  CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_IN_DIRECT, FILE_ANY_ACCESS)
#define IOCTL_OUT_DIRECT CTL_CODE(FILE_DEVICE_UNKNOWN, 0x803, METHOD_OUT_DIRECT, FILE_ANY_ACCESS)

NTSYSAPI NTSTATUS NTAPI FlushFile(HANDLE File, PIO_STATUS_BLOCK Outcome)
    __asm__("ZwFlushBuffersFile"); /* which services.h declares */

/* Where drivers are processes, files are opened and closed before the driver has seen the request. Requests are
 * served one after the other: one more is waited for. */
extern BOOLEAN ConformanceServesRequests;
MAYBE_UNUSED static VOID LetRequestsArrive(VOID) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Conformance_io");
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK outcome;
    HANDLE file;
    if (!ConformanceInUserMode() || ConformanceServesRequests) return;
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (NT_SUCCESS(ZwOpenFile(&file, FILE_WRITE_DATA | SYNCHRONIZE, &attributes, &outcome, 0,
                              FILE_SYNCHRONOUS_IO_NONALERT))) {
        FlushFile(file, &outcome);
        ZwClose(file);
    }
}
MAYBE_UNUSED static VOID DeleteDevice(PDEVICE_OBJECT Device) {
    LetRequestsArrive();
    IoDeleteDevice(Device);
}
#define IoDeleteDevice(Device) DeleteDevice(Device)

/* A device that takes requests; NULL, and the test has failed, when there is none. */
MAYBE_UNUSED static PDEVICE_OBJECT MakeDevice(const WCHAR* Name, ULONG Flags) {
    UNICODE_STRING name;
    PDEVICE_OBJECT device = NULL;
    RtlInitUnicodeString(&name, Name);
    CHECK_SUCCESS(IoCreateDevice(ConformanceDriver, 64, Name != NULL ? &name : NULL,
                                 FILE_DEVICE_UNKNOWN, 0, FALSE, &device));
    if (device == NULL) return NULL;
    device->Flags |= Flags;
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return device;
}

MAYBE_UNUSED static NTSTATUS Complete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information) {
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

/* Options FILE_SYNCHRONOUS_IO_NONALERT or 0 with GENERIC access. */
MAYBE_UNUSED static NTSTATUS OpenNamed(PHANDLE Handle, const WCHAR* Name, ACCESS_MASK Access,
                                       ULONG Options) {
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK outcome;
    NTSTATUS status;
    RtlInitUnicodeString(&name, Name);
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    status = ZwOpenFile(Handle, Access, &attributes, &outcome, FILE_SHARE_READ | FILE_SHARE_WRITE,
                        Options);
    LetRequestsArrive();
    return status;
}

/* The test's device and a synchronous file on it. */
typedef struct _OPENED {
    PDEVICE_OBJECT Device;
    HANDLE File;
} OPENED;

MAYBE_UNUSED static BOOLEAN OpenDevice(OPENED* Opened, ULONG Flags, ULONG Options) {
    ACCESS_MASK access = GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE;
    NTSTATUS status;
    Opened->File = NULL;
    Opened->Device = MakeDevice(DEVICE_NAME, Flags);
    if (Opened->Device == NULL) return FALSE;
    status = OpenNamed(&Opened->File, DEVICE_NAME, access, Options);
    CHECK_SUCCESS(status);
    if (!NT_SUCCESS(status)) IoDeleteDevice(Opened->Device);
    return NT_SUCCESS(status);
}

MAYBE_UNUSED static VOID CloseDevice(OPENED* Opened) {
    ConformanceDispatch = NULL;
    ZwClose(Opened->File);
    IoDeleteDevice(Opened->Device);
}

/* Whether the event is set within five seconds. */
MAYBE_UNUSED static BOOLEAN Arrives(PKEVENT Event) {
    LARGE_INTEGER limit;
    limit.QuadPart = -50000000LL;
    return KeWaitForSingleObject(Event, Executive, KernelMode, FALSE, &limit) == STATUS_SUCCESS;
}

/* An IRP for a device with its next location's function set; the test frees it. */
MAYBE_UNUSED static PIRP MakeIrp(PDEVICE_OBJECT Device, UCHAR Major) {
    PIRP irp = IoAllocateIrp(Device->StackSize, FALSE);
    if (irp != NULL) IoGetNextIrpStackLocation(irp)->MajorFunction = Major;
    return irp;
}

/* A completion routine that keeps the IRP with the test. */
MAYBE_UNUSED static NTSTATUS NTAPI KeepIrp(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Irp);
    if (Context != NULL) KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

#endif
