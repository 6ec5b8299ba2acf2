// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/se/access_check.hpp"

#include "abi/types/status.h"
#include "kernel/se/acl.hpp"
#include "kernel/se/descriptor.hpp"
#include "kernel/se/sid.hpp"

namespace rsl::se {
namespace {

uint32_t map(uint32_t mask, const GENERIC_MAPPING& mapping) {
    if ((mask & GENERIC_READ) != 0) mask |= mapping.GenericRead;
    if ((mask & GENERIC_WRITE) != 0) mask |= mapping.GenericWrite;
    if ((mask & GENERIC_EXECUTE) != 0) mask |= mapping.GenericExecute;
    if ((mask & GENERIC_ALL) != 0) mask |= mapping.GenericAll;
    return mask & ~(GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL);
}

/// Which side of the check: an entry that allows or denies asks for different memberships.
struct Side {
    Membership allows, denies;
};
constexpr Side kNormal = {Membership::kGrants, Membership::kDenies};
constexpr Side kRestricting = {Membership::kRestricts, Membership::kRestricts};

/// What an entry is to us. Conditions are not evaluated: entries with one hold always when they
/// deny, never when they allow. Entries for an object type (of directory services) are for callers
/// that name one.
enum class Effect : uint8_t { kNone, kAllow, kDeny };
Effect effect_of(const ACE_HEADER& header) {
    if ((header.AceFlags & INHERIT_ONLY_ACE) != 0) return Effect::kNone;
    switch (header.AceType) {
        case ACCESS_ALLOWED_ACE_TYPE:
            return Effect::kAllow;
        case ACCESS_DENIED_ACE_TYPE:
        case ACCESS_DENIED_CALLBACK_ACE_TYPE:
            return Effect::kDeny;
        default:
            return Effect::kNone;
    }
}

/// What the list allows this subject in all, first come first served, as the documented algorithm
/// does.
uint32_t allowed_by(const ACL& dacl, const SubjectView& subject, const GENERIC_MAPPING& mapping,
                    Side side, bool is_owner) {
    uint32_t allowed = 0, denied = 0;
    for_each_ace(dacl, [&](const ACE_HEADER& header) {
        const Effect effect = effect_of(header);
        if (effect == Effect::kNone) return;
        const auto& ace = reinterpret_cast<const ACCESS_ALLOWED_ACE&>(header);
        const SID& sid = *reinterpret_cast<const SID*>(&ace.SidStart);
        const Membership how = effect == Effect::kAllow ? side.allows : side.denies;
        const bool as_owner = is_owner && equal(sid, kOwnerRightsSid.sid());
        if (!as_owner && !subject.is_member(subject.context, sid, how)) return;
        const uint32_t mask = map(ace.Mask, mapping);
        if (effect == Effect::kAllow) {
            allowed |= mask & ~denied;
        } else {
            denied |= mask & ~allowed;
        }
    });
    return allowed;
}

/// An entry for OWNER RIGHTS replaces what an owner has by being one.
bool limits_owner(const ACL& dacl) {
    bool found = false;
    for_each_ace(dacl, [&](const ACE_HEADER& header) {
        if (effect_of(header) == Effect::kNone) return;
        const auto& ace = reinterpret_cast<const ACCESS_ALLOWED_ACE&>(header);
        found = found || equal(*reinterpret_cast<const SID*>(&ace.SidStart), kOwnerRightsSid.sid());
    });
    return found;
}

/// What one side of the check allows, an owner's due included.
uint32_t allowed_to(const void* descriptor, const ACL& dacl, const SubjectView& subject,
                    const GENERIC_MAPPING& mapping, Side side) {
    const SID* owner = owner_of(descriptor);
    const bool is_owner = owner != nullptr && subject.is_member(subject.context, *owner, side.allows);
    const uint32_t allowed = allowed_by(dacl, subject, mapping, side, is_owner);
    return is_owner && !limits_owner(dacl) ? allowed | READ_CONTROL | WRITE_DAC : allowed;
}

/// Rights that the object's integrity label takes from a subject of a lower level. Without a label
/// an object is of medium level and refuses writing up.
uint32_t refused_by_label(const void* descriptor, const SubjectView& subject,
                          const GENERIC_MAPPING& mapping) {
    uint32_t level = SECURITY_MANDATORY_MEDIUM_RID, policy = SYSTEM_MANDATORY_LABEL_NO_WRITE_UP;
    if (const ACL* sacl = sacl_of(descriptor); sacl != nullptr) {
        bool found = false;
        for_each_ace(*sacl, [&](const ACE_HEADER& header) {
            if (found || header.AceType != SYSTEM_MANDATORY_LABEL_ACE_TYPE ||
                (header.AceFlags & INHERIT_ONLY_ACE) != 0)
                return;
            const auto& ace = reinterpret_cast<const SYSTEM_MANDATORY_LABEL_ACE&>(header);
            const SID& sid = *reinterpret_cast<const SID*>(&ace.SidStart);
            if (sid.SubAuthorityCount == 0) return;
            level = sid.SubAuthority[sid.SubAuthorityCount - 1];
            policy = ace.Mask;
            found = true;
        });
    }
    if (subject.integrity >= level) return 0;
    const uint32_t read = mapping.GenericRead, execute = mapping.GenericExecute;
    uint32_t kept = 0;
    if ((policy & SYSTEM_MANDATORY_LABEL_NO_READ_UP) == 0) kept |= read;
    if ((policy & SYSTEM_MANDATORY_LABEL_NO_EXECUTE_UP) == 0) kept |= execute;
    if ((policy & SYSTEM_MANDATORY_LABEL_NO_WRITE_UP) == 0)
        kept |= ~(read | execute) | mapping.GenericWrite;
    return ~kept;
}

}  // namespace

Result<AccessGrant> check_access(const void* descriptor, const SubjectView& subject,
                                 uint32_t desired, const GENERIC_MAPPING& mapping) {
    AccessGrant grant = {};
    if ((desired & ACCESS_SYSTEM_SECURITY) != 0) {
        if (!subject.has_privilege(subject.context, SE_SECURITY_PRIVILEGE))
            return Status(STATUS_PRIVILEGE_NOT_HELD);
        grant = {ACCESS_SYSTEM_SECURITY, uint64_t{1} << SE_SECURITY_PRIVILEGE};
    }
    const bool maximum = (desired & MAXIMUM_ALLOWED) != 0;
    uint32_t wanted = map(desired, mapping) & ~(ACCESS_SYSTEM_SECURITY | MAXIMUM_ALLOWED);
    if ((wanted & WRITE_OWNER) != 0 &&
        subject.has_privilege(subject.context, SE_TAKE_OWNERSHIP_PRIVILEGE)) {
        // Used only when the list does not grant it.
        grant.privileges_used |= uint64_t{1} << SE_TAKE_OWNERSHIP_PRIVILEGE;
    }
    const ACL* dacl = descriptor == nullptr ? nullptr : dacl_of(descriptor);
    uint32_t allowed = mapping.GenericAll | wanted;
    if (dacl != nullptr) {
        allowed = allowed_to(descriptor, *dacl, subject, mapping, kNormal);
        if (subject.restricted)
            allowed &= allowed_to(descriptor, *dacl, subject, mapping, kRestricting);
    }
    if (descriptor != nullptr) allowed &= ~refused_by_label(descriptor, subject, mapping);
    constexpr uint64_t kTakeOwnership = uint64_t{1} << SE_TAKE_OWNERSHIP_PRIVILEGE;
    if ((grant.privileges_used & kTakeOwnership) != 0) {
        if ((allowed & WRITE_OWNER) != 0) grant.privileges_used &= ~kTakeOwnership;
        allowed |= WRITE_OWNER;
    }
    if ((wanted & ~allowed) != 0) return Status::kAccessDenied;
    if (maximum) {
        if (allowed == 0) return Status::kAccessDenied;
        wanted |= allowed;
    }
    grant.rights |= wanted;
    return grant;
}

}  // namespace rsl::se
