// SPDX-License-Identifier: GPL-2.0-only
// Reads, writes and controls; flushing and cancelling. All have handle, event, APC, its context and
// status block first.
#include "abi/types/status.h"
#include "shim/api/handle.hpp"
#include "shim/wine/client_id.hpp"
#include "shim/wine/completion.hpp"
#include "shim/wine/file_table.hpp"
#include "shim/wine/hook.hpp"
#include "shim/wine/own_thread.hpp"
#include "shim/wine/page.hpp"
#include "shim/wine/user_memory.hpp"
#include "shim/wine/waiting_calls.hpp"

namespace rsl::wine {

namespace {

constexpr uint32_t kMethodMask = 3, kMethodNeither = 3;
constexpr int64_t kUseFilePosition = -2;  // FILE_USE_FILE_POINTER_POSITION, in the low word

Destination destination_of(const Words& words) {
    return {words[0], words[1], words[2], words[3], StatusBlock::of_argument(words[4])};
}

NTSTATUS transfer(Call call, rsl_operation operation, const Words& words) {
    FileReference file = find_file(words[0]);
    if (!file) return original(call, words);
    const Destination destination = destination_of(words);
    rsl_request request{};
    request.operation = operation;
    const auto bytes = static_cast<uint32_t>(words[6]);
    if (operation == RSL_OP_READ) {
        request.out = pointer<void*>(words[5]);
        request.out_bytes = bytes;
        probe_writable(request.out, bytes);
    } else {
        request.in = pointer<const void*>(words[5]);
        request.in_bytes = bytes;
        probe_readable(request.in, bytes);
    }
    if (words[7] != 0) {
        request.offset = *pointer<const int64_t*>(words[7]);
        if (request.offset != kUseFilePosition) request.flags |= RSL_HAS_OFFSET;
    }
    if (words[8] != 0) {
        request.key = *pointer<const uint32_t*>(words[8]);
        request.flags |= RSL_HAS_KEY;
    }
    return issue(std::move(file), destination, request);
}

NTSTATUS control(Call call, rsl_operation operation, const Words& words) {
    FileReference file = find_file(words[0]);
    if (!file) return original(call, words);
    const Destination destination = destination_of(words);
    rsl_request request{};
    request.operation = operation;
    request.code = static_cast<uint32_t>(words[5]);
    request.in = pointer<const void*>(words[6]);
    request.in_bytes = static_cast<uint32_t>(words[7]);
    request.out = pointer<void*>(words[8]);
    request.out_bytes = static_cast<uint32_t>(words[9]);
    // METHOD_NEITHER: bad addresses are the driver's to find.
    if ((request.code & kMethodMask) != kMethodNeither || !file->client.load()->connection->lends()) {
        probe_readable(request.in, request.in_bytes);
        probe_writable(request.out, request.out_bytes);
    }
    return issue(std::move(file), destination, request);
}

}  // namespace

NTSTATUS handle_NtReadFile(const Words& words) {
    return transfer(Call::kNtReadFile, RSL_OP_READ, words);
}
NTSTATUS handle_NtWriteFile(const Words& words) {
    return transfer(Call::kNtWriteFile, RSL_OP_WRITE, words);
}
NTSTATUS handle_NtDeviceIoControlFile(const Words& words) {
    return control(Call::kNtDeviceIoControlFile, RSL_OP_IOCTL, words);
}
NTSTATUS handle_NtFsControlFile(const Words& words) {
    return control(Call::kNtFsControlFile, RSL_OP_FSCTL, words);
}

NTSTATUS handle_NtFlushBuffersFile(const Words& words) {
    const FileReference file = find_file(words[0]);
    if (!file) return original(Call::kNtFlushBuffersFile, words);
    auto* status_block = pointer<IO_STATUS_BLOCK*>(words[1]);
    probe_writable(status_block, sizeof(*status_block));
    rsl_request request{};
    request.operation = RSL_OP_FLUSH;
    return wait_for_request(*file, request, status_block);
}

NTSTATUS handle_NtCancelIoFile(const Words& words) {
    const FileReference file = find_file(words[0]);
    if (!file) return original(Call::kNtCancelIoFile, words);
    auto* status_block = pointer<IO_STATUS_BLOCK*>(words[1]);
    probe_writable(status_block, sizeof(*status_block));
    (void)cancel_requests(*file, windows_thread_id(),
                          kAnyStatusBlock);  // NtCancelIoFile succeeds when there is nothing to cancel
    *status_block = {};
    return STATUS_SUCCESS;
}

NTSTATUS handle_NtCancelIoFileEx(const Words& words) {
    const FileReference file = find_file(words[0]);
    if (!file) return original(Call::kNtCancelIoFileEx, words);
    auto* status_block = pointer<IO_STATUS_BLOCK*>(words[2]);
    probe_writable(status_block, sizeof(*status_block));
    const NTSTATUS status =
        cancel_requests(*file, kAnyThread, words[1]);
    *status_block = {};
    status_block->Status = status;
    return status;
}

NTSTATUS handle_NtCancelSynchronousIoFile(const Words& words) {
    const ClientId id = id_of_thread(words[0]);
    if (id.thread == 0 || id.process != windows_process_id() || words[1] != 0 || !cancel_waiting_call(id.thread))
        return original(Call::kNtCancelSynchronousIoFile, words);
    auto* status_block = pointer<IO_STATUS_BLOCK*>(words[2]);
    probe_writable(status_block, sizeof(*status_block));
    *status_block = {};
    return STATUS_SUCCESS;
}

NTSTATUS handle_NtDelayExecution(const Words& words) {
    serve_if_own_thread();
    return original(Call::kNtDelayExecution, words);
}

}  // namespace rsl::wine
