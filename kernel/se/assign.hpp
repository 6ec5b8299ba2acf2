// SPDX-License-Identifier: GPL-2.0-only
// The security descriptor of a new object.
#pragma once

#include "abi/types/se.h"
#include "base/core/result.hpp"

namespace rsl::se {

/// A self-relative descriptor in pool memory: what `wish` (or nullptr) says, completed by the subject's
/// owner and group and, without a list, by one for the system and administrators. PASSIVE_LEVEL.
Result<void*> assign_security(const void* parent, const void* wish, const SECURITY_SUBJECT_CONTEXT& subject);

}  // namespace rsl::se
