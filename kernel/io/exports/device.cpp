// SPDX-License-Identifier: GPL-2.0-only
#include "abi/functions/export.h"
#include "abi/functions/io.h"
#include "kernel/io/file.hpp"
#include "kernel/io/names.hpp"
#include "kernel/io/shutdown.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"

using namespace rsl;

/// IoCreateDevice (wdm.h) creates a device object for a driver.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_COLLISION, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the driver, until IoDeleteDevice
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocreatedevice
///   Differs  a device has no security descriptor until one is set: everybody may open it
RSL_EXPORT NTSTATUS NTAPI IoCreateDevice(PDRIVER_OBJECT DriverObject, ULONG DeviceExtensionSize,
                                         PUNICODE_STRING DeviceName, DEVICE_TYPE DeviceType,
                                         ULONG DeviceCharacteristics, BOOLEAN Exclusive,
                                         PDEVICE_OBJECT* DeviceObject) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    *DeviceObject = nullptr;
    auto device = io::Device::create(io::driver_of(*DriverObject),
                                     {.name = io::text_of(DeviceName),
                                      .type = DeviceType,
                                      .characteristics = DeviceCharacteristics,
                                      .extension_bytes = DeviceExtensionSize,
                                      .exclusive = Exclusive != 0});
    if (!device) return device.failure().nt();
    *DeviceObject = device->release();  // the first reference is the driver's now
    return STATUS_SUCCESS;
}

/// IoDeleteDevice (wdm.h) removes a device object; it is freed once no file is open on it.
///   IRQL     <= APC_LEVEL
///   Owner    takes the driver's reference
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iodeletedevice
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoDeleteDevice(PDEVICE_OBJECT DeviceObject) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    io::device_of(*DeviceObject).request_deletion();
}

/// IoAttachDeviceToDeviceStack (wdm.h) puts a device on top of a stack.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the device below, or NULL when that is going away or not yet initialized
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioattachdevicetodevicestack
///   Differs  nothing known
RSL_EXPORT PDEVICE_OBJECT NTAPI IoAttachDeviceToDeviceStack(PDEVICE_OBJECT SourceDevice,
                                                            PDEVICE_OBJECT TargetDevice) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return io::attach(*SourceDevice, *TargetDevice, nullptr);
}

/// IoAttachDeviceToDeviceStackSafe (ntddk.h): the same, with the result in place before requests come.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NO_SUCH_DEVICE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-ioattachdevicetodevicestacksafe
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoAttachDeviceToDeviceStackSafe(PDEVICE_OBJECT SourceDevice,
                                                          PDEVICE_OBJECT TargetDevice,
                                                          PDEVICE_OBJECT* AttachedToDeviceObject) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    const auto* below = io::attach(*SourceDevice, *TargetDevice, AttachedToDeviceObject);
    return below != nullptr ? STATUS_SUCCESS : STATUS_NO_SUCH_DEVICE;
}

/// IoAttachDevice (wdm.h) attaches to a device by name.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NO_SUCH_DEVICE, what opening the target came to
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioattachdevice
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoAttachDevice(PDEVICE_OBJECT SourceDevice, PUNICODE_STRING TargetDevice,
                                         PDEVICE_OBJECT* AttachedDevice) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    PFILE_OBJECT file;
    PDEVICE_OBJECT target;
    const NTSTATUS status = IoGetDeviceObjectPointer(TargetDevice, FILE_READ_ATTRIBUTES, &file, &target);
    if (!NT_SUCCESS(status)) return status;
    const auto* below = io::attach(*SourceDevice, *target, AttachedDevice);
    io::file_of(*file).drop_reference();
    return below != nullptr ? STATUS_SUCCESS : STATUS_NO_SUCH_DEVICE;
}

/// IoDetachDevice (wdm.h) takes the device above `TargetDevice` off the stack.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iodetachdevice
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoDetachDevice(PDEVICE_OBJECT TargetDevice) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    io::detach(*TargetDevice);
}

/// IoGetAttachedDevice (ntifs.h): the top of the stack, without a reference.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iogetattacheddevice
///   Differs  nothing known
RSL_EXPORT PDEVICE_OBJECT NTAPI IoGetAttachedDevice(PDEVICE_OBJECT DeviceObject) {
    return &io::top_of_stack(*DeviceObject);
}

/// IoGetAttachedDeviceReference (wdm.h): the top of the stack, referenced.
///   IRQL     <= DISPATCH_LEVEL
///   Owner    the caller, ObDereferenceObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iogetattacheddevicereference
///   Differs  nothing known
RSL_EXPORT PDEVICE_OBJECT NTAPI IoGetAttachedDeviceReference(PDEVICE_OBJECT DeviceObject) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    ke::SpinLockGuard guard{io::database_lock};  // against a detach and delete in between
    DEVICE_OBJECT& top = io::top_of_stack(*DeviceObject);
    io::device_of(top).add_reference();
    return &top;
}

/// IoGetLowerDeviceObject (ntifs.h): the next lower device, referenced.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NULL at the bottom and when the device is being deleted
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iogetlowerdeviceobject
///   Differs  nothing known
RSL_EXPORT PDEVICE_OBJECT NTAPI IoGetLowerDeviceObject(PDEVICE_OBJECT DeviceObject) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    ke::SpinLockGuard guard{io::database_lock};
    io::Device& device = io::device_of(*DeviceObject);
    DEVICE_OBJECT* below = device.extension.AttachedTo;
    if (below == nullptr || device.is_delete_pending()) return nullptr;
    io::device_of(*below).add_reference();
    return below;
}

/// IoGetDeviceAttachmentBaseRef (ntifs.h): the bottom of the stack, referenced.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iogetdeviceattachmentbaseref
///   Differs  nothing known
RSL_EXPORT PDEVICE_OBJECT NTAPI IoGetDeviceAttachmentBaseRef(PDEVICE_OBJECT DeviceObject) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    ke::SpinLockGuard guard{io::database_lock};
    DEVICE_OBJECT* base = DeviceObject;
    while (DEVICE_OBJECT* below = io::device_of(*base).extension.AttachedTo) base = below;
    io::device_of(*base).add_reference();
    return base;
}

/// IoGetRelatedDeviceObject (wdm.h): where requests for a file go.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iogetrelateddeviceobject
///   Differs  nothing known
RSL_EXPORT PDEVICE_OBJECT NTAPI IoGetRelatedDeviceObject(PFILE_OBJECT FileObject) {
    return &io::device_for(*FileObject);
}

/// IoGetBaseFileSystemDeviceObject (ntifs.h): the lowest file system device of a file, or its device.
///   IRQL     <= DISPATCH_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iogetbasefilesystemdeviceobject
///   Differs  nothing known
RSL_EXPORT PDEVICE_OBJECT NTAPI IoGetBaseFileSystemDeviceObject(PFILE_OBJECT FileObject) {
    if (FileObject->Vpb != nullptr && FileObject->Vpb->DeviceObject != nullptr) {
        return FileObject->Vpb->DeviceObject;
    }
    return FileObject->DeviceObject;
}

/// IoGetDeviceObjectPointer (wdm.h): the top of a named device's stack and a file open on it.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, what opening came to
///   Owner    the caller dereferences the file object only
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iogetdeviceobjectpointer
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoGetDeviceObjectPointer(PUNICODE_STRING ObjectName, ACCESS_MASK DesiredAccess,
                                                   PFILE_OBJECT* FileObject, PDEVICE_OBJECT* DeviceObject) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    OBJECT_ATTRIBUTES attributes = {sizeof(attributes), nullptr, ObjectName,
                                    OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, nullptr, nullptr};
    IO_STATUS_BLOCK outcome;
    HANDLE handle;
    const NTSTATUS status =
        ZwOpenFile(&handle, DesiredAccess, &attributes, &outcome, FILE_SHARE_VALID_FLAGS, 0);
    if (!NT_SUCCESS(status)) return status;
    auto file = io::file_from_handle(handle, 0, KernelMode);
    ob::close_handle(handle, KernelMode).ignore("it was made above");
    if (!file) return file.failure().nt();
    *DeviceObject = &io::device_for(**file);
    *FileObject = file->release();
    return STATUS_SUCCESS;
}

/// IoEnumerateDeviceObjectList (ntifs.h): a driver's devices, referenced.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL with the count needed
///   Owner    the caller dereferences each
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ioenumeratedeviceobjectlist
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoEnumerateDeviceObjectList(PDRIVER_OBJECT DriverObject,
                                                      PDEVICE_OBJECT* DeviceObjectList,
                                                      ULONG DeviceObjectListSize,
                                                      PULONG ActualNumberDeviceObjects) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    ke::SpinLockGuard guard{io::database_lock};
    const ULONG room = DeviceObjectListSize / sizeof(PDEVICE_OBJECT);
    ULONG count = 0;
    for (auto* at = DriverObject->DeviceObject; at != nullptr; at = at->NextDevice, ++count) {
        if (count >= room) continue;
        io::device_of(*at).add_reference();
        DeviceObjectList[count] = at;
    }
    *ActualNumberDeviceObjects = count;
    return count <= room ? STATUS_SUCCESS : STATUS_BUFFER_TOO_SMALL;
}

/// IoCreateSymbolicLink (wdm.h) makes a link in the namespace.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_PATH_NOT_FOUND, ...
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocreatesymboliclink
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoCreateSymbolicLink(PUNICODE_STRING SymbolicLinkName, PUNICODE_STRING DeviceName) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return io::create_symbolic_link(io::text_of(SymbolicLinkName), io::text_of(DeviceName),
                                    reinterpret_cast<uint64_t>(__builtin_return_address(0)))
        .status()
        .nt();
}

/// IoCreateUnprotectedSymbolicLink (wdm.h): the same, changeable by everybody.
///   IRQL     PASSIVE_LEVEL
///   Returns  as IoCreateSymbolicLink
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocreateunprotectedsymboliclink
///   Differs  links have no security descriptors yet, so both kinds are the same
RSL_EXPORT NTSTATUS NTAPI IoCreateUnprotectedSymbolicLink(PUNICODE_STRING SymbolicLinkName,
                                                          PUNICODE_STRING DeviceName) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return io::create_symbolic_link(io::text_of(SymbolicLinkName), io::text_of(DeviceName),
                                    reinterpret_cast<uint64_t>(__builtin_return_address(0)))
        .status()
        .nt();
}

/// IoDeleteSymbolicLink (wdm.h) removes a link.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, ...
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iodeletesymboliclink
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoDeleteSymbolicLink(PUNICODE_STRING SymbolicLinkName) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return io::delete_symbolic_link(io::text_of(SymbolicLinkName)).status().nt();
}

/// IoRegisterShutdownNotification (wdm.h): the device gets IRP_MJ_SHUTDOWN when the machine stops.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioregistershutdownnotification
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoRegisterShutdownNotification(PDEVICE_OBJECT DeviceObject) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::register_shutdown(io::device_of(*DeviceObject), io::ShutdownTurn::kNormal).status().nt();
}

/// IoRegisterLastChanceShutdownNotification (wdm.h): the same, after the file systems are flushed.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioregisterlastchanceshutdownnotification
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoRegisterLastChanceShutdownNotification(PDEVICE_OBJECT DeviceObject) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::register_shutdown(io::device_of(*DeviceObject), io::ShutdownTurn::kLastChance).status().nt();
}

/// IoUnregisterShutdownNotification (wdm.h) takes both registrations back.
///   IRQL     PASSIVE_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iounregistershutdownnotification
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoUnregisterShutdownNotification(PDEVICE_OBJECT DeviceObject) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    io::unregister_shutdown(io::device_of(*DeviceObject));
}
