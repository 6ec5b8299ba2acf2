// SPDX-License-Identifier: GPL-2.0-only
// Objects made by drivers, and handles looked for by object.
#include "abi/functions/export.h"
#include "abi/functions/ob.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ob/access.hpp"
#include "kernel/ob/create_info.hpp"
#include "kernel/ps/previous_mode.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/ps/user_memory.hpp"

using namespace rsl;

/// ObCreateObject (ntosp.h) makes an object of a type; ObInsertObject names it and gives it a
/// handle.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NOT_SUPPORTED, STATUS_INSUFFICIENT_RESOURCES, or what the
///   attributes are
///            refused with
///   Owner    the caller owns one reference
///   Source   public headers; used by drivers to make file objects
///   Differs  files, events and semaphores: bodies of other types only the kernel makes; charges
///   are not counted
RSL_EXPORT NTSTATUS NTAPI ObCreateObject(KPROCESSOR_MODE ProbeMode, POBJECT_TYPE ObjectType,
                                         POBJECT_ATTRIBUTES ObjectAttributes, KPROCESSOR_MODE,
                                         PVOID, ULONG ObjectBodySize, ULONG, ULONG, PVOID* Object) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto body = ob::create_for_driver(*ob::from_nt(ObjectType), ObjectAttributes, ObjectBodySize,
                                      ProbeMode);
    if (!body) return body.failure().nt();
    *Object = *body;
    return STATUS_SUCCESS;
}

/// ObInsertObject (ntifs.h) names an object of ObCreateObject and gives it a handle.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_EXISTS, STATUS_OBJECT_NAME_COLLISION,
///   STATUS_INVALID_PARAMETER Owner    the caller's reference goes over to the handle, and is gone
///   on failure; ObjectPointerBias
///            references more are the caller's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-obinsertobject
///   (reserved); public headers Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ObInsertObject(PVOID Object, PACCESS_STATE PassedAccessState,
                                         ACCESS_MASK DesiredAccess, ULONG ObjectPointerBias,
                                         PVOID* NewObject, PHANDLE Handle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (PassedAccessState != nullptr) DesiredAccess |= PassedAccessState->OriginalDesiredAccess;
    auto created = ob::insert_for_driver(Object, {.desired_access = DesiredAccess,
                                                  .bias = ObjectPointerBias,
                                                  .wants_handle = Handle != nullptr});
    if (!created) return created.failure().nt();
    if (NewObject != nullptr) *NewObject = Object;
    if (Handle != nullptr) *Handle = created->handle;
    return created->outcome == ob::Outcome::kExisted ? STATUS_OBJECT_NAME_EXISTS : STATUS_SUCCESS;
}

namespace {

/// What ObFindHandleForObject looks for.
struct Search {
    const void* body;
    const OBJECT_HANDLE_INFORMATION* match;
    HANDLE found;
};

}  // namespace

/// ObFindHandleForObject (ntosp.h) looks for a handle of a process to an object.
///   IRQL     PASSIVE_LEVEL
///   Returns  TRUE with the first handle that fits
///   Source   public headers
///   Differs  an object has to be given
RSL_EXPORT BOOLEAN NTAPI ObFindHandleForObject(PEPROCESS Process, PVOID Object,
                                               POBJECT_TYPE ObjectType,
                                               POBJECT_HANDLE_INFORMATION MatchCriteria,
                                               PHANDLE Handle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (Object == nullptr) return FALSE;
    if (ObjectType != nullptr && ob::header_of(Object).type != ob::from_nt(ObjectType))
        return FALSE;
    auto& process = *reinterpret_cast<ps::Process*>(Process);
    if (process.handles == nullptr) return FALSE;
    Search search = {Object, MatchCriteria, nullptr};
    process.handles->for_each(
        [](const ob::HandleTable::Entry& entry, void* context) {
            auto& wanted = *static_cast<Search*>(context);
            if (wanted.found != nullptr || entry.body != wanted.body) return;
            if (wanted.match != nullptr && (wanted.match->HandleAttributes != entry.attributes ||
                                            wanted.match->GrantedAccess != entry.granted_access))
                return;
            wanted.found = entry.handle;
        },
        &search);
    if (search.found == nullptr) return FALSE;
    *Handle = search.found;
    return TRUE;
}

/// ObQueryObjectAuditingByHandle (ntifs.h) tells whether closing a handle is to be audited.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-obqueryobjectauditingbyhandle
///   Differs  there is no audit policy to turn it on: FALSE
RSL_EXPORT NTSTATUS NTAPI ObQueryObjectAuditingByHandle(HANDLE Handle, PBOOLEAN GenerateOnClose) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto body = ob::reference_handle(Handle, nullptr, 0, KernelMode);
    if (!body) return body.failure().nt();
    ob::dereference(*body);
    *GenerateOnClose = FALSE;
    return STATUS_SUCCESS;
}
