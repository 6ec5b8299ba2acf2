// SPDX-License-Identifier: GPL-2.0-only
// A driver that adds to the report of a crash. Makes \\.\AddsToDump.
//
//   0x222000 crash  stops the machine with 0xDEADBEEF, 1, 2, 3, 4
//   0x222004 fault  the same, and the callback that is called last touches memory that is not there
#include <ntddk.h>

#define IOCTL_CRASH CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_FAULT CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\AddsToDump");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\AddsToDump");
static const GUID DataGuid = {0x01234567, 0x89AB, 0xCDEF, {0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF}};
static KBUGCHECK_REASON_CALLBACK_RECORD SmallRecord, LargeRecord, PagesRecord, FaultRecord, NeverRecord;
// Records begin as KeInitializeCallbackRecord would have them, whose macro takes no address in mingw.
static UCHAR OwnData[4096];

// Uses the system's buffer, and says at which level it runs.
static VOID NTAPI Small(KBUGCHECK_CALLBACK_REASON Reason, PKBUGCHECK_REASON_CALLBACK_RECORD Record, PVOID Data, ULONG Length) {
    PKBUGCHECK_SECONDARY_DUMP_DATA dump = Data;
    UNREFERENCED_PARAMETER(Record);
    if (Reason != KbCallbackSecondaryDumpData || Length != sizeof(*dump) || dump->MaximumAllowed < 2) return;
    dump->Guid = DataGuid;
    dump->OutBufferLength = 2;
    if (dump->OutBuffer != NULL && dump->OutBuffer == dump->InBuffer) {
        ((PUCHAR)dump->OutBuffer)[0] = 0xAB;
        ((PUCHAR)dump->OutBuffer)[1] = KeGetCurrentIrql();
    }
    dump->OutBuffer = dump->InBuffer;
}

// Has a buffer of its own.
static VOID NTAPI Large(KBUGCHECK_CALLBACK_REASON Reason, PKBUGCHECK_REASON_CALLBACK_RECORD Record, PVOID Data, ULONG Length) {
    PKBUGCHECK_SECONDARY_DUMP_DATA dump = Data;
    UNREFERENCED_PARAMETER(Reason);
    UNREFERENCED_PARAMETER(Record);
    UNREFERENCED_PARAMETER(Length);
    OwnData[0] = 0x11;
    OwnData[sizeof(OwnData) - 1] = 0x22;
    dump->Guid = DataGuid;
    dump->OutBuffer = OwnData;
    dump->OutBufferLength = sizeof(OwnData);
}

static VOID NTAPI Pages(KBUGCHECK_CALLBACK_REASON Reason, PKBUGCHECK_REASON_CALLBACK_RECORD Record, PVOID Data, ULONG Length) {
    PKBUGCHECK_ADD_PAGES pages = Data;
    UNREFERENCED_PARAMETER(Reason);
    UNREFERENCED_PARAMETER(Record);
    UNREFERENCED_PARAMETER(Length);
    if (pages->Context == NULL) {
        pages->Context = OwnData;
        pages->Flags = KB_ADD_PAGES_FLAG_VIRTUAL_ADDRESS | KB_ADD_PAGES_FLAG_ADDITIONAL_RANGES_EXIST;
        pages->Address = 0x1000;
        pages->Count = 1;
    } else {
        pages->Flags = KB_ADD_PAGES_FLAG_PHYSICAL_ADDRESS;
        pages->Address = pages->BugCheckCode;
        pages->Count = 2;
    }
}

static VOID NTAPI Fault(KBUGCHECK_CALLBACK_REASON Reason, PKBUGCHECK_REASON_CALLBACK_RECORD Record, PVOID Data, ULONG Length) {
    UNREFERENCED_PARAMETER(Reason);
    UNREFERENCED_PARAMETER(Record);
    UNREFERENCED_PARAMETER(Data);
    UNREFERENCED_PARAMETER(Length);
    *(volatile ULONG*)8 = 1;
}

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status) {
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI CreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    return Complete(Irp, STATUS_SUCCESS);
}

static NTSTATUS NTAPI Control(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    ULONG code = IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode;
    UNREFERENCED_PARAMETER(DeviceObject);
    if (code == IOCTL_FAULT) {
        FaultRecord.State = BufferEmpty;
        KeRegisterBugCheckReasonCallback(&FaultRecord, Fault, KbCallbackSecondaryDumpData, (PUCHAR) "faults");
    }
    if (code == IOCTL_FAULT || code == IOCTL_CRASH) KeBugCheckEx(0xDEADBEEF, 1, 2, 3, 4);
    return Complete(Irp, STATUS_INVALID_DEVICE_REQUEST);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    PDEVICE_OBJECT device;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->MajorFunction[IRP_MJ_CREATE] = DriverObject->MajorFunction[IRP_MJ_CLOSE] = CreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Control;
    status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status)) return status;
    SmallRecord.State = BufferEmpty;
    LargeRecord.State = BufferEmpty;
    PagesRecord.State = BufferEmpty;
    NeverRecord.State = BufferEmpty;
    if (!KeRegisterBugCheckReasonCallback(&SmallRecord, Small, KbCallbackSecondaryDumpData, (PUCHAR) "small") ||
        KeRegisterBugCheckReasonCallback(&SmallRecord, Small, KbCallbackSecondaryDumpData, (PUCHAR) "twice") ||
        !KeRegisterBugCheckReasonCallback(&LargeRecord, Large, KbCallbackSecondaryDumpData, (PUCHAR) "large") ||
        !KeRegisterBugCheckReasonCallback(&PagesRecord, Pages, KbCallbackAddPages, (PUCHAR) "pages") ||
        !KeRegisterBugCheckReasonCallback(&NeverRecord, Fault, KbCallbackSecondaryDumpData, (PUCHAR) "never") ||
        !KeDeregisterBugCheckReasonCallback(&NeverRecord) || KeDeregisterBugCheckReasonCallback(&NeverRecord)) {
        return STATUS_UNSUCCESSFUL;
    }
    return IoCreateSymbolicLink(&LinkName, &DeviceName);
}
