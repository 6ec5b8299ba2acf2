// SPDX-License-Identifier: GPL-2.0-only
// Reading and writing: straight between the caller's pages and the host. Nothing is cached here, so what
// other programs of the host write is seen at once.
#include <algorithm>

#include "abi/types/status.h"
#include "filesystems/hostfs/requests.hpp"

namespace rsl::hostfs {
namespace {

bool is_at_end_of_file(const LARGE_INTEGER& offset) {
    return offset.HighPart == -1 && offset.LowPart == FILE_WRITE_TO_END_OF_FILE;
}

/// The pages of the request. IRPs of drivers' own may come with a bare address instead: kernel memory.
Result<DataRange> data_of(const Request& request, ULONG bytes) {
    if (request.irp.MdlAddress != nullptr) return DataRange{.mdl = request.irp.MdlAddress, .bytes = bytes};
    if (request.irp.RequestorMode != KernelMode || request.irp.UserBuffer == nullptr) {
        return Status(STATUS_INVALID_USER_BUFFER);
    }
    return DataRange{.memory = request.irp.UserBuffer, .bytes = bytes};
}

/// File, and that it is one to read from or write to.
Result<File*> file_for_transfer(const Request& request) {
    File* file = file_of(*request.object);
    if (file == nullptr || file->directory) return Status::kInvalidDeviceRequest;
    return file;
}

void advance(const Request& request, uint64_t to) {
    if ((request.object->Flags & FO_SYNCHRONOUS_IO) != 0 && (request.irp.Flags & IRP_PAGING_IO) == 0) {
        request.object->CurrentByteOffset.QuadPart = static_cast<LONGLONG>(to);
    }
}

bool is_paging(const Request& request) { return (request.irp.Flags & IRP_PAGING_IO) != 0; }

}  // namespace

Result<void> read(Request& request) {
    File* file = RSL_TRY(file_for_transfer(request));
    const auto& parameters = request.location.Parameters.Read;
    if (!opening_of(*request.object).readable) return Status::kAccessDenied;
    if (parameters.Length == 0) return {};
    if (parameters.ByteOffset.QuadPart < 0) return Status::kInvalidParameter;
    if (!is_paging(request) && !FsRtlCheckLockForReadAccess(&file->locks, &request.irp)) {
        return Status(STATUS_FILE_LOCK_CONFLICT);
    }
    const auto offset = static_cast<uint64_t>(parameters.ByteOffset.QuadPart);
    const DataRange data = RSL_TRY(data_of(request, parameters.Length));
    const uint32_t got = RSL_TRY(file->volume.client.read(opening_of(*request.object).fid, offset, data, &request.irp));
    if (got == 0) return Status::kEndOfFile;
    request.set_information(got);
    advance(request, offset + got);
    return {};
}

Result<void> write(Request& request) {
    File* file = RSL_TRY(file_for_transfer(request));
    const auto& parameters = request.location.Parameters.Write;
    const Opening& opening = opening_of(*request.object);
    if (!opening.writable) return Status::kAccessDenied;
    if (parameters.Length == 0) return {};
    Client& client = file->volume.client;
    const DataRange data = RSL_TRY(data_of(request, parameters.Length));
    Exclusive guard(file->size_lock);  // appenders come one after another
    uint64_t offset = static_cast<uint64_t>(parameters.ByteOffset.QuadPart);
    if (is_at_end_of_file(parameters.ByteOffset)) {
        offset = RSL_TRY(client.attributes(opening.fid.number())).bytes;
        request.location.Parameters.Write.ByteOffset.QuadPart = static_cast<LONGLONG>(offset);
    } else if (parameters.ByteOffset.QuadPart < 0) {
        return Status::kInvalidParameter;
    }
    if (!is_paging(request) && !FsRtlCheckLockForWriteAccess(&file->locks, &request.irp)) {
        return Status(STATUS_FILE_LOCK_CONFLICT);
    }
    const uint32_t written = RSL_TRY(client.write(opening.fid, offset, data, &request.irp));
    request.set_information(written);
    advance(request, offset + written);
    if ((request.object->Flags & FO_WRITE_THROUGH) != 0 || (request.location.Flags & SL_WRITE_THROUGH) != 0) {
        return client.sync(opening.fid);
    }
    return {};
}

Result<void> flush(Request& request) {
    Opening& opening = opening_of(*request.object);
    if (opening.file == nullptr || !opening.fid) return {};           // of the volume: nothing is held back here
    if (!opening.readable && !opening.writable) return {};            // not open on the host
    return request.volume.client.sync(opening.fid);
}

}  // namespace rsl::hostfs
