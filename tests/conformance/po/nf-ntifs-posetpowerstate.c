/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

static POWER_STATE DeviceIn(DEVICE_POWER_STATE state) {
    POWER_STATE made;
    made.DeviceState = state;
    return made;
}

static PDEVICE_OBJECT MakeDevice(VOID) {
    PDEVICE_OBJECT device = NULL;
    IoCreateDevice(ConformanceDriver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    return device;
}

CONFORMANCE(PoSetPowerState, ReturnsTheStateBefore) {
    PDEVICE_OBJECT device = MakeDevice();
    REQUIRE(device != NULL);
    PoSetPowerState(device, DevicePowerState, DeviceIn(PowerDeviceD0));
    CHECK_EQ(PoSetPowerState(device, DevicePowerState, DeviceIn(PowerDeviceD3)).DeviceState, PowerDeviceD0);
    CHECK_EQ(PoSetPowerState(device, DevicePowerState, DeviceIn(PowerDeviceD1)).DeviceState, PowerDeviceD3);
    IoDeleteDevice(device);
}

CONFORMANCE(PoSetPowerState, SystemAndDeviceStatesAreKeptApart) {
    PDEVICE_OBJECT device = MakeDevice();
    POWER_STATE system;
    REQUIRE(device != NULL);
    system.SystemState = PowerSystemWorking;
    PoSetPowerState(device, SystemPowerState, system);
    PoSetPowerState(device, DevicePowerState, DeviceIn(PowerDeviceD2));
    system.SystemState = PowerSystemSleeping1;
    CHECK_EQ(PoSetPowerState(device, SystemPowerState, system).SystemState, PowerSystemWorking);
    CHECK_EQ(PoSetPowerState(device, DevicePowerState, DeviceIn(PowerDeviceD0)).DeviceState, PowerDeviceD2);
    IoDeleteDevice(device);
}

CONFORMANCE(PoSetPowerState, MayBeCalledAtDispatchLevel) {
    PDEVICE_OBJECT device = MakeDevice();
    POWER_STATE before;
    REQUIRE(device != NULL);
    PoSetPowerState(device, DevicePowerState, DeviceIn(PowerDeviceD3));
    AT_IRQL(DISPATCH_LEVEL, before = PoSetPowerState(device, DevicePowerState, DeviceIn(PowerDeviceD0)));
    CHECK_EQ(before.DeviceState, PowerDeviceD3);
    IoDeleteDevice(device);
}
