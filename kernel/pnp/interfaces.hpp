// SPDX-License-Identifier: GPL-2.0-only
// Device interfaces: what a device offers by class GUID. Registered in the registry under
// Control\DeviceClasses; while enabled, a symbolic link \??\ROOT#...#{guid} leads to the PDO. PASSIVE_LEVEL.
#pragma once

#include "kernel/pnp/device_node.hpp"
#include "kernel/pnp/registry_key.hpp"

namespace rsl::pnp {

/// Makes or finds an instance; `link` gets "\??\..." with the reference string. STATUS_OBJECT_NAME_EXISTS
/// when it was registered before.
NTSTATUS register_interface(DeviceNode& node, const GUID& interface_class, std::u16string_view reference, PathText& link);
/// STATUS_OBJECT_NAME_EXISTS, STATUS_OBJECT_NAME_NOT_FOUND as documented.
NTSTATUS enable_interface(std::u16string_view link);
NTSTATUS disable_interface(std::u16string_view link);
/// All of a device that is removed.
void disable_interfaces(DeviceNode& node);

/// Calls visit with the link of each enabled interface of a class, under no lock.
void each_enabled_interface(const GUID& interface_class, void (*visit)(void* context, UNICODE_STRING& link), void* context);
/// Links of a class as a REG_MULTI_SZ in pool memory, for the caller to free. `pdo`: only this device's.
Result<char16_t*> list_interfaces(const GUID& interface_class, const DEVICE_OBJECT* pdo, bool with_inactive);
/// The link of the same device and reference string in another class.
Result<void> alias_of(std::u16string_view link, const GUID& other_class, PathText& alias);
/// The registry key of an instance: Control\DeviceClasses\{guid}\##?#...\#reference.
Result<RegistryKey> interface_key(std::u16string_view link);
/// The node of an interface's device, nullptr when the device is not there.
DeviceNode* node_of_interface(std::u16string_view link);

/// For `rsl inspect`: under tree_lock().
void visit_interfaces(void (*visit)(void* context, std::u16string_view link, bool enabled, std::u16string_view device), void* context);

}  // namespace rsl::pnp
