// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoCheckQuerySetFileInformation, KnowsClassesAndLengths) {
    ULONG bytes = sizeof(FILE_BASIC_INFORMATION);
    CHECK_STATUS(IoCheckQuerySetFileInformation(FileBasicInformation, bytes, FALSE),
                 STATUS_SUCCESS);
    CHECK_STATUS(IoCheckQuerySetFileInformation(FileBasicInformation, bytes, TRUE), STATUS_SUCCESS);
    CHECK_STATUS(IoCheckQuerySetFileInformation(FileBasicInformation, bytes - 1, FALSE),
                 STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(IoCheckQuerySetFileInformation(FileDispositionInformation, 0, TRUE),
                 STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(IoCheckQuerySetFileInformation(FileMaximumInformation + 50, 64, FALSE),
                 STATUS_INVALID_INFO_CLASS);
}

CONFORMANCE(IoCheckQuerySetVolumeInformation, KnowsClassesAndLengths) {
    ULONG bytes = sizeof(FILE_FS_SIZE_INFORMATION);
    CHECK_STATUS(IoCheckQuerySetVolumeInformation(FileFsSizeInformation, bytes, FALSE),
                 STATUS_SUCCESS);
    CHECK_STATUS(IoCheckQuerySetVolumeInformation(FileFsSizeInformation, bytes - 1, FALSE),
                 STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(IoCheckQuerySetVolumeInformation(FileFsSizeInformation, bytes, TRUE),
                 STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(IoCheckQuerySetVolumeInformation(FileFsControlInformation,
                                                  sizeof(FILE_FS_CONTROL_INFORMATION), TRUE),
                 STATUS_SUCCESS);
    CHECK_STATUS(IoCheckQuerySetVolumeInformation(99, 64, FALSE), STATUS_INVALID_INFO_CLASS);
}

CONFORMANCE(IoCheckDesiredAccess, MapsAndCompares) {
    ACCESS_MASK desired = GENERIC_READ;
    CHECK_STATUS(IoCheckDesiredAccess(&desired, FILE_GENERIC_READ), STATUS_SUCCESS);
    CHECK_EQ(desired, FILE_GENERIC_READ);
    desired = FILE_WRITE_DATA;
    CHECK_STATUS(IoCheckDesiredAccess(&desired, FILE_GENERIC_READ), STATUS_ACCESS_DENIED);
}

CONFORMANCE(IoCheckFunctionAccess, ComparesRightsWithTheRequest) {
    FILE_INFORMATION_CLASS basic = FileBasicInformation, standard = FileStandardInformation;
    CHECK_STATUS(IoCheckFunctionAccess(FILE_READ_DATA, IRP_MJ_READ, 0, 0, NULL, NULL),
                 STATUS_SUCCESS);
    CHECK_STATUS(IoCheckFunctionAccess(FILE_READ_DATA, IRP_MJ_WRITE, 0, 0, NULL, NULL),
                 STATUS_ACCESS_DENIED);
    CHECK_STATUS(IoCheckFunctionAccess(FILE_APPEND_DATA, IRP_MJ_WRITE, 0, 0, NULL, NULL),
                 STATUS_SUCCESS);
    CHECK_STATUS(
        IoCheckFunctionAccess(FILE_WRITE_DATA, IRP_MJ_DEVICE_CONTROL, 0, IOCTL_READ, NULL, NULL),
        STATUS_ACCESS_DENIED);
    CHECK_STATUS(IoCheckFunctionAccess(0, IRP_MJ_DEVICE_CONTROL, 0, IOCTL_BUFFERED, NULL, NULL),
                 STATUS_SUCCESS);
    CHECK_STATUS(
        IoCheckFunctionAccess(FILE_READ_DATA, IRP_MJ_QUERY_INFORMATION, 0, 0, &basic, NULL),
        STATUS_ACCESS_DENIED);
    CHECK_STATUS(IoCheckFunctionAccess(0, IRP_MJ_QUERY_INFORMATION, 0, 0, &standard, NULL),
                 STATUS_SUCCESS);
    CHECK_STATUS(IoCheckFunctionAccess(0, IRP_MJ_CLOSE, 0, 0, NULL, NULL), STATUS_SUCCESS);
}
