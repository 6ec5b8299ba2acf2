/* SPDX-License-Identifier: GPL-2.0-only */
/* wmilib.sys: what it makes of WMI's IRPs, and what it calls. The IRPs are made here. */
#include "conformance.h"

#include <wmistr.h>
/* after the types that it needs */
#include <wmilib.h>

#define ROOM 512

static const GUID Block = {0x55555555, 1, 2, {3, 4, 5, 6, 7, 8, 9, 10}};
static const GUID Unknown = {0x55555556, 1, 2, {3, 4, 5, 6, 7, 8, 9, 10}};
static WMIGUIDREGINFO Blocks[] = {{&Block, 1, 0}};
static UNICODE_STRING RegistryPath = RTL_CONSTANT_STRING(L"\\Registry\\Machine\\Test");

static PDEVICE_OBJECT Pdo;
static ULONG Answer = 0x01020304, Written, Enabled;

static NTSTATUS NTAPI QueryRegInfo(PDEVICE_OBJECT device, PULONG flags, PUNICODE_STRING name, PUNICODE_STRING* path,
                                   PUNICODE_STRING mof, PDEVICE_OBJECT* pdo) {
    UNREFERENCED_PARAMETER(device);
    UNREFERENCED_PARAMETER(name);
    UNREFERENCED_PARAMETER(mof);
    *flags = WMIREG_FLAG_INSTANCE_PDO;
    *path = &RegistryPath;
    *pdo = Pdo;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI QueryBlock(PDEVICE_OBJECT device, PIRP irp, ULONG index, ULONG instance, ULONG count, PULONG lengths,
                                 ULONG room, PUCHAR buffer) {
    NTSTATUS status = STATUS_BUFFER_TOO_SMALL;
    UNREFERENCED_PARAMETER(index);
    UNREFERENCED_PARAMETER(instance);
    UNREFERENCED_PARAMETER(count);
    if (room >= sizeof(Answer)) {
        *(PULONG)buffer = Answer;
        *lengths = sizeof(Answer);
        status = STATUS_SUCCESS;
    }
    return WmiCompleteRequest(device, irp, status, sizeof(Answer), IO_NO_INCREMENT);
}

static NTSTATUS NTAPI SetBlock(PDEVICE_OBJECT device, PIRP irp, ULONG index, ULONG instance, ULONG bytes, PUCHAR buffer) {
    UNREFERENCED_PARAMETER(index);
    UNREFERENCED_PARAMETER(instance);
    if (bytes >= sizeof(ULONG)) Written = *(PULONG)buffer;
    return WmiCompleteRequest(device, irp, STATUS_SUCCESS, 0, IO_NO_INCREMENT);
}

static NTSTATUS NTAPI Control(PDEVICE_OBJECT device, PIRP irp, ULONG index, WMIENABLEDISABLECONTROL what, BOOLEAN enable) {
    UNREFERENCED_PARAMETER(index);
    UNREFERENCED_PARAMETER(what);
    Enabled = enable;
    return WmiCompleteRequest(device, irp, STATUS_SUCCESS, 0, IO_NO_INCREMENT);
}

static WMILIB_CONTEXT Context = {1, Blocks, QueryRegInfo, QueryBlock, SetBlock, NULL, NULL, Control};

static NTSTATUS NTAPI Keep(PDEVICE_OBJECT device, PIRP irp, PVOID context) {
    UNREFERENCED_PARAMETER(device);
    UNREFERENCED_PARAMETER(irp);
    UNREFERENCED_PARAMETER(context);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* What a call came to. */
typedef struct {
    NTSTATUS Returned, Status;
    ULONG_PTR Information;
    SYSCTL_IRP_DISPOSITION Disposition;
    union {
        UCHAR Bytes[ROOM];
        WNODE_HEADER Header;
        WNODE_SINGLE_INSTANCE Single;
        WNODE_ALL_DATA All;
        WNODE_TOO_SMALL TooSmall;
        WMIREGINFOW Registration;
    } u;
} CALL;

static BOOLEAN Call(CALL* call, UCHAR minor, const GUID* block, PVOID provider, ULONG room) {
    PDEVICE_OBJECT device = ConformanceDevice;
    PIRP irp = IoAllocateIrp(2, FALSE);
    PIO_STACK_LOCATION at;
    if (irp == NULL) return FALSE;
    /* As the dispatch routine of the device finds it: the location above is the sender's. */
    IoSetNextIrpStackLocation(irp);
    IoSetCompletionRoutine(irp, Keep, NULL, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(irp);
    at = IoGetCurrentIrpStackLocation(irp);
    at->MajorFunction = IRP_MJ_SYSTEM_CONTROL;
    at->MinorFunction = minor;
    at->DeviceObject = device;
    at->Parameters.WMI.ProviderId = (ULONG_PTR)provider;
    at->Parameters.WMI.DataPath = (PVOID)block;
    at->Parameters.WMI.BufferSize = room;
    at->Parameters.WMI.Buffer = call->u.Bytes;
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    call->Returned = WmiSystemControl(&Context, device, irp, &call->Disposition);
    call->Status = irp->IoStatus.Status;
    call->Information = irp->IoStatus.Information;
    IoFreeIrp(irp);
    return TRUE;
}

CONFORMANCE(WmiSystemControl, SingleInstanceQueriesReachTheDriver) {
    static CALL call;
    RtlZeroMemory(&call, sizeof(call));
    call.u.Header.BufferSize = ROOM;
    call.u.Header.Guid = Block;
    call.u.Single.DataBlockOffset = sizeof(WNODE_SINGLE_INSTANCE);
    REQUIRE(Call(&call, IRP_MN_QUERY_SINGLE_INSTANCE, &Block, ConformanceDevice, ROOM));
    CHECK_EQ(call.Disposition, IrpProcessed);
    CHECK_STATUS(call.Status, STATUS_SUCCESS);
    CHECK_EQ(call.u.Single.SizeDataBlock, (ULONG)sizeof(ULONG));
    CHECK_EQ(*(PULONG)(call.u.Bytes + call.u.Single.DataBlockOffset), Answer);
    CHECK_EQ(call.Information, call.u.Header.BufferSize);
}

CONFORMANCE(WmiSystemControl, AllDataTellsWhereEachInstanceLies) {
    static CALL call;
    RtlZeroMemory(&call, sizeof(call));
    call.u.Header.BufferSize = ROOM;
    call.u.Header.Guid = Block;
    REQUIRE(Call(&call, IRP_MN_QUERY_ALL_DATA, &Block, ConformanceDevice, ROOM));
    CHECK_EQ(call.Disposition, IrpProcessed);
    CHECK_STATUS(call.Status, STATUS_SUCCESS);
    CHECK_EQ(call.u.All.InstanceCount, 1);
    REQUIRE(call.u.All.OffsetInstanceDataAndLength[0].OffsetInstanceData <= ROOM - sizeof(ULONG));
    CHECK_EQ(call.u.All.OffsetInstanceDataAndLength[0].LengthInstanceData, (ULONG)sizeof(ULONG));
    CHECK_EQ(*(PULONG)(call.u.Bytes + call.u.All.OffsetInstanceDataAndLength[0].OffsetInstanceData), Answer);
}

CONFORMANCE(WmiSystemControl, ChangesReachTheDriver) {
    static CALL call;
    RtlZeroMemory(&call, sizeof(call));
    Written = 0;
    call.u.Header.BufferSize = ROOM;
    call.u.Single.DataBlockOffset = sizeof(WNODE_SINGLE_INSTANCE);
    call.u.Single.SizeDataBlock = sizeof(ULONG);
    *(PULONG)(call.u.Bytes + sizeof(WNODE_SINGLE_INSTANCE)) = 4711;
    REQUIRE(Call(&call, IRP_MN_CHANGE_SINGLE_INSTANCE, &Block, ConformanceDevice, ROOM));
    CHECK_STATUS(call.Status, STATUS_SUCCESS);
    CHECK_EQ(Written, 4711);
}

CONFORMANCE(WmiSystemControl, EventsAreTurnedOnAndOff) {
    static CALL call;
    RtlZeroMemory(&call, sizeof(call));
    Enabled = 77;
    REQUIRE(Call(&call, IRP_MN_ENABLE_EVENTS, &Block, ConformanceDevice, ROOM));
    CHECK_EQ(Enabled, TRUE);
    REQUIRE(Call(&call, IRP_MN_DISABLE_EVENTS, &Block, ConformanceDevice, ROOM));
    CHECK_EQ(Enabled, FALSE);
}

CONFORMANCE(WmiSystemControl, RegistrationIsLeftToTheDriverToComplete) {
    static CALL call;
    RtlZeroMemory(&call, sizeof(call));
    Pdo = ConformanceDevice;
    REQUIRE(Call(&call, 0x0b, NULL, ConformanceDevice, ROOM));
    CHECK_EQ(call.Disposition, IrpNotCompleted);
    CHECK_STATUS(call.Status, STATUS_SUCCESS);
    CHECK_EQ(call.u.Registration.GuidCount, 1);
    CHECK_EQ(call.u.Registration.WmiRegGuid[0].InstanceCount, 1);
    CHECK_EQ(call.u.Registration.WmiRegGuid[0].Pdo, (ULONG_PTR)ConformanceDevice);
    if (call.u.Registration.GuidCount == 1) ObDereferenceObject(ConformanceDevice); /* the asker's to drop */
}

CONFORMANCE(WmiSystemControl, ForwardsWhatIsForAnotherDevice) {
    static CALL call;
    RtlZeroMemory(&call, sizeof(call));
    REQUIRE(Call(&call, IRP_MN_QUERY_ALL_DATA, &Block, &call, ROOM));
    CHECK_EQ(call.Disposition, IrpForward);
}

CONFORMANCE(WmiSystemControl, SaysWhatIsNoWmi) {
    static CALL call;
    RtlZeroMemory(&call, sizeof(call));
    REQUIRE(Call(&call, 0x55, &Block, ConformanceDevice, ROOM));
    CHECK_EQ(call.Disposition, IrpNotWmi);
}

CONFORMANCE(WmiSystemControl, RefusesUnknownBlocks) {
    static CALL call;
    RtlZeroMemory(&call, sizeof(call));
    REQUIRE(Call(&call, IRP_MN_QUERY_ALL_DATA, &Unknown, ConformanceDevice, ROOM));
    CHECK_EQ(call.Disposition, IrpNotCompleted);
    CHECK_STATUS(call.Status, STATUS_WMI_GUID_NOT_FOUND);
}

CONFORMANCE(WmiCompleteRequest, ATooSmallBufferBecomesANode) {
    static CALL call;
    RtlZeroMemory(&call, sizeof(call));
    call.u.Header.BufferSize = sizeof(WNODE_SINGLE_INSTANCE);
    call.u.Single.DataBlockOffset = sizeof(WNODE_SINGLE_INSTANCE);
    REQUIRE(Call(&call, IRP_MN_QUERY_SINGLE_INSTANCE, &Block, ConformanceDevice, sizeof(WNODE_SINGLE_INSTANCE)));
    CHECK_STATUS(call.Returned, STATUS_SUCCESS);
    CHECK_STATUS(call.Status, STATUS_SUCCESS);
    CHECK(call.u.Header.Flags & WNODE_FLAG_TOO_SMALL);
    CHECK_EQ(call.Information, sizeof(WNODE_TOO_SMALL));
    CHECK(call.u.TooSmall.SizeNeeded >= sizeof(WNODE_SINGLE_INSTANCE) + sizeof(ULONG));
}

CONFORMANCE(WmiCompleteRequest, OtherFailuresStay) {
    PIRP irp = IoAllocateIrp(2, FALSE);
    PIO_STACK_LOCATION at;
    NTSTATUS status = STATUS_SUCCESS;
    REQUIRE(irp != NULL);
    IoSetNextIrpStackLocation(irp);
    IoSetCompletionRoutine(irp, Keep, NULL, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(irp);
    at = IoGetCurrentIrpStackLocation(irp);
    at->MajorFunction = IRP_MJ_SYSTEM_CONTROL;
    at->MinorFunction = IRP_MN_CHANGE_SINGLE_INSTANCE;
    AT_IRQL(DISPATCH_LEVEL, status = WmiCompleteRequest(ConformanceDevice, irp, STATUS_WMI_READ_ONLY, 0, IO_NO_INCREMENT));
    CHECK_STATUS(status, STATUS_WMI_READ_ONLY);
    CHECK_STATUS(irp->IoStatus.Status, STATUS_WMI_READ_ONLY);
    IoFreeIrp(irp);
}

CONFORMANCE(WmiFireEvent, DeliversAnEventWithItsData) {
    PULONG data = ExAllocatePoolWithTag(NonPagedPool, sizeof(ULONG), CONFORMANCE_TAG);
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    REQUIRE(data != NULL);
    *data = 5;
    AT_IRQL(DISPATCH_LEVEL, status = WmiFireEvent(ConformanceDevice, &Block, 0, sizeof(*data), data));
    CHECK_STATUS(status, STATUS_SUCCESS);
}

CONFORMANCE(WmiFireEvent, AnEventMayHaveNoData) {
    CHECK_STATUS(WmiFireEvent(ConformanceDevice, &Block, 0, 0, NULL), STATUS_SUCCESS);
}

CONFORMANCE(WmiFireEvent, PassesARefusalOn) {
    CHECK(!NT_SUCCESS(WmiFireEvent(ConformanceDevice, &Block, 0, 1 << 20, ExAllocatePoolWithTag(NonPagedPool, 1 << 20, CONFORMANCE_TAG))));
}
