// SPDX-License-Identifier: GPL-2.0-only
// Asking about files and setting things: what the I/O manager knows itself, and requests for the rest.
#include "abi/functions/ke.h"
#include "kernel/io/completion_queue.hpp"
#include "abi/types/fsrtl.h"
#include "kernel/io/rename.hpp"
#include "kernel/io/services.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ps/user_memory.hpp"
#include "kernel/rtl/exception.hpp"

namespace rsl::io {
namespace {

NTSTATUS outcome_of(const Result<NTSTATUS>& result) { return result ? *result : result.failure().nt(); }

/// Shortest buffer and rights of a class; 0 bytes: the class cannot be asked (or set).
struct ClassRule {
    uint32_t bytes;
    uint32_t access;
};

ClassRule query_rule(uint32_t information_class) {
    switch (information_class) {
        case FileBasicInformation: return {sizeof(FILE_BASIC_INFORMATION), FILE_READ_ATTRIBUTES};
        case FileStandardInformation: return {sizeof(FILE_STANDARD_INFORMATION), 0};
        case FileInternalInformation: return {sizeof(FILE_INTERNAL_INFORMATION), 0};
        case FileEaInformation: return {sizeof(FILE_EA_INFORMATION), 0};
        case FileAccessInformation: return {sizeof(FILE_ACCESS_INFORMATION), 0};
        case FileNameInformation: return {sizeof(FILE_NAME_INFORMATION), 0};
        case FilePositionInformation: return {sizeof(FILE_POSITION_INFORMATION), 0};
        case FileModeInformation: return {sizeof(FILE_MODE_INFORMATION), 0};
        case FileAlignmentInformation: return {sizeof(FILE_ALIGNMENT_INFORMATION), 0};
        case FileAllInformation: return {sizeof(FILE_ALL_INFORMATION), FILE_READ_ATTRIBUTES};
        case FileNetworkOpenInformation: return {sizeof(FILE_NETWORK_OPEN_INFORMATION), FILE_READ_ATTRIBUTES};
        case FileAttributeTagInformation: return {sizeof(FILE_ATTRIBUTE_TAG_INFORMATION), FILE_READ_ATTRIBUTES};
        case FileIoCompletionNotificationInformation:
            return {sizeof(FILE_IO_COMPLETION_NOTIFICATION_INFORMATION), 0};
        default: return {information_class < FileMaximumInformation ? 1u : 0u, 0};
    }
}

ClassRule set_rule(uint32_t information_class) {
    switch (information_class) {
        case FileBasicInformation: return {sizeof(FILE_BASIC_INFORMATION), FILE_WRITE_ATTRIBUTES};
        case FilePositionInformation: return {sizeof(FILE_POSITION_INFORMATION), 0};
        case FileModeInformation: return {sizeof(FILE_MODE_INFORMATION), 0};
        case FileDispositionInformation: return {sizeof(FILE_DISPOSITION_INFORMATION), DELETE};
        case FileDispositionInformationEx: return {sizeof(ULONG), DELETE};
        case FileAllocationInformation: return {sizeof(FILE_ALLOCATION_INFORMATION), FILE_WRITE_DATA};
        case FileRenameInformation:
        case FileRenameInformationEx: return {sizeof(FILE_RENAME_INFORMATION) - 2, DELETE};
        case FileLinkInformation:
        case FileLinkInformationEx: return {sizeof(FILE_LINK_INFORMATION) - 2, 0};
        case FileEndOfFileInformation: return {sizeof(FILE_END_OF_FILE_INFORMATION), FILE_WRITE_DATA};
        case FileValidDataLengthInformation: return {sizeof(LARGE_INTEGER), FILE_WRITE_DATA};
        case FileCompletionInformation: return {sizeof(FILE_COMPLETION_INFORMATION), 0};
        case FileIoCompletionNotificationInformation:
            return {sizeof(FILE_IO_COMPLETION_NOTIFICATION_INFORMATION), 0};
        case FilePipeInformation: return {1, FILE_WRITE_ATTRIBUTES};
        default: return {information_class < FileMaximumInformation ? 1u : 0u, 0};
    }
}

ULONG mode_of(const File& file) {
    ULONG mode = 0;
    if ((file.Flags & FO_WRITE_THROUGH) != 0) mode |= FILE_WRITE_THROUGH;
    if ((file.Flags & FO_SEQUENTIAL_ONLY) != 0) mode |= FILE_SEQUENTIAL_ONLY;
    if ((file.Flags & FO_NO_INTERMEDIATE_BUFFERING) != 0) mode |= FILE_NO_INTERMEDIATE_BUFFERING;
    if ((file.Flags & FO_DELETE_ON_CLOSE) != 0) mode |= FILE_DELETE_ON_CLOSE;
    if (file.is_synchronous()) {
        mode |= (file.Flags & FO_ALERTABLE_IO) != 0 ? FILE_SYNCHRONOUS_IO_ALERT : FILE_SYNCHRONOUS_IO_NONALERT;
    }
    return mode;
}

/// What needs no driver. Returns the bytes of the answer, 0 when the driver has to say.
uint32_t answer_ourselves(File& file, uint32_t information_class, std::byte (&out)[16]) {
    const auto put = [&out](const auto& value) {
        static_assert(sizeof(value) <= sizeof(out));
        std::memcpy(out, &value, sizeof(value));
        return static_cast<uint32_t>(sizeof(value));
    };
    switch (information_class) {
        case FileAccessInformation: return put(FILE_ACCESS_INFORMATION{file.granted});
        case FileModeInformation: return put(FILE_MODE_INFORMATION{mode_of(file)});
        case FileAlignmentInformation:
            return put(FILE_ALIGNMENT_INFORMATION{device_for(file).AlignmentRequirement});
        case FilePositionInformation:
            return file.is_synchronous() ? put(FILE_POSITION_INFORMATION{file.CurrentByteOffset}) : 0;
        case FileIoCompletionNotificationInformation: {
            FILE_IO_COMPLETION_NOTIFICATION_INFORMATION modes = {};
            if ((file.Flags & FO_SKIP_COMPLETION_PORT) != 0) modes.Flags |= FILE_SKIP_COMPLETION_PORT_ON_SUCCESS;
            if ((file.Flags & FO_SKIP_SET_EVENT) != 0) modes.Flags |= FILE_SKIP_SET_EVENT_ON_HANDLE;
            if ((file.Flags & FO_SKIP_SET_FAST_IO) != 0) modes.Flags |= FILE_SKIP_SET_USER_EVENT_ON_FAST_IO;
            return put(modes);
        }
        default: return 0;
    }
}

Result<NTSTATUS> tell(const Caller& caller, NTSTATUS status, uint64_t information) {
    const IO_STATUS_BLOCK outcome = {{.Status = status}, information};
    RSL_TRY(ps::write_out(caller.status_block, outcome, caller.mode));
    return status;
}

/// FileAllInformation: the driver fills the structure; these parts of it are ours to know.
void prepare_all(File& file, IRP& irp) {
    auto& all = *static_cast<FILE_ALL_INFORMATION*>(irp.AssociatedIrp.SystemBuffer);
    all.AccessInformation.AccessFlags = file.granted;
    all.ModeInformation.Mode = mode_of(file);
    all.AlignmentInformation.AlignmentRequirement = device_for(file).AlignmentRequirement;
}

Result<NTSTATUS> ask_driver(Ref<File> file, const Caller& caller, uint8_t major,
                            const InformationArguments& a) {
    File& target = *file;
    auto request = Request::begin(std::move(file), caller, Manner::kAlwaysWait, major);
    if (!request) return request.failure();
    auto& parameters = request->location().Parameters.QueryFile;  // QueryVolume: the same layout
    parameters.Length = a.bytes;
    parameters.FileInformationClass = static_cast<FILE_INFORMATION_CLASS>(a.information_class);
    RSL_TRY(request->use_system_buffer(nullptr, 0, a.buffer, a.bytes));
    if (major == IRP_MJ_QUERY_INFORMATION && a.information_class == FileAllInformation) {
        prepare_all(target, request->irp());
    }
    return std::move(*request).send();
}

Result<NTSTATUS> do_query_file(HANDLE handle, const Caller& caller, const InformationArguments& a) {
    const ClassRule rule = query_rule(a.information_class);
    if (rule.bytes == 0) return Status{STATUS_INVALID_INFO_CLASS};
    if (a.bytes < rule.bytes) return Status::kInfoLengthMismatch;
    if (caller.mode != KernelMode && !rtl::is_user_range(a.buffer, a.bytes)) return Status::kAccessViolation;
    Ref<File> file = RSL_TRY(file_from_handle(handle, rule.access, caller.mode));
    std::byte answer[16];
    if (const uint32_t bytes = answer_ourselves(*file, a.information_class, answer); bytes != 0) {
        RSL_TRY(ps::copy_out(a.buffer, answer, bytes, caller.mode));
        return tell(caller, STATUS_SUCCESS, bytes);
    }
    return ask_driver(std::move(file), caller, IRP_MJ_QUERY_INFORMATION, a);
}

Result<NTSTATUS> do_query_volume(HANDLE handle, const Caller& caller, const InformationArguments& a) {
    if (a.information_class == 0 || a.information_class >= FileFsMaximumInformation) {
        return Status{STATUS_INVALID_INFO_CLASS};
    }
    if (caller.mode != KernelMode && !rtl::is_user_range(a.buffer, a.bytes)) return Status::kAccessViolation;
    Ref<File> file = RSL_TRY(file_from_handle(handle, 0, caller.mode));
    if (a.information_class == FileFsDeviceInformation && file->Vpb == nullptr) {
        if (a.bytes < sizeof(FILE_FS_DEVICE_INFORMATION)) return Status::kInfoLengthMismatch;
        const FILE_FS_DEVICE_INFORMATION answer = {file->DeviceObject->DeviceType,
                                                   file->DeviceObject->Characteristics};
        RSL_TRY(ps::copy_out(a.buffer, &answer, sizeof(answer), caller.mode));
        return tell(caller, STATUS_SUCCESS, sizeof(answer));
    }
    return ask_driver(std::move(file), caller, IRP_MJ_QUERY_VOLUME_INFORMATION, a);
}

/// ntifs.h, ZwSetVolumeInformationFile: these can be set, by whom may write to the file.
ClassRule set_volume_rule(uint32_t information_class) {
    constexpr uint32_t kLabelBytes = 8, kControlBytes = 48, kObjectIdBytes = 64;  // FILE_FS_..._INFORMATION
    switch (information_class) {
        case FileFsLabelInformation: return {kLabelBytes, FILE_WRITE_DATA};
        case FileFsControlInformation: return {kControlBytes, FILE_WRITE_DATA};
        case FileFsObjectIdInformation: return {kObjectIdBytes, FILE_WRITE_DATA};
        default: return {0, 0};
    }
}

Result<NTSTATUS> do_set_volume(HANDLE handle, const Caller& caller, const InformationArguments& a) {
    const ClassRule rule = set_volume_rule(a.information_class);
    if (rule.bytes == 0) return Status{STATUS_INVALID_INFO_CLASS};
    if (a.bytes < rule.bytes) return Status::kInfoLengthMismatch;
    Ref<File> file = RSL_TRY(file_from_handle(handle, rule.access, caller.mode));
    auto request = Request::begin(std::move(file), caller, Manner::kAlwaysWait, IRP_MJ_SET_VOLUME_INFORMATION);
    if (!request) return request.failure();
    auto& parameters = request->location().Parameters.SetVolume;
    parameters.Length = a.bytes;
    parameters.FsInformationClass = static_cast<FS_INFORMATION_CLASS>(a.information_class);
    RSL_TRY(request->use_system_buffer(a.buffer, a.bytes, nullptr, 0));
    return std::move(*request).send();
}

/// Binds a file to a completion port, once and for all.
Result<void> bind_port(File& file, const FILE_COMPLETION_INFORMATION& wanted, KPROCESSOR_MODE mode) {
    if (file.is_synchronous()) return Status::kInvalidParameter;
    void* body = RSL_TRY(
        ob::reference_handle(wanted.Port, &CompletionQueue::kType, IO_COMPLETION_MODIFY_STATE, mode));
    auto port = Ref<CompletionQueue>::adopt(static_cast<CompletionQueue*>(body));
    auto* context = static_cast<IO_COMPLETION_CONTEXT*>(
        mm::allocate(sizeof(IO_COMPLETION_CONTEXT), mm::pool_tag("IoCc")));
    if (context == nullptr) return Status::kInsufficientResources;
    *context = {port.get(), wanted.Key};
    PIO_COMPLETION_CONTEXT none = nullptr;
    if (!__atomic_compare_exchange_n(const_cast<PIO_COMPLETION_CONTEXT*>(&file.CompletionContext), &none,
                                     context, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
        mm::free(context);
        return Status::kInvalidParameter;
    }
    static_cast<void>(port.release());  // the file's
    return {};
}

/// What can be changed of the mode: how it is alerted, write through, sequential.
Result<void> set_mode(File& file, ULONG mode) {
    constexpr ULONG kSettable = FILE_WRITE_THROUGH | FILE_SEQUENTIAL_ONLY | FILE_SYNCHRONOUS_IO_ALERT |
                                FILE_SYNCHRONOUS_IO_NONALERT;
    constexpr ULONG kSynchronous = FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT;
    if ((mode & ~kSettable) != 0) return Status::kInvalidParameter;
    const bool wants_synchronous = (mode & kSynchronous) != 0;
    if (wants_synchronous != file.is_synchronous() || (mode & kSynchronous) == kSynchronous) {
        return Status::kInvalidParameter;
    }
    ULONG flags = file.Flags & ~static_cast<ULONG>(FO_WRITE_THROUGH | FO_SEQUENTIAL_ONLY | FO_ALERTABLE_IO);
    if ((mode & FILE_WRITE_THROUGH) != 0) flags |= FO_WRITE_THROUGH;
    if ((mode & FILE_SEQUENTIAL_ONLY) != 0) flags |= FO_SEQUENTIAL_ONLY;
    if ((mode & FILE_SYNCHRONOUS_IO_ALERT) != 0) flags |= FO_ALERTABLE_IO;
    file.Flags = flags;
    return {};
}

template <typename T>
Result<T> read_argument(const Caller& caller, const InformationArguments& a) {
    return ps::read_in(static_cast<const T*>(a.buffer), caller.mode);
}

/// What we set ourselves. False: the driver's business.
Result<bool> set_ourselves(File& file, const Caller& caller, const InformationArguments& a) {
    switch (a.information_class) {
        case FilePositionInformation: {
            if (!file.is_synchronous()) return false;
            const auto position = RSL_TRY(read_argument<FILE_POSITION_INFORMATION>(caller, a));
            if (position.CurrentByteOffset.QuadPart < 0) return Status::kInvalidParameter;
            file.CurrentByteOffset = position.CurrentByteOffset;
            return true;
        }
        case FileModeInformation: {
            const auto mode = RSL_TRY(read_argument<FILE_MODE_INFORMATION>(caller, a));
            RSL_TRY(set_mode(file, mode.Mode));
            return true;
        }
        case FileCompletionInformation: {
            const auto binding = RSL_TRY(read_argument<FILE_COMPLETION_INFORMATION>(caller, a));
            RSL_TRY(bind_port(file, binding, caller.mode));
            return true;
        }
        case FileIoCompletionNotificationInformation: {
            const auto modes =
                RSL_TRY(read_argument<FILE_IO_COMPLETION_NOTIFICATION_INFORMATION>(caller, a));
            file.Flags |= flags_of_notification_modes(modes.Flags);
            return true;
        }
        default: return false;
    }
}

Result<NTSTATUS> do_set_file(HANDLE handle, const Caller& caller, const InformationArguments& a) {
    const ClassRule rule = set_rule(a.information_class);
    if (rule.bytes == 0) return Status{STATUS_INVALID_INFO_CLASS};
    if (a.bytes < rule.bytes) return Status::kInfoLengthMismatch;
    Ref<File> file = RSL_TRY(file_from_handle(handle, rule.access, caller.mode));
    if (RSL_TRY(set_ourselves(*file, caller, a))) return tell(caller, STATUS_SUCCESS, 0);
    auto request = Request::begin(std::move(file), caller, Manner::kAlwaysWait, IRP_MJ_SET_INFORMATION);
    if (!request) return request.failure();
    auto& parameters = request->location().Parameters.SetFile;
    parameters.Length = a.bytes;
    parameters.FileInformationClass = static_cast<FILE_INFORMATION_CLASS>(a.information_class);
    RSL_TRY(request->use_system_buffer(a.buffer, a.bytes, nullptr, 0));
    Ref<File> target;  // open as long as the request is under way
    if (is_rename(a.information_class)) {
        const void* in = request->irp().AssociatedIrp.SystemBuffer;
        target = RSL_TRY(open_target_directory(request->file(), in, a.bytes));
        parameters.FileObject = target.get();
        parameters.ReplaceIfExists = static_cast<const FILE_RENAME_INFORMATION*>(in)->ReplaceIfExists;
    }
    return std::move(*request).send();
}

}  // namespace

NTSTATUS query_file(HANDLE handle, const Caller& caller, const InformationArguments& arguments) {
    return outcome_of(do_query_file(handle, caller, arguments));
}
NTSTATUS set_file(HANDLE handle, const Caller& caller, const InformationArguments& arguments) {
    return outcome_of(do_set_file(handle, caller, arguments));
}
NTSTATUS query_volume(HANDLE handle, const Caller& caller, const InformationArguments& arguments) {
    return outcome_of(do_query_volume(handle, caller, arguments));
}
NTSTATUS set_volume(HANDLE handle, const Caller& caller, const InformationArguments& arguments) {
    return outcome_of(do_set_volume(handle, caller, arguments));
}

NTSTATUS query_file(File& file, const InformationArguments& arguments, uint64_t& written) {
    IO_STATUS_BLOCK outcome = {};
    const Caller caller{.mode = KernelMode, .status_block = &outcome};
    const NTSTATUS status =
        outcome_of(ask_driver(Ref<File>(file), caller, IRP_MJ_QUERY_INFORMATION, arguments));
    written = outcome.Information;
    return status;
}

NTSTATUS query_volume(File& file, const InformationArguments& arguments, uint64_t& written) {
    IO_STATUS_BLOCK outcome = {};
    const Caller caller{.mode = KernelMode, .status_block = &outcome};
    const NTSTATUS status =
        outcome_of(ask_driver(Ref<File>(file), caller, IRP_MJ_QUERY_VOLUME_INFORMATION, arguments));
    written = outcome.Information;
    return status;
}

NTSTATUS set_file(File& file, const InformationArguments& arguments) {
    IO_STATUS_BLOCK outcome = {};
    const Caller caller{.mode = KernelMode, .status_block = &outcome};
    auto request = Request::begin(Ref<File>(file), caller, Manner::kAlwaysWait, IRP_MJ_SET_INFORMATION);
    if (!request) return request.failure().nt();
    auto& parameters = request->location().Parameters.SetFile;
    parameters.Length = arguments.bytes;
    parameters.FileInformationClass = static_cast<FILE_INFORMATION_CLASS>(arguments.information_class);
    const auto buffered = request->use_system_buffer(arguments.buffer, arguments.bytes, nullptr, 0);
    return buffered ? std::move(*request).send() : buffered.failure().nt();
}

ClassCheck check_file_class(uint32_t information_class, uint32_t bytes, bool set) {
    const ClassRule rule = set ? set_rule(information_class) : query_rule(information_class);
    if (rule.bytes == 0) return {STATUS_INVALID_INFO_CLASS, 0};
    return {bytes < rule.bytes ? STATUS_INFO_LENGTH_MISMATCH : STATUS_SUCCESS, rule.access};
}

}  // namespace rsl::io
