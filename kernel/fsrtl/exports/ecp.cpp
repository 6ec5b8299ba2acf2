// SPDX-License-Identifier: GPL-2.0-only
// Extra create parameters.
#include "abi/functions/export.h"
#include "abi/functions/fsrtl.h"
#include "abi/types/status.h"
#include "kernel/fsrtl/extra_parameters.hpp"
#include "kernel/ke/irql.hpp"

using namespace rsl;
using fsrtl::ExtraParameter;

/// FsRtlAllocateExtraCreateParameterList (ntifs.h): an empty list.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES
///   Owner    FsRtlFreeExtraCreateParameterList frees it
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-fsrtlallocateextracreateparameterlist
///   Differs  no quota is charged
RSL_EXPORT NTSTATUS NTAPI FsRtlAllocateExtraCreateParameterList(FSRTL_ALLOCATE_ECPLIST_FLAGS, PECP_LIST* EcpList) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    *EcpList = nullptr;
    auto list = mm::make<fsrtl::ExtraParameterList>(mm::pool_tag("FsEl"));
    if (!list) return list.failure().nt();
    *EcpList = reinterpret_cast<PECP_LIST>(*list);
    return STATUS_SUCCESS;
}
/// FsRtlFreeExtraCreateParameterList (ntifs.h) frees a list and what is in it.
///   IRQL     <= APC_LEVEL
///   Returns  -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-fsrtlfreeextracreateparameterlist
///   Differs  nothing known
RSL_EXPORT VOID NTAPI FsRtlFreeExtraCreateParameterList(PECP_LIST EcpList) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (EcpList == nullptr) return;
    auto& list = fsrtl::list_of(EcpList);
    while (ExtraParameter* parameter = list.members.pop_front()) fsrtl::destroy(*parameter);
    mm::destroy(&list);
}

/// FsRtlAllocateExtraCreateParameter (ntifs.h): room for one parameter's context, zeroed.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller, until it is in a list; its clean-up routine runs when it is freed
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-fsrtlallocateextracreateparameter
///   Differs  no quota is charged; all pool is resident
RSL_EXPORT NTSTATUS NTAPI FsRtlAllocateExtraCreateParameter(
    LPCGUID EcpType, ULONG SizeOfContext, FSRTL_ALLOCATE_ECP_FLAGS,
    PFSRTL_EXTRA_CREATE_PARAMETER_CLEANUP_CALLBACK CleanupCallback, ULONG PoolTag, PVOID* EcpContext) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    *EcpContext = nullptr;
    if (SizeOfContext > UINT32_MAX - sizeof(ExtraParameter)) return STATUS_INSUFFICIENT_RESOURCES;
    void* memory = mm::allocate(sizeof(ExtraParameter) + SizeOfContext, PoolTag);
    if (memory == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    __builtin_memset(memory, 0, sizeof(ExtraParameter) + SizeOfContext);
    auto* parameter = ::new (memory) ExtraParameter;
    parameter->type = *EcpType;
    parameter->context_bytes = SizeOfContext;
    parameter->cleanup = CleanupCallback;
    parameter->tag = PoolTag;
    *EcpContext = parameter->context();
    return STATUS_SUCCESS;
}
/// FsRtlFreeExtraCreateParameter (ntifs.h) frees one that is in no list.
///   IRQL     <= APC_LEVEL
///   Returns  -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-fsrtlfreeextracreateparameter
///   Differs  nothing known
RSL_EXPORT VOID NTAPI FsRtlFreeExtraCreateParameter(PVOID EcpContext) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    fsrtl::destroy(ExtraParameter::of(EcpContext));
}

/// FsRtlInsertExtraCreateParameter (ntifs.h) puts one into a list.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER (the list has one of that type)
///   Owner    the list
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-fsrtlinsertextracreateparameter
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI FsRtlInsertExtraCreateParameter(PECP_LIST EcpList, PVOID EcpContext) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ExtraParameter& parameter = ExtraParameter::of(EcpContext);
    if (fsrtl::find(fsrtl::list_of(EcpList), parameter.type) != nullptr) return STATUS_INVALID_PARAMETER;
    fsrtl::list_of(EcpList).members.push_back(parameter);
    return STATUS_SUCCESS;
}

/// FsRtlFindExtraCreateParameter (ntifs.h) looks for one by type.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NOT_FOUND
///   Owner    it stays the list's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-fsrtlfindextracreateparameter
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI FsRtlFindExtraCreateParameter(PECP_LIST EcpList, LPCGUID EcpType, PVOID* EcpContext,
                                                        PULONG EcpContextSize) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ExtraParameter* found = fsrtl::find(fsrtl::list_of(EcpList), *EcpType);
    if (EcpContext != nullptr) *EcpContext = found != nullptr ? found->context() : nullptr;
    if (EcpContextSize != nullptr) *EcpContextSize = found != nullptr ? found->context_bytes : 0;
    return found != nullptr ? STATUS_SUCCESS : STATUS_NOT_FOUND;
}

/// FsRtlRemoveExtraCreateParameter (ntifs.h) takes one out of a list.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NOT_FOUND
///   Owner    the caller
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-fsrtlremoveextracreateparameter
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI FsRtlRemoveExtraCreateParameter(PECP_LIST EcpList, LPCGUID EcpType, PVOID* EcpContext,
                                                          PULONG EcpContextSize) {
    const NTSTATUS status = FsRtlFindExtraCreateParameter(EcpList, EcpType, EcpContext, EcpContextSize);
    if (status >= 0) ExtraParameter::of(*EcpContext).hook.unlink();
    return status;
}

/// FsRtlGetNextExtraCreateParameter (ntifs.h): the one behind another, or the first.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NOT_FOUND, STATUS_INVALID_PARAMETER
///   Owner    it stays the list's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-fsrtlgetnextextracreateparameter
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI FsRtlGetNextExtraCreateParameter(PECP_LIST EcpList, PVOID CurrentEcpContext,
                                                           LPGUID NextEcpType, PVOID* NextEcpContext,
                                                           PULONG NextEcpContextSize) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (EcpList == nullptr) return STATUS_INVALID_PARAMETER;
    ExtraParameter* next = nullptr;
    bool behind = CurrentEcpContext == nullptr;
    for (ExtraParameter& parameter : fsrtl::list_of(EcpList).members) {
        if (behind) {
            next = &parameter;
            break;
        }
        behind = parameter.context() == CurrentEcpContext;
    }
    if (!behind) return STATUS_INVALID_PARAMETER;  // not of this list
    if (NextEcpContext != nullptr) *NextEcpContext = next != nullptr ? next->context() : nullptr;
    if (NextEcpContextSize != nullptr) *NextEcpContextSize = next != nullptr ? next->context_bytes : 0;
    if (next == nullptr) return STATUS_NOT_FOUND;
    if (NextEcpType != nullptr) *NextEcpType = next->type;
    return STATUS_SUCCESS;
}

/// FsRtlAcknowledgeEcp (ntifs.h): somebody has used it.
///   IRQL     <= APC_LEVEL
///   Returns  -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-fsrtlacknowledgeecp
///   Differs  nothing known
RSL_EXPORT VOID NTAPI FsRtlAcknowledgeEcp(PVOID EcpContext) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ExtraParameter::of(EcpContext).acknowledged = true;
}
/// FsRtlIsEcpAcknowledged (ntifs.h): whether somebody has.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE, FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-fsrtlisecpacknowledged
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI FsRtlIsEcpAcknowledged(PVOID EcpContext) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ExtraParameter::of(EcpContext).acknowledged;
}
/// FsRtlIsEcpFromUserMode (ntifs.h): whether a user program gave it.
///   IRQL     <= APC_LEVEL
///   Returns  FALSE: users cannot
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-fsrtlisecpfromusermode
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI FsRtlIsEcpFromUserMode(PVOID EcpContext) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ExtraParameter::of(EcpContext).from_user_mode;
}
