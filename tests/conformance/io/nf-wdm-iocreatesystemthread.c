// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

NTKERNELAPI NTSTATUS NTAPI IoCreateSystemThread(PVOID IoObject, PHANDLE Thread, ULONG Access,
                                                POBJECT_ATTRIBUTES Attributes, HANDLE Process,
                                                PCLIENT_ID Id, PKSTART_ROUTINE Routine,
                                                PVOID Context);

static KEVENT Go, Running;
static PVOID SeenContext;
static PEPROCESS SeenProcess;

static VOID NTAPI Thread(PVOID Context) {
    SeenContext = Context;
    SeenProcess = PsGetCurrentProcess();
    KeSetEvent(&Running, 0, FALSE);
    Arrives(&Go);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

CONFORMANCE(IoCreateSystemThread, KeepsItsDeviceUntilItEnds) {
    LARGE_INTEGER limit = {.QuadPart = -50000000};
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    OBJECT_ATTRIBUTES attributes;
    HANDLE thread = NULL;
    REQUIRE(device != NULL);
    KeInitializeEvent(&Go, NotificationEvent, FALSE);
    KeInitializeEvent(&Running, NotificationEvent, FALSE);
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(IoCreateSystemThread(device, &thread, THREAD_ALL_ACCESS, &attributes, NULL, NULL,
                                      Thread, &Go),
                 STATUS_SUCCESS);
    REQUIRE(Arrives(&Running));
    CHECK_EQ(SeenContext, &Go);
    CHECK_EQ(SeenProcess, PsInitialSystemProcess);
    IoDeleteDevice(device);
    CHECK_EQ(device->Type, IO_TYPE_DEVICE); /* the thread's reference keeps it */
    KeSetEvent(&Go, 0, FALSE);
    CHECK_STATUS(ZwWaitForSingleObject(thread, FALSE, &limit), STATUS_SUCCESS);
    ZwClose(thread);
}

CONFORMANCE(IoCreateSystemThread, ReturnsWhatCreatingTheThreadCameTo) {
    HANDLE thread = NULL;
    CHECK_STATUS(IoCreateSystemThread(ConformanceDevice, &thread, THREAD_ALL_ACCESS, NULL,
                                      (HANDLE)0x7FFFFFF0, NULL, Thread, NULL),
                 STATUS_INVALID_HANDLE);
}
