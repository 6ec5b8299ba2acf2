// SPDX-License-Identifier: GPL-2.0-only
// What the pages of ZwQuerySecurityObject, ZwSetSecurityObject, IRP_MJ_QUERY_SECURITY and IRP_MJ_SET_SECURITY say of files: of a file below a
// device the driver keeps the descriptor; a handle of the device itself reaches the device's.
#include "devices.h"

static UCHAR Kept[256] __attribute__((aligned(8)));
static ULONG KeptBytes, Queries, Sets;
static SECURITY_INFORMATION SeenInformation;

static NTSTATUS NTAPI KeepsSecurity(PDEVICE_OBJECT Device, PIRP Irp) {
    PIO_STACK_LOCATION here = IoGetCurrentIrpStackLocation(Irp);
    UNREFERENCED_PARAMETER(Device);
    if (here->MajorFunction == IRP_MJ_SET_SECURITY) {
        ULONG bytes = sizeof(Kept);
        Sets++;
        SeenInformation = here->Parameters.SetSecurity.SecurityInformation;
        KeptBytes = RtlLengthSecurityDescriptor(here->Parameters.SetSecurity.SecurityDescriptor);
        if (KeptBytes > bytes) return Complete(Irp, STATUS_INVALID_SECURITY_DESCR, 0);
        RtlCopyMemory(Kept, here->Parameters.SetSecurity.SecurityDescriptor, KeptBytes);
        return Complete(Irp, STATUS_SUCCESS, 0);
    }
    if (here->MajorFunction == IRP_MJ_QUERY_SECURITY) {
        Queries++;
        SeenInformation = here->Parameters.QuerySecurity.SecurityInformation;
        if (here->Parameters.QuerySecurity.Length < KeptBytes) return Complete(Irp, STATUS_BUFFER_OVERFLOW, KeptBytes);
        RtlCopyMemory(Irp->UserBuffer, Kept, KeptBytes);
        return Complete(Irp, STATUS_SUCCESS, KeptBytes);
    }
    return Complete(Irp, STATUS_SUCCESS, 0);
}

/* A descriptor whose list has one entry, for everyone. */
static VOID MakeDescriptor(PSECURITY_DESCRIPTOR Descriptor, PACL List, ULONG Bytes, ACCESS_MASK Access) {
    RtlCreateSecurityDescriptor(Descriptor, SECURITY_DESCRIPTOR_REVISION);
    RtlCreateAcl(List, Bytes, ACL_REVISION);
    CHECK_SUCCESS(RtlAddAccessAllowedAce(List, ACL_REVISION, Access, SeExports->SeWorldSid));
    RtlSetDaclSecurityDescriptor(Descriptor, TRUE, List, FALSE);
}

static ACCESS_MASK AccessIn(PSECURITY_DESCRIPTOR Descriptor) {
    BOOLEAN present = FALSE, defaulted;
    PACL list = NULL;
    CHECK_SUCCESS(RtlGetDaclSecurityDescriptor(Descriptor, &present, &list, &defaulted));
    if (!present || list == NULL || list->AceCount != 1) return 0;
    return ((PACCESS_ALLOWED_ACE)(list + 1))->Mask;
}

CONFORMANCE(ZwSetSecurityObject, OfAFileBelowADeviceAsksItsDriver) {
    UCHAR list[64] __attribute__((aligned(8))), room[256] __attribute__((aligned(8)));
    SECURITY_DESCRIPTOR descriptor;
    ULONG needed = 0;
    HANDLE file = NULL;
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    REQUIRE(device != NULL);
    Queries = Sets = KeptBytes = 0;
    ConformanceDispatch = KeepsSecurity;
    REQUIRE(NT_SUCCESS(OpenNamed(&file, DEVICE_NAME L"\\below", READ_CONTROL | WRITE_DAC | SYNCHRONIZE, FILE_SYNCHRONOUS_IO_NONALERT)));
    MakeDescriptor(&descriptor, (PACL)list, sizeof(list), 0x77);
    CHECK_STATUS(ZwSetSecurityObject(file, DACL_SECURITY_INFORMATION, &descriptor), STATUS_SUCCESS);
    CHECK_EQ(Sets, 1);
    CHECK_EQ(SeenInformation, DACL_SECURITY_INFORMATION);
    CHECK_EQ(AccessIn(Kept), 0x77);
    CHECK_STATUS(ZwQuerySecurityObject(file, DACL_SECURITY_INFORMATION, room, 1, &needed), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(needed, KeptBytes);
    CHECK_STATUS(ZwQuerySecurityObject(file, DACL_SECURITY_INFORMATION, room, sizeof(room), &needed), STATUS_SUCCESS);
    CHECK_EQ(AccessIn(room), 0x77);
    CHECK(Queries >= 2);
    ZwClose(file);
    ConformanceDispatch = NULL;
    IoDeleteDevice(device);
}

CONFORMANCE(ZwSetSecurityObject, OfADeviceChangesTheDevices) {
    UCHAR list[64] __attribute__((aligned(8))), room[256] __attribute__((aligned(8)));
    SECURITY_DESCRIPTOR descriptor;
    ULONG needed = 0;
    HANDLE first = NULL, second = NULL;
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    REQUIRE(device != NULL);
    Queries = Sets = 0;
    ConformanceDispatch = KeepsSecurity;
    CHECK_SUCCESS(OpenNamed(&first, DEVICE_NAME, READ_CONTROL | WRITE_DAC | SYNCHRONIZE, FILE_SYNCHRONOUS_IO_NONALERT));
    CHECK_SUCCESS(OpenNamed(&second, DEVICE_NAME, READ_CONTROL | SYNCHRONIZE, FILE_SYNCHRONOUS_IO_NONALERT));
    MakeDescriptor(&descriptor, (PACL)list, sizeof(list), 0x1F01FF);
    CHECK_STATUS(ZwSetSecurityObject(first, DACL_SECURITY_INFORMATION, &descriptor), STATUS_SUCCESS);
    CHECK_STATUS(ZwQuerySecurityObject(second, DACL_SECURITY_INFORMATION, room, sizeof(room), &needed), STATUS_SUCCESS);
    CHECK_EQ(AccessIn(room), 0x1F01FF);
    CHECK_EQ(Queries + Sets, 0);
    ZwClose(first);
    ZwClose(second);
    ConformanceDispatch = NULL;
    IoDeleteDevice(device);
}

CONFORMANCE(ZwQuerySecurityObject, OfAFileGivesTheDriversRefusal) {
    UCHAR room[64] __attribute__((aligned(8)));
    ULONG needed = 0;
    HANDLE file = NULL;
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    REQUIRE(device != NULL);
    KeptBytes = 200000; /* more than a descriptor can have */
    ConformanceDispatch = KeepsSecurity;
    REQUIRE(NT_SUCCESS(OpenNamed(&file, DEVICE_NAME L"\\below", READ_CONTROL | SYNCHRONIZE, FILE_SYNCHRONOUS_IO_NONALERT)));
    CHECK(!NT_SUCCESS(ZwQuerySecurityObject(file, DACL_SECURITY_INFORMATION, room, sizeof(room), &needed)));
    ZwClose(file);
    ConformanceDispatch = NULL;
    KeptBytes = 0;
    IoDeleteDevice(device);
}
