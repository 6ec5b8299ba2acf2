// SPDX-License-Identifier: GPL-2.0-only
#include "services.h"

static ULONG SeenOptions;

static NTSTATUS NTAPI Look(PDEVICE_OBJECT Device, PIRP Irp) {
    PIO_STACK_LOCATION here = IoGetCurrentIrpStackLocation(Irp);
    UNREFERENCED_PARAMETER(Device);
    if (here->MajorFunction == IRP_MJ_CREATE) SeenOptions = here->Parameters.Create.Options;
    return Complete(Irp, STATUS_SUCCESS, FILE_OPENED);
}

CONFORMANCE(ZwOpenFile, OpensWhatIsThere) {
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    HANDLE file = NULL;
    REQUIRE(device != NULL);
    ConformanceDispatch = Look;
    CHECK_STATUS(OpenNamed(&file, DEVICE_NAME, GENERIC_READ, 0), STATUS_SUCCESS);
    CHECK_EQ(SeenOptions, (ULONG)FILE_OPEN << 24);
    ZwClose(file);
    IoDeleteDevice(device);
}

CONFORMANCE(ZwOpenFile, RelativeNamesNeedTheirDirectory) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"Below");
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK outcome;
    PFILE_OBJECT object = NULL;
    HANDLE root = NULL, file = NULL;
    REQUIRE(device != NULL);
    REQUIRE(NT_SUCCESS(OpenNamed(&root, DEVICE_NAME L"\\", GENERIC_READ, 0)));
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, root, NULL);
    CHECK_STATUS(ZwOpenFile(&file, GENERIC_READ, &attributes, &outcome, FILE_SHARE_READ, 0),
                 STATUS_SUCCESS);
    CHECK_SUCCESS(
        ObReferenceObjectByHandle(file, 0, *IoFileObjectType, KernelMode, (PVOID*)&object, NULL));
    if (object != NULL) {
        CHECK(object->RelatedFileObject != NULL);
        CHECK_TEXT(&object->FileName, L"Below");
        ObDereferenceObject(object);
    }
    ZwClose(file);
    ZwClose(root);
    IoDeleteDevice(device);
}

CONFORMANCE(ZwOpenFile, ADeviceThatIsInitializingCannotBeOpened) {
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    HANDLE file = NULL;
    REQUIRE(device != NULL);
    device->Flags |= DO_DEVICE_INITIALIZING;
    CHECK(!NT_SUCCESS(OpenNamed(&file, DEVICE_NAME, GENERIC_READ, 0)));
    IoDeleteDevice(device);
}

CONFORMANCE_IN_CALLER(NtOpenFile, GivesTheClientAHandleOfItsOwn) {
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    USER_CALL* call = UserMemory();
    PVOID object = NULL;
    REQUIRE(device && call);
    CHECK_STATUS(UserOpen(call, FILE_READ_DATA, 0), STATUS_SUCCESS);
    CHECK_EQ(call->Outcome.Information, 0);
    CHECK_SUCCESS(ObReferenceObjectByHandle(call->File, FILE_READ_DATA, *IoFileObjectType, UserMode,
                                            &object, NULL));
    if (object != NULL) ObDereferenceObject(object);
    CHECK_STATUS(NtClose(call->File), STATUS_SUCCESS);
    FreeUserMemory(call);
    IoDeleteDevice(device);
}
