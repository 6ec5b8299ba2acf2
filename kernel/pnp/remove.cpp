// SPDX-License-Identifier: GPL-2.0-only
// Taking devices away: asked for, or gone already.
#include "abi/types/status.h"
#include "kernel/ke/log.hpp"
#include "kernel/pnp/interfaces.hpp"
#include "kernel/pnp/notify.hpp"
#include "kernel/pnp/remove.hpp"
#include "kernel/pnp/request.hpp"
#include "kernel/pnp/resources.hpp"
#include "kernel/pnp/tree_actions.hpp"
#include "kernel/pnp/worker.hpp"
#include "kernel/po/device_power.hpp"

namespace rsl::pnp {
namespace {

void set_state(DeviceNode& node, NodeState state) {
    ke::MutexGuard guard{tree_lock()};
    node.state = state;
}

/// Files that are open on any device of the stack; with `mark`, the last close tells us.
enum class Mark : uint8_t { kNo, kYes };
int32_t open_files(DEVICE_OBJECT& pdo, Mark mark) {
    int32_t count = 0;
    for (DEVICE_OBJECT* at = &pdo; at != nullptr; at = at->AttachedDevice) {
        io::Device& device = io::device_of(*at);
        // Pairs with Device::drop_file(): the flag first, then the count; there the other way round.
        if (mark == Mark::kYes) __atomic_or_fetch(&device.extension.ExtensionFlags, io::kDeviceRemovePending, __ATOMIC_SEQ_CST);
        count += device.open_files();
    }
    return count;
}

/// A driver whose last device has gone is unloaded, as documented, if it can be.
void unload_unused(std::u16string_view service) {
    const Ref<io::Driver> driver = io::find_driver(service);
    if (!driver || driver->DriverUnload == nullptr || driver->extension.AddDevice == nullptr) return;
    {
        ke::SpinLockGuard guard{io::database_lock};
        if (driver->DeviceObject != nullptr) return;
    }
    const mm::UniqueBytes report(sizeof(RSL_LOAD_REPORT), mm::pool_tag("PpUl"));
    if (!report) return;
    io::unload_driver(service, *static_cast<RSL_LOAD_REPORT*>(report.get()));  // its report is in the log
}

NTSTATUS ask(DeviceNode& node) {
    if (!node.is_started()) return STATUS_SUCCESS;
    for (DeviceNode& child : node.children) {
        if (const NTSTATUS status = ask(child); !NT_SUCCESS(status)) return status;
    }
    if (const NTSTATUS status = notify_query_remove(node.pdo); !NT_SUCCESS(status)) return STATUS_PLUGPLAY_QUERY_VETOED;
    const NTSTATUS status = send_pnp(node.pdo, IRP_MN_QUERY_REMOVE_DEVICE).status;
    set_state(node, NodeState::kQueryRemoved);
    if (!NT_SUCCESS(status)) return STATUS_PLUGPLAY_QUERY_VETOED;
    return open_files(node.pdo, Mark::kNo) == 0 ? STATUS_SUCCESS : STATUS_PLUGPLAY_QUERY_VETOED;
}

void take_back(DeviceNode& node) {
    if (node.state == NodeState::kQueryRemoved) {
        send_pnp(node.pdo, IRP_MN_CANCEL_REMOVE_DEVICE);
        set_state(node, NodeState::kStarted);
        notify_target(node.pdo, TargetEvent::kRemoveCancelled);
    }
    for (DeviceNode& child : node.children) take_back(child);
}

void remove_asked(DeviceNode& node) {
    for (DeviceNode& child : node.children) {
        remove_asked(child);
        child.missing = true;
        remove_stack(child);
        drop_node(child);
    }
}

/// The last step of a device that has gone; true when the node went.
bool try_finish(DeviceNode& node) {
    if (node.state != NodeState::kRemovePendingCloses || !node.children.empty()) return false;
    if (open_files(node.pdo, Mark::kYes) != 0) return false;
    DeviceNode* const parent = node.parent;
    remove_stack(node);
    drop_node(node);
    if (parent != nullptr) try_finish(*parent);
    return true;
}

bool find_pending(void* context, DeviceNode& node) {
    auto& found = *static_cast<DeviceNode**>(context);
    if (found == nullptr && node.state == NodeState::kRemovePendingCloses && node.children.empty() &&
        open_files(node.pdo, Mark::kNo) == 0) {
        found = &node;
    }
    return found == nullptr;
}

NTSTATUS finish_pending(PDEVICE_OBJECT, void*) {
    for (;;) {
        DeviceNode* pending = nullptr;
        each_node(root_node(), &find_pending, &pending);
        if (pending == nullptr || !try_finish(*pending)) return STATUS_SUCCESS;
    }
}

}  // namespace

void last_file_closed() { queue_action(&finish_pending, nullptr, nullptr).ignore("the next close asks again"); }

NTSTATUS query_and_remove(DeviceNode& node) {
    if (&node == &root_node()) return STATUS_ACCESS_DENIED;
    if (const NTSTATUS status = ask(node); !NT_SUCCESS(status)) {
        take_back(node);
        return status;
    }
    remove_asked(node);
    remove_stack(node);
    notify_target(node.pdo, TargetEvent::kRemoveComplete);
    unload_unused(IdText(node.service.view()).view());
    return STATUS_SUCCESS;
}

void surprise_remove(DeviceNode& node) {
    for (DeviceNode& child : node.children) {
        child.missing = true;
        surprise_remove(child);
    }
    const bool has_drivers = node.is_started() || node.state == NodeState::kStopped || node.state == NodeState::kQueryStopped;
    if (has_drivers) {
        send_pnp(node.pdo, IRP_MN_SURPRISE_REMOVAL);
        disable_interfaces(node);
        notify_target(node.pdo, TargetEvent::kRemoveComplete);
    }
    set_state(node, NodeState::kRemovePendingCloses);
    try_finish(node);
}

void remove_stack(DeviceNode& node) {
    send_pnp(node.pdo, IRP_MN_REMOVE_DEVICE);
    disable_interfaces(node);
    po::forget_device(node.pdo);
    if (node.pdo.AttachedDevice != nullptr) {
        ke::log(ke::LogLevel::kWarn, "a driver of %s did not detach its device when it was removed",
                Narrow(node.instance_path).c_str());
    }
    release_resources(node);
    node.power.store(PowerDeviceUnspecified, std::memory_order_relaxed);
    set_state(node, node.missing ? NodeState::kRemoved : NodeState::kInitialized);
}

void drop_node(DeviceNode& node) {
    const IdText service(node.service.view());
    {
        ke::MutexGuard guard{tree_lock()};
        node.state = NodeState::kDeleted;
        unlink_child(node);
    }
    mm::destroy(&node);
    if (!service.empty()) unload_unused(service);
}

}  // namespace rsl::pnp
