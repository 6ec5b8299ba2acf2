// SPDX-License-Identifier: GPL-2.0-only
#include "services.h"

static ULONG SeenMajor, SeenInput, SeenOutput, Sent;
static KPROCESSOR_MODE SeenMode;

static NTSTATUS NTAPI Answer(PDEVICE_OBJECT Device, PIRP Irp) {
    PIO_STACK_LOCATION here = IoGetCurrentIrpStackLocation(Irp);
    UCHAR *from, *to;
    UNREFERENCED_PARAMETER(Device);
    SeenMajor = here->MajorFunction;
    if (SeenMajor != IRP_MJ_DEVICE_CONTROL && SeenMajor != IRP_MJ_FILE_SYSTEM_CONTROL)
        return Complete(Irp, STATUS_SUCCESS, 0);
    Sent++;
    SeenMode = Irp->RequestorMode;
    SeenInput = here->Parameters.DeviceIoControl.InputBufferLength;
    SeenOutput = here->Parameters.DeviceIoControl.OutputBufferLength;
    from = to = Irp->AssociatedIrp.SystemBuffer;
    switch (here->Parameters.DeviceIoControl.IoControlCode & 3) {
        case METHOD_NEITHER:
            from = here->Parameters.DeviceIoControl.Type3InputBuffer;
            to = Irp->UserBuffer;
            break;
        case METHOD_OUT_DIRECT:
        case METHOD_IN_DIRECT:
            to = MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority);
            break;
    }
    to[0] = from[0] + 1;
    if (SeenInput == 3) return Complete(Irp, STATUS_BUFFER_OVERFLOW, 1);
    if (SeenInput == 2) return Complete(Irp, STATUS_INVALID_PARAMETER, 1);
    return Complete(Irp, STATUS_SUCCESS, 1);
}

CONFORMANCE(ZwDeviceIoControlFile, EachMethodReachesTheDriver) {
    static const ULONG codes[] = {IOCTL_BUFFERED, IOCTL_OUT_DIRECT, IOCTL_NEITHER};
    UCHAR input[8] = {10}, output[4];
    IO_STATUS_BLOCK outcome;
    OPENED opened;
    int i;
    REQUIRE(OpenDevice(&opened, 0, FILE_SYNCHRONOUS_IO_NONALERT));
    ConformanceDispatch = Answer;
    for (i = 0; i < 3; i++) {
        output[0] = 0;
        CHECK_STATUS(ZwDeviceIoControlFile(opened.File, NULL, NULL, NULL, &outcome, codes[i], input,
                                           8, output, 4),
                     STATUS_SUCCESS);
        CHECK_EQ(output[0], 11);
        CHECK_EQ(outcome.Information, 1);
        CHECK(SeenInput == 8 && SeenOutput == 4 && SeenMode == KernelMode);
        CHECK_EQ(SeenMajor, IRP_MJ_DEVICE_CONTROL);
    }
    CloseDevice(&opened);
}

CONFORMANCE(ZwDeviceIoControlFile, AWarningCopiesOutputAndAnErrorDoesNot) {
    UCHAR input[8] = {10}, output[4] = {0};
    IO_STATUS_BLOCK outcome;
    OPENED opened;
    REQUIRE(OpenDevice(&opened, 0, FILE_SYNCHRONOUS_IO_NONALERT));
    ConformanceDispatch = Answer;
    CHECK_STATUS(ZwDeviceIoControlFile(opened.File, NULL, NULL, NULL, &outcome, IOCTL_BUFFERED,
                                       input, 3, output, 4),
                 STATUS_BUFFER_OVERFLOW);
    CHECK_EQ(output[0], 11);
    output[0] = 0;
    CHECK_STATUS(ZwDeviceIoControlFile(opened.File, NULL, NULL, NULL, &outcome, IOCTL_BUFFERED,
                                       input, 2, output, 4),
                 STATUS_INVALID_PARAMETER);
    CHECK_EQ(output[0], 0);
    CloseDevice(&opened);
}

CONFORMANCE(ZwDeviceIoControlFile, WhatADriverDoesNotHandleIsAnInvalidRequest) {
    UCHAR output[4];
    IO_STATUS_BLOCK outcome;
    HANDLE file = NULL;
    /* The harness' own device refuses codes that it does not know. */
    REQUIRE(NT_SUCCESS(OpenNamed(&file, L"\\Device\\Conformance_io", GENERIC_READ | SYNCHRONIZE,
                                 FILE_SYNCHRONOUS_IO_NONALERT)));
    CHECK_STATUS(
        ZwDeviceIoControlFile(file, NULL, NULL, NULL, &outcome, 0x222FFC, NULL, 0, output, 4),
        STATUS_INVALID_DEVICE_REQUEST);
    ZwClose(file);
}

CONFORMANCE_IN_CALLER(NtDeviceIoControlFile, ChecksRightsAndBuffersOfAUser) {
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    USER_CALL* call = UserMemory();
    UCHAR kernelBuffer[8] = {0};
    REQUIRE(call && device);
    REQUIRE(
        NT_SUCCESS(UserOpen(call, FILE_WRITE_DATA | SYNCHRONIZE, FILE_SYNCHRONOUS_IO_NONALERT)));
    ConformanceDispatch = Answer;
    call->Buffer[0] = 20;
    CHECK_STATUS(NtDeviceIoControlFile(call->File, NULL, NULL, NULL, &call->Outcome, IOCTL_BUFFERED,
                                       call->Buffer, 8, call->Buffer + 8, 4),
                 STATUS_SUCCESS);
    CHECK_EQ(call->Buffer[8], 21);
    CHECK_EQ(SeenMode, UserMode);
    Sent = 0;
    CHECK_STATUS(NtDeviceIoControlFile(call->File, NULL, NULL, NULL, &call->Outcome, IOCTL_READ,
                                       call->Buffer, 8, call->Buffer + 8, 4),
                 STATUS_ACCESS_DENIED);
    CHECK_STATUS(NtDeviceIoControlFile(call->File, NULL, NULL, NULL, &call->Outcome, IOCTL_BUFFERED,
                                       kernelBuffer, 8, call->Buffer, 4),
                 STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(NtDeviceIoControlFile(call->File, NULL, NULL, NULL, &call->Outcome,
                                       IOCTL_OUT_DIRECT, call->Buffer, 8, kernelBuffer, 4),
                 STATUS_ACCESS_VIOLATION);
    CHECK_EQ(Sent, 0);
    ConformanceDispatch = NULL;
    NtClose(call->File);
    FreeUserMemory(call);
    IoDeleteDevice(device);
}

CONFORMANCE(ZwFsControlFile, IsAFileSystemControlRequest) {
    UCHAR input[8] = {30}, output[4] = {0};
    IO_STATUS_BLOCK outcome;
    OPENED opened;
    REQUIRE(OpenDevice(&opened, 0, FILE_SYNCHRONOUS_IO_NONALERT));
    ConformanceDispatch = Answer;
    CHECK_STATUS(
        ZwFsControlFile(opened.File, NULL, NULL, NULL, &outcome,
                        CTL_CODE(FILE_DEVICE_FILE_SYSTEM, 0x901, METHOD_BUFFERED, FILE_ANY_ACCESS),
                        input, 8, output, 4),
        STATUS_SUCCESS);
    CHECK_EQ(SeenMajor, IRP_MJ_FILE_SYSTEM_CONTROL);
    CHECK_EQ(output[0], 31);
    CHECK_STATUS(
        ZwFsControlFile((HANDLE)0x7FFFFFF0, NULL, NULL, NULL, &outcome, 0x90000, NULL, 0, NULL, 0),
        STATUS_INVALID_HANDLE);
    CloseDevice(&opened);
}

CONFORMANCE_IN_CALLER(NtFsControlFile, ChecksBuffersOfAUser) {
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    USER_CALL* call = UserMemory();
    UCHAR kernelBuffer[8] = {0};
    ULONG code = CTL_CODE(FILE_DEVICE_FILE_SYSTEM, 0x901, METHOD_BUFFERED, FILE_ANY_ACCESS);
    REQUIRE(call && device);
    REQUIRE(NT_SUCCESS(UserOpen(call, FILE_READ_DATA | SYNCHRONIZE, FILE_SYNCHRONOUS_IO_NONALERT)));
    ConformanceDispatch = Answer;
    call->Buffer[0] = 40;
    CHECK_STATUS(NtFsControlFile(call->File, NULL, NULL, NULL, &call->Outcome, code, call->Buffer,
                                 8, call->Buffer + 8, 4),
                 STATUS_SUCCESS);
    CHECK_EQ(call->Buffer[8], 41);
    CHECK_STATUS(NtFsControlFile(call->File, NULL, NULL, NULL, &call->Outcome, code, call->Buffer,
                                 8, kernelBuffer, 4),
                 STATUS_ACCESS_VIOLATION);
    ConformanceDispatch = NULL;
    NtClose(call->File);
    FreeUserMemory(call);
    IoDeleteDevice(device);
}
