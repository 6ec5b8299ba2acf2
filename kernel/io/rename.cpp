// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/rename.hpp"

#include "abi/types/fsrtl.h"
#include "abi/types/status.h"
#include "kernel/ob/attributes.hpp"

namespace rsl::io {

bool is_rename(uint32_t information_class) {
    switch (information_class) {
        case FileRenameInformation:
        case FileRenameInformationEx:
        case FileLinkInformation:
        case FileLinkInformationEx: return true;
        default: return false;
    }
}

Result<Ref<File>> open_target_directory(File& file, const void* buffer, uint32_t bytes) {
    constexpr uint32_t kFixed = offsetof(FILE_RENAME_INFORMATION, FileName);
    const auto& in = *static_cast<const FILE_RENAME_INFORMATION*>(buffer);
    if (bytes < kFixed || in.FileNameLength > bytes - kFixed || in.FileNameLength == 0 ||
        in.FileNameLength % sizeof(WCHAR) != 0 || in.FileNameLength > UNICODE_STRING_MAX_BYTES) {
        return Status::kInvalidParameter;
    }
    const std::u16string_view name(in.FileName, in.FileNameLength / sizeof(WCHAR));
    if (in.RootDirectory == nullptr && name.find(u'\\') == name.npos) return Ref<File>();
    UNICODE_STRING string = {static_cast<USHORT>(in.FileNameLength), static_cast<USHORT>(in.FileNameLength),
                             const_cast<WCHAR*>(in.FileName)};
    const OBJECT_ATTRIBUTES attributes = {sizeof(attributes), in.RootDirectory, &string, OBJ_CASE_INSENSITIVE, nullptr, nullptr};
    auto captured = ob::CapturedAttributes::capture(&attributes, KernelMode);
    if (!captured) return captured.failure();
    OpenRequest open{.access = FILE_WRITE_DATA | SYNCHRONIZE,
                     .share_access = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                     .create_options = FILE_OPEN_FOR_BACKUP_INTENT,
                     .io_options = SL_OPEN_TARGET_DIRECTORY};
    auto opened = ob::open_by_attributes(*captured, &File::kType, open.access, &open);
    if (!opened) return opened.failure();
    auto folder = Ref<File>::adopt(static_cast<File*>(*opened));
    if (folder->DeviceObject != file.DeviceObject) return Status(STATUS_NOT_SAME_DEVICE);
    return folder;
}

}  // namespace rsl::io
