// SPDX-License-Identifier: GPL-2.0-only
// Access checks, privileges, subjects.
#include "abi/functions/export.h"
#include "abi/functions/se.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ob/types.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/se/access_check.hpp"
#include "kernel/se/token.hpp"

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
RSL_EXPORT VOID NTAPI RtlMapGenericMask(PACCESS_MASK AccessMask, const GENERIC_MAPPING* GenericMapping) {
    *AccessMask = ob::map_generic(*AccessMask, *GenericMapping);
}

/// RtlAreAllAccessesGranted (ntifs.h) tells whether all desired rights are among the granted.
///   IRQL     any
///   Returns  TRUE or FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlareallaccessesgranted
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI RtlAreAllAccessesGranted(ACCESS_MASK GrantedAccess, ACCESS_MASK DesiredAccess) {
    return (DesiredAccess & ~GrantedAccess) == 0 ? TRUE : FALSE;
}

/// RtlAreAnyAccessesGranted (ntifs.h) tells whether any desired right is among the granted.
///   IRQL     any
///   Returns  TRUE or FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlareanyaccessesgranted
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI RtlAreAnyAccessesGranted(ACCESS_MASK GrantedAccess, ACCESS_MASK DesiredAccess) {
    return (DesiredAccess & GrantedAccess) != 0 ? TRUE : FALSE;
}

/// SeAccessCheck (wdm.h) decides whether a subject may have rights on an object.
///   IRQL     PASSIVE_LEVEL
///   Returns  TRUE with the rights, or FALSE with a status in AccessStatus
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-seaccesscheck
///   Differs  integrity labels and conditional entries are not looked at; the privileges that were used
///            are not listed
RSL_EXPORT BOOLEAN NTAPI SeAccessCheck(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                        PSECURITY_SUBJECT_CONTEXT SubjectSecurityContext, BOOLEAN,
                                        ACCESS_MASK DesiredAccess, ACCESS_MASK PreviouslyGrantedAccess,
                                        PPRIVILEGE_SET* Privileges, PGENERIC_MAPPING GenericMapping,
                                        KPROCESSOR_MODE AccessMode, PACCESS_MASK GrantedAccess,
                                        PNTSTATUS AccessStatus) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (Privileges != nullptr) *Privileges = nullptr;
    if (AccessMode == KernelMode) {
        ACCESS_MASK all = ob::map_generic(DesiredAccess, *GenericMapping);
        if ((all & MAXIMUM_ALLOWED) != 0) all = (all & ~MAXIMUM_ALLOWED) | GenericMapping->GenericAll;
        *GrantedAccess = all | PreviouslyGrantedAccess;
        *AccessStatus = STATUS_SUCCESS;
        return TRUE;
    }
    if (SecurityDescriptor == nullptr) {  // documented: access is denied
        *AccessStatus = STATUS_ACCESS_DENIED;
        return FALSE;
    }
    auto granted = se::check_access(SecurityDescriptor, se::view_of(token_of(*SubjectSecurityContext)),
                                    DesiredAccess, *GenericMapping);
    *AccessStatus = granted.status().nt();
    if (!granted) return FALSE;
    *GrantedAccess = *granted | PreviouslyGrantedAccess;
    return TRUE;
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
    return se::current_token().has_privilege(PrivilegeValue) ? TRUE : FALSE;
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
    const se::Token& token = token_of(*SubjectSecurityContext);
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

/// SeCaptureSubjectContext (ntifs.h) takes the tokens of the running thread.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    the caller, until SeReleaseSubjectContext
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-secapturesubjectcontext
///   Differs  threads do not impersonate, so there is no client token
RSL_EXPORT VOID NTAPI SeCaptureSubjectContext(PSECURITY_SUBJECT_CONTEXT SubjectContext) {
    se::Token& token = se::current_token();
    token.add_reference();
    *SubjectContext = {.PrimaryToken = &token,
                       .ProcessAuditId = reinterpret_cast<PVOID>(ps::current_process().id)};
}

/// SeCaptureSubjectContextEx (ntifs.h) takes the tokens of a thread and a process.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    the caller, until SeReleaseSubjectContext
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-secapturesubjectcontext
///   Differs  as SeCaptureSubjectContext
RSL_EXPORT VOID NTAPI SeCaptureSubjectContextEx(PETHREAD, PEPROCESS Process,
                                                PSECURITY_SUBJECT_CONTEXT SubjectContext) {
    auto& process = *reinterpret_cast<ps::Process*>(Process);
    process.token->add_reference();
    *SubjectContext = {.PrimaryToken = process.token, .ProcessAuditId = reinterpret_cast<PVOID>(process.id)};
}

/// SeLockSubjectContext (ntifs.h) keeps the tokens of a context from changing.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-selocksubjectcontext
///   Differs  there is nothing to lock
RSL_EXPORT VOID NTAPI SeLockSubjectContext(PSECURITY_SUBJECT_CONTEXT) {
    // Nothing can change a token of ours once it is made.
}

/// SeUnlockSubjectContext (ntifs.h) undoes SeLockSubjectContext.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-seunlocksubjectcontext
///   Differs  there is nothing to lock
RSL_EXPORT VOID NTAPI SeUnlockSubjectContext(PSECURITY_SUBJECT_CONTEXT) {
    // As SeLockSubjectContext.
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
