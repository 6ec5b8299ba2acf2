// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static NTSTATUS NTAPI Session(PVOID Object, PVOID Io, ULONG Event, PVOID Context, PVOID Buffer,
                              ULONG Length) {
    UNREFERENCED_PARAMETER(Object);
    UNREFERENCED_PARAMETER(Io);
    UNREFERENCED_PARAMETER(Event);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Buffer);
    UNREFERENCED_PARAMETER(Length);
    return STATUS_SUCCESS;
}

static NTSTATUS Register(ULONG Class, IO_SESSION_STATE_NOTIFICATION* About, ULONG Length,
                         PVOID* Handle) {
    return IoRegisterContainerNotification((IO_CONTAINER_NOTIFICATION_CLASS)Class, (PVOID)Session,
                                           About, Length, Handle);
}

CONFORMANCE(IoRegisterContainerNotification, RegistersForSessions) {
    IO_SESSION_STATE_NOTIFICATION about = {sizeof(about), 0, ConformanceDriver, 1, NULL};
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    PVOID handle = NULL;
    AT_IRQL(APC_LEVEL,
            status = Register(IoSessionStateNotification, &about, sizeof(about), &handle));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK(handle != NULL);
    IoUnregisterContainerNotification(handle);
}

CONFORMANCE(IoRegisterContainerNotification, NamesTheParameterThatIsWrong) {
    IO_SESSION_STATE_NOTIFICATION about = {sizeof(about), 0, ConformanceDriver, 1, NULL};
    PVOID handle = NULL;
    CHECK_STATUS(Register(99, &about, sizeof(about), &handle), STATUS_INVALID_PARAMETER_1);
    CHECK_STATUS(Register(IoSessionStateNotification, &about, 5, &handle),
                 STATUS_INVALID_PARAMETER_4);
    about.Size = 3;
    CHECK_STATUS(Register(IoSessionStateNotification, &about, sizeof(about), &handle),
                 STATUS_INVALID_PARAMETER_3);
}

CONFORMANCE(IoUnregisterContainerNotification, TakesTheRegistration) {
    IO_SESSION_STATE_NOTIFICATION about = {sizeof(about), 0, ConformanceDevice, 1, NULL};
    PVOID handle = NULL;
    REQUIRE(NT_SUCCESS(Register(IoSessionStateNotification, &about, sizeof(about), &handle)));
    AT_IRQL(APC_LEVEL, IoUnregisterContainerNotification(handle));
}
