// SPDX-License-Identifier: GPL-2.0-only
// Access checks, privileges, subjects.
#include "abi/functions/export.h"
#include "abi/functions/se.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ob/types.hpp"
#include "kernel/ps/impersonation.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/se/access_check.hpp"
#include "kernel/se/token.hpp"
#include "kernel/se/token_lock.hpp"

using namespace rsl;

namespace {

se::Token& token_of(const SECURITY_SUBJECT_CONTEXT& subject) {
    return *static_cast<se::Token*>(subject.ClientToken != nullptr ? subject.ClientToken
                                                                   : subject.PrimaryToken);
}

}  // namespace

/// RtlMapGenericMask (ntifs.h) replaces generic rights by what they mean for a type.
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlmapgenericmask
///   Differs  nothing known
RSL_EXPORT VOID NTAPI RtlMapGenericMask(PACCESS_MASK AccessMask,
                                        const GENERIC_MAPPING* GenericMapping) {
    *AccessMask = ob::map_generic(*AccessMask, *GenericMapping);
}

/// RtlAreAllAccessesGranted (ntifs.h) tells whether all desired rights are among the granted.
///   IRQL     any
///   Returns  TRUE or FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlareallaccessesgranted
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI RtlAreAllAccessesGranted(ACCESS_MASK GrantedAccess,
                                                  ACCESS_MASK DesiredAccess) {
    return (DesiredAccess & ~GrantedAccess) == 0 ? TRUE : FALSE;
}

/// RtlAreAnyAccessesGranted (ntifs.h) tells whether any desired right is among the granted.
///   IRQL     any
///   Returns  TRUE or FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlareanyaccessesgranted
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI RtlAreAnyAccessesGranted(ACCESS_MASK GrantedAccess,
                                                  ACCESS_MASK DesiredAccess) {
    return (DesiredAccess & GrantedAccess) != 0 ? TRUE : FALSE;
}

namespace {

/// Who asks, and how far their token goes.
struct Asker {
    const se::Token& token;
    SECURITY_IMPERSONATION_LEVEL level;
};

NTSTATUS list_privileges(uint64_t used, PPRIVILEGE_SET* privileges) {
    if (used == 0 || privileges == nullptr) return STATUS_SUCCESS;
    const auto count = static_cast<ULONG>(__builtin_popcountll(used));
    auto* list = static_cast<PPRIVILEGE_SET>(
        mm::allocate(offsetof(PRIVILEGE_SET, Privilege) + count * sizeof(LUID_AND_ATTRIBUTES),
                     mm::pool_tag("SePr")));
    if (list == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    *list = {.PrivilegeCount = count};
    LUID_AND_ATTRIBUTES* next = list->Privilege;
    for (ULONG number = 0; number < 64; ++number) {
        if ((used >> number & 1) != 0) *next++ = {{number, 0}, SE_PRIVILEGE_USED_FOR_ACCESS};
    }
    *privileges = list;
    return STATUS_SUCCESS;
}

BOOLEAN check(PSECURITY_DESCRIPTOR descriptor, const Asker& asker, ACCESS_MASK desired,
              ACCESS_MASK previous, PPRIVILEGE_SET* privileges, const GENERIC_MAPPING& mapping,
              KPROCESSOR_MODE mode, PACCESS_MASK granted, PNTSTATUS status) {
    if (privileges != nullptr) *privileges = nullptr;
    if (mode == KernelMode) {
        ACCESS_MASK all = ob::map_generic(desired, mapping);
        if ((all & MAXIMUM_ALLOWED) != 0) all = (all & ~MAXIMUM_ALLOWED) | mapping.GenericAll;
        *granted = all | previous;
        *status = STATUS_SUCCESS;
        return TRUE;
    }
    *granted = 0;
    *status = STATUS_ACCESS_DENIED;
    if (descriptor == nullptr) return FALSE;
    if (asker.level < SecurityImpersonation) {
        *status = STATUS_BAD_IMPERSONATION_LEVEL;
        return FALSE;
    }
    auto grant =
        se::check_access(descriptor, se::view_of(asker.token), desired & ~previous, mapping);
    if (grant) {
        *status = list_privileges(grant->privileges_used, privileges);
    } else {
        *status = grant.failure().nt();
    }
    if (*status < 0) return FALSE;
    *granted = grant->rights | previous;
    return TRUE;
}

Asker asker_of(const SECURITY_SUBJECT_CONTEXT& subject) {
    return {token_of(subject),
            subject.ClientToken != nullptr ? subject.ImpersonationLevel : SecurityImpersonation};
}

}  // namespace

/// SeAccessCheck (wdm.h) decides whether a subject may have rights on an object.
///   IRQL     PASSIVE_LEVEL
///   Returns  TRUE with the rights, or FALSE with a status in AccessStatus
///   Owner    the caller frees Privileges with SeFreePrivileges
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-seaccesscheck
///   Differs  conditions in entries are not evaluated: such entries never allow, and always deny
RSL_EXPORT BOOLEAN NTAPI SeAccessCheck(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                       PSECURITY_SUBJECT_CONTEXT SubjectSecurityContext, BOOLEAN,
                                       ACCESS_MASK DesiredAccess,
                                       ACCESS_MASK PreviouslyGrantedAccess,
                                       PPRIVILEGE_SET* Privileges, PGENERIC_MAPPING GenericMapping,
                                       KPROCESSOR_MODE AccessMode, PACCESS_MASK GrantedAccess,
                                       PNTSTATUS AccessStatus) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return check(SecurityDescriptor, asker_of(*SubjectSecurityContext), DesiredAccess,
                 PreviouslyGrantedAccess, Privileges, *GenericMapping, AccessMode, GrantedAccess,
                 AccessStatus);
}

/// SeAccessCheckFromStateEx (ntifs.h) is SeAccessCheck for a subject given by its tokens.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  as SeAccessCheck
///   Owner    the caller frees Privileges with SeFreePrivileges
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-seaccesscheckfromstateex
///   Differs  as SeAccessCheck
RSL_EXPORT BOOLEAN NTAPI SeAccessCheckFromStateEx(
    PSECURITY_DESCRIPTOR SecurityDescriptor, PACCESS_TOKEN PrimaryToken, PACCESS_TOKEN ClientToken,
    ACCESS_MASK DesiredAccess, ACCESS_MASK PreviouslyGrantedAccess, PPRIVILEGE_SET* Privileges,
    PGENERIC_MAPPING GenericMapping, KPROCESSOR_MODE AccessMode, PACCESS_MASK GrantedAccess,
    PNTSTATUS AccessStatus) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    const auto& token =
        *static_cast<const se::Token*>(ClientToken != nullptr ? ClientToken : PrimaryToken);
    const auto level = token.type() == TokenImpersonation ? token.level() : SecurityImpersonation;
    return check(SecurityDescriptor, {token, level}, DesiredAccess, PreviouslyGrantedAccess,
                 Privileges, *GenericMapping, AccessMode, GrantedAccess, AccessStatus);
}

/// SeFreePrivileges (ntifs.h) frees the privileges that SeAccessCheck listed.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-sefreeprivileges
///   Differs  nothing known
RSL_EXPORT VOID NTAPI SeFreePrivileges(PPRIVILEGE_SET Privileges) {
    if (Privileges != nullptr) mm::free(Privileges);
}

/// SeSinglePrivilegeCheck (ntddk.h) tells whether the running thread's subject has a privilege.
///   IRQL     PASSIVE_LEVEL
///   Returns  TRUE for kernel callers, else TRUE or FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-sesingleprivilegecheck
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI SeSinglePrivilegeCheck(LUID PrivilegeValue, KPROCESSOR_MODE PreviousMode) {
    if (PreviousMode == KernelMode) return TRUE;
    const se::EffectiveToken who = se::effective_token();
    return who.level >= SecurityImpersonation && who.token->has_privilege(PrivilegeValue) ? TRUE
                                                                                          : FALSE;
}

/// SePrivilegeCheck (ntifs.h) tells whether a subject has one of, or all, the privileges of a set.
///   IRQL     PASSIVE_LEVEL
///   Returns  TRUE for kernel callers, else TRUE or FALSE; those it has are marked as used
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-seprivilegecheck
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI SePrivilegeCheck(PPRIVILEGE_SET RequiredPrivileges,
                                          PSECURITY_SUBJECT_CONTEXT SubjectSecurityContext,
                                          KPROCESSOR_MODE AccessMode) {
    if (AccessMode == KernelMode) return TRUE;
    const auto [token, level] = asker_of(*SubjectSecurityContext);
    if (level < SecurityImpersonation)
        return FALSE;  // it identifies somebody, and does nothing for them
    ULONG held = 0;
    for (ULONG i = 0; i < RequiredPrivileges->PrivilegeCount; ++i) {
        LUID_AND_ATTRIBUTES& privilege = RequiredPrivileges->Privilege[i];
        if (!token.has_privilege(privilege.Luid)) continue;
        privilege.Attributes |= SE_PRIVILEGE_USED_FOR_ACCESS;
        ++held;
    }
    const bool all = (RequiredPrivileges->Control & PRIVILEGE_SET_ALL_NECESSARY) != 0;
    return held == RequiredPrivileges->PrivilegeCount || (!all && held != 0) ? TRUE : FALSE;
}

namespace {

void capture(ps::Thread& thread, ps::Process& process, SECURITY_SUBJECT_CONTEXT& context) {
    ps::Impersonation client = ps::impersonation_of(thread);
    process.token->add_reference();
    context = {.ClientToken = nullptr,
               .ImpersonationLevel = client.level,
               .PrimaryToken = process.token,
               .ProcessAuditId = reinterpret_cast<PVOID>(process.id)};
    if (client.token) context.ClientToken = client.token.release();
}

}  // namespace

/// SeCaptureSubjectContext (ntifs.h) takes the tokens of the running thread.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    the caller, until SeReleaseSubjectContext
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-secapturesubjectcontext
///   Differs  nothing known
RSL_EXPORT VOID NTAPI SeCaptureSubjectContext(PSECURITY_SUBJECT_CONTEXT SubjectContext) {
    capture(ps::current_thread(), ps::current_process(), *SubjectContext);
}

/// SeCaptureSubjectContextEx (ntifs.h) takes the tokens of a thread and a process.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    the caller, until SeReleaseSubjectContext
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-secapturesubjectcontextex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI SeCaptureSubjectContextEx(PETHREAD Thread, PEPROCESS Process,
                                                PSECURITY_SUBJECT_CONTEXT SubjectContext) {
    auto& process = *reinterpret_cast<ps::Process*>(Process);
    if (Thread != nullptr) {
        capture(*reinterpret_cast<ps::Thread*>(Thread), process, *SubjectContext);
        return;
    }
    process.token->add_reference();
    *SubjectContext = {.PrimaryToken = process.token,
                       .ProcessAuditId = reinterpret_cast<PVOID>(process.id)};
}

/// SeLockSubjectContext (ntifs.h) keeps the tokens of a context from changing.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-selocksubjectcontext
///   Differs  no token changes meanwhile, not only those of the context
RSL_EXPORT VOID NTAPI SeLockSubjectContext(PSECURITY_SUBJECT_CONTEXT) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    se::lock_tokens_shared();
}

/// SeUnlockSubjectContext (ntifs.h) undoes SeLockSubjectContext.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-seunlocksubjectcontext
///   Differs  nothing known
RSL_EXPORT VOID NTAPI SeUnlockSubjectContext(PSECURITY_SUBJECT_CONTEXT) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    se::unlock_tokens();
}

/// SeReleaseSubjectContext (ntifs.h) gives the tokens back.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-sereleasesubjectcontext
///   Differs  nothing known
RSL_EXPORT VOID NTAPI SeReleaseSubjectContext(PSECURITY_SUBJECT_CONTEXT SubjectContext) {
    if (SubjectContext->PrimaryToken != nullptr) ob::dereference(SubjectContext->PrimaryToken);
    if (SubjectContext->ClientToken != nullptr) ob::dereference(SubjectContext->ClientToken);
    SubjectContext->PrimaryToken = SubjectContext->ClientToken = nullptr;
}
