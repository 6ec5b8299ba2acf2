// SPDX-License-Identifier: GPL-2.0-only
// Tokens that change: privileges, groups, defaults, the session; and the filtered copy.
#include "abi/functions/export.h"
#include "abi/functions/se.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ob/exports/by_handle.hpp"
#include "kernel/se/acl.hpp"
#include "kernel/se/token.hpp"
#include "kernel/se/token_lock.hpp"

using namespace rsl;

namespace {

constexpr ULONG kMaxListed = 64;
constexpr mm::PoolTag kTag = mm::pool_tag("SeTc");

std::span<const SID_AND_ATTRIBUTES> entries(PTOKEN_GROUPS groups) {
    return groups != nullptr
               ? std::span<const SID_AND_ATTRIBUTES>(groups->Groups, groups->GroupCount)
               : std::span<const SID_AND_ATTRIBUTES>();
}
bool are_valid(std::span<const SID_AND_ATTRIBUTES> list) {
    for (const auto& entry : list) {
        if (entry.Sid == nullptr || !se::is_valid(*static_cast<const SID*>(entry.Sid)))
            return false;
    }
    return true;
}
uint64_t bit(LUID privilege) {
    return privilege.HighPart == 0 && privilege.LowPart < 64 ? uint64_t{1} << privilege.LowPart : 0;
}

/// A caller's list of privileges, captured.
struct Wanted {
    uint64_t which = 0, enabled = 0, removed = 0;
    bool all_held = true;

    Result<void> read(const TOKEN_PRIVILEGES* list, const se::Token& token, KPROCESSOR_MODE mode) {
        const ULONG count = RSL_TRY(ps::read_in(&list->PrivilegeCount, mode));
        if (count > kMaxListed) return Status::kInvalidParameter;
        for (ULONG i = 0; i < count; ++i) {
            const auto entry = RSL_TRY(ps::read_in(&list->Privileges[i], mode));
            const uint64_t one = bit(entry.Luid);
            if ((token.privileges() & one) == 0) {
                all_held = false;
                continue;
            }
            which |= one;
            if ((entry.Attributes & SE_PRIVILEGE_REMOVED) != 0) removed |= one;
            if ((entry.Attributes & SE_PRIVILEGE_ENABLED) != 0) enabled |= one;
        }
        return {};
    }
};

/// Tells the state before of those privileges that a change touches.
Result<void> tell_previous(const se::Token& token, uint64_t changed, PTOKEN_PRIVILEGES out,
                           ULONG length, PULONG needed, KPROCESSOR_MODE mode) {
    const auto count = static_cast<ULONG>(__builtin_popcountll(changed));
    const auto bytes = static_cast<ULONG>(offsetof(TOKEN_PRIVILEGES, Privileges) +
                                          count * sizeof(LUID_AND_ATTRIBUTES));
    RSL_TRY(ps::write_out(needed, bytes, mode));
    if (length < bytes) return Status::kBufferTooSmall;
    RSL_TRY(ps::write_out(&out->PrivilegeCount, count, mode));
    ULONG index = 0;
    for (ULONG number = 0; number < 64; ++number) {
        if ((changed >> number & 1) == 0) continue;
        const ULONG attributes =
            ((token.default_privileges() >> number & 1) != 0 ? SE_PRIVILEGE_ENABLED_BY_DEFAULT
                                                             : 0) |
            ((token.enabled_privileges() >> number & 1) != 0 ? SE_PRIVILEGE_ENABLED : 0);
        RSL_TRY(ps::write_out(&out->Privileges[index++],
                              LUID_AND_ATTRIBUTES{{number, 0}, attributes}, mode));
    }
    return {};
}

/// A caller's SID, captured into `room`.
Result<const SID*> capture_sid(const void* sid, char (&room)[SECURITY_MAX_SID_SIZE],
                               KPROCESSOR_MODE mode) {
    RSL_TRY(ps::copy_in(room, sid, se::sid_length(0), mode));
    const auto& copy = *reinterpret_cast<const SID*>(room);
    if (!se::is_valid(copy)) return Status(STATUS_INVALID_SID);
    const uint32_t count = copy.SubAuthorityCount;
    RSL_TRY(ps::copy_in(room, sid, se::sid_length(count), mode));
    if (!se::is_valid(copy) || copy.SubAuthorityCount != count) return Status(STATUS_INVALID_SID);
    return &copy;
}

Result<void> set_owner(se::Token& token, const SID& sid) {
    const se::Token::Subject& subject = token.subject();
    if (se::equal(*subject.user, sid)) {
        token.set_owner(*subject.user);
        return {};
    }
    for (uint32_t i = 0; i < token.group_count(); ++i) {
        if (!se::equal(*subject.groups[i].sid, sid) ||
            (token.group_attributes(i) & SE_GROUP_OWNER) == 0)
            continue;
        token.set_owner(*subject.groups[i].sid);
        return {};
    }
    return Status(STATUS_INVALID_OWNER);
}

Result<void> set_primary_group(se::Token& token, const SID& sid) {
    const se::Token::Subject& subject = token.subject();
    for (uint32_t i = 0; i < token.group_count(); ++i) {
        if (!se::equal(*subject.groups[i].sid, sid)) continue;
        token.set_primary_group(*subject.groups[i].sid);
        return {};
    }
    return Status(STATUS_INVALID_PRIMARY_GROUP);
}

Result<void> set_default_dacl(se::Token& token, const ACL* acl, KPROCESSOR_MODE mode) {
    if (acl == nullptr) {
        se::TokenChange change;
        return token.set_default_dacl(nullptr);
    }
    const ACL head = RSL_TRY(ps::read_in(acl, mode));
    if (head.AclSize < sizeof(ACL)) return Status(STATUS_INVALID_ACL);
    mm::UniqueBytes copy(head.AclSize, kTag);
    if (copy.get() == nullptr) return Status::kInsufficientResources;
    RSL_TRY(ps::copy_in(copy.get(), acl, head.AclSize, mode));
    const auto& captured = *static_cast<const ACL*>(copy.get());
    if (captured.AclSize != head.AclSize || !se::is_valid(captured))
        return Status(STATUS_INVALID_ACL);
    se::TokenChange change;
    return token.set_default_dacl(&captured);
}

struct Setting {
    TOKEN_INFORMATION_CLASS what;
    const void* buffer;
    ULONG length;
    KPROCESSOR_MODE mode;
};
Result<void> set_information(se::Token& token, const Setting& setting) {
    constexpr Status kTooShort{STATUS_INFO_LENGTH_MISMATCH};
    if (setting.what == TokenSessionId) {
        if (setting.length != sizeof(ULONG)) return kTooShort;
        const se::EffectiveToken who = se::effective_token();
        if (setting.mode != KernelMode && !who.token->has_privilege({SE_TCB_PRIVILEGE, 0}))
            return Status(STATUS_PRIVILEGE_NOT_HELD);
        token.set_session_id(
            RSL_TRY(ps::read_in(static_cast<const ULONG*>(setting.buffer), setting.mode)));
        return {};
    }
    if (setting.what != TokenOwner && setting.what != TokenPrimaryGroup &&
        setting.what != TokenDefaultDacl)
        return Status(STATUS_INVALID_INFO_CLASS);
    if (setting.length < sizeof(PVOID)) return kTooShort;
    void* pointer = RSL_TRY(ps::read_in(static_cast<void* const*>(setting.buffer), setting.mode));
    if (setting.what == TokenDefaultDacl)
        return set_default_dacl(token, static_cast<const ACL*>(pointer), setting.mode);
    alignas(ULONG) char room[SECURITY_MAX_SID_SIZE];
    const SID* sid = RSL_TRY(capture_sid(pointer, room, setting.mode));
    se::TokenChange change;
    return setting.what == TokenOwner ? set_owner(token, *sid) : set_primary_group(token, *sid);
}

}  // namespace

/// SeFilterToken (ntifs.h) makes a restricted copy of a token.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller owns one reference
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-sefiltertoken
///   Differs  LUA_TOKEN and WRITE_RESTRICTED, which the page does not have, are refused; 16
///   restricting SIDs at most
RSL_EXPORT NTSTATUS NTAPI SeFilterToken(PACCESS_TOKEN ExistingToken, ULONG Flags,
                                        PTOKEN_GROUPS SidsToDisable,
                                        PTOKEN_PRIVILEGES PrivilegesToDelete,
                                        PTOKEN_GROUPS RestrictedSids,
                                        PACCESS_TOKEN* FilteredToken) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    *FilteredToken = nullptr;
    if ((Flags & ~ULONG{DISABLE_MAX_PRIVILEGE | SANDBOX_INERT}) != 0)
        return STATUS_INVALID_PARAMETER;
    se::Token::Filter filter = {.all_privileges = (Flags & DISABLE_MAX_PRIVILEGE) != 0,
                                .sandbox_inert = (Flags & SANDBOX_INERT) != 0,
                                .privileges = 0,
                                .disabled = entries(SidsToDisable),
                                .restricting = entries(RestrictedSids)};
    if (!are_valid(filter.disabled) || !are_valid(filter.restricting))
        return STATUS_INVALID_PARAMETER;
    for (const auto& entry : filter.restricting) {
        if (entry.Attributes != 0) return STATUS_INVALID_PARAMETER;
    }
    for (ULONG i = 0; PrivilegesToDelete != nullptr && i < PrivilegesToDelete->PrivilegeCount; ++i)
        filter.privileges |= bit(PrivilegesToDelete->Privileges[i].Luid);
    auto made = static_cast<const se::Token*>(ExistingToken)->filter(filter);
    if (!made) return made.failure().nt();
    *FilteredToken = made->release();
    return STATUS_SUCCESS;
}

/// SeSetSessionIdToken (ntifs.h) says which session a token belongs to.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-sesetsessionidtoken
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI SeSetSessionIdToken(PACCESS_TOKEN Token, ULONG SessionId) {
    static_cast<se::Token*>(Token)->set_session_id(SessionId);
    return STATUS_SUCCESS;
}

/// NtAdjustPrivilegesToken (ntifs.h) enables, disables and removes privileges of a token.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NOT_ALL_ASSIGNED, STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_PARAMETER,
///            STATUS_INVALID_HANDLE, STATUS_ACCESS_DENIED
///   Source   learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-adjusttokenprivileges
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtAdjustPrivilegesToken(HANDLE TokenHandle, BOOLEAN DisableAllPrivileges,
                                                  PTOKEN_PRIVILEGES NewState, ULONG BufferLength,
                                                  PTOKEN_PRIVILEGES PreviousState,
                                                  PULONG ReturnLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (!DisableAllPrivileges && NewState == nullptr) return STATUS_INVALID_PARAMETER;
    const ob::ByHandle<se::Token> token(
        TokenHandle, se::Token::kType,
        TOKEN_ADJUST_PRIVILEGES | (PreviousState != nullptr ? TOKEN_QUERY : 0u));
    if (!token) return token.status();
    Wanted wanted;
    wanted.which = ~uint64_t{0};
    if (!DisableAllPrivileges) {
        wanted.which = 0;
        if (auto read = wanted.read(NewState, *token, token.mode()); !read)
            return read.failure().nt();
    }
    se::TokenChange change;
    const uint64_t before = token->enabled_privileges();
    const uint64_t kept = wanted.which & ~wanted.removed;
    const uint64_t after = (before & ~wanted.which) | (wanted.enabled & kept & token->privileges());
    const uint64_t changed = (before ^ after) | (wanted.removed & token->privileges());
    if (PreviousState != nullptr) {
        auto told =
            tell_previous(*token, changed, PreviousState, BufferLength, ReturnLength, token.mode());
        if (!told) return told.failure().nt();
    }
    token->enable_privileges(kept, wanted.enabled);
    token->remove_privileges(wanted.removed);
    return wanted.all_held ? STATUS_SUCCESS : STATUS_NOT_ALL_ASSIGNED;
}

/// ZwAdjustPrivilegesToken (ntifs.h) is NtAdjustPrivilegesToken for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtAdjustPrivilegesToken
///   Source   as NtAdjustPrivilegesToken
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwAdjustPrivilegesToken(HANDLE TokenHandle, BOOLEAN DisableAllPrivileges,
                                                  PTOKEN_PRIVILEGES NewState, ULONG BufferLength,
                                                  PTOKEN_PRIVILEGES PreviousState,
                                                  PULONG ReturnLength) {
    return ps::as_kernel(&NtAdjustPrivilegesToken, TokenHandle, DisableAllPrivileges, NewState,
                         BufferLength, PreviousState, ReturnLength);
}

/// NtPrivilegeCheck (ntifs.h) tells whether a client's token has privileges enabled.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BAD_IMPERSONATION_LEVEL, STATUS_INVALID_PARAMETER, STATUS_INVALID_HANDLE,
///            STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntprivilegecheck
///   Differs  64 privileges at most
RSL_EXPORT NTSTATUS NTAPI NtPrivilegeCheck(HANDLE ClientToken, PPRIVILEGE_SET RequiredPrivileges, PBOOLEAN Result) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ob::ByHandle<se::Token> token(ClientToken, se::Token::kType, TOKEN_QUERY);
    if (!token) return token.status();
    if (token->type() == TokenImpersonation && token->level() < SecurityIdentification)
        return STATUS_BAD_IMPERSONATION_LEVEL;
    const auto count = ps::read_in(&RequiredPrivileges->PrivilegeCount, token.mode());
    const auto control = ps::read_in(&RequiredPrivileges->Control, token.mode());
    if (!count || !control) return STATUS_ACCESS_VIOLATION;
    if (*count > kMaxListed) return STATUS_INVALID_PARAMETER;
    ULONG held = 0;
    for (ULONG i = 0; i < *count; ++i) {
        LUID_AND_ATTRIBUTES* const at = &RequiredPrivileges->Privilege[i];
        auto entry = ps::read_in(at, token.mode());
        if (!entry) return entry.failure().nt();
        if (!token->has_privilege(entry->Luid)) continue;
        entry->Attributes |= SE_PRIVILEGE_USED_FOR_ACCESS;
        if (auto told = ps::write_out(at, *entry, token.mode()); !told) return told.failure().nt();
        ++held;
    }
    const bool all = (*control & PRIVILEGE_SET_ALL_NECESSARY) != 0;
    return token.tell(Result, held == *count || (!all && held != 0) ? TRUE : FALSE);
}

/// NtSetInformationToken (ntifs.h) changes what new objects of a token's subject get, or its
/// session.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_INFO_CLASS, STATUS_INFO_LENGTH_MISMATCH,
///   STATUS_INVALID_OWNER,
///            STATUS_INVALID_PRIMARY_GROUP, STATUS_INVALID_SID, STATUS_INVALID_ACL,
///            STATUS_PRIVILEGE_NOT_HELD, STATUS_INVALID_HANDLE, STATUS_ACCESS_DENIED
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntsetinformationtoken
///   Differs  a default list is checked; classes that the page does not have are refused, but the
///   session's
RSL_EXPORT NTSTATUS NTAPI NtSetInformationToken(HANDLE TokenHandle,
                                                TOKEN_INFORMATION_CLASS TokenInformationClass,
                                                PVOID TokenInformation,
                                                ULONG TokenInformationLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ACCESS_MASK access =
        TOKEN_ADJUST_DEFAULT |
        (TokenInformationClass == TokenSessionId ? TOKEN_ADJUST_SESSIONID : 0u);
    const ob::ByHandle<se::Token> token(TokenHandle, se::Token::kType, access);
    if (!token) return token.status();
    return set_information(*token, {TokenInformationClass, TokenInformation, TokenInformationLength,
                                    token.mode()})
        .status()
        .nt();
}

/// ZwSetInformationToken (ntifs.h) is NtSetInformationToken for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtSetInformationToken
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwsetinformationtoken
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwSetInformationToken(HANDLE TokenHandle,
                                                TOKEN_INFORMATION_CLASS TokenInformationClass,
                                                PVOID TokenInformation,
                                                ULONG TokenInformationLength) {
    return ps::as_kernel(&NtSetInformationToken, TokenHandle, TokenInformationClass,
                         TokenInformation, TokenInformationLength);
}
