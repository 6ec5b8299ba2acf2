// SPDX-License-Identifier: GPL-2.0-only
// Security descriptors behind files: a file that is open on a device itself shares the device's; of one that has a name below
// the device, the driver keeps it and is asked (IRP_MJ_QUERY_SECURITY, IRP_MJ_SET_SECURITY). PASSIVE_LEVEL.
#pragma once

#include "abi/types/se.h"
#include "kernel/io/file.hpp"

namespace rsl::io {

NTSTATUS set_file_security(File& file, SECURITY_INFORMATION which, const void* descriptor);
/// A copy in pool memory tagged se::kDescriptorTag, or nullptr when there is none.
NTSTATUS copy_file_security(File& file, SECURITY_INFORMATION which, void** copy);

}  // namespace rsl::io
