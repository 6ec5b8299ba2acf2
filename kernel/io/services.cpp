// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/services.hpp"

#include "kernel/io/completion_queue.hpp"
#include "kernel/io/cancel.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/ps/user_memory.hpp"
#include "kernel/rtl/exception.hpp"

#include "abi/functions/ke.h"

namespace rsl::io {
namespace {

constexpr mm::PoolTag kAuxiliaryTag = mm::pool_tag("IoAx");

/// A service's NTSTATUS: what it came to, or why it did not get that far.
NTSTATUS outcome_of(const Result<NTSTATUS>& result) { return result ? *result : result.failure().nt(); }

/// A user's status block has to be writable before anything happens.
Result<void> probe_status_block(const Caller& caller) {
    if (caller.mode == KernelMode) return {};
    if (!rtl::is_user_range(caller.status_block, sizeof(IO_STATUS_BLOCK))) return Status::kAccessViolation;
    return rtl::touch_guarded(caller.status_block, sizeof(IO_STATUS_BLOCK));
}

/// Where a transfer starts. Fails for an asynchronous file without an offset.
Result<LARGE_INTEGER> start_offset(File& file, const LARGE_INTEGER* offset, KPROCESSOR_MODE mode,
                                   uint8_t major) {
    const bool stream = (file.Flags & (FO_NAMED_PIPE | FO_MAILSLOT)) != 0;
    if (offset == nullptr) {
        if (file.is_synchronous()) return file.CurrentByteOffset;
        if (stream) return LARGE_INTEGER{};
        return Status::kInvalidParameter;
    }
    const LARGE_INTEGER given = RSL_TRY(ps::read_in(offset, mode));
    const bool special = given.HighPart == -1;
    if (special && given.LowPart == FILE_USE_FILE_POINTER_POSITION && file.is_synchronous()) {
        return file.CurrentByteOffset;
    }
    if (special && given.LowPart == FILE_WRITE_TO_END_OF_FILE && major == IRP_MJ_WRITE) return given;
    if (given.QuadPart < 0 && !stream) return Status::kInvalidParameter;
    return given;
}

/// Unbuffered files want whole sectors at aligned addresses.
bool is_aligned_for(const File& file, const DEVICE_OBJECT& device, const TransferArguments& a) {
    if ((file.Flags & FO_NO_INTERMEDIATE_BUFFERING) == 0 || device.SectorSize == 0) return true;
    return a.bytes % device.SectorSize == 0 &&
           (reinterpret_cast<uintptr_t>(a.buffer) & device.AlignmentRequirement) == 0;
}

Result<NTSTATUS> do_transfer(HANDLE handle, const Caller& caller, const TransferArguments& a) {
    const bool reads = a.major == IRP_MJ_READ;
    bool append_only = false;
    auto file = file_from_handle(handle, reads ? FILE_READ_DATA : FILE_WRITE_DATA, caller.mode);
    if (!file && !reads && file.failure() == Status::kAccessDenied) {
        file = file_from_handle(handle, FILE_APPEND_DATA, caller.mode);
        append_only = true;
    }
    if (!file) return file.failure();
    RSL_TRY(probe_status_block(caller));
    const ULONG key = a.key == nullptr ? 0 : RSL_TRY(ps::read_in(a.key, caller.mode));
    File& target = **file;
    // Kernel callers' rights are not checked, but what they opened the file for holds for them too.
    constexpr uint32_t kWrites = FILE_WRITE_DATA | FILE_APPEND_DATA;
    if (!reads && (target.granted & kWrites) == FILE_APPEND_DATA && (target.Flags & FO_NAMED_PIPE) == 0) append_only = true;
    auto request = Request::begin(std::move(*file), caller, Manner::kAsTheFile, a.major);
    if (!request) return request.failure();
    if (!is_aligned_for(target, request->device(), a)) return Status::kInvalidParameter;
    auto& parameters = request->location().Parameters.Read;  // Write has the same members
    parameters.Length = a.bytes;
    parameters.Key = key;
    // With the file's lock held: nobody moves its position meanwhile.
    parameters.ByteOffset = RSL_TRY(start_offset(target, a.offset, caller.mode, a.major));
    if (append_only) parameters.ByteOffset = {.LowPart = FILE_WRITE_TO_END_OF_FILE, .HighPart = -1};
    if (!reads && (target.Flags & FO_WRITE_THROUGH) != 0) request->location().Flags = SL_WRITE_THROUGH;
    RSL_TRY(request->use_device_method(a.buffer, a.bytes, reads ? IoWriteAccess : IoReadAccess));
    if (target.is_synchronous() && parameters.ByteOffset.QuadPart >= 0) {
        target.CurrentByteOffset = parameters.ByteOffset;  // an explicit one moves the position
        target.transfer_start = parameters.ByteOffset.QuadPart;
    }
    return std::move(*request).send();
}

/// The driver's short cut, if it has one and takes it: no IRP at all.
bool try_fast_control(File& file, const Caller& caller, const ControlArguments& a, IO_STATUS_BLOCK& outcome) {
    DEVICE_OBJECT& device = device_for(file);
    const FAST_IO_DISPATCH* fast = device.DriverObject->FastIoDispatch;
    if (fast == nullptr || a.major != IRP_MJ_DEVICE_CONTROL || caller.apc != nullptr ||
        fast->SizeOfFastIoDispatch <= offsetof(FAST_IO_DISPATCH, FastIoDeviceControl) ||
        fast->FastIoDeviceControl == nullptr) {
        return false;
    }
    return fast->FastIoDeviceControl(&file, TRUE, a.input, a.input_bytes, a.output, a.output_bytes, a.code,
                                     &outcome, &device) != 0;
}

/// Tells a caller what a short cut came to.
Result<NTSTATUS> report_fast(File& file, const Caller& caller, const IO_STATUS_BLOCK& outcome) {
    RSL_TRY(ps::write_out(caller.status_block, outcome, caller.mode));
    if (caller.event != nullptr) {
        void* event = RSL_TRY(ob::reference_handle(caller.event, nullptr, EVENT_MODIFY_STATE, caller.mode));
        KeSetEvent(static_cast<PKEVENT>(event), IO_NO_INCREMENT, FALSE);
        ob::dereference(event);
    } else if ((file.Flags & FO_SKIP_SET_EVENT) == 0) {
        file.signal();
    }
    auto* port = file.CompletionContext;
    if (port != nullptr && caller.apc_context != nullptr && (file.Flags & FO_SKIP_COMPLETION_PORT) == 0) {
        RSL_TRY(static_cast<CompletionQueue*>(port->Port)->post(port->Key, caller.apc_context, outcome));
    }
    return outcome.Status;
}

Result<NTSTATUS> do_control(HANDLE handle, const Caller& caller, const ControlArguments& a) {
    // A control code says in bits 14 and 15 which rights it takes: FILE_READ_DATA, FILE_WRITE_DATA.
    uint32_t granted = 0;
    Ref<File> file = RSL_TRY(file_from_handle_inline(handle, a.code >> 14 & 3, caller.mode, &granted));
    RSL_TRY(probe_status_block(caller));
    IO_STATUS_BLOCK fast_outcome = {};
    if (try_fast_control(*file, caller, a, fast_outcome)) return report_fast(*file, caller, fast_outcome);
    auto request = Request::begin_inline(std::move(file), caller, Manner::kAsTheFile, a.major, 0);
    if (!request) return request.failure();
    request->irp().Flags |= IRP_DEFER_IO_COMPLETION;
    block_of(request->irp())->handle_access = granted;
    RSL_TRY(request->use_control_method(a.code, a.input, a.input_bytes, a.output, a.output_bytes));
    return std::move(*request).send_inline();
}

Result<NTSTATUS> do_flush(HANDLE handle, const Caller& caller, uint8_t minor) {
    auto file = file_from_handle(handle, FILE_WRITE_DATA, caller.mode);
    if (!file && file.failure() == Status::kAccessDenied) {
        file = file_from_handle(handle, FILE_APPEND_DATA, caller.mode);
    }
    if (!file) return file.failure();
    RSL_TRY(probe_status_block(caller));
    auto request =
        Request::begin(std::move(*file), caller, Manner::kAlwaysWait, IRP_MJ_FLUSH_BUFFERS, minor);
    if (!request) return request.failure();
    return std::move(*request).send();
}

/// A UNICODE_STRING and its text in one pool block, which goes with the request.
Result<UNICODE_STRING*> copy_pattern(IrpBlock& block, const UNICODE_STRING* pattern, KPROCESSOR_MODE mode) {
    if (pattern == nullptr) return static_cast<UNICODE_STRING*>(nullptr);
    const UNICODE_STRING given = RSL_TRY(ps::read_in(pattern, mode));
    auto* copy = static_cast<UNICODE_STRING*>(
        mm::allocate(sizeof(UNICODE_STRING) + given.Length, kAuxiliaryTag));
    if (copy == nullptr) return Status::kInsufficientResources;
    block.auxiliary = copy;
    *copy = {given.Length, given.Length, reinterpret_cast<PWSTR>(copy + 1)};
    if (given.Length != 0) RSL_TRY(ps::copy_in(copy->Buffer, given.Buffer, given.Length, mode));
    return copy;
}

Result<NTSTATUS> do_query_directory(HANDLE handle, const Caller& caller, const DirectoryArguments& a) {
    Ref<File> file = RSL_TRY(file_from_handle(handle, FILE_LIST_DIRECTORY, caller.mode));
    RSL_TRY(probe_status_block(caller));
    auto request = Request::begin(std::move(file), caller, Manner::kAsTheFile, IRP_MJ_DIRECTORY_CONTROL,
                                  IRP_MN_QUERY_DIRECTORY);
    if (!request) return request.failure();
    IO_STACK_LOCATION& location = request->location();
    auto& parameters = location.Parameters.QueryDirectory;
    parameters.Length = a.bytes;
    parameters.FileInformationClass = a.information_class;
    parameters.FileName = RSL_TRY(copy_pattern(*block_of(request->irp()), a.pattern, caller.mode));
    if (a.restart) location.Flags |= SL_RESTART_SCAN;
    if (a.single_entry) location.Flags |= SL_RETURN_SINGLE_ENTRY;
    RSL_TRY(request->use_device_method(a.buffer, a.bytes, IoWriteAccess));
    request->irp().Flags &= ~static_cast<ULONG>(IRP_READ_OPERATION);
    return std::move(*request).send();
}

Result<NTSTATUS> do_lock_range(HANDLE handle, const Caller& caller, const LockArguments& a) {
    auto file = file_from_handle(handle, FILE_READ_DATA, caller.mode);
    if (!file && file.failure() == Status::kAccessDenied) {
        file = file_from_handle(handle, FILE_WRITE_DATA, caller.mode);
    }
    if (!file) return file.failure();
    RSL_TRY(probe_status_block(caller));
    const LARGE_INTEGER offset = RSL_TRY(ps::read_in(a.offset, caller.mode));
    const LARGE_INTEGER length = RSL_TRY(ps::read_in(a.length, caller.mode));
    const Manner manner = a.minor == IRP_MN_LOCK ? Manner::kAsTheFile : Manner::kAlwaysWait;
    auto request = Request::begin(std::move(*file), caller, manner, IRP_MJ_LOCK_CONTROL, a.minor);
    if (!request) return request.failure();
    auto* kept = static_cast<LARGE_INTEGER*>(mm::allocate(sizeof(LARGE_INTEGER), kAuxiliaryTag));
    if (kept == nullptr) return Status::kInsufficientResources;
    block_of(request->irp())->auxiliary = kept;
    *kept = length;
    auto& parameters = request->location().Parameters.LockControl;
    parameters.Length = kept;
    parameters.ByteOffset = offset;
    parameters.Key = a.key;
    request->location().Flags = a.flags;
    return std::move(*request).send();
}

Result<NTSTATUS> answer_cancel(size_t found, NTSTATUS none, KPROCESSOR_MODE mode, IO_STATUS_BLOCK* to) {
    const IO_STATUS_BLOCK outcome = {{.Status = found != 0 ? STATUS_SUCCESS : none}, 0};
    RSL_TRY(ps::write_out(to, outcome, mode));
    return outcome.Status;
}

Result<NTSTATUS> do_cancel_own(HANDLE handle, KPROCESSOR_MODE mode, IO_STATUS_BLOCK* to) {
    const Ref<File> file = RSL_TRY(file_from_handle(handle, 0, mode));
    cancel_requests(ps::current_thread(), {.file = file.get()});
    return answer_cancel(0, STATUS_SUCCESS, mode, to);
}

Result<NTSTATUS> do_cancel_any(HANDLE handle, KPROCESSOR_MODE mode, const IO_STATUS_BLOCK* which,
                               IO_STATUS_BLOCK* to) {
    const Ref<File> file = RSL_TRY(file_from_handle(handle, 0, mode));
    const size_t found =
        cancel_requests(ps::current_process(), {.file = file.get(), .status_block = which});
    return answer_cancel(found, STATUS_NOT_FOUND, mode, to);
}

Result<NTSTATUS> do_cancel_waited(HANDLE handle, KPROCESSOR_MODE mode, const IO_STATUS_BLOCK* which,
                                  IO_STATUS_BLOCK* to) {
    constexpr uint32_t kThreadTerminate = 1;
    void* body = RSL_TRY(ob::reference_handle(handle, &ps::Thread::kType, kThreadTerminate, mode));
    const auto thread = Ref<ps::Thread>::adopt(static_cast<ps::Thread*>(body));
    const size_t found = cancel_requests(*thread, {.status_block = which, .only_waited = true});
    return answer_cancel(found, STATUS_NOT_FOUND, mode, to);
}

}  // namespace

NTSTATUS transfer(HANDLE handle, const Caller& caller, const TransferArguments& arguments) {
    return outcome_of(do_transfer(handle, caller, arguments));
}
[[gnu::always_inline]] NTSTATUS control(HANDLE handle, const Caller& caller, const ControlArguments& arguments) {
    return outcome_of(do_control(handle, caller, arguments));
}
NTSTATUS flush(HANDLE handle, const Caller& caller, uint8_t minor) {
    return outcome_of(do_flush(handle, caller, minor));
}
NTSTATUS query_directory(HANDLE handle, const Caller& caller, const DirectoryArguments& arguments) {
    return outcome_of(do_query_directory(handle, caller, arguments));
}
NTSTATUS lock_range(HANDLE handle, const Caller& caller, const LockArguments& arguments) {
    return outcome_of(do_lock_range(handle, caller, arguments));
}
NTSTATUS cancel_own(HANDLE file, KPROCESSOR_MODE mode, IO_STATUS_BLOCK* outcome) {
    return outcome_of(do_cancel_own(file, mode, outcome));
}
NTSTATUS cancel_any(HANDLE file, KPROCESSOR_MODE mode, const IO_STATUS_BLOCK* which,
                    IO_STATUS_BLOCK* outcome) {
    return outcome_of(do_cancel_any(file, mode, which, outcome));
}
NTSTATUS cancel_waited(HANDLE thread, KPROCESSOR_MODE mode, const IO_STATUS_BLOCK* which,
                       IO_STATUS_BLOCK* outcome) {
    return outcome_of(do_cancel_waited(thread, mode, which, outcome));
}

}  // namespace rsl::io
