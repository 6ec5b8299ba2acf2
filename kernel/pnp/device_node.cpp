// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/device_node.hpp"

#include <new>

#include "kernel/mm/pool.hpp"
#include "kernel/pnp/registry_key.hpp"

namespace rsl::pnp {
namespace {

alignas(ke::Mutex) constinit std::byte lock_memory[sizeof(ke::Mutex)] = {};
constinit bool lock_made = false;
constinit DeviceNode* the_root = nullptr;

}  // namespace

const char* name_of(NodeState state) {
    switch (state) {
        case NodeState::kUninitialized: return "Uninitialized";
        case NodeState::kInitialized: return "Initialized";
        case NodeState::kDriversAdded: return "DriversAdded";
        case NodeState::kResourcesAssigned: return "ResourcesAssigned";
        case NodeState::kStartPending: return "StartPending";
        case NodeState::kStarted: return "Started";
        case NodeState::kQueryStopped: return "QueryStopped";
        case NodeState::kStopped: return "Stopped";
        case NodeState::kQueryRemoved: return "QueryRemoved";
        case NodeState::kRemovePendingCloses: return "RemovePendingCloses";
        case NodeState::kRemoved: return "Removed";
        case NodeState::kDeleted: return "Deleted";
    }
    return "?";
}

const char* name_of(Problem problem) {
    switch (problem) {
        case Problem::kNone: return "";
        case Problem::kNotConfigured: return "CM_PROB_NOT_CONFIGURED";
        case Problem::kFailedStart: return "CM_PROB_FAILED_START";
        case Problem::kNormalConflict: return "CM_PROB_NORMAL_CONFLICT";
        case Problem::kNeedRestart: return "CM_PROB_NEED_RESTART";
        case Problem::kReinstall: return "CM_PROB_REINSTALL";
        case Problem::kDisabled: return "CM_PROB_DISABLED";
        case Problem::kDeviceNotThere: return "CM_PROB_DEVICE_NOT_THERE";
        case Problem::kFailedInstall: return "CM_PROB_FAILED_INSTALL";
        case Problem::kFailedAdd: return "CM_PROB_FAILED_ADD";
        case Problem::kFailedDriverEntry: return "CM_PROB_FAILED_DRIVER_ENTRY";
        case Problem::kDriverFailedLoad: return "CM_PROB_DRIVER_FAILED_LOAD";
        case Problem::kFailedPostStart: return "CM_PROB_FAILED_POST_START";
        case Problem::kHeldForEject: return "CM_PROB_HELD_FOR_EJECT";
    }
    return "?";
}

ke::Mutex& tree_lock() {
    auto* lock = reinterpret_cast<ke::Mutex*>(lock_memory);
    if (!lock_made) {  // first by create_root(), before there is a second thread that asks
        ::new (lock_memory) ke::Mutex;
        lock_made = true;
    }
    return *lock;
}

DeviceNode::DeviceNode(io::Device& device) : pdo(device) {
    pdo.add_reference();
    pdo.DEVICE_OBJECT::Flags |= DO_BUS_ENUMERATED_DEVICE;
    // A reported device is ready to be attached to: bus drivers that leave the flag set (com0com) work.
    pdo.DEVICE_OBJECT::Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
    __atomic_store_n(&pdo.extension.DeviceNode, this, __ATOMIC_RELEASE);  // pairs with node_of()
}

DeviceNode::~DeviceNode() {
    RSL_CHECK(children.empty());
    __atomic_store_n(&pdo.extension.DeviceNode, nullptr, __ATOMIC_RELEASE);  // pairs with node_of()
    pdo.drop_reference();
}

PathText DeviceNode::key_path(std::u16string_view below) const {
    return PathText(kEnumPath, instance_path.view(), below);
}

DeviceNode& root_node() { return *the_root; }

void create_root(io::Device& pdo) {
    ke::MutexGuard guard{tree_lock()};
    auto node = mm::make<DeviceNode>(mm::pool_tag("PpDn"), pdo);
    RSL_CHECK(node.ok());
    the_root = *node;
    the_root->instance_path.add(u"HTREE\\ROOT\\0");
    the_root->service.add(u"\\Driver\\PnpManager");
    the_root->state = NodeState::kStarted;
    the_root->power.store(PowerDeviceD0, std::memory_order_relaxed);
}

DEVICE_OBJECT* bottom_pdo(DEVICE_OBJECT& device) {
    DEVICE_OBJECT* bottom = &device;
    while (DEVICE_OBJECT* below = io::device_of(*bottom).extension.AttachedTo) bottom = below;
    return node_of(bottom) != nullptr ? bottom : nullptr;
}

void link_child(DeviceNode& parent, DeviceNode& child) {
    child.parent = &parent;
    parent.children.push_back(child);
}

void unlink_child(DeviceNode& child) { child.sibling_hook.unlink(); }

void each_node(DeviceNode& from, bool (*visit)(void* context, DeviceNode& node), void* context) {
    if (!visit(context, from)) return;
    for (DeviceNode& child : from.children) each_node(child, visit, context);
}

DeviceNode* find_node(std::u16string_view instance_path) {
    struct Search {
        std::u16string_view path;
        DeviceNode* found;
    } search{instance_path, nullptr};
    each_node(root_node(), [](void* context, DeviceNode& node) {
        auto& state = *static_cast<Search*>(context);
        if (state.found == nullptr && same_text(node.instance_path, state.path)) state.found = &node;
        return state.found == nullptr;
    }, &search);
    return search.found;
}

}  // namespace rsl::pnp
