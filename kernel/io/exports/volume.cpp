// SPDX-License-Identifier: GPL-2.0-only
// Volumes, their names for people, and the registration of file systems.
#include "kernel/io/volume.hpp"

#include "abi/functions/export.h"
#include "abi/functions/io.h"
#include "abi/types/ob.h"
#include "abi/types/status.h"
#include "kernel/io/file.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"

using namespace rsl;

namespace {

/// "C:" and what follows, in pool memory behind `header` bytes.
template <typename Fill>
NTSTATUS make_dos_text(DEVICE_OBJECT& device, size_t header, std::u16string_view rest, Fill fill) {
    const auto letter = io::drive_letter_of(device);
    if (!letter) return letter.failure().nt();
    const size_t bytes = (2 + rest.size()) * sizeof(WCHAR);
    if (bytes + sizeof(WCHAR) > UNICODE_STRING_MAX_BYTES) return STATUS_NAME_TOO_LONG;
    auto* memory = static_cast<std::byte*>(mm::allocate(header + bytes + sizeof(WCHAR), mm::pool_tag("IoDn")));
    if (memory == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    auto* text = reinterpret_cast<WCHAR*>(memory + header);
    text[0] = *letter;
    text[1] = u':';
    rest.copy(text + 2, rest.size());
    text[2 + rest.size()] = 0;
    fill(memory, UNICODE_STRING{static_cast<USHORT>(bytes), static_cast<USHORT>(bytes + sizeof(WCHAR)), text});
    return STATUS_SUCCESS;
}

}  // namespace

/// IoAcquireVpbSpinLock (ntifs.h) takes the lock of all volume parameter blocks.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  at DISPATCH_LEVEL
///   Owner    the caller, until IoReleaseVpbSpinLock
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ioacquirevpbspinlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoAcquireVpbSpinLock(PKIRQL Irql) RSL_NO_LOCK_ANALYSIS {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    *Irql = ke::raise_irql(DISPATCH_LEVEL);
    io::vpb_lock.acquire();
}
/// IoReleaseVpbSpinLock (ntifs.h) gives it back.
///   IRQL     DISPATCH_LEVEL
///   Returns  at the level before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ioreleasevpbspinlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoReleaseVpbSpinLock(KIRQL Irql) RSL_NO_LOCK_ANALYSIS {
    io::vpb_lock.release();
    ke::lower_irql(Irql);
}

/// IoVolumeDeviceToDosName (ntddk.h): the drive letter of a volume, "C:".
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller frees DosName->Buffer by ExFreePool
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iovolumedevicetodosname
///   Differs  volumes without a letter have no other name either: there is no mount manager
RSL_EXPORT NTSTATUS NTAPI IoVolumeDeviceToDosName(PVOID VolumeDeviceObject, PUNICODE_STRING DosName) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return make_dos_text(*static_cast<PDEVICE_OBJECT>(VolumeDeviceObject), 0, {},
                         [&](std::byte*, const UNICODE_STRING& text) { *DosName = text; });
}
/// RtlVolumeDeviceToDosName (ntddk.h): the same by its older name.
///   IRQL     PASSIVE_LEVEL
///   Returns  as IoVolumeDeviceToDosName
///   Owner    as IoVolumeDeviceToDosName
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-rtlvolumedevicetodosname
///   Differs  as IoVolumeDeviceToDosName
RSL_EXPORT NTSTATUS NTAPI RtlVolumeDeviceToDosName(PVOID VolumeDeviceObject, PUNICODE_STRING DosName) {
    return IoVolumeDeviceToDosName(VolumeDeviceObject, DosName);
}

/// IoQueryFileDosDeviceName (ntifs.h): a file's full name with its drive letter, "C:\folder\file".
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER (no letter), STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller frees *ObjectNameInformation by ExFreePool
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ioqueryfiledosdevicename
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoQueryFileDosDeviceName(PFILE_OBJECT FileObject,
                                                   POBJECT_NAME_INFORMATION* ObjectNameInformation) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    constexpr size_t kRoom = UNICODE_STRING_MAX_BYTES;
    mm::UniqueBytes memory(kRoom, mm::pool_tag("IoDn"));
    if (!memory) return STATUS_INSUFFICIENT_RESOURCES;
    ULONG got = 0;
    const NTSTATUS asked = IoQueryFileInformation(FileObject, FileNameInformation, kRoom, memory.get(), &got);
    if (asked < 0) return asked;
    const auto& name = *static_cast<const FILE_NAME_INFORMATION*>(memory.get());
    return make_dos_text(*FileObject->DeviceObject, sizeof(OBJECT_NAME_INFORMATION),
                         {name.FileName, name.FileNameLength / sizeof(WCHAR)},
                         [&](std::byte* block, const UNICODE_STRING& text) {
                             *ObjectNameInformation = reinterpret_cast<POBJECT_NAME_INFORMATION>(block);
                             (*ObjectNameInformation)->Name = text;
                         });
}

/// IoRegisterFileSystem (ntifs.h): a file system's control device is there.
///   IRQL     PASSIVE_LEVEL
///   Returns  -
///   Owner    the device is referenced until IoUnregisterFileSystem
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ioregisterfilesystem
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoRegisterFileSystem(PDEVICE_OBJECT DeviceObject) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    io::register_file_system(io::device_of(*DeviceObject)).ignore("no file system, or no memory: nobody hears of it");
}
/// IoUnregisterFileSystem (ntifs.h): it is not any more.
///   IRQL     PASSIVE_LEVEL
///   Returns  -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iounregisterfilesystem
///   Differs  as IoRegisterFileSystem
RSL_EXPORT VOID NTAPI IoUnregisterFileSystem(PDEVICE_OBJECT DeviceObject) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    io::unregister_file_system(io::device_of(*DeviceObject));
}

/// IoRegisterFsRegistrationChange (ntifs.h): a routine to call for each file system that comes or goes, and
/// at once for those there are.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES, STATUS_DEVICE_ALREADY_ATTACHED
///   Owner    the driver object is referenced until IoUnregisterFsRegistrationChange
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ioregisterfsregistrationchange
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoRegisterFsRegistrationChange(PDRIVER_OBJECT DriverObject,
                                                         PDRIVER_FS_NOTIFICATION DriverNotificationRoutine) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::register_file_system_notice(io::driver_of(*DriverObject), DriverNotificationRoutine).status().nt();
}
/// IoUnregisterFsRegistrationChange (ntifs.h) ends it.
///   IRQL     PASSIVE_LEVEL
///   Returns  -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iounregisterfsregistrationchange
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoUnregisterFsRegistrationChange(PDRIVER_OBJECT DriverObject,
                                                       PDRIVER_FS_NOTIFICATION DriverNotificationRoutine) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    io::unregister_file_system_notice(io::driver_of(*DriverObject), DriverNotificationRoutine);
}
