// SPDX-License-Identifier: GPL-2.0-only
// Where net buffers get memory and MDLs from: the kernel's pool in ndis.sys, the C library's heap
// in unit tests.
#pragma once

#include <cstddef>

#include "abi/types/ndis_objects.h"

namespace rsl::ndis {

constexpr ULONG kTag = 0x64734E52;  // "RNsd"

/// Nonpaged and zeroed; nullptr when there is none. IRQL <= DISPATCH_LEVEL, as all here.
void* allocate(size_t bytes, ULONG tag);
void release(void* memory);

/// The kernel's address of what an MDL describes; nullptr when it cannot be mapped.
std::byte* address_of(MDL& mdl);
/// An MDL of nonpaged memory, not linked to another.
MDL* make_mdl(void* memory, size_t bytes);
/// An MDL of a part of what another describes.
MDL* make_partial_mdl(MDL& source, size_t offset, size_t bytes);
void free_mdl(MDL* mdl);

}  // namespace rsl::ndis
