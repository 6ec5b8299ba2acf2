// SPDX-License-Identifier: GPL-2.0-only
// The file system's answer to each kind of request. Each runs in the caller's thread, may wait for the
// host, and returns the IRP's status; Irp->IoStatus.Information is set. driver.cpp completes the IRP.
#pragma once

#include "filesystems/hostfs/volume.hpp"

namespace rsl::hostfs {

/// One request.
struct Request {
    Volume& volume;
    IRP& irp;
    IO_STACK_LOCATION& location;
    FILE_OBJECT* object;  // nullptr: none

    /// The request's data in system addresses, or kInsufficientResources.
    Result<void*> system_buffer() const;
    void set_information(uint64_t bytes) { irp.IoStatus.Information = bytes; }
};

Result<void> create(Request& request);
Result<void> cleanup(Request& request);
Result<void> close(Request& request);
Result<void> read(Request& request);
Result<void> write(Request& request);
Result<void> flush(Request& request);
/// STATUS_BUFFER_OVERFLOW is an outcome with data: the status comes apart from failures.
Result<NTSTATUS> query_information(Request& request);
Result<void> set_information(Request& request);
Result<NTSTATUS> query_directory(Request& request);
Result<NTSTATUS> query_volume(Request& request);

// Between the host's attributes and NT's.
LARGE_INTEGER to_nt_time(const ninep::UnixTime& time);
ninep::UnixTime to_unix_time(LARGE_INTEGER time);
ULONG nt_attributes(const ninep::Attributes& attributes);
uint64_t allocated_bytes(const ninep::Attributes& attributes);
/// Oldest of the times that the host keeps: it has no time of creation.
LARGE_INTEGER creation_time(const ninep::Attributes& attributes);

/// Renames or links: rename.cpp.
Result<void> rename_or_link(Request& request, bool is_link);

}  // namespace rsl::hostfs
