// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/file_security.hpp"

#include <utility>

#include "abi/types/status.h"
#include "kernel/io/request.hpp"
#include "kernel/se/object_security.hpp"

namespace rsl::io {
namespace {

constexpr uint32_t kFirstBytes = 512, kMostBytes = 64 * 1024;

/// Open on the device itself, and not on something below it that the driver names.
bool shares_devices(const File& file) { return file.FileName.Length == 0; }

NTSTATUS outcome_of(const Result<NTSTATUS>& result) { return result ? *result : result.failure().nt(); }

Result<NTSTATUS> send_query(File& file, SECURITY_INFORMATION which, void* buffer, uint32_t bytes, IO_STATUS_BLOCK& outcome) {
    const Caller caller{.mode = KernelMode, .status_block = &outcome};
    auto request = Request::begin(Ref<File>(file), caller, Manner::kAlwaysWait, IRP_MJ_QUERY_SECURITY);
    if (!request) return request.failure();
    request->location().Parameters.QuerySecurity.SecurityInformation = which;
    request->location().Parameters.QuerySecurity.Length = bytes;
    request->irp().UserBuffer = buffer;  // as documented: neither copied nor locked
    return std::move(*request).send();
}

Result<NTSTATUS> send_set(File& file, SECURITY_INFORMATION which, const void* descriptor) {
    IO_STATUS_BLOCK outcome = {};
    const Caller caller{.mode = KernelMode, .status_block = &outcome};
    auto request = Request::begin(Ref<File>(file), caller, Manner::kAlwaysWait, IRP_MJ_SET_SECURITY);
    if (!request) return request.failure();
    request->location().Parameters.SetSecurity.SecurityInformation = which;
    request->location().Parameters.SetSecurity.SecurityDescriptor = const_cast<void*>(descriptor);
    return std::move(*request).send();
}

}  // namespace

NTSTATUS set_file_security(File& file, SECURITY_INFORMATION which, const void* descriptor) {
    if (shares_devices(file)) return se::set_object_security(file.DeviceObject, which, descriptor).status().nt();
    return outcome_of(send_set(file, which, descriptor));
}

NTSTATUS copy_file_security(File& file, SECURITY_INFORMATION which, void** copy) {
    *copy = nullptr;
    if (shares_devices(file)) {
        auto own = se::copy_object_security(file.DeviceObject, which);
        if (own) *copy = *own;
        return own ? STATUS_SUCCESS : own.failure().nt();
    }
    for (uint32_t bytes = kFirstBytes; bytes <= kMostBytes;) {
        void* buffer = mm::allocate(bytes, se::kDescriptorTag);
        if (buffer == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
        IO_STATUS_BLOCK outcome = {};
        const NTSTATUS status = outcome_of(send_query(file, which, buffer, bytes, outcome));
        if (status == STATUS_SUCCESS) {
            *copy = buffer;
            return status;
        }
        mm::free_tagged(buffer, se::kDescriptorTag);
        // The driver says how much it takes.
        if (status != STATUS_BUFFER_OVERFLOW && status != STATUS_BUFFER_TOO_SMALL) return status;
        bytes = outcome.Information > bytes ? static_cast<uint32_t>(outcome.Information) : bytes * 2;
    }
    return STATUS_INVALID_SECURITY_DESCR;
}

}  // namespace rsl::io
