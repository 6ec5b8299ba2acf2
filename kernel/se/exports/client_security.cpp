// SPDX-License-Identifier: GPL-2.0-only
// Client contexts: a client's identity, kept for a server that acts for it later.
#include "abi/functions/export.h"
#include "abi/functions/se.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ps/impersonation.hpp"
#include "kernel/se/token.hpp"

using namespace rsl;

namespace {

/// Whose identity, and whether it is itself borrowed.
struct Client {
    Ref<se::Token> token;
    bool impersonated;
    SECURITY_IMPERSONATION_LEVEL level;
    bool effective_only;
};

NTSTATUS create(Client client, const SECURITY_QUALITY_OF_SERVICE& quality, bool remote,
                SECURITY_CLIENT_CONTEXT& context) {
    if (quality.ImpersonationLevel > SecurityDelegation) return STATUS_BAD_IMPERSONATION_LEVEL;
    if (client.impersonated) {
        if (client.level < SecurityImpersonation || (remote && client.level != SecurityDelegation))
            return STATUS_BAD_IMPERSONATION_LEVEL;
    }
    context = {.SecurityQos = quality, .ServerIsRemote = remote};
    if (client.impersonated && quality.ImpersonationLevel > client.level)
        context.SecurityQos.ImpersonationLevel = client.level;
    context.DirectlyAccessClientToken =
        quality.ContextTrackingMode != SECURITY_STATIC_TRACKING && !remote;
    if (context.DirectlyAccessClientToken) {
        context.DirectAccessEffectiveOnly = client.effective_only || quality.EffectiveOnly;
    } else {
        auto copy = client.token->duplicate(
            TokenImpersonation, context.SecurityQos.ImpersonationLevel,
            quality.EffectiveOnly || client.effective_only ? se::Token::Copy::kEffective
                                                           : se::Token::Copy::kWhole);
        if (!copy) return copy.failure().nt();
        client.token = std::move(*copy);
    }
    context.ClientTokenControl = {.TokenId = client.token->id(),
                                  .AuthenticationId = client.token->logon(),
                                  .ModifiedId = client.token->modified_id(),
                                  .TokenSource = {}};
    context.ClientToken = client.token.release();
    return STATUS_SUCCESS;
}

}  // namespace

/// SeCreateClientSecurity (ntifs.h) keeps a thread's identity for SeImpersonateClientEx.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BAD_IMPERSONATION_LEVEL, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller, until SeDeleteClientSecurity
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-secreateclientsecurity
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI SeCreateClientSecurity(PETHREAD ClientThread,
                                                 PSECURITY_QUALITY_OF_SERVICE ClientSecurityQos,
                                                 BOOLEAN RemoteSession,
                                                 PSECURITY_CLIENT_CONTEXT ClientContext) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto& thread = *reinterpret_cast<ps::Thread*>(ClientThread);
    ps::Impersonation theirs = ps::impersonation_of(thread);
    const bool impersonated = static_cast<bool>(theirs.token);
    Client client = {
        impersonated ? std::move(theirs.token) : Ref<se::Token>(*thread.process->token),
        impersonated, theirs.level, theirs.effective_only};
    return create(std::move(client), *ClientSecurityQos, RemoteSession != 0, *ClientContext);
}

/// SeCreateClientSecurityFromSubjectContext (ntifs.h) is SeCreateClientSecurity for a captured subject.
///   IRQL     PASSIVE_LEVEL
///   Returns  as SeCreateClientSecurity
///   Owner    the caller, until SeDeleteClientSecurity
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-secreateclientsecurityfromsubjectcontext
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI SeCreateClientSecurityFromSubjectContext(
    PSECURITY_SUBJECT_CONTEXT SubjectContext, PSECURITY_QUALITY_OF_SERVICE ClientSecurityQos,
    BOOLEAN ServerIsRemote, PSECURITY_CLIENT_CONTEXT ClientContext) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const bool impersonated = SubjectContext->ClientToken != nullptr;
    auto& token = *static_cast<se::Token*>(impersonated ? SubjectContext->ClientToken
                                                        : SubjectContext->PrimaryToken);
    return create({Ref<se::Token>(token), impersonated, SubjectContext->ImpersonationLevel, false},
                  *ClientSecurityQos, ServerIsRemote != 0, *ClientContext);
}

/// SeDeleteClientSecurity (ntifs.h) gives the identity back.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-sedeleteclientsecurity
///   Differs  nothing known
RSL_EXPORT VOID NTAPI SeDeleteClientSecurity(PSECURITY_CLIENT_CONTEXT ClientContext) {
    if (ClientContext->ClientToken != nullptr) ob::dereference(ClientContext->ClientToken);
    ClientContext->ClientToken = nullptr;
}

/// SeImpersonateClientEx (ntifs.h) lets a thread act for a client.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BAD_IMPERSONATION_LEVEL, STATUS_INSUFFICIENT_RESOURCES
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-seimpersonateclientex
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI SeImpersonateClientEx(PSECURITY_CLIENT_CONTEXT ClientContext,
                                                PETHREAD ServerThread) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ps::Thread& thread = ServerThread != nullptr ? *reinterpret_cast<ps::Thread*>(ServerThread)
                                                 : ps::current_thread();
    const bool effective_only = ClientContext->DirectlyAccessClientToken
                                    ? ClientContext->DirectAccessEffectiveOnly != 0
                                    : ClientContext->SecurityQos.EffectiveOnly != 0;
    // A token that others use, too, is not for the thread to change: who opens it gets a copy.
    return ps::impersonate(thread,
                           {Ref<se::Token>(*static_cast<se::Token*>(ClientContext->ClientToken)),
                            ClientContext->SecurityQos.ImpersonationLevel, true, effective_only})
        .status()
        .nt();
}

/// SeImpersonateClient (ntifs.h) is SeImpersonateClientEx of old drivers, which cannot learn of a
/// failure.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-seimpersonateclient
///   Differs  nothing known
RSL_EXPORT VOID NTAPI SeImpersonateClient(PSECURITY_CLIENT_CONTEXT ClientContext,
                                          PETHREAD ServerThread) {
    SeImpersonateClientEx(ClientContext, ServerThread);
}
