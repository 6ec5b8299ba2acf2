// SPDX-License-Identifier: GPL-2.0-only
#include "provider.h"

#include <wmistr.h>

#ifndef WMIREG_ACTION_REGISTER
#define WMIREG_ACTION_REGISTER   1
#define WMIREG_ACTION_DEREGISTER 2
#endif
#define WMIGUID_QUERY 0x0001

static GUID ClassId = {0x7a8b9cad, 0x1111, 0x2222, {1, 2, 3, 4, 5, 6, 7, 8}};
static GUID NobodysId = {0x7a8b9cad, 0x1111, 0x2222, {8, 7, 6, 5, 4, 3, 2, 1}};
static const char Data[] = "instance data";

static NTSTATUS Finish(PIRP Irp, NTSTATUS Status, ULONG Information) {
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI Provide(PDEVICE_OBJECT Device, PIRP Irp) {
    PIO_STACK_LOCATION here = IoGetCurrentIrpStackLocation(Irp);
    PWNODE_ALL_DATA node = here->Parameters.WMI.Buffer;
    ULONG bytes = sizeof(*node) + sizeof(Data);
    UNREFERENCED_PARAMETER(Device);
    if (here->MajorFunction != IRP_MJ_SYSTEM_CONTROL) return Finish(Irp, STATUS_SUCCESS, 0);
    if (here->MinorFunction != IRP_MN_QUERY_ALL_DATA) return Finish(Irp, STATUS_NOT_SUPPORTED, 0);
    if (RtlCompareMemory(here->Parameters.WMI.DataPath, &ClassId, sizeof(GUID)) != sizeof(GUID))
        return Finish(Irp, STATUS_WMI_GUID_NOT_FOUND, 0);
    CHECK((node->WnodeHeader.Flags & WNODE_FLAG_ALL_DATA) != 0);
    CHECK_EQ(here->Parameters.WMI.BufferSize >= bytes, TRUE);
    node->InstanceCount = 1;
    node->FixedInstanceSize = sizeof(Data);
    node->WnodeHeader.Flags |= WNODE_FLAG_FIXED_INSTANCE_SIZE;
    node->DataBlockOffset = sizeof(*node);
    RtlCopyMemory((UCHAR*)node + sizeof(*node), Data, sizeof(Data));
    node->WnodeHeader.BufferSize = bytes;
    return Finish(Irp, STATUS_SUCCESS, bytes);
}

static PDEVICE_OBJECT Begin(VOID) {
    PDEVICE_OBJECT device = NULL;
    ConformanceDispatch = Provide;
    CHECK_SUCCESS(
        IoCreateDevice(ConformanceDriver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device));
    if (device == NULL) return NULL;
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    CHECK_SUCCESS(IoWMIRegistrationControl(device, WMIREG_ACTION_REGISTER));
    return device;
}

static VOID End(PDEVICE_OBJECT Device) {
    CHECK_SUCCESS(IoWMIRegistrationControl(Device, WMIREG_ACTION_DEREGISTER));
    ConformanceDispatch = NULL;
    IoDeleteDevice(Device);
}

CONFORMANCE(IoWMIOpenBlock, GivesAnObjectOfTheClass) {
    PVOID block = NULL;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    AT_IRQL(APC_LEVEL, status = IoWMIOpenBlock(&ClassId, WMIGUID_QUERY, &block));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK(block != NULL);
    if (block != NULL) ObDereferenceObject(block);
}

CONFORMANCE(IoWMIQueryAllData, GivesWhatTheProvidersHave) {
    PWNODE_ALL_DATA answer = ExAllocatePoolWithTag(NonPagedPoolNx, 4096, CONFORMANCE_TAG);
    PDEVICE_OBJECT device = Begin();
    ULONG bytes = 4096;
    PVOID block = NULL;
    REQUIRE(answer && device && NT_SUCCESS(IoWMIOpenBlock(&ClassId, WMIGUID_QUERY, &block)));
    CHECK_STATUS(IoWMIQueryAllData(block, &bytes, answer), STATUS_SUCCESS);
    CHECK_EQ(bytes, sizeof(*answer) + sizeof(Data));
    CHECK_EQ(answer->WnodeHeader.Linkage, 0);
    CHECK_EQ(answer->InstanceCount, 1);
    CHECK_BYTES((UCHAR*)answer + answer->DataBlockOffset, Data, sizeof(Data));
    ObDereferenceObject(block);
    End(device);
    ExFreePoolWithTag(answer, CONFORMANCE_TAG);
}

CONFORMANCE(IoWMIQueryAllData, TellsTheSizeNeeded) {
    PDEVICE_OBJECT device = Begin();
    ULONG bytes = 0;
    PVOID block = NULL;
    REQUIRE(device && NT_SUCCESS(IoWMIOpenBlock(&ClassId, WMIGUID_QUERY, &block)));
    CHECK_STATUS(IoWMIQueryAllData(block, &bytes, NULL), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(bytes, sizeof(WNODE_ALL_DATA) + sizeof(Data));
    ObDereferenceObject(block);
    End(device);
}

CONFORMANCE(IoWMIQueryAllData, AClassThatNobodyHasIsNotFound) {
    PDEVICE_OBJECT device = Begin();
    ULONG bytes = 0;
    PVOID block = NULL;
    REQUIRE(device && NT_SUCCESS(IoWMIOpenBlock(&NobodysId, WMIGUID_QUERY, &block)));
    CHECK_STATUS(IoWMIQueryAllData(block, &bytes, NULL), STATUS_WMI_GUID_NOT_FOUND);
    ObDereferenceObject(block);
    End(device);
}

CONFORMANCE(IoWMIQueryAllDataMultiple, ChainsTheAnswersOfSeveralProviders) {
    PWNODE_ALL_DATA answer = ExAllocatePoolWithTag(NonPagedPoolNx, 4096, CONFORMANCE_TAG), next;
    PDEVICE_OBJECT first = Begin(), second = Begin();
    ULONG bytes = 4096;
    PVOID block = NULL;
    REQUIRE(answer && first && second &&
            NT_SUCCESS(IoWMIOpenBlock(&ClassId, WMIGUID_QUERY, &block)));
    CHECK_STATUS(IoWMIQueryAllDataMultiple(&block, 1, &bytes, answer), STATUS_SUCCESS);
    REQUIRE(answer->WnodeHeader.Linkage != 0);
    CHECK(answer->WnodeHeader.Linkage >= sizeof(*answer) + sizeof(Data));
    next = (PWNODE_ALL_DATA)((UCHAR*)answer + answer->WnodeHeader.Linkage);
    CHECK_EQ(next->WnodeHeader.Linkage, 0);
    CHECK_EQ(next->InstanceCount, 1);
    ExFreePoolWithTag(answer, CONFORMANCE_TAG);
    ObDereferenceObject(block);
    ConformanceDispatch = Provide;
    CHECK_SUCCESS(IoWMIRegistrationControl(first, WMIREG_ACTION_DEREGISTER));
    IoDeleteDevice(first);
    End(second);
}
