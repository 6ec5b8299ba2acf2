// SPDX-License-Identifier: GPL-2.0-only
// May a subject have these rights on an object? The one decision that every open of a user makes.
#pragma once

#include <cstdint>

#include "abi/types/se.h"
#include "base/core/result.hpp"

namespace rsl::se {

class Token;

/// In which sense somebody is a member of something.
enum class Membership : uint8_t {
    kGrants,    // enabled: entries that allow count
    kDenies,    // enabled or for denying only: entries that deny count
    kRestricts  // among the restricting SIDs
};

/// What a check needs to know of a subject, so that it can be tested without tokens.
struct SubjectView {
    const void* context;
    bool (*is_member)(const void* context, const SID& sid, Membership how);
    bool (*has_privilege)(const void* context, uint32_t privilege);
    bool restricted = false;      // the restricting SIDs have to be allowed, too
    uint32_t integrity = 0x4000;  // RID of the subject's label
};

/// What a check came to.
struct AccessGrant {
    uint32_t rights;
    uint64_t privileges_used;  // bit n: privilege n
};

/// The rights granted for `desired` (generic rights mapped), or kAccessDenied, or
/// STATUS_PRIVILEGE_NOT_HELD. No descriptor or no DACL in it: everything is allowed.
/// MAXIMUM_ALLOWED grants whatever can be without privileges.
Result<AccessGrant> check_access(const void* descriptor, const SubjectView& subject,
                                 uint32_t desired, const GENERIC_MAPPING& mapping);

SubjectView view_of(const Token& token);

/// The same for an object of ob's and the running thread's subject.
Result<uint32_t> check_object_access(void* body, uint32_t desired);

}  // namespace rsl::se
