// SPDX-License-Identifier: GPL-2.0-only
// NtCreateFile and kin, up to the parse routines: checks, captured arguments, the handle.
#include "kernel/io/file.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ob/attributes.hpp"
#include "kernel/ob/types.hpp"
#include "kernel/ps/previous_mode.hpp"
#include "kernel/ps/user_memory.hpp"
#include "kernel/rtl/exception.hpp"

namespace rsl::io {
namespace {

constexpr mm::PoolTag kCaptureTag = mm::pool_tag("IoCp");
constexpr uint32_t kMaxEaBytes = 64 << 10;

/// Pool memory for the length of a call.
class Scratch {
  public:
    Scratch() = default;
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        if (memory_ != nullptr) mm::free(memory_);
    }
    void* allocate(size_t bytes) { return memory_ = mm::allocate(bytes, kCaptureTag); }

  private:
    void* memory_ = nullptr;
};

/// What the rights asked for may come to, for the rules below.
uint32_t wanted_rights(uint32_t access) {
    if ((access & MAXIMUM_ALLOWED) != 0) return FILE_ALL_ACCESS;
    return ob::map_generic(access, File::kType.mapping);
}

/// The rules that the documentation of NtCreateFile and of each option gives.
bool is_consistent(const CreateArguments& a) {
    constexpr ULONG kSynchronous = FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT;
    constexpr ULONG kWithDirectory =
        FILE_DIRECTORY_FILE | kSynchronous | FILE_WRITE_THROUGH | FILE_OPEN_FOR_BACKUP_INTENT |
        FILE_DELETE_ON_CLOSE | FILE_OPEN_FOR_FREE_SPACE_QUERY | FILE_OPEN_BY_FILE_ID |
        FILE_NO_COMPRESSION | FILE_OPEN_REPARSE_POINT | FILE_COMPLETE_IF_OPLOCKED |
        FILE_OPEN_REQUIRING_OPLOCK | FILE_DISALLOW_EXCLUSIVE;
    if ((a.file_attributes & ~static_cast<ULONG>(FILE_ATTRIBUTE_VALID_FLAGS)) != 0) return false;
    if ((a.share_access & ~static_cast<ULONG>(FILE_SHARE_VALID_FLAGS)) != 0) return false;
    if (a.disposition > FILE_MAXIMUM_DISPOSITION) return false;
    if ((a.options & ~static_cast<ULONG>(FILE_VALID_OPTION_FLAGS)) != 0) return false;
    if ((a.options & kSynchronous) == kSynchronous) return false;
    const uint32_t access = wanted_rights(a.access);
    if ((a.options & kSynchronous) != 0 && (access & SYNCHRONIZE) == 0) return false;
    if ((a.options & FILE_DELETE_ON_CLOSE) != 0 && (access & DELETE) == 0) return false;
    if ((a.options & FILE_NO_INTERMEDIATE_BUFFERING) != 0 && (a.access & FILE_APPEND_DATA) != 0) {
        return false;
    }
    if ((a.options & FILE_DIRECTORY_FILE) != 0) {
        if ((a.options & ~kWithDirectory) != 0) return false;
        return a.disposition == FILE_CREATE || a.disposition == FILE_OPEN ||
               a.disposition == FILE_OPEN_IF;
    }
    return true;
}

/// Both outcomes in one go, into memory whose range is checked. What a user took away meanwhile fails.
Result<void> tell(const CreateArguments& a, const IO_STATUS_BLOCK& outcome, HANDLE handle, KPROCESSOR_MODE mode) {
    auto write = [&] {
        *a.handle = handle;
        *a.status_block = outcome;
    };
    if (mode != KernelMode) return rtl::guarded(write);
    write();
    return {};
}

Result<void> create(const CreateArguments& a, KPROCESSOR_MODE mode) {
    if ((a.io_options & IO_NO_PARAMETER_CHECKING) == 0 && !is_consistent(a)) {
        return Status::kInvalidParameter;
    }
    if (mode != KernelMode && (!rtl::is_user_range(a.handle, sizeof(HANDLE)) ||
                               !rtl::is_user_range(a.status_block, sizeof(IO_STATUS_BLOCK)))) {
        return Status::kAccessViolation;
    }
    OpenRequest open{.kind = a.kind,
                     .extra = a.extra,
                     .access = a.access,
                     .file_attributes = a.file_attributes,
                     .share_access = a.share_access,
                     .disposition = a.disposition,
                     .create_options = a.options,
                     .io_options = a.io_options,
                     .ea_bytes = a.ea_bytes,
                     .mode = mode,
                     .only_device = a.only_device};
    if (a.allocation_bytes != nullptr) {
        RSL_TRY(ps::copy_in(&open.allocation_bytes, a.allocation_bytes, sizeof(int64_t), mode));
        if (open.allocation_bytes < 0) return Status::kInvalidParameter;
    }
    Scratch ea;
    if (a.ea != nullptr && a.ea_bytes != 0) {
        if (a.ea_bytes > kMaxEaBytes) return Status{STATUS_EA_TOO_LARGE};
        open.ea = ea.allocate(a.ea_bytes);
        if (open.ea == nullptr) return Status::kInsufficientResources;
        RSL_TRY(ps::copy_in(open.ea, a.ea, a.ea_bytes, mode));
    }
    auto attributes = ob::CapturedAttributes::capture(a.attributes, mode);
    if (!attributes) return attributes.failure();
    auto opened = ob::open_by_attributes(*attributes, &File::kType, open.access, &open);
    if (!opened) return opened.failure();
    const auto file = Ref<File>::adopt(static_cast<File*>(*opened));

    const HANDLE handle = RSL_TRY(ob::insert_handle(file.get(), open.access, attributes->flags()));
    file->Flags |= FO_HANDLE_CREATED;
    const auto told = tell(a, {{.Status = STATUS_SUCCESS}, open.information}, handle, mode);
    if (!told) ob::close_handle(handle, mode).ignore("nobody knows of it");
    return told.status();
}

}  // namespace

NTSTATUS create_file(const CreateArguments& arguments) {
    const bool trusted = (arguments.io_options & IO_NO_PARAMETER_CHECKING) != 0;
    const KPROCESSOR_MODE mode = trusted ? static_cast<KPROCESSOR_MODE>(KernelMode)
                                         : ps::previous_mode();
    return create(arguments, mode).status().nt();
}

}  // namespace rsl::io
