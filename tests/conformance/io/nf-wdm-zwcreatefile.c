// SPDX-License-Identifier: GPL-2.0-only
#include "services.h"

static ULONG SeenOptions, SeenShare, SeenAttributes, SeenEa, Creates, Cleanups, Closes;
static ACCESS_MASK SeenAccess;
static WCHAR SeenName[16];
static NTSTATUS Answer;
static ULONG_PTR Information;

static PACCESS_TOKEN SeenToken;
static NTSTATUS NTAPI Look(PDEVICE_OBJECT Device, PIRP Irp) {
    PIO_STACK_LOCATION here = IoGetCurrentIrpStackLocation(Irp);
    UNREFERENCED_PARAMETER(Device);
    if (here->MajorFunction == IRP_MJ_CLEANUP) Cleanups++;
    if (here->MajorFunction == IRP_MJ_CLOSE) Closes++;
    if (here->MajorFunction != IRP_MJ_CREATE) return Complete(Irp, STATUS_SUCCESS, 0);
    Creates++;
    SeenOptions = here->Parameters.Create.Options;
    SeenShare = here->Parameters.Create.ShareAccess;
    SeenAttributes = here->Parameters.Create.FileAttributes;
    SeenEa = here->Parameters.Create.EaLength;
    if (here->Parameters.Create.SecurityContext != NULL) {
        SeenAccess = here->Parameters.Create.SecurityContext->DesiredAccess;
        SeenToken = here->Parameters.Create.SecurityContext->AccessState->SubjectSecurityContext.PrimaryToken;
    }
    RtlZeroMemory(SeenName, sizeof(SeenName));
    RtlCopyMemory(SeenName, here->FileObject->FileName.Buffer,
                  min(here->FileObject->FileName.Length, sizeof(SeenName) - 2));
    return Complete(Irp, Answer, Information);
}

static NTSTATUS Create(const WCHAR* Name, PHANDLE File, ACCESS_MASK Access, ULONG Disposition,
                       ULONG Options, IO_STATUS_BLOCK* Outcome) {
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, Name);
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    ConformanceDispatch = Look;
    *File = NULL;
    return ZwCreateFile(File, Access, &attributes, Outcome, NULL, FILE_ATTRIBUTE_NORMAL,
                        FILE_SHARE_READ, Disposition, Options, NULL, 0);
}

CONFORMANCE(ZwCreateFile, TheDriverSeesWhatTheCallerAskedFor) {
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    IO_STATUS_BLOCK outcome = {{-1}, 0};
    UNICODE_STRING name;
    PACCESS_TOKEN token;
    HANDLE file = NULL;
    REQUIRE(device != NULL);
    Answer = STATUS_SUCCESS;
    Information = FILE_CREATED;
    Creates = Cleanups = Closes = 0;
    CHECK_STATUS(Create(DEVICE_NAME L"\\Some", &file, GENERIC_READ | SYNCHRONIZE, FILE_CREATE,
                        FILE_SYNCHRONOUS_IO_NONALERT | FILE_NON_DIRECTORY_FILE, &outcome),
                 STATUS_SUCCESS);
    CHECK_STATUS(outcome.Status, STATUS_SUCCESS);
    CHECK_EQ(outcome.Information, FILE_CREATED);
    CHECK_EQ(SeenOptions,
             ((ULONG)FILE_CREATE << 24) | FILE_SYNCHRONOUS_IO_NONALERT | FILE_NON_DIRECTORY_FILE);
    CHECK_EQ(SeenShare, FILE_SHARE_READ);
    CHECK_EQ(SeenAttributes, FILE_ATTRIBUTE_NORMAL);
    CHECK_EQ(SeenAccess, FILE_GENERIC_READ);
    CHECK_EQ(SeenEa, 0);
    /* ACCESS_STATE: SubjectSecurityContext is the opener's, for SePrivilegeCheck and SeAccessCheck. */
    token = PsReferencePrimaryToken(PsGetCurrentProcess());
    CHECK_EQ(SeenToken, token);
    PsDereferencePrimaryToken(token);
    RtlInitUnicodeString(&name, SeenName);
    CHECK_TEXT(&name, L"\\Some");
    CHECK_EQ(Cleanups, 0);
    CHECK_STATUS(ZwClose(file), STATUS_SUCCESS);
    CHECK(Creates == 1 && Cleanups == 1 && Closes == 1);
    IoDeleteDevice(device);
}

CONFORMANCE(ZwCreateFile, ReturnsTheDriversRefusal) {
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    IO_STATUS_BLOCK outcome;
    HANDLE file = NULL;
    REQUIRE(device != NULL);
    Answer = STATUS_OBJECT_NAME_INVALID;
    Cleanups = Closes = 0;
    CHECK_STATUS(Create(DEVICE_NAME L"\\x", &file, FILE_READ_DATA, FILE_OPEN, 0, &outcome),
                 STATUS_OBJECT_NAME_INVALID);
    CHECK_EQ(file, NULL);
    CHECK_EQ(Cleanups + Closes, 0);
    IoDeleteDevice(device);
}

CONFORMANCE(ZwCreateFile, RefusesOptionsThatContradictOneAnother) {
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    IO_STATUS_BLOCK outcome;
    HANDLE file = NULL;
    REQUIRE(device != NULL);
    Creates = 0;
    CHECK_STATUS(Create(DEVICE_NAME, &file, FILE_READ_DATA | SYNCHRONIZE, FILE_OPEN,
                        FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT, &outcome),
                 STATUS_INVALID_PARAMETER);
    if (file != NULL) ZwClose(file);
    CHECK_STATUS(Create(DEVICE_NAME, &file, FILE_READ_DATA, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT,
                        &outcome),
                 STATUS_INVALID_PARAMETER);
    if (file != NULL) ZwClose(file);
    CHECK_STATUS(
        Create(DEVICE_NAME, &file, FILE_READ_DATA, FILE_OPEN, FILE_DELETE_ON_CLOSE, &outcome),
        STATUS_INVALID_PARAMETER);
    if (file != NULL) ZwClose(file);
    CHECK_STATUS(
        Create(DEVICE_NAME, &file, FILE_READ_DATA, FILE_OVERWRITE, FILE_DIRECTORY_FILE, &outcome),
        STATUS_INVALID_PARAMETER);
    if (file != NULL) ZwClose(file);
    CHECK_STATUS(
        Create(DEVICE_NAME, &file, FILE_READ_DATA, FILE_MAXIMUM_DISPOSITION + 1, 0, &outcome),
        STATUS_INVALID_PARAMETER);
    if (file != NULL) ZwClose(file);
    CHECK_EQ(Creates, 0);
    IoDeleteDevice(device);
}

CONFORMANCE(ZwCreateFile, RefusesNamesThatAreNotThere) {
    IO_STATUS_BLOCK outcome;
    HANDLE file = NULL;
    CHECK_STATUS(
        Create(L"\\Device\\ConformanceNobody", &file, FILE_READ_DATA, FILE_OPEN, 0, &outcome),
        STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(
        Create(L"\\ConformanceNoDirectory\\x", &file, FILE_READ_DATA, FILE_OPEN, 0, &outcome),
        STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_STATUS(Create(L"NoRoot", &file, FILE_READ_DATA, FILE_OPEN, 0, &outcome),
                 STATUS_OBJECT_PATH_SYNTAX_BAD);
}

CONFORMANCE_IN_CALLER(NtCreateFile, TrustsNoPointerOfAUser) {
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    IO_STATUS_BLOCK kernelOutcome;
    USER_CALL* call = UserMemory();
    HANDLE kernelHandle = NULL;
    REQUIRE(device && call);
    UserName(call, DEVICE_NAME);
    CHECK_STATUS(NtCreateFile(&call->File, FILE_READ_DATA, &call->Attributes, &call->Outcome, NULL,
                              0, FILE_SHARE_READ, FILE_OPEN, 0, NULL, 0),
                 STATUS_SUCCESS);
    CHECK_STATUS(NtClose(call->File), STATUS_SUCCESS);
    CHECK_STATUS(NtCreateFile(&kernelHandle, FILE_READ_DATA, &call->Attributes, &call->Outcome,
                              NULL, 0, FILE_SHARE_READ, FILE_OPEN, 0, NULL, 0),
                 STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(NtCreateFile(&call->File, FILE_READ_DATA, &call->Attributes, &kernelOutcome, NULL,
                              0, FILE_SHARE_READ, FILE_OPEN, 0, NULL, 0),
                 STATUS_ACCESS_VIOLATION);
    FreeUserMemory(call);
    IoDeleteDevice(device);
}
