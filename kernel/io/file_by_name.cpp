// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/file_by_name.hpp"

#include "kernel/io/services.hpp"
#include "kernel/ob/attributes.hpp"

namespace rsl::io {
namespace {

Result<Ref<File>> open_by_name(const OBJECT_ATTRIBUTES* attributes, KPROCESSOR_MODE mode, uint32_t access,
                               uint32_t options) {
    auto captured = ob::CapturedAttributes::capture(attributes, mode);
    if (!captured) return captured.failure();
    OpenRequest open{.access = access,
                     .share_access = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                     .create_options = options,
                     .mode = mode};
    auto opened = ob::open_by_attributes(*captured, &File::kType, open.access, &open);
    if (!opened) return opened.failure();
    return Ref<File>::adopt(static_cast<File*>(*opened));
}

}  // namespace

NTSTATUS delete_file(const OBJECT_ATTRIBUTES* attributes, KPROCESSOR_MODE mode) {
    // The file object has no handle: dropping it is its cleanup, which deletes.
    return open_by_name(attributes, mode, DELETE, FILE_DELETE_ON_CLOSE).status().nt();
}

NTSTATUS query_by_name(const OBJECT_ATTRIBUTES* attributes, KPROCESSOR_MODE mode, FILE_INFORMATION_CLASS what,
                       void* out, uint32_t bytes) {
    auto file = open_by_name(attributes, mode, FILE_READ_ATTRIBUTES, FILE_OPEN_FOR_BACKUP_INTENT);
    if (!file) return file.failure().nt();
    uint64_t written = 0;
    return query_file(**file, {out, bytes, static_cast<uint32_t>(what)}, written);
}

}  // namespace rsl::io
