// SPDX-License-Identifier: GPL-2.0-only
// Device nodes: one for each device that a bus has reported, in a tree below HTREE\ROOT\0. The tree is
// changed by the PnP thread only (worker.hpp); others read it under tree_lock(), or a node by way of a
// physical device object that they know to be there. States and problems: docs/nt/pnp.md.
#pragma once

#include <atomic>
#include <cstdint>

#include "abi/types/io.h"
#include "base/containers/intrusive_list.hpp"
#include "kernel/io/device.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/pnp/text.hpp"

namespace rsl::hal {
class DeviceMessages;
}

namespace rsl::pnp {

/// As the kernel debugger's documentation names them (!devnode); those that we pass through in one step
/// are left out.
enum class NodeState : uint16_t {
    kUninitialized = 0x301,
    kInitialized = 0x302,
    kDriversAdded = 0x303,
    kResourcesAssigned = 0x304,
    kStartPending = 0x305,
    kStarted = 0x308,
    kQueryStopped = 0x309,
    kStopped = 0x30A,
    kQueryRemoved = 0x310,
    kRemovePendingCloses = 0x311,
    kRemoved = 0x312,
    kDeleted = 0x314,
};
const char* name_of(NodeState state);

/// CM_PROB_* of cfg.h.
enum class Problem : uint32_t {
    kNone = 0,
    kNotConfigured = 1,
    kFailedStart = 10,
    kNormalConflict = 12,
    kNeedRestart = 14,
    kReinstall = 18,
    kDisabled = 22,
    kDeviceNotThere = 24,
    kFailedInstall = 28,
    kFailedAdd = 31,
    kFailedDriverEntry = 37,
    kDriverFailedLoad = 39,
    kFailedPostStart = 43,
    kHeldForEject = 47,
};
const char* name_of(Problem problem);

/// Pool memory that one node owns: resource lists, ids.
template <typename T>
class Owned {
  public:
    Owned() = default;
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    ~Owned() { reset(); }
    void reset(T* memory = nullptr) {
        T* old = memory_;
        memory_ = memory;
        if (old != nullptr) mm::free(old);
    }
    T* get() const { return memory_; }
    T* operator->() const { return memory_; }
    explicit operator bool() const { return memory_ != nullptr; }
    [[nodiscard]] T* release() {
        T* memory = memory_;
        memory_ = nullptr;
        return memory;
    }

  private:
    T* memory_ = nullptr;
};

struct PowerQueue;

struct DeviceNode {
    explicit DeviceNode(io::Device& device);
    ~DeviceNode();

    io::Device& pdo;  // one reference
    DeviceNode* parent = nullptr;
    ListHook sibling_hook;
    IntrusiveList<DeviceNode, &DeviceNode::sibling_hook> children;

    NodeState state = NodeState::kUninitialized;
    Problem problem = Problem::kNone;
    NTSTATUS problem_status = 0;
    bool reported = false;         // by its bus, in the enumeration that runs
    bool missing = false;          // its bus no longer reports it
    bool root_enumerated = false;
    bool raw = false;              // started without a function driver
    uint32_t pass = 0;             // of configure_waiting(), in which it was tried last
    bool restart_wanted = false;   // its resource requirements have changed

    IdText instance_path;          // "ROOT\COM0COM\0000"; never changes
    IdText service;                // of the function driver; empty: none
    DEVICE_CAPABILITIES capabilities = {};
    PNP_BUS_INFORMATION bus = {};
    bool has_bus = false;
    Owned<CM_RESOURCE_LIST> boot, raw_resources, translated;
    Owned<IO_RESOURCE_REQUIREMENTS_LIST> requirements;
    hal::DeviceMessages* messages = nullptr;  // while the device has message-signalled interrupts
    std::atomic<DEVICE_POWER_STATE> power{PowerDeviceUnspecified};

    PathText key_path(std::u16string_view below = {}) const;
    bool is_started() const { return state == NodeState::kStarted; }
    void set_problem(Problem what, NTSTATUS status = 0) {
        problem = what;
        problem_status = status;
    }
};

/// Guards the links of the tree and what of a node changes. No driver code runs under it.
ke::Mutex& tree_lock();
DeviceNode& root_node();
void create_root(io::Device& pdo);

/// The node of a PDO, nullptr when it is none. Any IRQL: the caller knows that the device is there.
inline DeviceNode* node_of(DEVICE_OBJECT* pdo) {
    if (pdo == nullptr || pdo->DeviceObjectExtension == nullptr) return nullptr;
    return static_cast<DeviceNode*>(__atomic_load_n(&pdo->DeviceObjectExtension->DeviceNode, __ATOMIC_ACQUIRE));
}
/// The PDO at the bottom of a stack that any of its devices names; nullptr when the bottom is no PDO.
DEVICE_OBJECT* bottom_pdo(DEVICE_OBJECT& device);

/// Under tree_lock(), or in the PnP thread.
void link_child(DeviceNode& parent, DeviceNode& child);
void unlink_child(DeviceNode& child);
/// Calls visit for each node below and including `from`, parents first. Under tree_lock() or in the PnP
/// thread; visit changes no links.
void each_node(DeviceNode& from, bool (*visit)(void* context, DeviceNode& node), void* context);
DeviceNode* find_node(std::u16string_view instance_path);

}  // namespace rsl::pnp
