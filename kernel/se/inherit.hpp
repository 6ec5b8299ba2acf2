// SPDX-License-Identifier: GPL-2.0-only
// What a new object's list gets from its parent's. Pure.
#pragma once

#include "abi/types/se.h"
#include "base/core/result.hpp"
#include "kernel/se/acl.hpp"

namespace rsl::se {

/// The new object and who makes it.
struct Inheritance {
    bool container;
    bool mark_inherited;  // INHERITED_ACE in what comes from the parent
    const SID& owner;     // take the place of CREATOR OWNER and CREATOR GROUP
    const SID& group;
    GENERIC_MAPPING mapping;
};

/// Whether anything of the list goes to such an object.
bool has_inheritable(const ACL& parent, bool container);
/// Bytes that append_inherited() needs at most.
uint32_t inherited_bytes(const ACL& parent);
/// Appends what `parent` leaves to the object.
Result<void> append_inherited(ACL& out, const ACL& parent, const Inheritance& how);
/// Appends entries of `from`. kExplicit: without those that are marked as inherited.
enum class Entries : uint8_t { kAll, kExplicit, kInherited };
Result<void> append_entries(ACL& out, const ACL& from, Entries which);
/// Replaces generic rights and creator SIDs in entries that are in force.
Result<void> append_effective(ACL& out, const ACL& from, const Inheritance& how, Entries which);

}  // namespace rsl::se
