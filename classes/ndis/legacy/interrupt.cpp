// SPDX-License-Identifier: GPL-2.0-only
// NDIS 5's interrupts, in structures that drivers allocate, over those of NDIS 6.
#include "abi/functions/ndis_legacy.h"
#include "classes/ndis/legacy/miniport.hpp"

using namespace rsl::ndis;
using namespace rsl::ndis::legacy;

namespace {

Miniport& miniport_of_interrupt(const NDIS_MINIPORT_INTERRUPT& interrupt) {
    return miniport_of(interrupt.Miniport);
}

/// At the device's IRQL. A driver without MiniportISR for it has it turned off until its DPC is
/// done.
BOOLEAN NTAPI interrupted(NDIS_HANDLE context, PBOOLEAN queue_dpc, PULONG) {
    const auto& interrupt = *static_cast<NDIS_MINIPORT_INTERRUPT*>(context);
    const Miniport& miniport = miniport_of_interrupt(interrupt);
    const NDIS51_MINIPORT_CHARACTERISTICS& calls = miniport.driver->calls;
    if (interrupt.IsrRequested) {
        BOOLEAN recognized = FALSE;
        *queue_dpc = FALSE;
        interrupt.MiniportIsr(&recognized, queue_dpc, miniport.context);
        return recognized;
    }
    calls.DisableInterruptHandler(miniport.context);
    *queue_dpc = TRUE;
    return TRUE;
}

void NTAPI deferred(NDIS_HANDLE context, PVOID, PVOID, PVOID) {
    const auto& interrupt = *static_cast<NDIS_MINIPORT_INTERRUPT*>(context);
    Miniport& miniport = miniport_of_interrupt(interrupt);
    Entered inside{miniport};
    interrupt.MiniportDpc(miniport.context);
    const auto enable = miniport.driver->calls.EnableInterruptHandler;
    if (enable != nullptr) enable(miniport.context);
}

bool has_handlers(const NDIS51_MINIPORT_CHARACTERISTICS& calls, bool wants_isr) {
    if (calls.HandleInterruptHandler == nullptr) return false;
    return wants_isr ? calls.ISRHandler != nullptr
                     : calls.DisableInterruptHandler != nullptr &&
                           calls.EnableInterruptHandler != nullptr;
}

}  // namespace

/// NdisMRegisterInterrupt (ndis.h) connects an adapter's interrupt line. A shared one is always
/// asked by MiniportISR whose it is.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_FAILURE: the driver has not the handlers;
///   NDIS_STATUS_RESOURCES, what connecting came to
///   Owner    the driver, until NdisMDeregisterInterrupt
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismregisterinterruptex
///   Differs  vector, level and mode are those of the adapter's resources, whatever the driver says
RSL_EXPORT NDIS_STATUS NTAPI NdisMRegisterInterrupt(PNDIS_MINIPORT_INTERRUPT Interrupt,
                                                    NDIS_HANDLE MiniportAdapterHandle, NDIS_UINT,
                                                    NDIS_UINT, BOOLEAN RequestIsr,
                                                    BOOLEAN SharedInterrupt, KINTERRUPT_MODE) {
    const NDIS51_MINIPORT_CHARACTERISTICS& calls = miniport_of(MiniportAdapterHandle).driver->calls;
    *Interrupt = {};
    Interrupt->SharedInterrupt = SharedInterrupt;
    Interrupt->IsrRequested = RequestIsr || SharedInterrupt;
    if (!has_handlers(calls, Interrupt->IsrRequested)) return NDIS_STATUS_FAILURE;
    Interrupt->MiniportIsr = calls.ISRHandler;
    Interrupt->MiniportDpc = calls.HandleInterruptHandler;
    Interrupt->Miniport = &adapter_of(MiniportAdapterHandle)->block;
    NDIS_MINIPORT_INTERRUPT_CHARACTERISTICS characteristics = {};
    characteristics.Header = {NDIS_OBJECT_TYPE_MINIPORT_INTERRUPT, 1, sizeof(characteristics)};
    characteristics.InterruptHandler = &interrupted;
    characteristics.InterruptDpcHandler = &deferred;
    return NdisMRegisterInterruptEx(MiniportAdapterHandle, Interrupt, &characteristics,
                                    &Interrupt->Reserved);
}

/// NdisMDeregisterInterrupt (ndis.h) disconnects it; no handler runs any more when this returns.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismderegisterinterruptex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMDeregisterInterrupt(PNDIS_MINIPORT_INTERRUPT Interrupt) {
    NdisMDeregisterInterruptEx(Interrupt->Reserved);
    Interrupt->Reserved = nullptr;
}

/// NdisMSynchronizeWithInterrupt (ndis.h) calls a routine while MiniportISR cannot run.
///   IRQL     <= DIRQL
///   Returns  what the routine returned
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismsynchronizewithinterruptex
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI NdisMSynchronizeWithInterrupt(PNDIS_MINIPORT_INTERRUPT Interrupt,
                                                       PVOID SynchronizeFunction,
                                                       PVOID SynchronizeContext) {
    return NdisMSynchronizeWithInterruptEx(
        Interrupt->Reserved, 0,
        reinterpret_cast<MINIPORT_SYNCHRONIZE_INTERRUPT_HANDLER>(SynchronizeFunction),
        SynchronizeContext);
}
