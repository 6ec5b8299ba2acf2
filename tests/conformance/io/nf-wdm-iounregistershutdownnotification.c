// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoUnregisterShutdownNotification, TakesBothRegistrationsBack) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    REQUIRE(device != NULL);
    CHECK_SUCCESS(IoRegisterShutdownNotification(device));
    CHECK_SUCCESS(IoRegisterLastChanceShutdownNotification(device));
    IoUnregisterShutdownNotification(device);
    CHECK_EQ(device->Flags & DO_SHUTDOWN_REGISTERED, 0);
    IoUnregisterShutdownNotification(device); /* one that is not registered: nothing happens */
    IoDeleteDevice(device);
}
