// SPDX-License-Identifier: GPL-2.0-only
// Resources of an image that is mapped: a tree of type, name and language. Every offset is checked
// against the resource table's size, since the bytes are a driver author's.
#pragma once

#include <cstdint>
#include <span>

#include "abi/types/basic.h"
#include "abi/types/pe.h"
#include "base/core/result.hpp"

namespace rsl::ldr {

/// A number, or the address of a terminated string: what a resource is called on one level.
using ResourceName = ULONG_PTR;

/// The directory that up to three names lead to.
Result<const IMAGE_RESOURCE_DIRECTORY*> find_resource_directory(void* image,
                                                                std::span<const ResourceName> path);
/// The data entry of type, name and language. Language 0 takes the first there is; a language that
/// is missing falls back to the neutral one.
Result<const IMAGE_RESOURCE_DATA_ENTRY*> find_resource(void* image,
                                                       std::span<const ResourceName, 3> path);
/// The bytes of a data entry, inside the image.
Result<std::span<const uint8_t>> resource_bytes(void* image,
                                                const IMAGE_RESOURCE_DATA_ENTRY& entry);

/// One message of a message table (MESSAGE_RESOURCE_ENTRY).
Result<const uint8_t*> find_message(std::span<const uint8_t> table, uint32_t id);

}  // namespace rsl::ldr
