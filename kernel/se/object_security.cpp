// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/se/object_security.hpp"

#include <atomic>
#include <cstring>

#include "abi/types/status.h"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/ob/object.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/ps/user_memory.hpp"
#include "kernel/se/access_check.hpp"
#include "kernel/se/acl.hpp"
#include "kernel/se/descriptor.hpp"
#include "kernel/se/token.hpp"

namespace rsl::se {
namespace {

/// Guards ObjectHeader::security of every object: it is read and replaced rarely, and briefly.
constinit ke::SpinLock security_lock{ke::LockRank::kObject};

/// An allocation that frees itself unless it is released.
class PoolBytes {
  public:
    explicit PoolBytes(uint32_t bytes) : memory_(mm::allocate(bytes, kDescriptorTag)) {}
    ~PoolBytes() {
        if (memory_ != nullptr) mm::free_tagged(memory_, kDescriptorTag);
    }
    PoolBytes(const PoolBytes&) = delete;
    PoolBytes& operator=(const PoolBytes&) = delete;
    void* get() const { return memory_; }
    void* release() { return std::exchange(memory_, nullptr); }

  private:
    void* memory_;
};

Result<void*> relative_copy(const void* descriptor, SECURITY_INFORMATION which) {
    uint32_t bytes = 0;
    if (auto probe = make_relative(descriptor, which, nullptr, bytes);
        !probe && probe.failure() != Status::kBufferTooSmall)
        return probe.failure();
    PoolBytes copy(bytes);
    if (copy.get() == nullptr) return Status::kInsufficientResources;
    RSL_TRY(make_relative(descriptor, which, copy.get(), bytes));
    return copy.release();
}

/// A part of a user's descriptor, copied to where the caller has room for it.
Result<const void*> read_sid(const void* user, char* room) {
    if (user == nullptr) return static_cast<const void*>(nullptr);
    RSL_TRY(rtl::copy_from_user(room, user, sid_length(0)));
    const auto& sid = *reinterpret_cast<const SID*>(room);
    if (!is_valid(sid)) return Status(STATUS_INVALID_SID);
    const uint32_t count = sid.SubAuthorityCount;
    RSL_TRY(rtl::copy_from_user(room, user, sid_length(count)));
    if (!is_valid(sid) || sid.SubAuthorityCount != count) return Status(STATUS_INVALID_SID);
    return static_cast<const void*>(room);
}
Result<uint32_t> acl_bytes(const ACL* user) {
    if (user == nullptr) return uint32_t{0};
    const ACL head = RSL_TRY(rtl::read_user(user));
    return uint32_t{head.AclSize < sizeof(ACL) ? uint32_t{sizeof(ACL)} : head.AclSize};
}
Result<ACL*> read_acl(const ACL* user, char* room, uint32_t bytes) {
    if (user == nullptr) return static_cast<ACL*>(nullptr);
    RSL_TRY(rtl::copy_from_user(room, user, bytes));
    auto* acl = reinterpret_cast<ACL*>(room);
    if (acl->AclSize != bytes || !is_valid(*acl)) return Status(STATUS_INVALID_ACL);
    return acl;
}

/// Brings a user's descriptor of either form in piece by piece: every pointer and size is doubtful.
Result<void*> capture_user(const void* user) {
    SECURITY_DESCRIPTOR head = {};
    RSL_TRY(rtl::copy_from_user(&head, user, sizeof(SECURITY_DESCRIPTOR_RELATIVE)));
    if (head.Revision != SECURITY_DESCRIPTOR_REVISION) return Status(STATUS_UNKNOWN_REVISION);
    if ((head.Control & SE_SELF_RELATIVE) != 0) {
        SECURITY_DESCRIPTOR_RELATIVE copy;
        std::memcpy(&copy, &head, sizeof(copy));
        const auto place = [user](ULONG offset) {
            return offset == 0 ? nullptr
                               : const_cast<char*>(static_cast<const char*>(user)) + offset;
        };
        head.Owner = place(copy.Owner), head.Group = place(copy.Group);
        head.Sacl = reinterpret_cast<PACL>(place(copy.Sacl));
        head.Dacl = reinterpret_cast<PACL>(place(copy.Dacl));
        head.Control = static_cast<USHORT>(head.Control & ~SE_SELF_RELATIVE);
    } else {
        RSL_TRY(rtl::copy_from_user(&head, user, sizeof(head)));
        if ((head.Control & SE_SELF_RELATIVE) != 0) return Status::kInvalidParameter;  // it changed
    }
    if ((head.Control & SE_DACL_PRESENT) == 0) head.Dacl = nullptr;
    if ((head.Control & SE_SACL_PRESENT) == 0) head.Sacl = nullptr;
    const uint32_t dacl_bytes = RSL_TRY(acl_bytes(head.Dacl));
    const uint32_t sacl_bytes = RSL_TRY(acl_bytes(head.Sacl));
    alignas(ULONG) char owner[SECURITY_MAX_SID_SIZE], group[SECURITY_MAX_SID_SIZE];
    PoolBytes dacl(dacl_bytes + 1), sacl(sacl_bytes + 1);
    if (dacl.get() == nullptr || sacl.get() == nullptr) return Status::kInsufficientResources;
    head.Owner = const_cast<void*>(RSL_TRY(read_sid(head.Owner, owner)));
    head.Group = const_cast<void*>(RSL_TRY(read_sid(head.Group, group)));
    head.Dacl = RSL_TRY(read_acl(head.Dacl, static_cast<char*>(dacl.get()), dacl_bytes));
    head.Sacl = RSL_TRY(read_acl(head.Sacl, static_cast<char*>(sacl.get()), sacl_bytes));
    return relative_copy(&head, kAllParts);
}

}  // namespace

Result<void*> capture_descriptor(const void* descriptor, KPROCESSOR_MODE mode) {
    if (descriptor == nullptr) return static_cast<void*>(nullptr);
    if (mode != KernelMode) return capture_user(descriptor);
    if (!is_valid_descriptor(descriptor)) return Status(STATUS_INVALID_SECURITY_DESCR);
    return relative_copy(descriptor, kAllParts);
}

Result<void> set_object_security(void* body, SECURITY_INFORMATION which, const void* descriptor) {
    ob::ObjectHeader& header = ob::header_of(body);
    void* base = RSL_TRY(copy_object_security(body, kAllParts));
    uint32_t bytes = 0;
    merge(base, descriptor, which, nullptr, bytes).ignore("only the size is wanted");
    PoolBytes merged(bytes);
    Result<void> outcome = Status::kInsufficientResources;
    if (merged.get() != nullptr) outcome = merge(base, descriptor, which, merged.get(), bytes);
    if (base != nullptr) mm::free_tagged(base, kDescriptorTag);
    RSL_TRY(std::move(outcome));
    void* old = merged.release();
    {
        // Two that set different parts at once: the later one wins as a whole.
        ke::InterruptLockGuard guard{security_lock};
        std::swap(old, header.security);
    }
    if (old != nullptr) mm::free_tagged(old, kDescriptorTag);
    return {};
}

Result<void*> copy_object_security(const void* body, SECURITY_INFORMATION which) {
    const ob::ObjectHeader& header = ob::header_of(body);
    uint32_t bytes = 256;
    for (;;) {
        PoolBytes copy(bytes);
        if (copy.get() == nullptr) return Status::kInsufficientResources;
        ke::InterruptLockGuard guard{security_lock};
        if (header.security == nullptr) return static_cast<void*>(nullptr);
        auto made = make_relative(header.security, which, copy.get(), bytes);
        if (made) return copy.release();
        if (made.failure() != Status::kBufferTooSmall) return made.failure();
    }
}

uint32_t access_to_query(SECURITY_INFORMATION which) {
    uint32_t access = 0;
    if ((which & ~SACL_SECURITY_INFORMATION) != 0) access |= READ_CONTROL;
    if ((which & SACL_SECURITY_INFORMATION) != 0) access |= ACCESS_SYSTEM_SECURITY;
    return access;
}
uint32_t access_to_set(SECURITY_INFORMATION which) {
    uint32_t access = 0;
    if ((which & (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |
                  LABEL_SECURITY_INFORMATION)) != 0)
        access |= WRITE_OWNER;
    if ((which & DACL_SECURITY_INFORMATION) != 0) access |= WRITE_DAC;
    if ((which & SACL_SECURITY_INFORMATION) != 0) access |= ACCESS_SYSTEM_SECURITY;
    return access;
}

SubjectView view_of(const Token& token) {
    const SID& label = *token.subject().integrity;
    return {.context = &token,
            .is_member =
                [](const void* context, const SID& sid, Membership how) {
                    return static_cast<const Token*>(context)->is_member(sid, how);
                },
            .has_privilege =
                [](const void* context, uint32_t privilege) {
                    return static_cast<const Token*>(context)->has_privilege({privilege, 0});
                },
            .restricted = token.is_restricted(),
            .integrity = label.SubAuthority[label.SubAuthorityCount - 1]};
}

Result<uint32_t> check_object_access(void* body, uint32_t desired) {
    // More than a list to compare with: a token is needed even where there is no list.
    constexpr uint32_t kAsksToken = ACCESS_SYSTEM_SECURITY | MAXIMUM_ALLOWED | GENERIC_READ | GENERIC_WRITE |
                                    GENERIC_EXECUTE | GENERIC_ALL;
    ob::ObjectHeader& header = ob::header_of(body);
    const bool open_to_all = std::atomic_ref(header.security).load(std::memory_order_relaxed) == nullptr;
    if (open_to_all && (desired & kAsksToken) == 0 &&
        !ps::current_thread().impersonating.load(std::memory_order_relaxed)) {
        return desired;
    }
    const EffectiveToken who = effective_token();
    if (who.level < SecurityImpersonation) return Status(STATUS_BAD_IMPERSONATION_LEVEL);
    const SubjectView subject = view_of(*who.token);
    ke::InterruptLockGuard guard{security_lock};
    return RSL_TRY(check_access(header.security, subject, desired, header.type->mapping)).rights;
}

}  // namespace rsl::se
