// SPDX-License-Identifier: GPL-2.0-only
// Building a device's stack and starting it.
#include "abi/types/status.h"
#include "kernel/ke/log.hpp"
#include "kernel/pnp/driver_store.hpp"
#include "kernel/pnp/notify.hpp"
#include "kernel/pnp/registry_key.hpp"
#include "kernel/pnp/request.hpp"
#include "kernel/pnp/resources.hpp"
#include "kernel/pnp/tree_actions.hpp"

namespace rsl::pnp {
namespace {

void set_state(DeviceNode& node, NodeState state) {
    ke::MutexGuard guard{tree_lock()};
    node.state = state;
}

void fail(DeviceNode& node, Problem problem, NTSTATUS status) {
    {
        ke::MutexGuard guard{tree_lock()};
        node.set_problem(problem, status);
    }
    ke::log(ke::LogLevel::kWarn, "device %s: %s, status %x", Narrow(node.instance_path).c_str(), name_of(problem), static_cast<unsigned>(status));
}

/// Loads one driver and has it add its device. False when the stack cannot be built.
bool add_driver(DeviceNode& node, std::u16string_view service) {
    const Loaded loaded = load_service(service);
    if (!loaded.driver) {
        fail(node, loaded.entry_failed ? Problem::kFailedDriverEntry : Problem::kDriverFailedLoad, loaded.status);
        return false;
    }
    io::Driver& driver = *loaded.driver;
    if (driver.extension.AddDevice == nullptr) {
        fail(node, Problem::kFailedAdd, STATUS_INVALID_DEVICE_REQUEST);
        return false;
    }
    driver.DRIVER_OBJECT::Flags &= ~static_cast<ULONG>(DRVO_LEGACY_DRIVER);
    const NTSTATUS status = driver.extension.AddDevice(&driver, &node.pdo);
    if (NT_SUCCESS(status)) return true;
    fail(node, Problem::kFailedAdd, status);
    return false;
}

bool add_filters(DeviceNode& node, const RegistryKey& key, std::u16string_view value) {
    const ValueData filters = key.value(value);
    for (auto rest = filters.list();;) {
        const auto service = next_string(rest);
        if (service.empty()) return true;
        if (!add_driver(node, service)) return false;
    }
}

/// The documented order: lower device, lower class, function, upper device, upper class.
bool add_drivers(DeviceNode& node) {
    const RegistryKey device = RegistryKey::open(node.key_path());
    const ValueData guid = device.value(u"ClassGUID");
    const RegistryKey setup_class = guid ? RegistryKey::open(PathText(kClassPath, guid.text())) : RegistryKey();
    if (!add_filters(node, device, u"LowerFilters") || !add_filters(node, setup_class, u"LowerFilters")) return false;
    if (node.service.empty()) node.raw = true;
    if (!node.service.empty() && !add_driver(node, node.service)) return false;
    return add_filters(node, device, u"UpperFilters") && add_filters(node, setup_class, u"UpperFilters");
}

NTSTATUS send_start(DeviceNode& node) {
    IO_STACK_LOCATION location = pnp_location(IRP_MN_START_DEVICE);
    location.Parameters.StartDevice.AllocatedResources = node.raw_resources.get();
    location.Parameters.StartDevice.AllocatedResourcesTranslated = node.translated.get();
    set_state(node, NodeState::kStartPending);
    return send(node.pdo, location).status;
}

/// A started device: what it can do now, its state, its children.
void finish_start(DeviceNode& node) {
    set_state(node, NodeState::kStarted);
    node.power.store(PowerDeviceD0, std::memory_order_relaxed);  // starting is powering on, for its drivers
    query_state(node);
    if (node.is_started()) enumerate(node);
}

void start(DeviceNode& node) {
    if (const auto assigned = assign_resources(node); !assigned) {
        remove_stack(node);
        return fail(node, Problem::kNormalConflict, assigned.failure().nt());
    }
    set_state(node, NodeState::kResourcesAssigned);
    if (const NTSTATUS status = send_start(node); !NT_SUCCESS(status)) {
        remove_stack(node);
        return fail(node, Problem::kFailedStart, status);
    }
    finish_start(node);
}

}  // namespace

void configure(DeviceNode& node) {
    if (node.state != NodeState::kInitialized || node.missing) return;
    if (is_disabled(node)) {
        ke::MutexGuard guard{tree_lock()};
        node.set_problem(Problem::kDisabled);
        return;
    }
    const bool matched = match_driver(node);
    if (!matched && !node.capabilities.RawDeviceOK) {
        ke::MutexGuard guard{tree_lock()};
        node.set_problem(Problem::kFailedInstall);  // no driver is installed for it
        return;
    }
    node.raw = false;
    query_requirements(node);  // what was installed may ask for more, such as messages
    {
        ke::MutexGuard guard{tree_lock()};
        node.set_problem(Problem::kNone);
    }
    if (!add_drivers(node)) return remove_stack(node);
    set_state(node, NodeState::kDriversAdded);
    start(node);
}

namespace {

/// Whether something new to load or to match may help.
bool may_be_helped(const DeviceNode& node) {
    switch (node.problem) {
        case Problem::kFailedInstall:
        case Problem::kFailedAdd:
        case Problem::kFailedStart:
        case Problem::kFailedDriverEntry:
        case Problem::kDriverFailedLoad: return node.state == NodeState::kInitialized;
        default: return false;
    }
}

struct Pass {
    uint32_t number;
    DeviceNode* found;
};
bool find_waiting(void* context, DeviceNode& node) {
    auto& pass = *static_cast<Pass*>(context);
    if (pass.found != nullptr) return false;
    if (node.pass == pass.number || !may_be_helped(node)) return true;
    node.pass = pass.number;
    if (match_driver(node)) pass.found = &node;
    return pass.found == nullptr;
}

constinit uint32_t last_pass = 0;  // the PnP thread's

}  // namespace

void configure_waiting() {
    ++last_pass;
    for (;;) {
        // One at a time: configuring changes the tree.
        Pass pass{last_pass, nullptr};
        each_node(root_node(), &find_waiting, &pass);
        if (pass.found == nullptr) return;
        configure(*pass.found);
    }
}

NTSTATUS restart(DeviceNode& node) {
    if (!node.is_started()) return STATUS_INVALID_DEVICE_STATE;
    if (const NTSTATUS status = send_pnp(node.pdo, IRP_MN_QUERY_STOP_DEVICE).status; !NT_SUCCESS(status)) {
        send_pnp(node.pdo, IRP_MN_CANCEL_STOP_DEVICE);
        return status;
    }
    set_state(node, NodeState::kQueryStopped);
    send_pnp(node.pdo, IRP_MN_STOP_DEVICE);
    set_state(node, NodeState::kStopped);
    release_resources(node);
    node.restart_wanted = false;
    query_requirements(node);
    start(node);
    return node.is_started() ? STATUS_SUCCESS : node.problem_status;
}

}  // namespace rsl::pnp
