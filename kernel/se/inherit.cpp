// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/se/inherit.hpp"

#include <cstring>

#include "abi/types/status.h"

namespace rsl::se {
namespace {

constexpr uint32_t kInheritFlags =
    OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE | NO_PROPAGATE_INHERIT_ACE | INHERIT_ONLY_ACE;
constexpr uint32_t kGeneric = GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL;
constexpr uint32_t kMaxEntry = offsetof(ACCESS_ALLOWED_ACE, SidStart) + SECURITY_MAX_SID_SIZE;

/// An entry with a mask and a SID, of the kinds that we can look into.
bool is_plain(const ACE_HEADER& ace) {
    return ace.AceType <= SYSTEM_ALARM_ACE_TYPE || ace.AceType == SYSTEM_MANDATORY_LABEL_ACE_TYPE;
}
const SID& sid_of(const ACE_HEADER& ace) {
    return *reinterpret_cast<const SID*>(
        &reinterpret_cast<const ACCESS_ALLOWED_ACE&>(ace).SidStart);
}
uint32_t mask_of(const ACE_HEADER& ace) {
    return reinterpret_cast<const ACCESS_ALLOWED_ACE&>(ace).Mask;
}

const SID& real_sid(const SID& sid, const Inheritance& how) {
    if (equal(sid, kCreatorOwnerSid.sid())) return how.owner;
    if (equal(sid, kCreatorGroupSid.sid())) return how.group;
    return sid;
}
uint32_t real_mask(uint32_t mask, const GENERIC_MAPPING& mapping) {
    if ((mask & GENERIC_READ) != 0) mask |= mapping.GenericRead;
    if ((mask & GENERIC_WRITE) != 0) mask |= mapping.GenericWrite;
    if ((mask & GENERIC_EXECUTE) != 0) mask |= mapping.GenericExecute;
    if ((mask & GENERIC_ALL) != 0) mask |= mapping.GenericAll;
    return mask & ~kGeneric;
}

Result<void> append_raw(ACL& out, const ACE_HEADER& ace, uint32_t flags) {
    RSL_TRY(add_aces(out, ACL_REVISION, MAXULONG, &ace, ace.AceSize));
    ACE_HEADER* made = RSL_TRY(get_ace(out, out.AceCount - 1u));
    made->AceFlags = static_cast<UCHAR>(flags);
    return {};
}
/// An entry as it holds on the object itself.
Result<void> append_real(ACL& out, const ACE_HEADER& ace, uint32_t flags, const Inheritance& how) {
    if (!is_plain(ace)) return append_raw(out, ace, flags);
    const uint32_t mask = ace.AceType == SYSTEM_MANDATORY_LABEL_ACE_TYPE
                              ? mask_of(ace)
                              : real_mask(mask_of(ace), how.mapping);
    return add_access_ace(out, ACL_REVISION, ace.AceType, static_cast<uint8_t>(flags), mask,
                          real_sid(sid_of(ace), how));
}
/// Whether the entry would change by being put in force, so that what is passed on has to be kept
/// apart.
bool changes(const ACE_HEADER& ace, const Inheritance& how) {
    if (!is_plain(ace)) return false;
    return (mask_of(ace) & kGeneric) != 0 || &real_sid(sid_of(ace), how) != &sid_of(ace);
}

bool is_inherited_by(const ACE_HEADER& ace, bool container) {
    if ((ace.AceFlags & OBJECT_INHERIT_ACE) != 0 &&
        (!container || (ace.AceFlags & NO_PROPAGATE_INHERIT_ACE) == 0))
        return true;
    return container && (ace.AceFlags & CONTAINER_INHERIT_ACE) != 0;
}

Result<void> append_one(ACL& out, const ACE_HEADER& ace, const Inheritance& how) {
    const uint32_t kept = (ace.AceFlags & ~(kInheritFlags | uint32_t{INHERITED_ACE})) |
                          (how.mark_inherited ? INHERITED_ACE : 0);
    if (!how.container) return append_real(out, ace, kept, how);
    const bool passed_on = (ace.AceFlags & NO_PROPAGATE_INHERIT_ACE) == 0;
    const uint32_t on = ace.AceFlags & (OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE);
    if ((ace.AceFlags & CONTAINER_INHERIT_ACE) == 0)  // for objects in it only
        return append_raw(out, ace, kept | on | INHERIT_ONLY_ACE);
    if (!passed_on) return append_real(out, ace, kept, how);
    if (!changes(ace, how)) return append_real(out, ace, kept | on, how);
    RSL_TRY(append_real(out, ace, kept, how));
    return append_raw(out, ace, kept | on | INHERIT_ONLY_ACE);
}

bool is_wanted(const ACE_HEADER& ace, Entries which) {
    const bool inherited = (ace.AceFlags & INHERITED_ACE) != 0;
    return which == Entries::kAll || inherited == (which == Entries::kInherited);
}

template <typename Append>
Result<void> each(const ACL& from, Append&& append) {
    Result<void> outcome = {};
    for_each_ace(from, [&](const ACE_HEADER& ace) {
        if (outcome.ok()) outcome = append(ace);
    });
    return outcome;
}

}  // namespace

bool has_inheritable(const ACL& parent, bool container) {
    bool found = false;
    for_each_ace(parent,
                 [&](const ACE_HEADER& ace) { found = found || is_inherited_by(ace, container); });
    return found;
}

uint32_t inherited_bytes(const ACL& parent) {
    return static_cast<uint32_t>(sizeof(ACL)) + 2 * uint32_t{parent.AclSize} +
           parent.AceCount * kMaxEntry;
}

Result<void> append_inherited(ACL& out, const ACL& parent, const Inheritance& how) {
    return each(parent, [&](const ACE_HEADER& ace) -> Result<void> {
        if (!is_inherited_by(ace, how.container)) return {};
        return append_one(out, ace, how);
    });
}

Result<void> append_entries(ACL& out, const ACL& from, Entries which) {
    return each(from, [&](const ACE_HEADER& ace) -> Result<void> {
        if (!is_wanted(ace, which)) return {};
        return append_raw(out, ace, ace.AceFlags);
    });
}

Result<void> append_effective(ACL& out, const ACL& from, const Inheritance& how, Entries which) {
    return each(from, [&](const ACE_HEADER& ace) -> Result<void> {
        if (!is_wanted(ace, which)) return {};
        if ((ace.AceFlags & INHERIT_ONLY_ACE) != 0) return append_raw(out, ace, ace.AceFlags);
        const bool passed_on = (ace.AceFlags & (OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE)) != 0;
        if (!how.container || !passed_on || !changes(ace, how))
            return append_real(out, ace, ace.AceFlags, how);
        RSL_TRY(append_real(out, ace, ace.AceFlags & ~kInheritFlags, how));
        return append_raw(out, ace, ace.AceFlags | INHERIT_ONLY_ACE);
    });
}

}  // namespace rsl::se
