// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/po/system_power.hpp"

#include <atomic>

#include "abi/types/status.h"
#include "kernel/pnp/device_node.hpp"
#include "kernel/pnp/worker.hpp"
#include "kernel/po/device_power.hpp"

namespace rsl::po {
namespace {

constinit std::atomic<bool> begun = false;

void power_off(pnp::DeviceNode& node) {
    for (pnp::DeviceNode& child : node.children) power_off(child);
    if (!node.is_started() || &node == &pnp::root_node()) return;
    POWER_STATE state;
    state.SystemState = PowerSystemShutdown;
    // Its drivers' answer changes nothing: the machine stops. Requests that go on are their own.
    request_and_wait({node.pdo, IRP_MN_SET_POWER, SystemPowerState, state, PowerActionShutdownOff, nullptr, nullptr});
    node.power.store(PowerDeviceD3, std::memory_order_relaxed);
}

NTSTATUS power_off_all(PDEVICE_OBJECT, void*) {
    power_off(pnp::root_node());
    return STATUS_SUCCESS;
}

}  // namespace

void shut_down(io::ShutdownTold told, void* context) {
    if (begun.exchange(true, std::memory_order_acq_rel)) return;  // pairs with itself
    io::shut_down_devices(told, context);
    pnp::run_action(&power_off_all, nullptr, nullptr);
}

}  // namespace rsl::po
