// SPDX-License-Identifier: GPL-2.0-only
// Rights on handles: what is granted, and duplicates.
#pragma once

#include "kernel/ob/object.hpp"

namespace rsl::ob {

/// A body of any type, for Ref.
struct AnyBody {
    void add_reference() { reference(this); }
    void drop_reference() { dereference(this); }
};
using AnyRef = Ref<AnyBody>;
inline AnyRef adopt(void* body) { return AnyRef::adopt(static_cast<AnyBody*>(body)); }

/// The rights that a handle gets: generic ones mapped, a user's checked against the object's
/// security.
Result<uint32_t> grant_access(void* body, uint32_t desired_access, KPROCESSOR_MODE mode);

/// What NtDuplicateObject was asked for.
struct Duplication {
    ps::Process* source;
    HANDLE handle;        // of the source, a kernel handle, or NtCurrentProcess() and kin
    ps::Process* target;  // nullptr: only close the source
    uint32_t desired_access;
    uint32_t attributes;
    uint32_t options;
};
Result<HANDLE> duplicate_handle(const Duplication& what, KPROCESSOR_MODE mode);

}  // namespace rsl::ob
