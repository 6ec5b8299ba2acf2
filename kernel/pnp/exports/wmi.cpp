// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/wmi.hpp"

#include "abi/functions/export.h"
#include "abi/functions/pnp.h"
#include "kernel/ke/irql.hpp"

using namespace rsl;

/// IoWMIRegistrationControl (wdm.h) registers a device as a source of WMI data, or takes that back.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS; STATUS_INVALID_PARAMETER for an unknown action or a device that is not registered;
///            STATUS_OBJECT_NAME_COLLISION for one that is
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iowmiregistrationcontrol
///   Differs  WMIREG_ACTION_BLOCK_IRPS does nothing: nobody but registration sends WMI IRPs; trace providers are
///            listed and never asked, since nobody consumes their traces
RSL_EXPORT NTSTATUS NTAPI IoWMIRegistrationControl(PDEVICE_OBJECT DeviceObject, ULONG Action) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    const auto done = [&]() -> Result<void> {
        if ((Action & WMIREG_FLAG_CALLBACK) != 0) {  // of WPP: a routine is in the device's place
            const bool begins = (Action & 0xFFFF) == WMIREG_ACTION_REGISTER;
            const bool ends = (Action & 0xFFFF) == WMIREG_ACTION_DEREGISTER;
            if (begins) return pnp::register_tracer(DeviceObject);
            return ends ? pnp::deregister_provider(DeviceObject) : Result<void>();
        }
        switch (Action & 0xFFFF) {
            case WMIREG_ACTION_REGISTER: return pnp::register_provider(*DeviceObject, pnp::WmiAction::kRegister);
            case WMIREG_ACTION_REREGISTER:
            case WMIREG_ACTION_UPDATE_GUIDS: return pnp::register_provider(*DeviceObject, pnp::WmiAction::kAgain);
            case WMIREG_ACTION_DEREGISTER: return pnp::deregister_provider(DeviceObject);
            case WMIREG_ACTION_BLOCK_IRPS: return {};
            default: return Status::kInvalidParameter;
        }
    }();
    return done ? STATUS_SUCCESS : done.failure().nt();
}

/// IoWMIDeviceObjectToProviderId (wdm.h) gives the number that WNODE_HEADER.ProviderId takes.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the number
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iowmideviceobjecttoproviderid
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI IoWMIDeviceObjectToProviderId(PDEVICE_OBJECT DeviceObject) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return pnp::provider_id(DeviceObject);
}

/// IoWMIWriteEvent (wdm.h) delivers an event; its memory is the system's from then on.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS; STATUS_BUFFER_OVERFLOW for an event of more than 64 KB, STATUS_UNSUCCESSFUL for none
///   Owner    on success the memory is freed here; otherwise it stays the driver's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iowmiwriteevent
///   Differs  the event is kept for `rsl inspect`, no program consumes it
RSL_EXPORT NTSTATUS NTAPI IoWMIWriteEvent(PVOID WnodeEventItem) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    constexpr ULONG kMostBytes = 64 * 1024;
    auto& event = *static_cast<WNODE_HEADER*>(WnodeEventItem);
    if (event.BufferSize > kMostBytes) return STATUS_BUFFER_OVERFLOW;
    if (event.BufferSize < sizeof(WNODE_HEADER)) return STATUS_UNSUCCESSFUL;
    pnp::take_event(event);
    return STATUS_SUCCESS;
}
