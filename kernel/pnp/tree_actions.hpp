// SPDX-License-Identifier: GPL-2.0-only
// What happens to device nodes, step by step (docs/nt/pnp.md draws it). All in the PnP thread.
//
//   enumerate ──▶ Initialized ──add_drivers──▶ DriversAdded ──assign──▶ ResourcesAssigned ──start──▶ Started
//                     ▲                             │ a step fails: the stack is removed, a problem is set │
//                     └─────────────────────────────┴───────────────── remove, disable, surprise ──────────┘
#pragma once

#include "kernel/pnp/device_node.hpp"

namespace rsl::pnp {

// ---- enumerate.cpp
/// Asks a started device for its children: new ones get nodes and are configured, gone ones removed.
void enumerate(DeviceNode& node);
/// IRP_MN_QUERY_RESOURCE_REQUIREMENTS: what its bus says that a device needs.
void query_requirements(DeviceNode& node);

// ---- match.cpp
/// Which driver is for the device, by its Enum key or the database; copies what the database says into
/// the device's keys. False when there is none.
bool match_driver(DeviceNode& node);
/// Whether the device's registry flags say that it is not to be started.
bool is_disabled(const DeviceNode& node);

// ---- configure.cpp
/// Brings an Initialized node as far as it goes, children included.
void configure(DeviceNode& node);
/// The same for every node that waits without a driver: something was installed.
void configure_waiting();
/// Starts a device again that was stopped for new resources.
NTSTATUS restart(DeviceNode& node);

// ---- remove.cpp
/// Asks the drivers of the device and of all below; if nobody minds, they are removed and the node is
/// Initialized again. STATUS_PLUGPLAY_QUERY_VETOED when somebody minds. `veto`: who, if not nullptr.
NTSTATUS query_and_remove(DeviceNode& node);
/// The device has gone: IRP_MN_SURPRISE_REMOVAL, and IRP_MN_REMOVE_DEVICE once no file is open on it.
void surprise_remove(DeviceNode& node);
/// After a failed start, or when the last file of a surprise-removed device has closed.
void remove_stack(DeviceNode& node);
/// Takes a node without children out of the tree.
void drop_node(DeviceNode& node);

// ---- state.cpp
/// IRP_MN_QUERY_PNP_DEVICE_STATE and what it says.
void query_state(DeviceNode& node);

}  // namespace rsl::pnp
