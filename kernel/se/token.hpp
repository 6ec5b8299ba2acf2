// SPDX-License-Identifier: GPL-2.0-only
// Access tokens: who a process or an impersonating thread acts for. There are two kinds of subject:
// the system, and the one user of the VM, an administrator (docs/nt/security.md). What a token
// holds of its subject can shrink: privileges and groups are disabled, removed, restricted
// (token_adjust.cpp).
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "abi/types/se.h"
#include "kernel/ob/object.hpp"
#include "kernel/se/access_check.hpp"
#include "kernel/se/sid.hpp"

namespace rsl::se {

class Token : public ob::Object<Token> {
  public:
    static ob::ObjectType kType;
    static constexpr uint32_t kMaxGroups = 16;
    static constexpr uint32_t kMaxRestrictingSids = 16;

    struct Group {
        const SID* sid;  // a constant
        uint32_t attributes;
    };
    /// Who a token is for. A constant.
    struct Subject {
        const SID* user;
        const SID* owner;
        const SID* primary_group;
        std::span<const Group> groups;
        const SID* integrity;
        uint64_t privileges;  // bit n: privilege n, enabled
    };
    static Result<Ref<Token>> create(const Subject& subject, uint32_t session_id, LUID logon);
    /// A copy of another type or level (NtDuplicateToken). kEffective: what is disabled is left
    /// out.
    enum class Copy : uint8_t { kWhole, kEffective };
    Result<Ref<Token>> duplicate(TOKEN_TYPE type, SECURITY_IMPERSONATION_LEVEL level,
                                 Copy copy) const;
    ~Token();

    const Subject& subject() const { return *subject_; }
    TOKEN_TYPE type() const { return type_; }
    SECURITY_IMPERSONATION_LEVEL level() const { return level_; }
    uint32_t session_id() const { return session_id_.load(std::memory_order_relaxed); }
    void set_session_id(uint32_t id) { session_id_.store(id, std::memory_order_relaxed); }
    LUID id() const { return id_; }
    LUID modified_id() const { return modified_id_; }
    LUID logon() const { return logon_; }
    const SID& owner() const { return *owner_.load(std::memory_order_relaxed); }
    const SID& primary_group() const { return *primary_group_.load(std::memory_order_relaxed); }
    /// Self-contained pool memory, or nullptr. Guarded by the token lock.
    const ACL* default_dacl() const { return default_dacl_; }

    /// Bit n: privilege n. Enabled ones are present, too.
    uint64_t privileges() const { return present_.load(std::memory_order_relaxed); }
    uint64_t enabled_privileges() const { return enabled_.load(std::memory_order_relaxed); }
    uint64_t default_privileges() const { return default_; }
    bool has_privilege(LUID privilege) const {
        return privilege.HighPart == 0 && privilege.LowPart < 64 &&
               (enabled_privileges() >> privilege.LowPart & 1) != 0;
    }
    uint32_t group_count() const { return static_cast<uint32_t>(subject_->groups.size()); }
    uint32_t group_attributes(uint32_t n) const {
        return group_attributes_[n].load(std::memory_order_relaxed);
    }
    uint32_t user_attributes() const { return user_attributes_; }
    /// Whether the user or a group is `sid`, in the sense of the question.
    bool is_member(const SID& sid, Membership how) const;
    std::span<const WellKnown<15>> restricting_sids() const {
        return {restricting_, restricting_count_};
    }
    bool is_restricted() const { return restricting_count_ != 0; }
    bool is_sandbox_inert() const { return sandbox_inert_; }

    // ---- Changes. The caller holds the token lock exclusively (token_lock.hpp).
    /// Enables and disables what is among `which`; returns what changed. Removed ones do not come
    /// back.
    uint64_t enable_privileges(uint64_t which, uint64_t enabled);
    void remove_privileges(uint64_t which);
    void set_group_attributes(uint32_t n, uint32_t attributes);
    void set_owner(const SID& constant) {
        owner_.store(&constant, std::memory_order_relaxed), modified();
    }
    void set_primary_group(const SID& constant) {
        primary_group_.store(&constant, std::memory_order_relaxed), modified();
    }
    Result<void> set_default_dacl(const ACL* acl);

    /// What SeFilterToken takes away. SIDs and privileges that the token has not are ignored.
    struct Filter {
        bool all_privileges;  // but SeChangeNotifyPrivilege
        bool sandbox_inert;
        uint64_t privileges;
        std::span<const SID_AND_ATTRIBUTES> disabled;
        std::span<const SID_AND_ATTRIBUTES> restricting;
    };
    Result<Ref<Token>> filter(const Filter& what) const;

  private:
    void modified();
    const Subject* subject_ = nullptr;
    TOKEN_TYPE type_ = TokenPrimary;
    SECURITY_IMPERSONATION_LEVEL level_ = SecurityAnonymous;
    std::atomic<uint32_t> session_id_ = 0;
    LUID id_ = {}, modified_id_ = {}, logon_ = {};
    std::atomic<uint64_t> present_ = 0, enabled_ = 0;
    uint64_t default_ = 0;
    std::atomic<uint32_t> group_attributes_[kMaxGroups] = {};
    uint32_t user_attributes_ = 0;
    std::atomic<const SID*> owner_ = nullptr, primary_group_ = nullptr;
    ACL* default_dacl_ = nullptr;
    WellKnown<15>* restricting_ = nullptr;  // pool memory, never changes
    uint32_t restricting_count_ = 0;
    bool sandbox_inert_ = false;
};

/// The system process' token. Never goes away.
Token& system_token();
/// A token for a client's process: the VM's user.
Result<Ref<Token>> create_client_token();
/// A token of nobody, for SecurityAnonymous.
Result<Ref<Token>> create_anonymous_token();
LUID allocate_luid();
/// The token that the running thread acts with: the one it impersonates, or its process'.
struct EffectiveToken {
    Ref<Token> token;
    bool impersonating;
    SECURITY_IMPERSONATION_LEVEL level;
};
EffectiveToken effective_token();

/// Writes what NtQueryInformationToken answers, for a reader who sees it at `address`. Returns the
/// bytes needed; nothing is written unless they fit. STATUS_INVALID_INFO_CLASS for a class we do
/// not have, kInvalidParameter for what this token has not.
Result<size_t> query_token(const Token& token, TOKEN_INFORMATION_CLASS what,
                           std::span<std::byte> out, uint64_t address);

}  // namespace rsl::se
