// SPDX-License-Identifier: GPL-2.0-only
// A client's own objects, for the server.
#include "abi/functions/export.h"
#include "abi/private/rsl_kernel.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ob/own_objects.hpp"
#include "kernel/ps/process.hpp"

using namespace rsl;

/// RslBorrowClientObjects has objects asked for where the process has no such handle; without a lender it ends that.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER (no client's process, or a second lender), STATUS_INSUFFICIENT_RESOURCES
///   Owner    the lender is copied; its context has to last until the call without one
///   Source   abi/private/rsl_kernel.h
///   Differs  -
RSL_EXPORT NTSTATUS NTAPI RslBorrowClientObjects(PEPROCESS Process, const RSL_OBJECT_LENDER* Lender) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    auto& process = *reinterpret_cast<ps::Process*>(Process);
    if (process.address_space == nullptr) return STATUS_INVALID_PARAMETER;
    ob::OwnObjects* present = process.own_objects.load(std::memory_order_acquire);
    if (Lender == nullptr) {
        if (present != nullptr) present->stop();
        return STATUS_SUCCESS;
    }
    if (present != nullptr) return STATUS_INVALID_PARAMETER;
    auto made = ob::OwnObjects::create(*Lender);
    if (!made) return made.failure().nt();
    process.own_objects.store(*made, std::memory_order_release);  // pairs with ob::reference_handle()
    return STATUS_SUCCESS;
}

/// RslSignalClientObject does to an event that drivers have what its program does to it.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NOT_FOUND
///   Source   abi/private/rsl_kernel.h
///   Differs  -
RSL_EXPORT NTSTATUS NTAPI RslSignalClientObject(PEPROCESS Process, ULONG Id, RSL_OBJECT_SIGNAL Signal, PBOOLEAN Taken) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    *Taken = FALSE;
    ob::OwnObjects* objects = reinterpret_cast<ps::Process*>(Process)->own_objects.load(std::memory_order_acquire);
    if (objects == nullptr) return STATUS_NOT_FOUND;
    const auto taken = objects->signal(Id, Signal);
    if (!taken) return taken.failure().nt();
    *Taken = *taken;
    return STATUS_SUCCESS;
}
