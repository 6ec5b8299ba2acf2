// SPDX-License-Identifier: GPL-2.0-only
// Renaming and linking: before the file system hears of it, the folder that the new name lies in is opened,
// so that it is found by the rules of names and its sharing is respected.
#pragma once

#include "kernel/io/file.hpp"

namespace rsl::io {

/// Whether a class of NtSetInformationFile names another place: FileRenameInformation and kin.
bool is_rename(uint32_t information_class);

/// Opens the folder for the FILE_RENAME_INFORMATION in `buffer` (kernel memory); nothing when the name stays
/// in the file's own folder. kInvalidParameter, kObjectPathNotFound, kNotSameDevice as STATUS_NOT_SAME_DEVICE.
Result<Ref<File>> open_target_directory(File& file, const void* buffer, uint32_t bytes);

}  // namespace rsl::io
