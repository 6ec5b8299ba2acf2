// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static KEVENT Ran;
static PVOID SeenObject, SeenContext, SeenItem;
static KIRQL SeenLevel;

static VOID NTAPI Work(PDEVICE_OBJECT Device, PVOID Context) {
    SeenObject = Device;
    SeenContext = Context;
    SeenLevel = KeGetCurrentIrql();
    KeSetEvent(&Ran, 0, FALSE);
}

static VOID NTAPI WorkEx(PVOID Object, PVOID Context, PIO_WORKITEM Item) {
    SeenObject = Object;
    SeenContext = Context;
    SeenItem = Item;
    KeSetEvent(&Ran, 0, FALSE);
}

static VOID NTAPI WorkAndFree(PVOID Object, PVOID Context, PIO_WORKITEM Item) {
    UNREFERENCED_PARAMETER(Object);
    UNREFERENCED_PARAMETER(Context);
    IoFreeWorkItem(Item);
    KeSetEvent(&Ran, 0, FALSE);
}

CONFORMANCE(IoAllocateWorkItem, GivesAnItemForTheDevice) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    PIO_WORKITEM item = NULL;
    REQUIRE(device != NULL);
    AT_IRQL(DISPATCH_LEVEL, item = IoAllocateWorkItem(device));
    CHECK(item != NULL);
    if (item != NULL) AT_IRQL(DISPATCH_LEVEL, IoFreeWorkItem(item));
    IoDeleteDevice(device);
}

CONFORMANCE(IoFreeWorkItem, TheRoutineMayFreeItsOwnItem) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    PIO_WORKITEM item;
    REQUIRE(device != NULL);
    KeInitializeEvent(&Ran, NotificationEvent, FALSE);
    item = IoAllocateWorkItem(device);
    REQUIRE(item != NULL);
    IoQueueWorkItemEx(item, WorkAndFree, DelayedWorkQueue, NULL);
    CHECK(Arrives(&Ran));
    IoDeleteDevice(device);
}

CONFORMANCE(IoQueueWorkItem, RunsTheRoutineAtPassiveLevelAndCanBeQueuedAgain) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    WORK_QUEUE_TYPE queues[2] = {DelayedWorkQueue, CriticalWorkQueue};
    PIO_WORKITEM item;
    int turn;
    REQUIRE(device != NULL);
    KeInitializeEvent(&Ran, SynchronizationEvent, FALSE);
    item = IoAllocateWorkItem(device);
    REQUIRE(item != NULL);
    for (turn = 0; turn < 2; turn++) {
        AT_IRQL(DISPATCH_LEVEL, IoQueueWorkItem(item, Work, queues[turn], &turn));
        CHECK(Arrives(&Ran));
        CHECK_EQ(SeenObject, device);
        CHECK_EQ(SeenContext, &turn);
        CHECK_EQ(SeenLevel, PASSIVE_LEVEL);
    }
    IoFreeWorkItem(item);
    IoDeleteDevice(device);
}

CONFORMANCE(IoQueueWorkItemEx, TheRoutineGetsTheItemToo) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    PIO_WORKITEM item;
    REQUIRE(device != NULL);
    KeInitializeEvent(&Ran, NotificationEvent, FALSE);
    item = IoAllocateWorkItem(device);
    REQUIRE(item != NULL);
    AT_IRQL(DISPATCH_LEVEL, IoQueueWorkItemEx(item, WorkEx, DelayedWorkQueue, &Ran));
    CHECK(Arrives(&Ran));
    CHECK_EQ(SeenItem, item);
    CHECK_EQ(SeenContext, &Ran);
    IoFreeWorkItem(item);
    IoDeleteDevice(device);
}

CONFORMANCE(IoSizeofWorkItem, IsWhatAnItemTakes) {
    ULONG bytes = 0;
    AT_IRQL(HIGH_LEVEL, bytes = IoSizeofWorkItem());
    CHECK(bytes >= sizeof(LIST_ENTRY) + 2 * sizeof(PVOID));
    CHECK_EQ(bytes, IoSizeofWorkItem());
}

CONFORMANCE(IoInitializeWorkItem, MakesAnItemOfTheDriversMemoryForADriverObject) {
    PIO_WORKITEM item = ExAllocatePoolWithTag(NonPagedPoolNx, IoSizeofWorkItem(), CONFORMANCE_TAG);
    REQUIRE(item != NULL);
    KeInitializeEvent(&Ran, NotificationEvent, FALSE);
    AT_IRQL(DISPATCH_LEVEL, IoInitializeWorkItem(ConformanceDriver, item));
    IoQueueWorkItemEx(item, WorkEx, DelayedWorkQueue, NULL);
    CHECK(Arrives(&Ran));
    CHECK_EQ(SeenObject, ConformanceDriver);
    IoUninitializeWorkItem(item);
    ExFreePoolWithTag(item, CONFORMANCE_TAG);
}

CONFORMANCE(IoUninitializeWorkItem, TheMemoryCanBeAnItemAgain) {
    PIO_WORKITEM item = ExAllocatePoolWithTag(NonPagedPoolNx, IoSizeofWorkItem(), CONFORMANCE_TAG);
    REQUIRE(item != NULL);
    IoInitializeWorkItem(ConformanceDevice, item);
    AT_IRQL(DISPATCH_LEVEL, IoUninitializeWorkItem(item));
    KeInitializeEvent(&Ran, NotificationEvent, FALSE);
    IoInitializeWorkItem(ConformanceDevice, item);
    IoQueueWorkItem(item, Work, DelayedWorkQueue, NULL);
    CHECK(Arrives(&Ran));
    CHECK_EQ(SeenObject, ConformanceDevice);
    IoUninitializeWorkItem(item);
    ExFreePoolWithTag(item, CONFORMANCE_TAG);
}
