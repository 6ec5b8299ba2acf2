// SPDX-License-Identifier: GPL-2.0-only
// Threads that impersonate, and the tokens they do it with.
#include "kernel/ps/impersonation.hpp"
#include "abi/functions/export.h"
#include "abi/functions/se.h"
#include "abi/types/ps.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ob/exports/by_handle.hpp"
#include "kernel/ob/exports/create.hpp"

using namespace rsl;

namespace {

ps::Thread& of(PETHREAD thread) { return *reinterpret_cast<ps::Thread*>(thread); }
Ref<se::Token> token_of(PACCESS_TOKEN token) {
    return token != nullptr ? Ref<se::Token>(*static_cast<se::Token*>(token)) : Ref<se::Token>();
}

/// The running thread acts for its process, for a scope.
class AsSelf {
  public:
    explicit AsSelf(bool wanted) : wanted_(wanted) {
        if (wanted_) before_ = ps::exchange_impersonation(ps::current_thread(), {});
    }
    ~AsSelf() {
        if (wanted_) ps::exchange_impersonation(ps::current_thread(), std::move(before_));
    }
    AsSelf(const AsSelf&) = delete;
    AsSelf& operator=(const AsSelf&) = delete;

  private:
    bool wanted_;
    ps::Impersonation before_;
};

}  // namespace

/// PsImpersonateClient (ntifs.h) lets a thread act for whom a token is for; without a token it ends
/// that.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BAD_IMPERSONATION_LEVEL, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the thread has a reference of its own on the token
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psimpersonateclient
///   Differs  there are no job restrictions
RSL_EXPORT NTSTATUS NTAPI PsImpersonateClient(PETHREAD Thread, PACCESS_TOKEN Token,
                                              BOOLEAN CopyOnOpen, BOOLEAN EffectiveOnly,
                                              SECURITY_IMPERSONATION_LEVEL ImpersonationLevel) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ps::impersonate(of(Thread), {token_of(Token), ImpersonationLevel, CopyOnOpen != 0,
                                        EffectiveOnly != 0})
        .status()
        .nt();
}

/// PsRevertToSelf (ntifs.h) ends the running thread's impersonation.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psreverttoself
///   Differs  nothing known
RSL_EXPORT VOID NTAPI PsRevertToSelf(VOID) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ps::exchange_impersonation(ps::current_thread(), {});
}

/// PsRevertThreadToSelf (ntosp.h) ends a thread's impersonation.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   public headers; as PsRevertToSelf, for the thread given
///   Differs  nothing known
RSL_EXPORT VOID NTAPI PsRevertThreadToSelf(PETHREAD Thread) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ps::exchange_impersonation(of(Thread), {});
}

/// PsDisableImpersonation (ntifs.h) suspends a thread's impersonation.
///   IRQL     PASSIVE_LEVEL
///   Returns  TRUE when the thread was impersonating
///   Owner    the state holds the token until PsRestoreImpersonation
///   Source   public headers (ntifs.h)
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI PsDisableImpersonation(PETHREAD Thread,
                                                PSE_IMPERSONATION_STATE ImpersonationState) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ps::Impersonation before = ps::exchange_impersonation(of(Thread), {});
    *ImpersonationState = {.CopyOnOpen = before.copy_on_open,
                           .EffectiveOnly = before.effective_only,
                           .Level = before.level};
    if (!before.token) return FALSE;
    ImpersonationState->Token = before.token.release();
    return TRUE;
}

/// PsRestoreImpersonation (ntifs.h) undoes PsDisableImpersonation.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    the state no longer holds the token
///   Source   public headers (ntifs.h)
///   Differs  nothing known
RSL_EXPORT VOID NTAPI PsRestoreImpersonation(PETHREAD Thread,
                                             PSE_IMPERSONATION_STATE ImpersonationState) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ps::exchange_impersonation(
        of(Thread), {Ref<se::Token>::adopt(static_cast<se::Token*>(ImpersonationState->Token)),
                     ImpersonationState->Level, ImpersonationState->CopyOnOpen != 0,
                     ImpersonationState->EffectiveOnly != 0});
    ImpersonationState->Token = nullptr;
}

/// PsAssignImpersonationToken (ntosp.h) lets a thread impersonate with a token by handle; none ends
/// it.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BAD_TOKEN_TYPE, STATUS_INVALID_HANDLE,
///   STATUS_OBJECT_TYPE_MISMATCH,
///            STATUS_ACCESS_DENIED
///   Source   public headers; as ThreadImpersonationToken of NtSetInformationThread is documented
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI PsAssignImpersonationToken(PETHREAD Thread, HANDLE Token) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (Token == nullptr) {
        ps::exchange_impersonation(of(Thread), {});
        return STATUS_SUCCESS;
    }
    const ob::ByHandle<se::Token> token(Token, se::Token::kType, TOKEN_IMPERSONATE);
    if (!token) return token.status();
    if (token->type() != TokenImpersonation) return STATUS_BAD_TOKEN_TYPE;
    return ps::impersonate(of(Thread), {Ref<se::Token>(*token), token->level(), false, false})
        .status()
        .nt();
}

/// PsReferenceImpersonationToken (ntifs.h) finds the token that a thread impersonates with.
///   IRQL     PASSIVE_LEVEL
///   Returns  the token, or NULL when it does not impersonate
///   Owner    the caller, until PsDereferenceImpersonationToken
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psreferenceimpersonationtoken
///   Differs  nothing known
RSL_EXPORT PACCESS_TOKEN NTAPI
PsReferenceImpersonationToken(PETHREAD Thread, PBOOLEAN CopyOnOpen, PBOOLEAN EffectiveOnly,
                              SECURITY_IMPERSONATION_LEVEL* ImpersonationLevel) {
    ps::Impersonation now = ps::impersonation_of(of(Thread));
    *CopyOnOpen = now.copy_on_open;
    *EffectiveOnly = now.effective_only;
    *ImpersonationLevel = now.level;
    return now.token ? now.token.release() : nullptr;
}

/// PsDereferenceImpersonationToken (ntifs.h) gives it back.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psdereferenceimpersonationtoken
///   Differs  nothing known
RSL_EXPORT VOID NTAPI PsDereferenceImpersonationToken(PACCESS_TOKEN ImpersonationToken) {
    if (ImpersonationToken != nullptr) ob::dereference(ImpersonationToken);
}

/// PsIsThreadImpersonating (ntifs.h) tells whether a thread impersonates.
///   IRQL     PASSIVE_LEVEL
///   Returns  TRUE or FALSE
///   Source   public headers (ntosp.h)
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI PsIsThreadImpersonating(PETHREAD Thread) {
    return ps::impersonation_of(of(Thread)).token ? TRUE : FALSE;
}

/// NtOpenThreadTokenEx (ntifs.h) opens the impersonation token of a thread.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NO_TOKEN, STATUS_CANT_OPEN_ANONYMOUS, STATUS_INVALID_HANDLE,
///            STATUS_ACCESS_DENIED, STATUS_OBJECT_TYPE_MISMATCH
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntopenthreadtokenex
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtOpenThreadTokenEx(HANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                                              BOOLEAN OpenAsSelf, ULONG HandleAttributes,
                                              PHANDLE TokenHandle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ob::ByHandle<ps::Thread> thread(ThreadHandle, ps::Thread::kType,
                                          THREAD_QUERY_LIMITED_INFORMATION);
    if (!thread) return thread.status();
    ps::Impersonation theirs = ps::impersonation_of(*thread);
    if (!theirs.token) return STATUS_NO_TOKEN;
    if (theirs.level == SecurityAnonymous) return STATUS_CANT_OPEN_ANONYMOUS;
    if (theirs.copy_on_open) {
        auto copy = theirs.token->duplicate(
            TokenImpersonation, theirs.level,
            theirs.effective_only ? se::Token::Copy::kEffective : se::Token::Copy::kWhole);
        if (!copy) return copy.failure().nt();
        theirs.token = std::move(*copy);
    }
    if (thread.mode() != KernelMode) HandleAttributes &= ~OBJ_KERNEL_HANDLE;
    const AsSelf as_self(OpenAsSelf != 0);
    auto handle =
        ob::create_handle(theirs.token.get(), DesiredAccess, HandleAttributes, thread.mode());
    if (!handle) return handle.failure().nt();
    return ob::deliver(TokenHandle, *handle, thread.mode(), STATUS_SUCCESS);
}

/// ZwOpenThreadTokenEx (ntifs.h) is NtOpenThreadTokenEx for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtOpenThreadTokenEx
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwopenthreadtokenex
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwOpenThreadTokenEx(HANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                                              BOOLEAN OpenAsSelf, ULONG HandleAttributes,
                                              PHANDLE TokenHandle) {
    return ps::as_kernel(&NtOpenThreadTokenEx, ThreadHandle, DesiredAccess, OpenAsSelf,
                         HandleAttributes, TokenHandle);
}

/// NtOpenThreadToken (ntifs.h) opens the impersonation token of a thread.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtOpenThreadTokenEx
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntopenthreadtoken
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtOpenThreadToken(HANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                                            BOOLEAN OpenAsSelf, PHANDLE TokenHandle) {
    return NtOpenThreadTokenEx(ThreadHandle, DesiredAccess, OpenAsSelf, 0, TokenHandle);
}

/// ZwOpenThreadToken (ntifs.h) is NtOpenThreadToken for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtOpenThreadToken
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntopenthreadtoken
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwOpenThreadToken(HANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                                            BOOLEAN OpenAsSelf, PHANDLE TokenHandle) {
    return ps::as_kernel(&NtOpenThreadToken, ThreadHandle, DesiredAccess, OpenAsSelf, TokenHandle);
}
