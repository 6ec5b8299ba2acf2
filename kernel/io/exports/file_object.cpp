// SPDX-License-Identifier: GPL-2.0-only
// File objects that file systems make and mark.
#include <cstring>
#include <utility>

#include "abi/functions/export.h"
#include "abi/functions/io_support.h"
#include "abi/functions/rtl_exception.h"
#include "kernel/io/file.hpp"
#include "kernel/io/services.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"

using namespace rsl;

namespace {

/// A file that nobody opened by name. The driver gets IRP_MJ_CLOSE for it, and CLEANUP if it is told so.
Ref<io::File> make_stream(PFILE_OBJECT related, PDEVICE_OBJECT on) {
    DEVICE_OBJECT& base = related != nullptr ? *related->DeviceObject : *on;
    io::Device& device = io::device_of(base);
    if (auto counted = device.add_file(io::Device::Opening::kRelative); !counted) {
        ExRaiseStatus(counted.failure().nt());
    }
    auto made = ob::make_object<io::File>(0, device);
    if (!made) {
        device.drop_file();
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
    }
    io::File& file = **made;
    file.FILE_OBJECT::Flags |= FO_STREAM_FILE | FO_HANDLE_CREATED;  // CLEANUP is our business here
    if (related != nullptr) file.Vpb = related->Vpb;
    file.opened = true;
    return Ref<io::File>(file);
}

void clean_up(io::File& file) {
    io::send_simple(io::device_for(file), &file, IRP_MJ_CLEANUP);
    file.FILE_OBJECT::Flags |= FO_CLEANUP_COMPLETE;
}

}  // namespace

/// IoCreateStreamFileObject (ntifs.h) makes a stream file; the stack gets IRP_MJ_CLEANUP for it at once.
///   IRQL     PASSIVE_LEVEL
///   Returns  the file object; raises STATUS_INSUFFICIENT_RESOURCES without memory
///   Owner    the caller, ObDereferenceObject; IRP_MJ_CLOSE follows the last reference
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iocreatestreamfileobject
///   Differs  sends its request at PASSIVE_LEVEL only
RSL_EXPORT PFILE_OBJECT NTAPI IoCreateStreamFileObject(PFILE_OBJECT FileObject, PDEVICE_OBJECT DeviceObject) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto file = make_stream(FileObject, DeviceObject);
    clean_up(*file);
    return file.release();
}

/// IoCreateStreamFileObjectEx (ntifs.h): the same, with a handle if one is wanted.
///   IRQL     PASSIVE_LEVEL
///   Returns  as IoCreateStreamFileObject
///   Owner    the caller dereferences the object and closes the handle; with a handle CLEANUP comes then
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iocreatestreamfileobjectex
///   Differs  nothing known
RSL_EXPORT PFILE_OBJECT NTAPI IoCreateStreamFileObjectEx(PFILE_OBJECT FileObject, PDEVICE_OBJECT DeviceObject,
                                                         PHANDLE FileHandle) {
    if (FileHandle == nullptr) return IoCreateStreamFileObject(FileObject, DeviceObject);
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    auto file = make_stream(FileObject, DeviceObject);
    const auto handle = ob::insert_handle(file.get(), FILE_ALL_ACCESS, OBJ_KERNEL_HANDLE);
    if (!handle) ExRaiseStatus(handle.failure().nt());
    *FileHandle = *handle;
    return file.release();
}

/// IoCreateStreamFileObjectLite (ntifs.h): the same without IRP_MJ_CLEANUP.
///   IRQL     < DISPATCH_LEVEL
///   Returns  as IoCreateStreamFileObject
///   Owner    the caller, ObDereferenceObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iocreatestreamfileobjectlite
///   Differs  nothing known
RSL_EXPORT PFILE_OBJECT NTAPI IoCreateStreamFileObjectLite(PFILE_OBJECT FileObject, PDEVICE_OBJECT DeviceObject) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return make_stream(FileObject, DeviceObject).release();
}

/// IoQueryVolumeInformation (ntifs.h) asks about the volume of a file object.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, the driver's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ioqueryvolumeinformation
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoQueryVolumeInformation(PFILE_OBJECT FileObject, ULONG FsInformationClass, ULONG Length,
                                                   PVOID FsInformation, PULONG ReturnedLength) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    uint64_t written = 0;
    const NTSTATUS status = io::query_volume(
        io::file_of(*FileObject), {FsInformation, Length, FsInformationClass}, written);
    *ReturnedLength = static_cast<ULONG>(written);
    return status;
}

/// IoSetInformation (ntifs.h) sets information of a file object.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, the driver's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iosetinformation
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoSetInformation(PFILE_OBJECT FileObject, FILE_INFORMATION_CLASS FileInformationClass,
                                           ULONG Length, PVOID FileInformation) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::set_file(io::file_of(*FileObject),
                        {FileInformation, Length, static_cast<uint32_t>(FileInformationClass)});
}

/// IoIsFileOriginRemote (ntddk.h): whether a network server opened the file for somebody else.
///   IRQL     any
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-ioisfileoriginremote
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI IoIsFileOriginRemote(PFILE_OBJECT FileObject) {
    return (FileObject->Flags & FO_REMOTE_ORIGIN) != 0;
}

/// IoSetFileOrigin (ntddk.h) says so.
///   IRQL     any
///   Returns  STATUS_SUCCESS; STATUS_INVALID_PARAMETER_MIX when it is so already
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iosetfileorigin
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoSetFileOrigin(PFILE_OBJECT FileObject, BOOLEAN Remote) {
    if (IoIsFileOriginRemote(FileObject) == (Remote != 0)) return STATUS_INVALID_PARAMETER_MIX;
    FileObject->Flags ^= FO_REMOTE_ORIGIN;
    return STATUS_SUCCESS;
}

/// IoIsFileObjectIgnoringSharing (ntddk.h): whether share access checks pass the file by.
///   IRQL     any
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-ioisfileobjectignoringsharing
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI IoIsFileObjectIgnoringSharing(PFILE_OBJECT FileObject) {
    return io::ignores_sharing(*FileObject);
}

/// IoSetFileObjectIgnoreSharing (ntddk.h) makes them pass it by.
///   IRQL     any
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iosetfileobjectignoresharing
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoSetFileObjectIgnoreSharing(PFILE_OBJECT FileObject) {
    io::file_of(*FileObject).ignores_sharing = true;
    FileObject->Flags |= FO_FILE_OBJECT_HAS_EXTENSION;
    return STATUS_SUCCESS;
}

/// IoReplaceFileObjectName (ntifs.h) gives a file object another name, for a reparse.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER without a name to replace, STATUS_INSUFFICIENT_RESOURCES
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ioreplacefileobjectname
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoReplaceFileObjectName(PFILE_OBJECT FileObject, PWSTR NewFileName, USHORT FileNameLength) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    if (FileObject->FileName.Buffer == nullptr) return STATUS_INVALID_PARAMETER;
    const auto room = static_cast<uint32_t>(FileNameLength) + sizeof(WCHAR);
    if (room > UNICODE_STRING_MAX_BYTES) return STATUS_INVALID_PARAMETER;
    auto* name = static_cast<PWSTR>(mm::allocate(room, mm::pool_tag("IoNm")));
    if (name == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    std::memcpy(name, NewFileName, FileNameLength);
    name[FileNameLength / sizeof(WCHAR)] = 0;
    mm::free(std::exchange(FileObject->FileName.Buffer, name));
    FileObject->FileName.Length = FileNameLength;
    FileObject->FileName.MaximumLength = static_cast<USHORT>(room);
    return STATUS_SUCCESS;
}

/// IoGetTransactionParameterBlock (ntddk.h): the transaction of a file.
///   IRQL     any
///   Returns  NULL: no file operation is transacted here
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iogettransactionparameterblock
///   Differs  files cannot be opened in transactions
RSL_EXPORT PVOID NTAPI IoGetTransactionParameterBlock(PFILE_OBJECT FileObject) { return nullptr; }

/// IoGetOplockKeyContext, IoGetOplockKeyContextEx (ntddk.h): the oplock key that a file was opened with.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NULL: it has none
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iogetoplockkeycontext
///   Differs  creates with extra parameters, by which a file could get one, are refused
RSL_EXPORT PVOID NTAPI IoGetOplockKeyContext(PFILE_OBJECT FileObject) { return nullptr; }
RSL_EXPORT PVOID NTAPI IoGetOplockKeyContextEx(PFILE_OBJECT FileObject) { return nullptr; }

/// IoGetInitiatorProcess (ntddk.h): for whom a system component opened the file.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NULL: nobody but the one who issued the create
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iogetinitiatorprocess
///   Differs  no component here opens files for others
RSL_EXPORT PEPROCESS NTAPI IoGetInitiatorProcess(PFILE_OBJECT FileObject) { return nullptr; }
