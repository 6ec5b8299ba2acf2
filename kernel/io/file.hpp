// SPDX-License-Identifier: GPL-2.0-only
// File objects: one open of a device. Made by the device's parse routine, told IRP_MJ_CLEANUP when
// the last handle closes and IRP_MJ_CLOSE when the last reference goes, once each.
#pragma once

#include <cstdint>

#include "abi/types/io_device.h"
#include "abi/types/io_irp.h"
#include "abi/types/io_queue.h"
#include "kernel/io/device.hpp"
#include "kernel/io/irp.hpp"
#include "kernel/ob/object.hpp"

namespace rsl::io {

/// What NtCreateFile and kin ask for, and what came of it: the context of ob's parse routines.
struct OpenRequest {
    static constexpr uint32_t kMagic = 0x6f697352;  // "Rsio": ob hands on anybody's context
    uint32_t magic = kMagic;
    CREATE_FILE_TYPE kind = CreateFileTypeNone;
    void* extra = nullptr;  // NAMED_PIPE_CREATE_PARAMETERS, MAILSLOT_CREATE_PARAMETERS
    uint32_t access = 0;    // as asked for; once a device is found, what it grants
    uint32_t file_attributes = 0;
    uint32_t share_access = 0;
    uint32_t disposition = FILE_OPEN;
    uint32_t create_options = 0;
    uint32_t io_options = 0;  // IO_*
    int64_t allocation_bytes = 0;
    void* ea = nullptr;  // our copy
    uint32_t ea_bytes = 0;
    KPROCESSOR_MODE mode = KernelMode;
    FILE_OBJECT* related = nullptr;        // relative open: its file
    DEVICE_OBJECT* only_device = nullptr;  // IoCreateFileSpecifyDeviceObjectHint
    // Outcome.
    uint64_t information = 0;
};

/// A FILE_OBJECT. Owns one count of its device's open files (Device::add_file).
struct File : ob::Object<File>, FILE_OBJECT {
    static ob::ObjectType kType;

    explicit File(Device& device);
    /// Made by a driver with ObCreateObject, which fills FILE_OBJECT and sends IRP_MJ_CREATE itself.
    File();
    ~File();

    bool is_synchronous() const { return (FILE_OBJECT::Flags & FO_SYNCHRONOUS_IO) != 0; }
    /// One synchronous request at a time: STATUS_SUCCESS, or what ended an alertable wait.
    NTSTATUS lock();
    void unlock();
    /// Sets the file's own event, for those who wait for the handle.
    void signal();

    ListHook all_hook;    // of the list of all files
    bool opened = false;  // the driver has seen a successful IRP_MJ_CREATE: it gets CLOSE
    bool made_by_driver = false;  // the driver set DeviceObject: it holds an open count, no reference
    uint32_t granted = 0;
    /// Where a synchronous file's transfer began; -1: none is under way, or the driver moves the position.
    int64_t transfer_start = -1;
    bool ignores_sharing = false;  // IoSetFileObjectIgnoreSharing
    /// IoCreateFileSpecifyDeviceObjectHint: requests go to this device of the stack instead of its top.
    Ref<Device> hint;
};

inline File& file_of(FILE_OBJECT& object) { return static_cast<File&>(object); }
/// Whether it has more to say than drivers see. File objects in memory of a driver's own have not.
inline bool has_extension(const FILE_OBJECT& object) {
    return (object.Flags & FO_FILE_OBJECT_HAS_EXTENSION) != 0;
}
inline bool ignores_sharing(FILE_OBJECT& object) {
    return has_extension(object) && file_of(object).ignores_sharing;
}

/// The file behind a handle with these rights. One reference. `granted`: all rights that the handle
/// has.
Result<Ref<File>> file_from_handle(HANDLE handle, uint32_t access, KPROCESSOR_MODE mode,
                                   uint32_t* granted = nullptr);
/// The same, compiled into its caller: for the road of a request.
Result<Ref<File>> file_from_handle_inline(HANDLE handle, uint32_t access, KPROCESSOR_MODE mode, uint32_t* granted);

/// Calls visit for each file object there is, holding a reference. PASSIVE_LEVEL.
void each_file(void (*visit)(void* context, File& file), void* context);

/// Sends a request without data for a file and waits: CLEANUP, CLOSE, FLUSH, SHUTDOWN.
NTSTATUS send_simple(DEVICE_OBJECT& device, File* file, uint8_t major, uint8_t minor = 0);
/// The same with an IRP whose parameters are set. Buffers settle; the status is the IRP's.
NTSTATUS send_and_wait(IrpTicket ticket, DEVICE_OBJECT& device, File* file, uint8_t major,
                       uint8_t minor);

/// NtCreateFile's work: checks, captures, opens, and makes the handle.
struct CreateArguments {
    PHANDLE handle;
    ACCESS_MASK access;
    POBJECT_ATTRIBUTES attributes;
    PIO_STATUS_BLOCK status_block;
    PLARGE_INTEGER allocation_bytes;
    ULONG file_attributes, share_access, disposition, options;
    PVOID ea;
    ULONG ea_bytes;
    CREATE_FILE_TYPE kind;
    PVOID extra;
    ULONG io_options;
    PDEVICE_OBJECT only_device;
};
NTSTATUS create_file(const CreateArguments& arguments);

/// ob's type callbacks, in file_open.cpp and file.cpp.
int32_t parse_device(void* body, ob::ParseRequest& request);
int32_t parse_file(void* body, ob::ParseRequest& request);

}  // namespace rsl::io
