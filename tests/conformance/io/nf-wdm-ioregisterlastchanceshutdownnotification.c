// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoRegisterLastChanceShutdownNotification, RegistersADevice) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    REQUIRE(device != NULL);
    CHECK_STATUS(IoRegisterLastChanceShutdownNotification(device), STATUS_SUCCESS);
    CHECK((device->Flags & DO_SHUTDOWN_REGISTERED) != 0);
    IoUnregisterShutdownNotification(device);
    IoDeleteDevice(device);
}
