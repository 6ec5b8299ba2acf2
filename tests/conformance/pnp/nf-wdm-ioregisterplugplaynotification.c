/* SPDX-License-Identifier: GPL-2.0-only */
#include <initguid.h>

#include "pnp_device.h"

#include <wdmguid.h>

typedef struct {
    KEVENT Arrived, Gone, Custom;
    ULONG Calls;
    GUID Class;
    PVOID Entry; /* unregistered by the callback itself, if not NULL */
    NTSTATUS Unregistered;
} SEEN;

static NTSTATUS NTAPI OnInterface(PVOID structure, PVOID context) {
    PDEVICE_INTERFACE_CHANGE_NOTIFICATION change = structure;
    SEEN* seen = context;
    seen->Calls++;
    seen->Class = change->InterfaceClassGuid;
    if (IsEqualGUID(&change->Event, &GUID_DEVICE_INTERFACE_ARRIVAL)) KeSetEvent(&seen->Arrived, 0, FALSE);
    if (IsEqualGUID(&change->Event, &GUID_DEVICE_INTERFACE_REMOVAL)) KeSetEvent(&seen->Gone, 0, FALSE);
    if (seen->Entry != NULL) {
        seen->Unregistered = IoUnregisterPlugPlayNotificationEx(seen->Entry);
        seen->Entry = NULL;
    }
    return STATUS_SUCCESS;
}

static void Begin(SEEN* seen) {
    RtlZeroMemory(seen, sizeof(*seen));
    KeInitializeEvent(&seen->Arrived, NotificationEvent, FALSE);
    KeInitializeEvent(&seen->Gone, NotificationEvent, FALSE);
    KeInitializeEvent(&seen->Custom, NotificationEvent, FALSE);
    seen->Unregistered = STATUS_PENDING;
}

CONFORMANCE(IoRegisterPlugPlayNotification, TellsOfInterfacesThatComeAndGo) {
    UNICODE_STRING link;
    PVOID entry = NULL;
    SEEN seen;
    Begin(&seen);
    REQUIRE(TestPdo() != NULL);
    CHECK_SUCCESS(IoRegisterDeviceInterface(TestPdo(), &TestClass, NULL, &link));
    CHECK_STATUS(IoRegisterPlugPlayNotification(EventCategoryDeviceInterfaceChange, 0, (PVOID)&TestClass, ConformanceDriver, OnInterface, &seen, &entry),
                 STATUS_SUCCESS);
    REQUIRE(entry != NULL);
    CHECK_SUCCESS(IoSetDeviceInterfaceState(&link, TRUE));
    CHECK(HappensSoon(&seen.Arrived));
    CHECK(IsEqualGUID(&seen.Class, &TestClass));
    CHECK_SUCCESS(IoSetDeviceInterfaceState(&link, FALSE));
    CHECK(HappensSoon(&seen.Gone));
    CHECK_SUCCESS(IoUnregisterPlugPlayNotification(entry));
    RtlFreeUnicodeString(&link);
}

CONFORMANCE(IoRegisterPlugPlayNotification, TellsOfInterfacesThatAreThereWhenAsked) {
    UNICODE_STRING link;
    PVOID entry = NULL;
    SEEN seen;
    Begin(&seen);
    REQUIRE(TestPdo() != NULL);
    CHECK_SUCCESS(IoRegisterDeviceInterface(TestPdo(), &TestClass, NULL, &link));
    CHECK_SUCCESS(IoSetDeviceInterfaceState(&link, TRUE));
    CHECK_SUCCESS(IoRegisterPlugPlayNotification(EventCategoryDeviceInterfaceChange, PNPNOTIFY_DEVICE_INTERFACE_INCLUDE_EXISTING_INTERFACES,
                                                 (PVOID)&TestClass, ConformanceDriver, OnInterface, &seen, &entry));
    CHECK(HappensSoon(&seen.Arrived));
    CHECK_SUCCESS(IoUnregisterPlugPlayNotification(entry));
    CHECK_SUCCESS(IoSetDeviceInterfaceState(&link, FALSE));
    RtlFreeUnicodeString(&link);
}

CONFORMANCE(IoRegisterPlugPlayNotification, RefusesUnknownCategories) {
    PVOID entry = NULL;
    SEEN seen;
    Begin(&seen);
    CHECK(!NT_SUCCESS(IoRegisterPlugPlayNotification((IO_NOTIFICATION_EVENT_CATEGORY)77, 0, NULL, ConformanceDriver, OnInterface, &seen, &entry)));
    CHECK_EQ(entry, NULL);
}

CONFORMANCE(IoUnregisterPlugPlayNotification, NobodyIsCalledAfterwards) {
    UNICODE_STRING link;
    PVOID entry = NULL, last = NULL;
    SEEN seen, witness;
    Begin(&seen);
    Begin(&witness);
    REQUIRE(TestPdo() != NULL);
    CHECK_SUCCESS(IoRegisterDeviceInterface(TestPdo(), &TestClass, NULL, &link));
    CHECK_SUCCESS(IoRegisterPlugPlayNotification(EventCategoryDeviceInterfaceChange, 0, (PVOID)&TestClass, ConformanceDriver, OnInterface, &seen, &entry));
    CHECK_SUCCESS(IoRegisterPlugPlayNotification(EventCategoryDeviceInterfaceChange, 0, (PVOID)&TestClass, ConformanceDriver, OnInterface, &witness, &last));
    CHECK_STATUS(IoUnregisterPlugPlayNotification(entry), STATUS_SUCCESS);
    CHECK_SUCCESS(IoSetDeviceInterfaceState(&link, TRUE));
    CHECK(HappensSoon(&witness.Arrived));
    CHECK_EQ(seen.Calls, 0);
    CHECK_SUCCESS(IoSetDeviceInterfaceState(&link, FALSE));
    CHECK(HappensSoon(&witness.Gone));
    CHECK_SUCCESS(IoUnregisterPlugPlayNotification(last));
    RtlFreeUnicodeString(&link);
}

CONFORMANCE(IoUnregisterPlugPlayNotificationEx, MayBeCalledFromTheCallback) {
    UNICODE_STRING link;
    SEEN seen;
    Begin(&seen);
    REQUIRE(TestPdo() != NULL);
    CHECK_SUCCESS(IoRegisterDeviceInterface(TestPdo(), &TestClass, NULL, &link));
    CHECK_SUCCESS(IoRegisterPlugPlayNotification(EventCategoryDeviceInterfaceChange, 0, (PVOID)&TestClass, ConformanceDriver, OnInterface, &seen, &seen.Entry));
    CHECK_SUCCESS(IoSetDeviceInterfaceState(&link, TRUE));
    CHECK(HappensSoon(&seen.Arrived));
    CHECK_SUCCESS(IoSetDeviceInterfaceState(&link, FALSE));
    RtlFreeUnicodeString(&link);
    for (int i = 0; i < 500 && seen.Unregistered == STATUS_PENDING; i++) {
        LARGE_INTEGER moment;
        moment.QuadPart = -10000;
        KeDelayExecutionThread(KernelMode, FALSE, &moment);
    }
    CHECK_STATUS(seen.Unregistered, STATUS_SUCCESS);
    CHECK_EQ(seen.Calls, 1);
}

/* ---- Events of a device */

static const GUID CustomEvent = {0x33333333, 1, 2, {3, 4, 5, 6, 7, 8, 9, 10}};

static NTSTATUS NTAPI OnTarget(PVOID structure, PVOID context) {
    PTARGET_DEVICE_CUSTOM_NOTIFICATION custom = structure;
    SEEN* seen = context;
    seen->Calls++;
    if (IsEqualGUID(&custom->Event, &CustomEvent)) KeSetEvent(&seen->Custom, 0, FALSE);
    return STATUS_SUCCESS;
}

static VOID NTAPI OnReported(PVOID context) { KeSetEvent(context, 0, FALSE); }

static BOOLEAN OpenTarget(PFILE_OBJECT* file) {
    WCHAR name[64];
    ULONG length;
    UNICODE_STRING text;
    PDEVICE_OBJECT device;
    if (!NT_SUCCESS(IoGetDeviceProperty(TestPdo(), DevicePropertyPhysicalDeviceObjectName, sizeof(name), name, &length))) return FALSE;
    RtlInitUnicodeString(&text, name);
    return NT_SUCCESS(IoGetDeviceObjectPointer(&text, FILE_READ_ATTRIBUTES, file, &device));
}

static TARGET_DEVICE_CUSTOM_NOTIFICATION Notification(const GUID* event) {
    TARGET_DEVICE_CUSTOM_NOTIFICATION made;
    RtlZeroMemory(&made, sizeof(made));
    made.Version = 1;
    made.Size = sizeof(made);
    made.Event = *event;
    made.NameBufferOffset = -1;
    return made;
}

CONFORMANCE(IoReportTargetDeviceChange, ReachesThoseWhoRegisteredForTheDevice) {
    TARGET_DEVICE_CUSTOM_NOTIFICATION notification = Notification(&CustomEvent);
    PFILE_OBJECT file;
    PVOID entry = NULL;
    STACK stack;
    SEEN seen;
    Begin(&seen);
    REQUIRE(StackUp(&stack, NULL));
    if (OpenTarget(&file)) {
        CHECK_SUCCESS(IoRegisterPlugPlayNotification(EventCategoryTargetDeviceChange, 0, file, ConformanceDriver, OnTarget, &seen, &entry));
        CHECK_STATUS(IoReportTargetDeviceChange(TestPdo(), &notification), STATUS_SUCCESS);
        CHECK(HappensSoon(&seen.Custom));
        if (entry != NULL) IoUnregisterPlugPlayNotification(entry);
        ObDereferenceObject(file);
    } else {
        CHECK(!"the device can be opened");
    }
    StackDown(&stack);
}

CONFORMANCE(IoReportTargetDeviceChange, RefusesTheSystemsOwnEvents) {
    TARGET_DEVICE_CUSTOM_NOTIFICATION notification = Notification(&GUID_TARGET_DEVICE_QUERY_REMOVE);
    REQUIRE(TestPdo() != NULL);
    CHECK_STATUS(IoReportTargetDeviceChange(TestPdo(), &notification), STATUS_INVALID_DEVICE_REQUEST);
}

CONFORMANCE(IoReportTargetDeviceChangeAsynchronous, ReachesThemLaterAndCallsBack) {
    TARGET_DEVICE_CUSTOM_NOTIFICATION notification = Notification(&CustomEvent);
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    PFILE_OBJECT file;
    PVOID entry = NULL;
    KEVENT reported;
    STACK stack;
    SEEN seen;
    Begin(&seen);
    KeInitializeEvent(&reported, NotificationEvent, FALSE);
    REQUIRE(StackUp(&stack, NULL));
    if (OpenTarget(&file)) {
        CHECK_SUCCESS(IoRegisterPlugPlayNotification(EventCategoryTargetDeviceChange, 0, file, ConformanceDriver, OnTarget, &seen, &entry));
        AT_IRQL(DISPATCH_LEVEL, status = IoReportTargetDeviceChangeAsynchronous(TestPdo(), &notification, OnReported, &reported));
        CHECK_STATUS(status, STATUS_PENDING);
        CHECK(HappensSoon(&seen.Custom));
        CHECK(HappensSoon(&reported));
        if (entry != NULL) IoUnregisterPlugPlayNotification(entry);
        ObDereferenceObject(file);
    } else {
        CHECK(!"the device can be opened");
    }
    StackDown(&stack);
}

CONFORMANCE(IoReportTargetDeviceChangeAsynchronous, RefusesTheSystemsOwnEvents) {
    TARGET_DEVICE_CUSTOM_NOTIFICATION notification = Notification(&GUID_TARGET_DEVICE_REMOVE_COMPLETE);
    REQUIRE(TestPdo() != NULL);
    CHECK_STATUS(IoReportTargetDeviceChangeAsynchronous(TestPdo(), &notification, NULL, NULL), STATUS_INVALID_DEVICE_REQUEST);
}
