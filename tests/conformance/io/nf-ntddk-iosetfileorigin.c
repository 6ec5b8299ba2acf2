// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

NTKERNELAPI PVOID NTAPI IoGetOplockKeyContext(PFILE_OBJECT FileObject);
NTKERNELAPI PVOID NTAPI IoGetOplockKeyContextEx(PFILE_OBJECT FileObject);
NTKERNELAPI PEPROCESS NTAPI IoGetInitiatorProcess(PFILE_OBJECT FileObject);

static PFILE_OBJECT Begin(OPENED* Opened) {
    PFILE_OBJECT file = NULL;
    if (!OpenDevice(Opened, 0, 0)) return NULL;
    CHECK_SUCCESS(ObReferenceObjectByHandle(Opened->File, 0, *IoFileObjectType, KernelMode,
                                            (PVOID*)&file, NULL));
    return file;
}

static VOID End(PFILE_OBJECT File, OPENED* Opened) {
    ObDereferenceObject(File);
    CloseDevice(Opened);
}

CONFORMANCE(IoSetFileOrigin, SetsAndClearsButNotTwice) {
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    OPENED opened;
    PFILE_OBJECT file = Begin(&opened);
    REQUIRE(file != NULL);
    CHECK_STATUS(IoSetFileOrigin(file, FALSE), STATUS_INVALID_PARAMETER_MIX);
    AT_IRQL(DISPATCH_LEVEL, status = IoSetFileOrigin(file, TRUE));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_STATUS(IoSetFileOrigin(file, TRUE), STATUS_INVALID_PARAMETER_MIX);
    CHECK_STATUS(IoSetFileOrigin(file, FALSE), STATUS_SUCCESS);
    End(file, &opened);
}

CONFORMANCE(IoIsFileOriginRemote, IsWhatWasSet) {
    BOOLEAN remote = TRUE;
    OPENED opened;
    PFILE_OBJECT file = Begin(&opened);
    REQUIRE(file != NULL);
    AT_IRQL(DISPATCH_LEVEL, remote = IoIsFileOriginRemote(file));
    CHECK_EQ(remote, FALSE);
    CHECK_SUCCESS(IoSetFileOrigin(file, TRUE));
    CHECK_EQ(IoIsFileOriginRemote(file), TRUE);
    CHECK((file->Flags & FO_REMOTE_ORIGIN) != 0);
    End(file, &opened);
}

CONFORMANCE(IoSetFileObjectIgnoreSharing, MakesChecksPassTheFileBy) {
    SHARE_ACCESS share = {0};
    FILE_OBJECT first;
    OPENED opened;
    PFILE_OBJECT file = Begin(&opened);
    REQUIRE(file != NULL);
    RtlZeroMemory(&first, sizeof(first));
    IoSetShareAccess(FILE_READ_DATA, 0, &first, &share);
    CHECK_STATUS(IoCheckShareAccess(FILE_READ_DATA, 0, file, &share, FALSE),
                 STATUS_SHARING_VIOLATION);
    CHECK_STATUS(IoSetFileObjectIgnoreSharing(file), STATUS_SUCCESS);
    CHECK_STATUS(IoCheckShareAccess(FILE_READ_DATA, 0, file, &share, FALSE), STATUS_SUCCESS);
    End(file, &opened);
}

CONFORMANCE(IoIsFileObjectIgnoringSharing, IsWhatWasSet) {
    OPENED opened;
    PFILE_OBJECT file = Begin(&opened);
    REQUIRE(file != NULL);
    CHECK_EQ(IoIsFileObjectIgnoringSharing(file), FALSE);
    CHECK_SUCCESS(IoSetFileObjectIgnoreSharing(file));
    CHECK_EQ(IoIsFileObjectIgnoringSharing(file), TRUE);
    End(file, &opened);
}

CONFORMANCE(IoGetTransactionParameterBlock, NullForAFileWithoutATransaction) {
    PVOID block = (PVOID)1;
    OPENED opened;
    PFILE_OBJECT file = Begin(&opened);
    REQUIRE(file != NULL);
    AT_IRQL(DISPATCH_LEVEL, block = IoGetTransactionParameterBlock(file));
    CHECK_EQ(block, NULL);
    End(file, &opened);
}

CONFORMANCE(IoGetOplockKeyContext, NullForAFileWithoutAKey) {
    PVOID key = (PVOID)1;
    OPENED opened;
    PFILE_OBJECT file = Begin(&opened);
    REQUIRE(file != NULL);
    AT_IRQL(DISPATCH_LEVEL, key = IoGetOplockKeyContext(file));
    CHECK_EQ(key, NULL);
    End(file, &opened);
}

CONFORMANCE(IoGetOplockKeyContextEx, NullForAFileWithoutAKey) {
    PVOID key = (PVOID)1;
    OPENED opened;
    PFILE_OBJECT file = Begin(&opened);
    REQUIRE(file != NULL);
    AT_IRQL(DISPATCH_LEVEL, key = IoGetOplockKeyContextEx(file));
    CHECK_EQ(key, NULL);
    End(file, &opened);
}

CONFORMANCE(IoGetInitiatorProcess, NullWhenTheOpenerOpenedForItself) {
    PEPROCESS process = (PEPROCESS)1;
    OPENED opened;
    PFILE_OBJECT file = Begin(&opened);
    REQUIRE(file != NULL);
    AT_IRQL(DISPATCH_LEVEL, process = IoGetInitiatorProcess(file));
    CHECK_EQ(process, NULL);
    End(file, &opened);
}

CONFORMANCE(IoReplaceFileObjectName, ReplacesTheNameThereIs) {
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    PFILE_OBJECT file = NULL;
    HANDLE handle = NULL;
    REQUIRE(device != NULL);
    REQUIRE(NT_SUCCESS(OpenNamed(&handle, DEVICE_NAME L"\\Old", FILE_READ_DATA, 0)));
    CHECK_SUCCESS(
        ObReferenceObjectByHandle(handle, 0, *IoFileObjectType, KernelMode, (PVOID*)&file, NULL));
    CHECK_STATUS(IoReplaceFileObjectName(file, (PWSTR)L"\\Rather longer", 28), STATUS_SUCCESS);
    CHECK_TEXT(&file->FileName, L"\\Rather longer");
    ObDereferenceObject(file);
    ZwClose(handle);
    IoDeleteDevice(device);
}

CONFORMANCE(IoReplaceFileObjectName, RefusesAFileWithoutAName) {
    OPENED opened;
    PFILE_OBJECT file = Begin(&opened);
    REQUIRE(file != NULL);
    CHECK_STATUS(IoReplaceFileObjectName(file, (PWSTR)L"\\x", 4), STATUS_INVALID_PARAMETER);
    End(file, &opened);
}
