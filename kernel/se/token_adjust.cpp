// SPDX-License-Identifier: GPL-2.0-only
// What of a token can change: privileges, groups, defaults; and the restricted copy.
#include <cstring>

#include "abi/types/status.h"
#include "kernel/se/acl.hpp"
#include "kernel/se/token.hpp"

namespace rsl::se {
namespace {

constexpr mm::PoolTag kTokenTag = mm::pool_tag("SeTo");
constexpr uint32_t kDisabled = SE_GROUP_ENABLED | SE_GROUP_ENABLED_BY_DEFAULT;

bool names(std::span<const SID_AND_ATTRIBUTES> list, const SID& sid) {
    for (const SID_AND_ATTRIBUTES& entry : list) {
        if (equal(*static_cast<const SID*>(entry.Sid), sid)) return true;
    }
    return false;
}

}  // namespace

void Token::modified() { modified_id_ = allocate_luid(); }

uint64_t Token::enable_privileges(uint64_t which, uint64_t enabled) {
    which &= privileges();
    const uint64_t before = enabled_privileges();
    const uint64_t after = (before & ~which) | (enabled & which);
    enabled_.store(after, std::memory_order_relaxed);
    if (before != after) modified();
    return before ^ after;
}

void Token::remove_privileges(uint64_t which) {
    if ((privileges() & which) == 0) return;
    enabled_.store(enabled_privileges() & ~which, std::memory_order_relaxed);
    present_.store(privileges() & ~which, std::memory_order_relaxed);
    modified();
}

void Token::set_group_attributes(uint32_t n, uint32_t attributes) {
    group_attributes_[n].store(attributes, std::memory_order_relaxed);
    modified();
}

Result<void> Token::set_default_dacl(const ACL* acl) {
    ACL* copy = nullptr;
    if (acl != nullptr) {
        copy = static_cast<ACL*>(mm::allocate(acl->AclSize, kTokenTag));
        if (copy == nullptr) return Status::kInsufficientResources;
        std::memcpy(copy, acl, acl->AclSize);
    }
    if (default_dacl_ != nullptr) mm::free_tagged(default_dacl_, kTokenTag);
    default_dacl_ = copy;
    modified();
    return {};
}

Result<Ref<Token>> Token::filter(const Filter& what) const {
    if (what.restricting.size() > kMaxRestrictingSids) return Status::kInvalidParameter;
    auto made = RSL_TRY(duplicate(type_, level_, Copy::kWhole));
    made->id_ = allocate_luid();
    constexpr uint64_t kKept = uint64_t{1} << SE_CHANGE_NOTIFY_PRIVILEGE;
    made->remove_privileges(what.all_privileges ? ~kKept : what.privileges);
    made->sandbox_inert_ = sandbox_inert_ || what.sandbox_inert;
    if (names(what.disabled, *subject_->user)) made->user_attributes_ |= SE_GROUP_USE_FOR_DENY_ONLY;
    for (uint32_t i = 0; i < group_count(); ++i) {
        if (!names(what.disabled, *subject_->groups[i].sid)) continue;
        made->group_attributes_[i] =
            (group_attributes(i) & ~kDisabled) | SE_GROUP_USE_FOR_DENY_ONLY;
    }
    if (what.restricting.empty()) return made;
    auto* list = static_cast<WellKnown<15>*>(
        mm::allocate(what.restricting.size() * sizeof(WellKnown<15>), kTokenTag));
    if (list == nullptr) return Status::kInsufficientResources;
    uint32_t count = 0;
    for (const SID_AND_ATTRIBUTES& entry : what.restricting) {
        const SID& sid = *static_cast<const SID*>(entry.Sid);
        // Of a restricted token the intersection is left.
        if (is_restricted() && !is_member(sid, Membership::kRestricts)) continue;
        std::memset(&list[count], 0, sizeof(list[count]));
        std::memcpy(&list[count++], &sid, sid_length(sid));
    }
    if (made->restricting_ != nullptr) mm::free_tagged(made->restricting_, kTokenTag);
    made->restricting_ = list;
    made->restricting_count_ = count;
    return made;
}

}  // namespace rsl::se
