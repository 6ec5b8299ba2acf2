// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/file.hpp"

#include "abi/functions/export.h"
#include "abi/functions/io.h"
#include "kernel/io/share_access.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ps/previous_mode.hpp"

using namespace rsl;

/// NtCreateFile (ntifs.h, also as ZwCreateFile) opens or creates a file or device.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, what the name or the driver came to
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntcreatefile
///   Differs  a volume is mounted by its file system's driver, not by the first open
RSL_EXPORT NTSTATUS NTAPI NtCreateFile(RSL_CREATE_FILE_PARAMETERS) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::create_file({FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, AllocationSize,
                            FileAttributes, ShareAccess, CreateDisposition, CreateOptions, EaBuffer,
                            EaLength, CreateFileTypeNone, nullptr, 0, nullptr});
}
RSL_EXPORT NTSTATUS NTAPI ZwCreateFile(RSL_CREATE_FILE_PARAMETERS) {
    ps::KernelModeCall call;
    return NtCreateFile(FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, AllocationSize,
                        FileAttributes, ShareAccess, CreateDisposition, CreateOptions, EaBuffer, EaLength);
}

/// NtOpenFile (ntifs.h, also as ZwOpenFile) opens what exists.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtCreateFile
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntopenfile
///   Differs  as NtCreateFile
RSL_EXPORT NTSTATUS NTAPI NtOpenFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                                     POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                                     ULONG ShareAccess, ULONG OpenOptions) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::create_file({FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, nullptr, 0,
                            ShareAccess, FILE_OPEN, OpenOptions, nullptr, 0, CreateFileTypeNone, nullptr, 0,
                            nullptr});
}
RSL_EXPORT NTSTATUS NTAPI ZwOpenFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                                     POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                                     ULONG ShareAccess, ULONG OpenOptions) {
    return ps::as_kernel(NtOpenFile, FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, ShareAccess,
                         OpenOptions);
}

/// IoCreateFile (wdm.h): the same for drivers, with the kind of file and IO_* options.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtCreateFile
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocreatefile
///   Differs  as NtCreateFile
RSL_EXPORT NTSTATUS NTAPI IoCreateFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                                       POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                                       PLARGE_INTEGER AllocationSize, ULONG FileAttributes, ULONG ShareAccess,
                                       ULONG Disposition, ULONG CreateOptions, PVOID EaBuffer, ULONG EaLength,
                                       CREATE_FILE_TYPE CreateFileType, PVOID InternalParameters,
                                       ULONG Options) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::create_file({FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, AllocationSize,
                            FileAttributes, ShareAccess, Disposition, CreateOptions, EaBuffer, EaLength,
                            CreateFileType, InternalParameters, Options, nullptr});
}
/// IoCreateFileEx (ntddk.h): the same with a create context.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtCreateFile; STATUS_INVALID_PARAMETER for a context of another size
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iocreatefileex
///   Differs  a context with extra create parameters or a transaction is refused with STATUS_NOT_SUPPORTED
RSL_EXPORT NTSTATUS NTAPI IoCreateFileEx(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                                         POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                                         PLARGE_INTEGER AllocationSize, ULONG FileAttributes,
                                         ULONG ShareAccess, ULONG Disposition, ULONG CreateOptions,
                                         PVOID EaBuffer, ULONG EaLength, CREATE_FILE_TYPE CreateFileType,
                                         PVOID InternalParameters, ULONG Options,
                                         PIO_DRIVER_CREATE_CONTEXT DriverContext) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    PVOID hint = nullptr;
    if (DriverContext != nullptr) {
        if (DriverContext->Size < static_cast<CSHORT>(sizeof(IO_DRIVER_CREATE_CONTEXT))) {
            return STATUS_INVALID_PARAMETER;
        }
        if (DriverContext->ExtraCreateParameter != nullptr || DriverContext->TxnParameters != nullptr) {
            return STATUS_NOT_SUPPORTED;
        }
        hint = DriverContext->DeviceObjectHint;
    }
    return IoCreateFileSpecifyDeviceObjectHint(FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock,
                                               AllocationSize, FileAttributes, ShareAccess, Disposition,
                                               CreateOptions, EaBuffer, EaLength, CreateFileType,
                                               InternalParameters, Options, hint);
}
/// IoCreateFileSpecifyDeviceObjectHint (ntddk.h): the request goes to one device of the stack.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtCreateFile; STATUS_INVALID_DEVICE_OBJECT_PARAMETER for a device of another stack
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iocreatefilespecifydeviceobjecthint
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoCreateFileSpecifyDeviceObjectHint(
    PHANDLE FileHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
    PIO_STATUS_BLOCK IoStatusBlock, PLARGE_INTEGER AllocationSize, ULONG FileAttributes, ULONG ShareAccess,
    ULONG Disposition, ULONG CreateOptions, PVOID EaBuffer, ULONG EaLength, CREATE_FILE_TYPE CreateFileType,
    PVOID InternalParameters, ULONG Options, PVOID DeviceObject) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::create_file({FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, AllocationSize,
                            FileAttributes, ShareAccess, Disposition, CreateOptions, EaBuffer, EaLength,
                            CreateFileType, InternalParameters, Options,
                            static_cast<PDEVICE_OBJECT>(DeviceObject)});
}

/// IoGetFileObjectGenericMapping (ntddk.h): what generic rights mean for files.
///   IRQL     any
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iogetfileobjectgenericmapping
///   Differs  nothing known
RSL_EXPORT PGENERIC_MAPPING NTAPI IoGetFileObjectGenericMapping(VOID) { return &io::File::kType.mapping; }

/// IoCheckShareAccess (wdm.h): whether a new opener gets on with those there are.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_SHARING_VIOLATION
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocheckshareaccess
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoCheckShareAccess(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess,
                                             PFILE_OBJECT FileObject, PSHARE_ACCESS ShareAccess,
                                             BOOLEAN Update) {
    if (io::ignores_sharing(*FileObject)) return STATUS_SUCCESS;
    const io::Sharing wanted = io::sharing_of(DesiredAccess, DesiredShareAccess);
    io::note_sharing(*FileObject, wanted);
    if (!io::can_share(*ShareAccess, wanted)) return STATUS_SHARING_VIOLATION;
    if (Update) io::add_sharing(*ShareAccess, wanted);
    return STATUS_SUCCESS;
}
/// IoSetShareAccess (wdm.h): the first opener sets the counts.
///   IRQL     PASSIVE_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iosetshareaccess
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoSetShareAccess(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess,
                                       PFILE_OBJECT FileObject, PSHARE_ACCESS ShareAccess) {
    const io::Sharing first = io::sharing_of(DesiredAccess, DesiredShareAccess);
    io::note_sharing(*FileObject, first);
    *ShareAccess = {};
    io::add_sharing(*ShareAccess, first);
}
/// IoUpdateShareAccess (wdm.h): an opener that was checked joins.
///   IRQL     PASSIVE_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioupdateshareaccess
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoUpdateShareAccess(PFILE_OBJECT FileObject, PSHARE_ACCESS ShareAccess) {
    io::add_sharing(*ShareAccess, io::sharing_of(*FileObject));
}
/// IoRemoveShareAccess (wdm.h): an opener leaves.
///   IRQL     PASSIVE_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioremoveshareaccess
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoRemoveShareAccess(PFILE_OBJECT FileObject, PSHARE_ACCESS ShareAccess) {
    io::remove_sharing(*ShareAccess, io::sharing_of(*FileObject));
}
