// SPDX-License-Identifier: GPL-2.0-only
// The work behind the Nt*File services. Each checks its arguments, makes one Request and sends it.
// PASSIVE_LEVEL, in the caller's thread.
#pragma once

#include "kernel/io/request.hpp"

namespace rsl::io {

struct TransferArguments {
    uint8_t major;  // IRP_MJ_READ, IRP_MJ_WRITE
    void* buffer;
    uint32_t bytes;
    const LARGE_INTEGER* offset;
    const ULONG* key;
};
NTSTATUS transfer(HANDLE handle, const Caller& caller, const TransferArguments& arguments);

struct ControlArguments {
    uint8_t major;  // IRP_MJ_DEVICE_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL
    uint32_t code;
    void* input;
    uint32_t input_bytes;
    void* output;
    uint32_t output_bytes;
};
NTSTATUS control(HANDLE handle, const Caller& caller, const ControlArguments& arguments);

NTSTATUS flush(HANDLE handle, const Caller& caller, uint8_t minor);

struct DirectoryArguments {
    void* buffer;
    uint32_t bytes;
    FILE_INFORMATION_CLASS information_class;
    bool single_entry, restart;
    const UNICODE_STRING* pattern;
};
NTSTATUS query_directory(HANDLE handle, const Caller& caller, const DirectoryArguments& arguments);

struct LockArguments {
    uint8_t minor, flags;
    const LARGE_INTEGER* offset;
    const LARGE_INTEGER* length;
    ULONG key;
};
NTSTATUS lock_range(HANDLE handle, const Caller& caller, const LockArguments& arguments);

NTSTATUS cancel_own(HANDLE file, KPROCESSOR_MODE mode, IO_STATUS_BLOCK* outcome);
NTSTATUS cancel_any(HANDLE file, KPROCESSOR_MODE mode, const IO_STATUS_BLOCK* which,
                    IO_STATUS_BLOCK* outcome);
NTSTATUS cancel_waited(HANDLE thread, KPROCESSOR_MODE mode, const IO_STATUS_BLOCK* which,
                       IO_STATUS_BLOCK* outcome);

struct InformationArguments {
    void* buffer;
    uint32_t bytes;
    uint32_t information_class;
};
NTSTATUS query_file(HANDLE handle, const Caller& caller, const InformationArguments& arguments);
NTSTATUS set_file(HANDLE handle, const Caller& caller, const InformationArguments& arguments);
NTSTATUS query_volume(HANDLE handle, const Caller& caller, const InformationArguments& arguments);
NTSTATUS set_volume(HANDLE handle, const Caller& caller, const InformationArguments& arguments);
/// Whether a class can be asked for (or set) with so many bytes, and which rights it takes.
struct ClassCheck {
    NTSTATUS status;
    uint32_t access;
};
ClassCheck check_file_class(uint32_t information_class, uint32_t bytes, bool set);
/// For the kernel's own use, into kernel memory, without a handle.
NTSTATUS query_volume(File& file, const InformationArguments& arguments, uint64_t& written);
NTSTATUS set_file(File& file, const InformationArguments& arguments);
NTSTATUS query_file(File& file, const InformationArguments& arguments, uint64_t& written);

}  // namespace rsl::io
