// SPDX-License-Identifier: GPL-2.0-only
// Access states: what an open carries from the caller to the driver that decides about it.
#include <cstring>

#include "abi/functions/export.h"
#include "abi/functions/se.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ob/types.hpp"
#include "kernel/se/token.hpp"

using namespace rsl;

namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("SePr");
constexpr ULONG kHasTraversePrivilege = 1;  // TOKEN_HAS_TRAVERSE_PRIVILEGE

PPRIVILEGE_SET privileges_of(ACCESS_STATE& state) {
    auto* aux = static_cast<PAUX_ACCESS_DATA>(state.AuxData);
    return aux != nullptr && aux->PrivilegesUsed != nullptr ? aux->PrivilegesUsed
                                                            : &state.Privileges.PrivilegeSet;
}
size_t bytes_of(ULONG count) {
    return offsetof(PRIVILEGE_SET, Privilege) + count * sizeof(LUID_AND_ATTRIBUTES);
}

}  // namespace

/// SeCreateAccessState (ntosp.h) fills an access state for the running thread's subject.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS
///   Owner    the caller, until SeDeleteAccessState
///   Source   public headers; ACCESS_STATE is documented in wdm.h
///   Differs  of AuxData the documented beginning is filled
RSL_EXPORT NTSTATUS NTAPI SeCreateAccessState(PACCESS_STATE AccessState, PAUX_ACCESS_DATA AuxData,
                                              ACCESS_MASK DesiredAccess,
                                              PGENERIC_MAPPING GenericMapping) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    std::memset(AccessState, 0, sizeof(*AccessState));
    std::memset(AuxData, 0, sizeof(*AuxData));
    if (GenericMapping != nullptr) {
        DesiredAccess = ob::map_generic(DesiredAccess, *GenericMapping);
        AuxData->GenericMapping = *GenericMapping;
    }
    SeCaptureSubjectContext(&AccessState->SubjectSecurityContext);
    AccessState->OperationID = se::allocate_luid();
    AccessState->RemainingDesiredAccess = AccessState->OriginalDesiredAccess = DesiredAccess;
    AccessState->AuxData = AuxData;
    AuxData->PrivilegesUsed = &AccessState->Privileges.PrivilegeSet;
    const auto& subject = AccessState->SubjectSecurityContext;
    const auto& token = *static_cast<const se::Token*>(
        subject.ClientToken != nullptr ? subject.ClientToken : subject.PrimaryToken);
    if (token.has_privilege({SE_CHANGE_NOTIFY_PRIVILEGE, 0}))
        AccessState->Flags = kHasTraversePrivilege;
    return STATUS_SUCCESS;
}

/// SeDeleteAccessState (ntosp.h) gives back what an access state holds.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   public headers
///   Differs  nothing known
RSL_EXPORT VOID NTAPI SeDeleteAccessState(PACCESS_STATE AccessState) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (AccessState->PrivilegesAllocated) {
        mm::free_tagged(privileges_of(*AccessState), kTag);
        AccessState->PrivilegesAllocated = FALSE;
    }
    if (AccessState->ObjectName.Buffer != nullptr) mm::free(AccessState->ObjectName.Buffer);
    if (AccessState->ObjectTypeName.Buffer != nullptr) mm::free(AccessState->ObjectTypeName.Buffer);
    AccessState->ObjectName = AccessState->ObjectTypeName = {};
    SeReleaseSubjectContext(&AccessState->SubjectSecurityContext);
}

/// SeAppendPrivileges (ntifs.h) adds privileges to those that an access state lists as used.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the access state frees a list that it had to allocate
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-seappendprivileges
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI SeAppendPrivileges(PACCESS_STATE AccessState, PPRIVILEGE_SET Privileges) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    PPRIVILEGE_SET own = privileges_of(*AccessState);
    const ULONG count = own->PrivilegeCount + Privileges->PrivilegeCount;
    if (count > INITIAL_PRIVILEGE_COUNT) {
        auto* larger = static_cast<PPRIVILEGE_SET>(mm::allocate(bytes_of(count), kTag));
        if (larger == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
        std::memcpy(larger, own, bytes_of(own->PrivilegeCount));
        if (AccessState->PrivilegesAllocated) mm::free_tagged(own, kTag);
        static_cast<PAUX_ACCESS_DATA>(AccessState->AuxData)->PrivilegesUsed = larger;
        AccessState->PrivilegesAllocated = TRUE;
        own = larger;
    }
    std::memcpy(&own->Privilege[own->PrivilegeCount], Privileges->Privilege,
                Privileges->PrivilegeCount * sizeof(LUID_AND_ATTRIBUTES));
    own->PrivilegeCount = count;
    return STATUS_SUCCESS;
}

/// SeSetAccessStateGenericMapping (ntifs.h) says what generic rights mean for an access state.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-sesetaccessstategenericmapping
///   Differs  nothing known
RSL_EXPORT VOID NTAPI SeSetAccessStateGenericMapping(PACCESS_STATE AccessState,
                                                     PGENERIC_MAPPING GenericMapping) {
    static_cast<PAUX_ACCESS_DATA>(AccessState->AuxData)->GenericMapping = *GenericMapping;
}
