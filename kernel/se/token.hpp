// SPDX-License-Identifier: GPL-2.0-only
// Access tokens: who a process acts for. There are two kinds of subject: the system, and the one user
// of the VM, an administrator whose privileges are all enabled (docs/nt/processes.md).
#pragma once

#include <cstdint>
#include <span>

#include "abi/types/se.h"
#include "kernel/ob/object.hpp"
#include "kernel/se/sid.hpp"

namespace rsl::se {

class Token : public ob::Object<Token> {
  public:
    static ob::ObjectType kType;

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
        LUID logon;           // authentication identifier
    };
    static Result<Ref<Token>> create(const Subject& subject, uint32_t session_id);
    /// A copy of another type or level (NtDuplicateToken).
    Result<Ref<Token>> duplicate(TOKEN_TYPE type, SECURITY_IMPERSONATION_LEVEL level) const;

    const Subject& subject() const { return *subject_; }
    TOKEN_TYPE type() const { return type_; }
    SECURITY_IMPERSONATION_LEVEL level() const { return level_; }
    uint32_t session_id() const { return session_id_; }
    LUID id() const { return id_; }

    bool has_privilege(LUID privilege) const {
        return privilege.HighPart == 0 && privilege.LowPart < 64 &&
               (subject_->privileges >> privilege.LowPart & 1) != 0;
    }
    /// Whether the user or a group that is in force is `sid`.
    bool is_member(const SID& sid) const;

  private:
    const Subject* subject_ = nullptr;
    TOKEN_TYPE type_ = TokenPrimary;
    SECURITY_IMPERSONATION_LEVEL level_ = SecurityAnonymous;
    uint32_t session_id_ = 0;
    LUID id_ = {};
};

/// The system process' token. Never goes away.
Token& system_token();
/// A token for a client's process: the VM's user.
Result<Ref<Token>> create_client_token();
/// The primary token of the process that the running thread is in.
Token& current_token();

/// Writes what NtQueryInformationToken answers, for a reader who sees it at `address`. Returns the
/// bytes needed; nothing is written unless they fit. kInvalidParameter for a class we do not have.
Result<size_t> query_token(const Token& token, TOKEN_INFORMATION_CLASS what, std::span<std::byte> out,
                           uint64_t address);

}  // namespace rsl::se
