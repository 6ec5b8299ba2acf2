/* SPDX-License-Identifier: GPL-2.0-only */
#include "pnp_device.h"

#include <wmistr.h>

#define MINOR_REGINFO_EX 0x0b

static KEVENT Asked;
static PVOID Provider;
static ULONG_PTR Why;

/* The question for blocks: answered with none. */
static NTSTATUS NTAPI Watch(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(irp);
    if (at->MajorFunction != IRP_MJ_SYSTEM_CONTROL) return PassDown(device, irp);
    if (at->MinorFunction == IRP_MN_REGINFO || at->MinorFunction == MINOR_REGINFO_EX) {
        Provider = (PVOID)at->Parameters.WMI.ProviderId;
        Why = (ULONG_PTR)at->Parameters.WMI.DataPath;
        KeSetEvent(&Asked, 0, FALSE);
    }
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_NOT_SUPPORTED;
}

CONFORMANCE(IoWMIRegistrationControl, RegisteringAsksTheDriverForItsBlocks) {
    STACK stack;
    KeInitializeEvent(&Asked, SynchronizationEvent, FALSE);
    REQUIRE(StackUp(&stack, Watch));
    CHECK_STATUS(IoWMIRegistrationControl(stack.Device, WMIREG_ACTION_REGISTER), STATUS_SUCCESS);
    CHECK(HappensSoon(&Asked));
    CHECK_EQ(Provider, (PVOID)stack.Device);
    CHECK_EQ(Why, (ULONG_PTR)WMIREGISTER);
    CHECK_STATUS(IoWMIRegistrationControl(stack.Device, WMIREG_ACTION_UPDATE_GUIDS), STATUS_SUCCESS);
    CHECK(HappensSoon(&Asked));
    CHECK_EQ(Why, (ULONG_PTR)WMIUPDATE);
    CHECK_STATUS(IoWMIRegistrationControl(stack.Device, WMIREG_ACTION_DEREGISTER), STATUS_SUCCESS);
    StackDown(&stack);
}

CONFORMANCE(IoWMIRegistrationControl, RefusesUnknownActions) {
    CHECK_STATUS(IoWMIRegistrationControl(ConformanceDevice, 0x77), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(IoWMIDeviceObjectToProviderId, TellsDevicesApart) {
    ULONG one = 0, other = 0, again = 0;
    REQUIRE(TestPdo() != NULL);
    one = IoWMIDeviceObjectToProviderId(ConformanceDevice);
    other = IoWMIDeviceObjectToProviderId(TestPdo());
    CHECK(one != other);
    AT_IRQL(DISPATCH_LEVEL, again = IoWMIDeviceObjectToProviderId(ConformanceDevice));
    CHECK_EQ(one, again);
}

static PWNODE_HEADER MakeEvent(ULONG bytes) {
    PWNODE_HEADER event = ExAllocatePoolWithTag(NonPagedPool, sizeof(WNODE_SINGLE_INSTANCE) + 8, CONFORMANCE_TAG);
    if (event == NULL) return NULL;
    RtlZeroMemory(event, sizeof(WNODE_SINGLE_INSTANCE) + 8);
    event->BufferSize = bytes;
    event->ProviderId = IoWMIDeviceObjectToProviderId(ConformanceDevice);
    event->Flags = WNODE_FLAG_SINGLE_INSTANCE | WNODE_FLAG_EVENT_ITEM;
    return event;
}

CONFORMANCE(IoWMIWriteEvent, TakesAnEventOver) {
    PWNODE_HEADER event = MakeEvent(sizeof(WNODE_SINGLE_INSTANCE) + 8);
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    REQUIRE(event != NULL);
    AT_IRQL(DISPATCH_LEVEL, status = IoWMIWriteEvent(event));
    CHECK_STATUS(status, STATUS_SUCCESS);
    if (!NT_SUCCESS(status)) ExFreePool(event);
}

CONFORMANCE(IoWMIWriteEvent, RefusesWhatIsLargerThanAnEventMayBe) {
    PWNODE_HEADER event = MakeEvent(0x7FFFFFFF);
    REQUIRE(event != NULL);
    CHECK_STATUS(IoWMIWriteEvent(event), STATUS_BUFFER_OVERFLOW);
    ExFreePool(event);
}
