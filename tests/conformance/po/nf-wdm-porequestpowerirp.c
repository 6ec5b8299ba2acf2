/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

typedef struct {
    KEVENT Done;
    PDEVICE_OBJECT Device;
    UCHAR Minor;
    POWER_STATE State;
    NTSTATUS Status;
    ULONG Calls;
} OUTCOME;

static POWER_STATE_TYPE SeenType;
static POWER_STATE SeenState;
static UCHAR SeenMinor;
static KIRQL SeenIrql;
static PIRP Held; /* a driver that keeps what comes first */
static BOOLEAN HoldNext;
static ULONG Arrived;

static NTSTATUS NTAPI Answer(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(irp);
    UNREFERENCED_PARAMETER(device);
    Arrived++;
    SeenMinor = at->MinorFunction;
    SeenType = at->Parameters.Power.Type;
    SeenState = at->Parameters.Power.State;
    SeenIrql = KeGetCurrentIrql();
    if (HoldNext) {
        HoldNext = FALSE;
        IoMarkIrpPending(irp);
        Held = irp;
        return STATUS_PENDING;
    }
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static VOID NTAPI OnDone(PDEVICE_OBJECT device, UCHAR minor, POWER_STATE state, PVOID context, PIO_STATUS_BLOCK status) {
    OUTCOME* outcome = context;
    outcome->Device = device;
    outcome->Minor = minor;
    outcome->State = state;
    outcome->Status = status->Status;
    outcome->Calls++;
    KeSetEvent(&outcome->Done, 0, FALSE);
}

static PDEVICE_OBJECT MakeDevice(OUTCOME* outcome, ULONG flags) {
    PDEVICE_OBJECT device;
    RtlZeroMemory(outcome, sizeof(*outcome));
    KeInitializeEvent(&outcome->Done, NotificationEvent, FALSE);
    Arrived = 0;
    HoldNext = FALSE;
    if (!NT_SUCCESS(IoCreateDevice(ConformanceDriver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device))) return NULL;
    device->Flags |= flags;
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    ConformanceDispatch = Answer;
    return device;
}

static BOOLEAN HappensSoon(PKEVENT event) {
    LARGE_INTEGER timeout;
    timeout.QuadPart = -50000000LL;
    return KeWaitForSingleObject(event, Executive, KernelMode, FALSE, &timeout) == STATUS_SUCCESS;
}

static VOID Unmake(PDEVICE_OBJECT device) {
    ConformanceDispatch = NULL;
    IoDeleteDevice(device);
}

CONFORMANCE(PoRequestPowerIrp, SendsADevicePowerIrpAndCallsBack) {
    OUTCOME outcome;
    POWER_STATE state;
    PDEVICE_OBJECT device = MakeDevice(&outcome, DO_POWER_PAGABLE);
    REQUIRE(device != NULL);
    state.DeviceState = PowerDeviceD2;
    CHECK_STATUS(PoRequestPowerIrp(device, IRP_MN_SET_POWER, state, OnDone, &outcome, NULL), STATUS_PENDING);
    CHECK(HappensSoon(&outcome.Done));
    CHECK_EQ(SeenMinor, IRP_MN_SET_POWER);
    CHECK_EQ(SeenType, DevicePowerState);
    CHECK_EQ(SeenState.DeviceState, PowerDeviceD2);
    CHECK_EQ(outcome.Device, device);
    CHECK_EQ(outcome.Minor, IRP_MN_SET_POWER);
    CHECK_EQ(outcome.State.DeviceState, PowerDeviceD2);
    CHECK_STATUS(outcome.Status, STATUS_SUCCESS);
    Unmake(device);
}

CONFORMANCE(PoRequestPowerIrp, PageableDriversAreCalledAtPassiveLevel) {
    OUTCOME outcome;
    POWER_STATE state;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    PDEVICE_OBJECT device = MakeDevice(&outcome, DO_POWER_PAGABLE);
    REQUIRE(device != NULL);
    state.DeviceState = PowerDeviceD0;
    AT_IRQL(DISPATCH_LEVEL, status = PoRequestPowerIrp(device, IRP_MN_SET_POWER, state, OnDone, &outcome, NULL));
    CHECK_STATUS(status, STATUS_PENDING);
    CHECK(HappensSoon(&outcome.Done));
    CHECK_EQ(SeenIrql, PASSIVE_LEVEL);
    Unmake(device);
}

CONFORMANCE(PoRequestPowerIrp, OneDeviceIrpAtATime) {
    OUTCOME first, second;
    POWER_STATE state;
    PDEVICE_OBJECT device = MakeDevice(&first, DO_POWER_PAGABLE);
    REQUIRE(device != NULL);
    RtlZeroMemory(&second, sizeof(second));
    KeInitializeEvent(&second.Done, NotificationEvent, FALSE);
    HoldNext = TRUE;
    state.DeviceState = PowerDeviceD3;
    CHECK_STATUS(PoRequestPowerIrp(device, IRP_MN_SET_POWER, state, OnDone, &first, NULL), STATUS_PENDING);
    state.DeviceState = PowerDeviceD0;
    CHECK_STATUS(PoRequestPowerIrp(device, IRP_MN_SET_POWER, state, OnDone, &second, NULL), STATUS_PENDING);
    CHECK_EQ(Arrived, 1);
    CHECK_EQ(second.Calls, 0);
    Held->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Held, IO_NO_INCREMENT);
    CHECK(HappensSoon(&first.Done));
    CHECK(HappensSoon(&second.Done));
    CHECK_EQ(Arrived, 2);
    Unmake(device);
}

CONFORMANCE(PoRequestPowerIrp, RefusesOtherMinorCodes) {
    OUTCOME outcome;
    POWER_STATE state;
    PDEVICE_OBJECT device = MakeDevice(&outcome, 0);
    REQUIRE(device != NULL);
    state.DeviceState = PowerDeviceD0;
    CHECK_STATUS(PoRequestPowerIrp(device, IRP_MN_POWER_SEQUENCE, state, OnDone, &outcome, NULL), STATUS_INVALID_PARAMETER_2);
    CHECK_EQ(outcome.Calls, 0);
    Unmake(device);
}
