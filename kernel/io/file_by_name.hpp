// SPDX-License-Identifier: GPL-2.0-only
// What is done to a file by its name alone, without a handle that the caller sees.
#pragma once

#include "kernel/io/file.hpp"

namespace rsl::io {

/// Deletes it. Waits until the last other handle closes to be gone.
NTSTATUS delete_file(const OBJECT_ATTRIBUTES* attributes, KPROCESSOR_MODE mode);
/// Answers FileNetworkOpenInformation or FileBasicInformation to kernel memory.
NTSTATUS query_by_name(const OBJECT_ATTRIBUTES* attributes, KPROCESSOR_MODE mode, FILE_INFORMATION_CLASS what,
                       void* out, uint32_t bytes);

}  // namespace rsl::io
