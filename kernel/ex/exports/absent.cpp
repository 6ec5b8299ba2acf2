// SPDX-License-Identifier: GPL-2.0-only
// What there is nothing of in this machine: published states (WNF), waiters blocked on push locks, dumps of
// one thread. Drivers import these and check the result.
#include <atomic>

#include "abi/functions/export.h"
#include "abi/functions/ps_object.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ob/access.hpp"
#include "kernel/ob/exports/by_handle.hpp"
#include "kernel/ps/process.hpp"

using namespace rsl;

/// ExSubscribeWnfStateChange asks to hear of a published state.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_OBJECT_NAME_NOT_FOUND: no state has been published
///   Source   public symbol tables
///   Differs  nothing publishes states
RSL_EXPORT NTSTATUS NTAPI ExSubscribeWnfStateChange(PVOID*, PVOID, ULONG, ULONG, PVOID, PVOID) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return STATUS_OBJECT_NAME_NOT_FOUND;
}
/// ExQueryWnfStateData reads the state of a subscription, of which there can be none.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_INVALID_PARAMETER
///   Source   public symbol tables
///   Differs  nothing publishes states
RSL_EXPORT NTSTATUS NTAPI ExQueryWnfStateData(PVOID, PULONG, PVOID, PULONG) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return STATUS_INVALID_PARAMETER;
}
/// ZwUpdateWnfStateData publishes a new value of a state that was made before.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_OBJECT_NAME_NOT_FOUND: no state has been made
///   Source   public symbol tables
///   Differs  states cannot be made
RSL_EXPORT NTSTATUS NTAPI ZwUpdateWnfStateData(PVOID, PVOID, ULONG, PVOID, PVOID, ULONG, ULONG) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

/// ExfUnblockPushLock wakes who blocked on a push lock by ExBlockPushLock.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   public symbol tables
///   Differs  ExBlockPushLock is not there, so nobody can have blocked
RSL_EXPORT VOID NTAPI ExfUnblockPushLock(PEX_PUSH_LOCK, PVOID) {}

/// ExEnumHandleTable calls a routine for each entry of a handle table.
///   IRQL     <= APC_LEVEL
///   Returns  FALSE: no entry ended the walk, since none is shown
///   Source   public symbol tables
///   Differs  a driver finds NT's table at an offset of EPROCESS, which is not there; said in the log once
RSL_EXPORT BOOLEAN NTAPI ExEnumHandleTable(PVOID, PVOID, PVOID, PHANDLE) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    static constinit std::atomic<bool> said = false;
    if (!said.exchange(true, std::memory_order_relaxed)) {
        ke::log(ke::LogLevel::kWarn, "a driver walks a handle table by ExEnumHandleTable, which shows nothing here; "
                                     "ZwQuerySystemInformation(SystemExtendedHandleInformation) lists handles");
    }
    return FALSE;
}

/// KeCapturePersistentThreadState writes a small dump of a thread.
///   IRQL     any
///   Returns  0 bytes: none is made
///   Source   public symbol tables
///   Differs  as said
RSL_EXPORT ULONG NTAPI KeCapturePersistentThreadState(PVOID, PVOID, ULONG, ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR,
                                                      PVOID) {
    return 0;
}

