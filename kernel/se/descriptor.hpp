// SPDX-License-Identifier: GPL-2.0-only
// Security descriptors in both forms: self-relative (one block, offsets) and absolute (pointers).
// Pure. A descriptor from elsewhere goes through is_valid_relative() or capture() before it is
// believed.
#pragma once

#include <cstddef>
#include <cstdint>

#include "abi/types/se.h"
#include "base/core/result.hpp"
#include "kernel/se/sid.hpp"

namespace rsl::se {

inline bool is_relative(const void* descriptor) {
    return (static_cast<const SECURITY_DESCRIPTOR*>(descriptor)->Control & SE_SELF_RELATIVE) != 0;
}
inline SECURITY_DESCRIPTOR_CONTROL control_of(const void* descriptor) {
    return static_cast<const SECURITY_DESCRIPTOR*>(descriptor)->Control;
}

/// The parts of a descriptor of either form; nullptr: absent (a DACL that is absent or NULL allows
/// all).
const SID* owner_of(const void* descriptor);
const SID* group_of(const void* descriptor);
const ACL* dacl_of(const void* descriptor);
const ACL* sacl_of(const void* descriptor);

/// Whether every part of a descriptor, of either form, is well-formed. Absolute parts are followed.
bool is_valid_descriptor(const void* descriptor);
/// The same for a self-relative one of which only `bytes` may be read, with the parts that
/// `required` (OWNER_SECURITY_INFORMATION ...) names.
bool is_valid_relative(const void* descriptor, uint32_t bytes, SECURITY_INFORMATION required);

/// Bytes of a descriptor of either form, its parts and padding included.
uint32_t descriptor_length(const void* descriptor);

/// Makes a self-relative copy of either form. kBufferTooSmall with `bytes` set to what is needed.
Result<void> make_relative(const void* descriptor, void* out, uint32_t& bytes);
/// The same with only the parts that `wanted` names.
Result<void> make_relative(const void* descriptor, SECURITY_INFORMATION wanted, void* out,
                           uint32_t& bytes);

/// Which parts of `changes` replace those of `base` (which may be nullptr), as a self-relative
/// whole.
Result<void> merge(const void* base, const void* changes, SECURITY_INFORMATION parts, void* out,
                   uint32_t& bytes);

}  // namespace rsl::se
