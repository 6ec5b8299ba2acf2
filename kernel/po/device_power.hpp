// SPDX-License-Identifier: GPL-2.0-only
// Power of devices: IRPs that drivers ask for, states that they tell, idle detection. System-wide:
// system_power.hpp. docs/nt/power.md.
#pragma once

#include "abi/types/io.h"
#include "base/core/result.hpp"

namespace rsl::po {

/// A power IRP to the top of a stack, as PoRequestPowerIrp describes it.
struct PowerRequest {
    DEVICE_OBJECT& device;
    uint8_t minor;  // IRP_MN_WAIT_WAKE, IRP_MN_QUERY_POWER, IRP_MN_SET_POWER
    POWER_STATE_TYPE type;
    POWER_STATE state;
    POWER_ACTION action;
    PREQUEST_POWER_COMPLETE completion;  // may be nullptr
    void* context;
};
/// Sends it, or queues it behind the one of the same kind that this stack has already. `irp`, if not
/// nullptr, gets the IRP (wait-wake: to cancel it). IRQL <= DISPATCH_LEVEL.
Result<void> request(const PowerRequest& request, PIRP* irp);
/// The same, waited for; what the drivers answered. PASSIVE_LEVEL.
NTSTATUS request_and_wait(const PowerRequest& request);

/// PoSetPowerState: the state before. Any IRQL up to DISPATCH_LEVEL.
POWER_STATE set_state(DEVICE_OBJECT& device, POWER_STATE_TYPE type, POWER_STATE state);
POWER_STATE state_of(DEVICE_OBJECT& device, POWER_STATE_TYPE type);

/// The counter that the driver resets when the device is used; nullptr without memory, or when both
/// times are 0, which ends the detection. Times in seconds.
ULONG* detect_idle(DEVICE_OBJECT& device, uint32_t conservation_seconds, uint32_t performance_seconds,
                   DEVICE_POWER_STATE state);
/// Requests of a stack that is removed are not sent any more.
void forget_device(DEVICE_OBJECT& pdo);

}  // namespace rsl::po
