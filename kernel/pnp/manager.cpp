// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/manager.hpp"

#include <cstring>

#include "abi/functions/ke.h"
#include "abi/types/status.h"
#include "kernel/io/driver.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/pnp/inbox.hpp"
#include "kernel/pnp/registry_key.hpp"
#include "kernel/pnp/resources.hpp"
#include "kernel/pnp/root_bus.hpp"
#include "kernel/pnp/tree_actions.hpp"
#include "kernel/pnp/worker.hpp"

namespace rsl::pnp {
namespace {

constexpr uint32_t kConfigDisabled = 0x1;  // CONFIGFLAG_DISABLED

constinit KEVENT begun = {};  // the first enumeration is queued

NTSTATUS enumerate_root(PDEVICE_OBJECT, void*) {
    enumerate(root_node());
    return STATUS_SUCCESS;
}

bool enumerate_started(void*, DeviceNode& node) {
    if (node.is_started()) enumerate(node);
    return node.is_started();
}
NTSTATUS scan_all(PDEVICE_OBJECT, void*) {
    each_node(root_node(), &enumerate_started, nullptr);
    configure_waiting();
    return STATUS_SUCCESS;
}

/// What an action on one device needs.
struct OnDevice {
    std::u16string_view path;
    NTSTATUS (*routine)(DeviceNode& node);
};
NTSTATUS act_on_device(PDEVICE_OBJECT, void* context) {
    const auto& action = *static_cast<OnDevice*>(context);
    DeviceNode* const node = find_node(action.path);
    return node == nullptr ? STATUS_NO_SUCH_DEVICE : action.routine(*node);
}
NTSTATUS on_device(std::u16string_view path, NTSTATUS (*routine)(DeviceNode& node)) {
    OnDevice action{path, routine};
    return run_action(&act_on_device, nullptr, &action);
}

void set_disabled(const DeviceNode& node, bool disabled) {
    RegistryKey key = RegistryKey::make(node.key_path());
    const uint32_t flags = key.number_or(u"ConfigFlags", 0);
    key.set_number(u"ConfigFlags", disabled ? flags | kConfigDisabled : flags & ~kConfigDisabled);
}

NTSTATUS uninstall(DeviceNode& node) {
    if (&node == &root_node()) return STATUS_ACCESS_DENIED;
    const bool has_stack = node.state != NodeState::kInitialized;
    if (has_stack) {
        if (const NTSTATUS status = query_and_remove(node); !NT_SUCCESS(status)) return status;
    }
    if (!node.root_enumerated) return STATUS_SUCCESS;  // its bus still reports it: it waits for a scan
    forget_root_instance(node.instance_path);
    enumerate(root_node());
    return STATUS_SUCCESS;
}

NTSTATUS disable(DeviceNode& node) {
    if (node.state == NodeState::kStarted) {
        if (const NTSTATUS status = query_and_remove(node); !NT_SUCCESS(status)) return status;
    }
    set_disabled(node, true);
    ke::MutexGuard guard{tree_lock()};
    node.set_problem(Problem::kDisabled);
    return STATUS_SUCCESS;
}

NTSTATUS enable(DeviceNode& node) {
    set_disabled(node, false);
    if (node.state != NodeState::kInitialized) return STATUS_SUCCESS;
    {
        ke::MutexGuard guard{tree_lock()};
        node.set_problem(Problem::kNone);
    }
    configure(node);
    return node.is_started() ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

struct NewRoot {
    std::u16string_view ids;
    IdText* path;
};
NTSTATUS add_root(PDEVICE_OBJECT, void* context) {
    auto& wanted = *static_cast<NewRoot*>(context);
    if (const NTSTATUS status = add_root_instance(wanted.ids, *wanted.path); !NT_SUCCESS(status)) return status;
    enumerate(root_node());
    return find_node(*wanted.path) != nullptr ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

NTSTATUS take_detected(PDEVICE_OBJECT, void* context) {
    auto& detected = *static_cast<Detected*>(context);
    const auto service = io::driver_of(*detected.driver).service();
    if (service.empty()) return STATUS_INVALID_DEVICE_REQUEST;
    IdText ids(u"ROOT\\", service), path;
    ids.add(u'\0').add(u'\0');
    if (const NTSTATUS status = add_root_instance(ids, path); !NT_SUCCESS(status)) return status;
    RegistryKey key = RegistryKey::make(PathText(kEnumPath, path.view()));
    key.set_text(u"Service", service);
    // Its driver has it already: no AddDevice now. The node is taken in like any other, and is started.
    key.set_number(u"ConfigFlags", kConfigDisabled);
    enumerate(root_node());
    key.remove(u"ConfigFlags");
    DeviceNode* const node = find_node(path);
    if (node == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    if (detected.resources != nullptr) {
        if (const auto taken = take_resources(*node, *detected.resources); !taken) return taken.failure().nt();
    }
    ke::MutexGuard guard{tree_lock()};
    node->set_problem(Problem::kNone);
    node->service.add(service);
    node->state = NodeState::kStarted;
    node->power.store(PowerDeviceD0, std::memory_order_relaxed);
    node->pdo.add_reference();
    detected.pdo = &node->pdo;
    return STATUS_SUCCESS;
}

}  // namespace

Result<void> initialize() {
    plant_bus_drivers();
    KeInitializeEvent(&begun, NotificationEvent, FALSE);
    RSL_TRY(start_root_bus());
    return start_thread();
}

void begin_enumeration() {
    queue_action(&enumerate_root, nullptr, nullptr).ignore("an installer's scan does it again");
    KeSetEvent(&begun, IO_NO_INCREMENT, FALSE);
}

bool settle_tree(uint32_t limit_ms) {
    // A client may be here before the last boot driver is loaded: there is nothing to settle yet.
    LARGE_INTEGER limit{.QuadPart = -10'000 * int64_t{limit_ms}};
    if (KeWaitForSingleObject(&begun, Executive, KernelMode, FALSE, &limit) != STATUS_SUCCESS) return false;
    return settle_for(limit_ms);
}

NTSTATUS scan() { return run_action(&scan_all, nullptr, nullptr); }

NTSTATUS add_device(std::u16string_view hardware_ids, IdText& instance_path) {
    NewRoot wanted{hardware_ids, &instance_path};
    return run_action(&add_root, nullptr, &wanted);
}
NTSTATUS remove_device(std::u16string_view instance_path) { return on_device(instance_path, &uninstall); }
NTSTATUS disable_device(std::u16string_view instance_path) { return on_device(instance_path, &disable); }
NTSTATUS enable_device(std::u16string_view instance_path) { return on_device(instance_path, &enable); }
NTSTATUS restart_device(std::u16string_view instance_path) { return on_device(instance_path, &restart); }

NTSTATUS report_detected(Detected& detected) { return run_action(&take_detected, nullptr, &detected); }

}  // namespace rsl::pnp
