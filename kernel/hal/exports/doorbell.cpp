// SPDX-License-Identifier: GPL-2.0-only
// Doorbell devices for rslserver.sys; documented in abi/private/rsl_kernel.h.
#include "abi/functions/export.h"
#include "kernel/hal/doorbell.hpp"
#include "kernel/ke/irql.hpp"

using namespace rsl;

RSL_EXPORT NTSTATUS NTAPI RslWatchDoorbells(PRSL_DOORBELL_ARRIVED Arrived, PRSL_DOORBELL_REMOVED Removed, PVOID Context) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return hal::watch_doorbells(Arrived, Removed, Context);
}

RSL_EXPORT NTSTATUS NTAPI RslConnectDoorbell(PRSL_DOORBELL Doorbell, VOID(NTAPI* Routine)(PVOID Context, ULONG Vector),
                                             PVOID Context) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return hal::connect_doorbell(*Doorbell, Routine, Context);
}

RSL_EXPORT VOID NTAPI RslDisconnectDoorbell(PRSL_DOORBELL Doorbell) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    hal::disconnect_doorbell(*Doorbell);
}
