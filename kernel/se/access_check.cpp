// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/se/access_check.hpp"

#include "abi/types/status.h"
#include "kernel/se/acl.hpp"
#include "kernel/se/descriptor.hpp"

namespace rsl::se {
namespace {

uint32_t map(uint32_t mask, const GENERIC_MAPPING& mapping) {
    if ((mask & GENERIC_READ) != 0) mask |= mapping.GenericRead;
    if ((mask & GENERIC_WRITE) != 0) mask |= mapping.GenericWrite;
    if ((mask & GENERIC_EXECUTE) != 0) mask |= mapping.GenericExecute;
    if ((mask & GENERIC_ALL) != 0) mask |= mapping.GenericAll;
    return mask & ~(GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL);
}

/// What the list allows this subject in all, first come first served, as the documented algorithm does.
uint32_t allowed_by(const ACL& dacl, const SubjectView& subject, const GENERIC_MAPPING& mapping) {
    uint32_t allowed = 0, denied = 0;
    for_each_ace(dacl, [&](const ACE_HEADER& header) {
        if ((header.AceFlags & INHERIT_ONLY_ACE) != 0) return;
        if (header.AceType != ACCESS_ALLOWED_ACE_TYPE && header.AceType != ACCESS_DENIED_ACE_TYPE) return;
        const auto& ace = reinterpret_cast<const ACCESS_ALLOWED_ACE&>(header);
        if (!subject.is_member(subject.context, *reinterpret_cast<const SID*>(&ace.SidStart))) return;
        const uint32_t mask = map(ace.Mask, mapping);
        if (header.AceType == ACCESS_ALLOWED_ACE_TYPE) {
            allowed |= mask & ~denied;
        } else {
            denied |= mask & ~allowed;
        }
    });
    return allowed;
}

}  // namespace

Result<uint32_t> check_access(const void* descriptor, const SubjectView& subject, uint32_t desired,
                              const GENERIC_MAPPING& mapping) {
    uint32_t granted = 0;
    if ((desired & ACCESS_SYSTEM_SECURITY) != 0) {
        if (!subject.has_privilege(subject.context, SE_SECURITY_PRIVILEGE))
            return Status(STATUS_PRIVILEGE_NOT_HELD);
        granted |= ACCESS_SYSTEM_SECURITY;
    }
    const bool maximum = (desired & MAXIMUM_ALLOWED) != 0;
    const uint32_t wanted = map(desired, mapping) & ~(ACCESS_SYSTEM_SECURITY | MAXIMUM_ALLOWED);
    const ACL* dacl = descriptor == nullptr ? nullptr : dacl_of(descriptor);
    if (dacl == nullptr) return granted | wanted | (maximum ? mapping.GenericAll : 0);

    uint32_t allowed = allowed_by(*dacl, subject, mapping);
    const SID* owner = owner_of(descriptor);
    if (owner != nullptr && subject.is_member(subject.context, *owner)) allowed |= READ_CONTROL | WRITE_DAC;
    if (subject.has_privilege(subject.context, SE_TAKE_OWNERSHIP_PRIVILEGE)) allowed |= WRITE_OWNER;
    if ((wanted & ~allowed) != 0) return Status::kAccessDenied;
    if (!maximum) return granted | wanted;
    if (allowed == 0) return Status::kAccessDenied;
    return granted | allowed;
}

}  // namespace rsl::se
