// SPDX-License-Identifier: GPL-2.0-only
// Descriptors on objects: kept in the header as self-relative pool memory, replaced as a whole.
#pragma once

#include "abi/types/se.h"
#include "base/core/result.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::se {

inline constexpr mm::PoolTag kDescriptorTag = mm::pool_tag("SeSd");

/// A caller's descriptor as a valid self-relative copy in pool memory, freed with mm::free. A
/// user's is probed while it is read. nullptr stays nullptr. PASSIVE_LEVEL.
Result<void*> capture_descriptor(const void* descriptor, KPROCESSOR_MODE mode);

/// Replaces the parts that `which` names by those of a valid descriptor. PASSIVE_LEVEL.
Result<void> set_object_security(void* body, SECURITY_INFORMATION which, const void* descriptor);
/// A copy of the object's descriptor with the parts that `which` names, or nullptr when it has
/// none.
Result<void*> copy_object_security(const void* body, SECURITY_INFORMATION which);
inline constexpr SECURITY_INFORMATION kAllParts =
    OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION |
    SACL_SECURITY_INFORMATION;

/// The rights that reading or changing these parts takes.
uint32_t access_to_query(SECURITY_INFORMATION which);
uint32_t access_to_set(SECURITY_INFORMATION which);

}  // namespace rsl::se
