// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/se/assign.hpp"

#include "abi/types/status.h"
#include "kernel/mm/pool.hpp"
#include "kernel/se/acl.hpp"
#include "kernel/se/descriptor.hpp"
#include "kernel/se/object_security.hpp"
#include "kernel/se/token.hpp"

namespace rsl::se {

Result<void*> assign_security(const void*, const void* wish, const SECURITY_SUBJECT_CONTEXT& subject) {
    if (wish != nullptr && !is_valid_descriptor(wish)) return Status(STATUS_INVALID_SECURITY_DESCR);
    const auto& token = *static_cast<const Token*>(
        subject.ClientToken != nullptr ? subject.ClientToken : subject.PrimaryToken);
    alignas(ULONG) char list[128];
    auto& dacl = *reinterpret_cast<ACL*>(list);
    RSL_TRY(create_acl(dacl, sizeof(list), ACL_REVISION));
    for (const SID* sid : {&kSystemSid.sid(), &kAdministratorsSid.sid()})
        RSL_TRY(add_access_ace(dacl, ACL_REVISION, ACCESS_ALLOWED_ACE_TYPE, 0, GENERIC_ALL, *sid));
    const SECURITY_DESCRIPTOR fallback = {
        .Revision = SECURITY_DESCRIPTOR_REVISION,
        .Control = SE_DACL_PRESENT | SE_DACL_DEFAULTED | SE_OWNER_DEFAULTED | SE_GROUP_DEFAULTED,
        .Owner = const_cast<SID*>(token.subject().owner),
        .Group = const_cast<SID*>(token.subject().primary_group),
        .Dacl = &dacl};
    if (wish == nullptr) return capture_descriptor(&fallback, KernelMode);
    SECURITY_INFORMATION wished = SACL_SECURITY_INFORMATION;
    if (owner_of(wish) != nullptr) wished |= OWNER_SECURITY_INFORMATION;
    if (group_of(wish) != nullptr) wished |= GROUP_SECURITY_INFORMATION;
    if ((control_of(wish) & SE_DACL_PRESENT) != 0) wished |= DACL_SECURITY_INFORMATION;
    uint32_t bytes = 0;
    merge(&fallback, wish, wished, nullptr, bytes).ignore("only the size is wanted");
    void* made = mm::allocate(bytes, kDescriptorTag);
    if (made == nullptr) return Status::kInsufficientResources;
    RSL_TRY(merge(&fallback, wish, wished, made, bytes));
    return made;
}

}  // namespace rsl::se
