// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static KEVENT Ticked;
static PDEVICE_OBJECT SeenDevice;
static volatile LONG Ticks;

static VOID NTAPI Tick(PDEVICE_OBJECT Device, PVOID Context) {
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    CHECK_EQ(Context, &Ticks);
    SeenDevice = Device;
    InterlockedIncrement(&Ticks);
    KeSetEvent(&Ticked, 0, FALSE);
}

CONFORMANCE(IoInitializeTimer, GivesTheDeviceATimerThatIsOff) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    REQUIRE(device != NULL);
    CHECK_EQ(device->Timer, NULL);
    CHECK_STATUS(IoInitializeTimer(device, Tick, (PVOID)&Ticks), STATUS_SUCCESS);
    CHECK(device->Timer != NULL);
    IoDeleteDevice(device);
}

CONFORMANCE(IoStartTimer, RunsTheRoutineOnceASecond) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    REQUIRE(device != NULL);
    KeInitializeEvent(&Ticked, SynchronizationEvent, FALSE);
    Ticks = 0;
    REQUIRE(NT_SUCCESS(IoInitializeTimer(device, Tick, (PVOID)&Ticks)));
    AT_IRQL(DISPATCH_LEVEL, IoStartTimer(device));
    CHECK(Arrives(&Ticked));
    CHECK(Arrives(&Ticked));
    CHECK_EQ(SeenDevice, device);
    IoStopTimer(device);
    IoDeleteDevice(device);
}

CONFORMANCE(IoStopTimer, TheRoutineIsNotCalledAnyMore) {
    LARGE_INTEGER pause = {.QuadPart = -13000000};
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    LONG before;
    REQUIRE(device != NULL);
    KeInitializeEvent(&Ticked, SynchronizationEvent, FALSE);
    REQUIRE(NT_SUCCESS(IoInitializeTimer(device, Tick, (PVOID)&Ticks)));
    IoStartTimer(device);
    AT_IRQL(DISPATCH_LEVEL, IoStopTimer(device));
    before = Ticks;
    CHECK_STATUS(KeWaitForSingleObject(&Ticked, Executive, KernelMode, FALSE, &pause),
                 STATUS_TIMEOUT);
    CHECK_EQ(Ticks, before);
    IoDeleteDevice(device);
}
