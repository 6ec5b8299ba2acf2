// SPDX-License-Identifier: GPL-2.0-only
// Tokens: by pointer and by handle.
#include "kernel/se/token.hpp"
#include "abi/functions/export.h"
#include "abi/functions/se.h"
#include "abi/types/ps.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ob/exports/by_handle.hpp"
#include "kernel/ob/exports/create.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/se/access_check.hpp"

using namespace rsl;

namespace {

const se::Token& of(PACCESS_TOKEN token) { return *static_cast<const se::Token*>(token); }

}  // namespace

/// SeTokenIsAdmin (ntifs.h) tells whether a token's groups hold the administrators.
///   IRQL     PASSIVE_LEVEL
///   Returns  TRUE or FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-setokenisadmin
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI SeTokenIsAdmin(PACCESS_TOKEN Token) {
    return of(Token).is_member(se::kAdministratorsSid.sid(), se::Membership::kGrants) ? TRUE
                                                                                      : FALSE;
}

/// SeTokenIsRestricted (ntifs.h) tells whether a token has restricting SIDs.
///   IRQL     PASSIVE_LEVEL
///   Returns  TRUE or FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-setokenisrestricted
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI SeTokenIsRestricted(PACCESS_TOKEN Token) {
    return of(Token).is_restricted() ? TRUE : FALSE;
}

/// SeTokenIsWriteRestricted (ntifs.h) tells whether restricting SIDs hold for writing only.
///   IRQL     PASSIVE_LEVEL
///   Returns  FALSE: SeFilterToken makes no such token
///   Source   public headers (ntifs.h)
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI SeTokenIsWriteRestricted(PACCESS_TOKEN) { return FALSE; }

/// SeTokenType (ntifs.h) tells whether a token is primary or for impersonation.
///   IRQL     PASSIVE_LEVEL
///   Returns  the type
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-setokentype
///   Differs  nothing known
RSL_EXPORT TOKEN_TYPE NTAPI SeTokenType(PACCESS_TOKEN Token) { return of(Token).type(); }

/// SeTokenImpersonationLevel (ntifs.h) tells how far an impersonation token goes.
///   IRQL     PASSIVE_LEVEL
///   Returns  the level
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/
///   Differs  nothing known
RSL_EXPORT SECURITY_IMPERSONATION_LEVEL NTAPI SeTokenImpersonationLevel(PACCESS_TOKEN Token) {
    return of(Token).level();
}

/// SeQueryAuthenticationIdToken (ntifs.h) tells the logon session of a token.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-sequeryauthenticationidtoken
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI SeQueryAuthenticationIdToken(PACCESS_TOKEN Token,
                                                       PLUID AuthenticationId) {
    *AuthenticationId = of(Token).logon();
    return STATUS_SUCCESS;
}

/// SeQuerySessionIdToken (ntifs.h) tells the session of a token.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-sequerysessionidtoken
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI SeQuerySessionIdToken(PACCESS_TOKEN Token, PULONG SessionId) {
    *SessionId = of(Token).session_id();
    return STATUS_SUCCESS;
}

/// SeQueryInformationToken (ntifs.h) allocates what is asked of a token; small numbers are returned in the pointer's
/// place.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_INFO_CLASS, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller frees it with ExFreePool
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-sequeryinformationtoken
///   Differs  classes of application containers, claims and audit policy are refused
RSL_EXPORT NTSTATUS NTAPI SeQueryInformationToken(PACCESS_TOKEN Token,
                                                  TOKEN_INFORMATION_CLASS TokenInformationClass,
                                                  PVOID* TokenInformation) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const auto needed = se::query_token(of(Token), TokenInformationClass, {}, 0);
    if (!needed) return needed.failure().nt();
    // Documented: these are the value itself, not memory.
    if (TokenInformationClass == TokenImpersonationLevel ||
        TokenInformationClass == TokenSessionId || TokenInformationClass == TokenElevation ||
        TokenInformationClass == TokenUIAccess || TokenInformationClass == TokenIntegrityLevel) {
        ULONG value = 0;
        if (TokenInformationClass == TokenIntegrityLevel) {
            *reinterpret_cast<ULONG*>(TokenInformation) = se::view_of(of(Token)).integrity;
            return STATUS_SUCCESS;
        }
        se::query_token(of(Token), TokenInformationClass,
                        std::as_writable_bytes(std::span(&value, 1)), 0)
            .ignore("asked above");
        *reinterpret_cast<ULONG*>(TokenInformation) = value;
        return STATUS_SUCCESS;
    }
    void* memory = mm::allocate(*needed, mm::pool_tag("SeTi"));
    if (memory == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    se::query_token(of(Token), TokenInformationClass, {static_cast<std::byte*>(memory), *needed},
                    reinterpret_cast<uint64_t>(memory))
        .ignore("asked above");
    *TokenInformation = memory;
    return STATUS_SUCCESS;
}

/// NtOpenProcessTokenEx (ntifs.h) opens the token of a process.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_ACCESS_DENIED, STATUS_OBJECT_TYPE_MISMATCH
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwopenprocesstokenex
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtOpenProcessTokenEx(HANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                                               ULONG HandleAttributes, PHANDLE TokenHandle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ob::ByHandle<ps::Process> process(ProcessHandle, ps::Process::kType,
                                            PROCESS_QUERY_LIMITED_INFORMATION);
    if (!process) return process.status();
    if (process.mode() != KernelMode) HandleAttributes &= ~OBJ_KERNEL_HANDLE;
    auto handle =
        ob::create_handle(process->token, DesiredAccess, HandleAttributes, process.mode());
    if (!handle) return handle.failure().nt();
    return ob::deliver(TokenHandle, *handle, process.mode(), STATUS_SUCCESS);
}

/// ZwOpenProcessTokenEx (ntifs.h) is NtOpenProcessTokenEx for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtOpenProcessTokenEx
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwopenprocesstokenex
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwOpenProcessTokenEx(HANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                                               ULONG HandleAttributes, PHANDLE TokenHandle) {
    return ps::as_kernel(&NtOpenProcessTokenEx, ProcessHandle, DesiredAccess, HandleAttributes,
                         TokenHandle);
}

/// NtOpenProcessToken (ntifs.h) opens the token of a process.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtOpenProcessTokenEx
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwopenprocesstokenex
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtOpenProcessToken(HANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                                             PHANDLE TokenHandle) {
    return NtOpenProcessTokenEx(ProcessHandle, DesiredAccess, 0, TokenHandle);
}

/// ZwOpenProcessToken (ntifs.h) is NtOpenProcessToken for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtOpenProcessToken
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwopenprocesstokenex
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwOpenProcessToken(HANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                                             PHANDLE TokenHandle) {
    return ps::as_kernel(&NtOpenProcessToken, ProcessHandle, DesiredAccess, TokenHandle);
}

/// NtQueryInformationToken (ntifs.h) tells what is asked of a token.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL with the size needed, STATUS_INVALID_INFO_CLASS,
///            STATUS_INVALID_HANDLE, STATUS_ACCESS_DENIED
///   Owner    the caller owns the buffer; pointers in it lead into it
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwqueryinformationtoken
///   Differs  as SeQueryInformationToken
RSL_EXPORT NTSTATUS NTAPI NtQueryInformationToken(HANDLE TokenHandle,
                                                  TOKEN_INFORMATION_CLASS TokenInformationClass,
                                                  PVOID TokenInformation,
                                                  ULONG TokenInformationLength,
                                                  PULONG ReturnLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ob::ByHandle<se::Token> token(TokenHandle, se::Token::kType, TOKEN_QUERY);
    if (!token) return token.status();
    const auto needed = se::query_token(*token, TokenInformationClass, {}, 0);
    if (!needed) return needed.failure().nt();
    if (const NTSTATUS told = token.tell(ReturnLength, static_cast<ULONG>(*needed)); told < 0)
        return told;
    if (TokenInformationLength < *needed) return STATUS_BUFFER_TOO_SMALL;
    mm::UniqueBytes block(*needed, mm::pool_tag("SeTi"));
    if (!block) return STATUS_INSUFFICIENT_RESOURCES;
    se::query_token(*token, TokenInformationClass, {static_cast<std::byte*>(block.get()), *needed},
                    reinterpret_cast<uint64_t>(TokenInformation))
        .ignore("asked above");
    return ps::copy_out(TokenInformation, block.get(), *needed, token.mode()).status().nt();
}

/// ZwQueryInformationToken (ntifs.h) is NtQueryInformationToken for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtQueryInformationToken
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwqueryinformationtoken
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwQueryInformationToken(HANDLE TokenHandle,
                                                  TOKEN_INFORMATION_CLASS TokenInformationClass,
                                                  PVOID TokenInformation,
                                                  ULONG TokenInformationLength,
                                                  PULONG ReturnLength) {
    return ps::as_kernel(&NtQueryInformationToken, TokenHandle, TokenInformationClass,
                         TokenInformation, TokenInformationLength, ReturnLength);
}

/// NtDuplicateToken (ntifs.h) makes a copy of a token, of a type of its own.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_BAD_IMPERSONATION_LEVEL,
///            STATUS_INVALID_HANDLE, STATUS_ACCESS_DENIED, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwduplicatetoken
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtDuplicateToken(HANDLE ExistingTokenHandle, ACCESS_MASK DesiredAccess,
                                           POBJECT_ATTRIBUTES ObjectAttributes,
                                           BOOLEAN EffectiveOnly, TOKEN_TYPE TokenType,
                                           PHANDLE NewTokenHandle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (TokenType != TokenPrimary && TokenType != TokenImpersonation)
        return STATUS_INVALID_PARAMETER;
    const ob::ByHandle<se::Token> token(ExistingTokenHandle, se::Token::kType, TOKEN_DUPLICATE);
    if (!token) return token.status();
    SECURITY_IMPERSONATION_LEVEL level =
        token->type() == TokenPrimary ? SecurityAnonymous : token->level();
    if (ObjectAttributes != nullptr) {
        auto attributes = ps::read_in(ObjectAttributes, token.mode());
        if (!attributes) return attributes.failure().nt();
        if (attributes->SecurityQualityOfService != nullptr) {
            auto quality = ps::read_in(static_cast<const SECURITY_QUALITY_OF_SERVICE*>(
                                           attributes->SecurityQualityOfService),
                                       token.mode());
            if (!quality) return quality.failure().nt();
            level = quality->ImpersonationLevel;
        }
    }
    if (level > SecurityDelegation) return STATUS_BAD_IMPERSONATION_LEVEL;
    // An impersonation token becomes nothing stronger than it is.
    if (token->type() == TokenImpersonation &&
        (TokenType == TokenPrimary ? token->level() < SecurityImpersonation
                                   : level > token->level()))
        return STATUS_BAD_IMPERSONATION_LEVEL;
    const ACCESS_MASK access = DesiredAccess != 0 ? DesiredAccess : token.granted_access();
    const auto copy_what = EffectiveOnly ? se::Token::Copy::kEffective : se::Token::Copy::kWhole;
    return ob::create_named(NewTokenHandle, access, ObjectAttributes, [&]() -> Result<void*> {
        auto copy = RSL_TRY(token->duplicate(TokenType, level, copy_what));
        return static_cast<void*>(copy.release());
    });
}

/// ZwDuplicateToken (ntifs.h) is NtDuplicateToken for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtDuplicateToken
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwduplicatetoken
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwDuplicateToken(HANDLE ExistingTokenHandle, ACCESS_MASK DesiredAccess,
                                           POBJECT_ATTRIBUTES ObjectAttributes,
                                           BOOLEAN EffectiveOnly, TOKEN_TYPE TokenType,
                                           PHANDLE NewTokenHandle) {
    return ps::as_kernel(&NtDuplicateToken, ExistingTokenHandle, DesiredAccess, ObjectAttributes,
                         EffectiveOnly, TokenType, NewTokenHandle);
}
