// SPDX-License-Identifier: GPL-2.0-only
// The security descriptor of a new object, and of one whose descriptor changes.
#pragma once

#include "abi/types/se.h"
#include "base/core/result.hpp"

namespace rsl::se {

/// What SeAssignSecurityEx is told.
struct Assignment {
    const void* parent = nullptr;
    const void* wish = nullptr;
    bool container = false;
    uint32_t flags = 0;  // SEF_*
    GENERIC_MAPPING mapping = {};
    KPROCESSOR_MODE mode = KernelMode;  // a user's owner and SACL are checked
};

/// A self-relative descriptor in pool memory, made of the wish, the parent and the subject's
/// defaults. STATUS_INVALID_OWNER, STATUS_PRIVILEGE_NOT_HELD, STATUS_INVALID_SECURITY_DESCR.
/// PASSIVE_LEVEL.
Result<void*> assign_security(const Assignment& what, const SECURITY_SUBJECT_CONTEXT& subject);

/// A descriptor with parts replaced, by the rules of automatic inheritance when `flags` (SEF_*)
/// asks for them.
Result<void*> change_security(const void* current, const void* changes, SECURITY_INFORMATION which,
                              uint32_t flags, const GENERIC_MAPPING& mapping);

}  // namespace rsl::se
