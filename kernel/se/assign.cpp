// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/se/assign.hpp"

#include "abi/types/status.h"
#include "kernel/mm/pool.hpp"
#include "kernel/se/acl.hpp"
#include "kernel/se/descriptor.hpp"
#include "kernel/se/inherit.hpp"
#include "kernel/se/object_security.hpp"
#include "kernel/se/token.hpp"
#include "kernel/se/token_lock.hpp"

namespace rsl::se {
namespace {

/// A list in pool memory while a descriptor is put together.
class WorkList {
  public:
    WorkList() = default;
    ~WorkList() {
        if (list_ != nullptr) mm::free_tagged(list_, kDescriptorTag);
    }
    WorkList(const WorkList&) = delete;
    WorkList& operator=(const WorkList&) = delete;
    Result<ACL*> create(uint32_t bytes) {
        list_ = static_cast<ACL*>(mm::allocate(bytes, kDescriptorTag));
        if (list_ == nullptr) return Status::kInsufficientResources;
        RSL_TRY(create_acl(*list_, bytes < MAXUSHORT ? bytes : MAXUSHORT & ~3u, ACL_REVISION));
        return list_;
    }
    /// Cuts the unused rest off.
    ACL* finished() {
        list_->AclSize = static_cast<USHORT>(used_bytes(*list_));
        return list_;
    }

  private:
    ACL* list_ = nullptr;
};

/// Which list of a descriptor is being made, and its control bits.
struct Kind {
    const ACL* (*of)(const void* descriptor);
    uint32_t present, defaulted, is_protected, auto_inherited, auto_inherit_flag;
};
constexpr Kind kDacl = {&dacl_of,          SE_DACL_PRESENT,        SE_DACL_DEFAULTED,
                        SE_DACL_PROTECTED, SE_DACL_AUTO_INHERITED, SEF_DACL_AUTO_INHERIT};
constexpr Kind kSacl = {&sacl_of,          SE_SACL_PRESENT,        SE_SACL_DEFAULTED,
                        SE_SACL_PROTECTED, SE_SACL_AUTO_INHERITED, SEF_SACL_AUTO_INHERIT};

struct MadeList {
    ACL* list = nullptr;
    uint32_t control = 0;
};

/// The table of SeAssignSecurityEx: explicit, default and no wish against what the parent leaves.
Result<MadeList> make_list(const Assignment& what, const Kind& kind, const Inheritance& base,
                           const ACL* fallback, WorkList& work) {
    const uint32_t control = what.wish != nullptr ? control_of(what.wish) : 0;
    const bool wished = (control & kind.present) != 0;
    const bool by_default =
        (control & kind.defaulted) != 0 || (what.flags & SEF_DEFAULT_DESCRIPTOR_FOR_OBJECT) != 0;
    const bool automatic = (what.flags & kind.auto_inherit_flag) != 0;
    const bool is_protected = (control & kind.is_protected) != 0;
    const ACL* parent = what.parent != nullptr ? kind.of(what.parent) : nullptr;
    const bool inherits =
        parent != nullptr && !is_protected && has_inheritable(*parent, what.container);
    Inheritance how = base;
    how.mark_inherited = automatic;
    const ACL* wish = wished ? kind.of(what.wish) : fallback;
    const bool take_parent = inherits && (!wished || by_default || automatic);
    const bool take_wish = !take_parent || (wished && !by_default);
    MadeList made;
    if (wished && wish == nullptr && take_wish)
        return MadeList{nullptr, kind.present};  // a null list
    if (!take_parent && wish == nullptr) return made;
    uint32_t bytes = sizeof(ACL) + (take_parent ? inherited_bytes(*parent) : 0) +
                     (take_wish && wish != nullptr ? inherited_bytes(*wish) : 0);
    ACL* out = RSL_TRY(work.create(bytes));
    if (take_wish && wish != nullptr)
        RSL_TRY(append_effective(*out, *wish, how,
                                 automatic && inherits ? Entries::kExplicit : Entries::kAll));
    if (take_parent) RSL_TRY(append_inherited(*out, *parent, how));
    made.list = work.finished();
    made.control = kind.present | (is_protected ? kind.is_protected : 0) |
                   (automatic ? kind.auto_inherited : 0);
    if (!take_parent && (!wished || by_default)) made.control |= kind.defaulted;
    return made;
}

/// May the subject name this owner?
bool may_own(const Token& token, const SID& owner) {
    if (token.has_privilege({SE_RESTORE_PRIVILEGE, 0})) return true;
    if (equal(*token.subject().user, owner)) return true;
    for (uint32_t i = 0; i < token.group_count(); ++i) {
        if (equal(*token.subject().groups[i].sid, owner))
            return (token.group_attributes(i) & SE_GROUP_OWNER) != 0;
    }
    return false;
}

Result<void> check_wish(const Assignment& what, const Token& token) {
    if (what.wish == nullptr || what.mode == KernelMode) return {};
    if ((control_of(what.wish) & SE_SACL_PRESENT) != 0 &&
        (what.flags & SEF_AVOID_PRIVILEGE_CHECK) == 0 &&
        !token.has_privilege({SE_SECURITY_PRIVILEGE, 0}))
        return Status(STATUS_PRIVILEGE_NOT_HELD);
    const SID* owner = owner_of(what.wish);
    if (owner != nullptr && (what.flags & SEF_AVOID_OWNER_CHECK) == 0 && !may_own(token, *owner))
        return Status(STATUS_INVALID_OWNER);
    return {};
}

const SID& choose(const SID* wished, const void* parent, bool from_parent,
                  const SID* (*of)(const void* descriptor), const SID& fallback) {
    if (wished != nullptr) return *wished;
    if (from_parent && parent != nullptr && of(parent) != nullptr) return *of(parent);
    return fallback;
}

}  // namespace

Result<void*> assign_security(const Assignment& what, const SECURITY_SUBJECT_CONTEXT& subject) {
    if (what.wish != nullptr && !is_valid_descriptor(what.wish))
        return Status(STATUS_INVALID_SECURITY_DESCR);
    if (what.parent != nullptr && !is_valid_descriptor(what.parent))
        return Status(STATUS_INVALID_SECURITY_DESCR);
    const auto& token = *static_cast<const Token*>(
        subject.ClientToken != nullptr ? subject.ClientToken : subject.PrimaryToken);
    RSL_TRY(check_wish(what, token));
    TokenRead lock;
    const SID& owner =
        choose(what.wish != nullptr ? owner_of(what.wish) : nullptr, what.parent,
               (what.flags & SEF_DEFAULT_OWNER_FROM_PARENT) != 0, &owner_of, token.owner());
    const SID& group =
        choose(what.wish != nullptr ? group_of(what.wish) : nullptr, what.parent,
               (what.flags & SEF_DEFAULT_GROUP_FROM_PARENT) != 0, &group_of, token.primary_group());
    const Inheritance how = {what.container, false, owner, group, what.mapping};
    WorkList dacl_memory, sacl_memory;
    const MadeList dacl = RSL_TRY(make_list(what, kDacl, how, token.default_dacl(), dacl_memory));
    const MadeList sacl = RSL_TRY(make_list(what, kSacl, how, nullptr, sacl_memory));
    const SECURITY_DESCRIPTOR made = {.Revision = SECURITY_DESCRIPTOR_REVISION,
                                      .Control = static_cast<USHORT>(dacl.control | sacl.control),
                                      .Owner = const_cast<SID*>(&owner),
                                      .Group = const_cast<SID*>(&group),
                                      .Sacl = sacl.list,
                                      .Dacl = dacl.list};
    return capture_descriptor(&made, KernelMode);
}

namespace {

/// The list that results from a change by the documented rules of automatic inheritance.
Result<MadeList> change_list(const void* current, const void* changes, const Kind& kind,
                             WorkList& work) {
    const ACL* from = kind.of(changes);
    const ACL* now = current != nullptr ? kind.of(current) : nullptr;
    const bool protect = (control_of(changes) & kind.is_protected) != 0;
    const bool was_protected = (control_of(current) & kind.is_protected) != 0;
    MadeList made = {nullptr,
                     kind.present | kind.auto_inherited | (protect ? kind.is_protected : 0)};
    if (from == nullptr) return made;
    ACL* out = RSL_TRY(work.create(inherited_bytes(*from) + (now != nullptr ? now->AclSize : 0)));
    if (protect || was_protected) {
        RSL_TRY(append_entries(*out, *from, Entries::kAll));
        for (uint32_t i = 0; protect && i < out->AceCount; ++i) {
            ACE_HEADER* ace = RSL_TRY(get_ace(*out, i));
            ace->AceFlags = static_cast<UCHAR>(ace->AceFlags & ~INHERITED_ACE);
        }
    } else {
        RSL_TRY(append_entries(*out, *from, Entries::kExplicit));
        if (now != nullptr) RSL_TRY(append_entries(*out, *now, Entries::kInherited));
    }
    made.list = work.finished();
    return made;
}

}  // namespace

Result<void*> change_security(const void* current, const void* changes, SECURITY_INFORMATION which,
                              uint32_t flags, const GENERIC_MAPPING& mapping) {
    SECURITY_DESCRIPTOR wanted = {
        .Revision = SECURITY_DESCRIPTOR_REVISION,
        .Control = static_cast<USHORT>(control_of(changes) & ~SE_SELF_RELATIVE),
        .Owner = const_cast<SID*>(owner_of(changes)),
        .Group = const_cast<SID*>(group_of(changes)),
        .Sacl = const_cast<ACL*>(sacl_of(changes)),
        .Dacl = const_cast<ACL*>(dacl_of(changes))};
    WorkList dacl_memory, sacl_memory, mapped_memory;
    const auto take = [&wanted](const MadeList& made, const Kind& kind, PACL& list) {
        constexpr uint32_t kBits = 0xFFFF;
        const uint32_t own =
            kind.present | kind.defaulted | kind.is_protected | kind.auto_inherited;
        wanted.Control = static_cast<USHORT>((wanted.Control & kBits & ~own) | made.control);
        list = made.list;
    };
    if ((which & DACL_SECURITY_INFORMATION) != 0 && (flags & SEF_DACL_AUTO_INHERIT) != 0)
        take(RSL_TRY(change_list(current, changes, kDacl, dacl_memory)), kDacl, wanted.Dacl);
    if ((which & SACL_SECURITY_INFORMATION) != 0 && (flags & SEF_SACL_AUTO_INHERIT) != 0)
        take(RSL_TRY(change_list(current, changes, kSacl, sacl_memory)), kSacl, wanted.Sacl);
    if ((which & DACL_SECURITY_INFORMATION) != 0 && wanted.Dacl != nullptr) {
        const SID* owner = owner_of(current);
        const SID* group = group_of(current);
        const Inheritance how = {false, false, owner != nullptr ? *owner : kCreatorOwnerSid.sid(),
                                 group != nullptr ? *group : kCreatorGroupSid.sid(), mapping};
        ACL* out = RSL_TRY(mapped_memory.create(inherited_bytes(*wanted.Dacl)));
        RSL_TRY(append_effective(*out, *wanted.Dacl, how, Entries::kAll));
        wanted.Dacl = mapped_memory.finished();
    }
    uint32_t bytes = 0;
    merge(current, &wanted, which, nullptr, bytes).ignore("only the size is wanted");
    void* made = mm::allocate(bytes, kDescriptorTag);
    if (made == nullptr) return Status::kInsufficientResources;
    if (auto merged = merge(current, &wanted, which, made, bytes); !merged) {
        mm::free_tagged(made, kDescriptorTag);
        return merged.failure();
    }
    return made;
}

}  // namespace rsl::se
