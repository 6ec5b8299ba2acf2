// SPDX-License-Identifier: GPL-2.0-only
// Properties of devices and interfaces: the old numbered ones, from node and registry, and those by
// DEVPROPKEY, kept in the registry. PASSIVE_LEVEL.
#pragma once

#include <span>

#include "abi/types/io.h"
#include "abi/types/wmi.h"
#include "kernel/pnp/device_node.hpp"
#include "kernel/pnp/registry_key.hpp"

namespace rsl::pnp {

/// IoGetDeviceProperty's answer: `needed` bytes, of which all are written if they fit. The statuses are
/// that function's.
NTSTATUS get_property(DeviceNode& node, DEVICE_REGISTRY_PROPERTY property, std::span<std::byte> out, uint32_t& needed);

/// By key, in `owner`\Properties\{fmtid}\pid. STATUS_OBJECT_NAME_NOT_FOUND, STATUS_BUFFER_TOO_SMALL.
NTSTATUS get_keyed(std::u16string_view owner, const DEVPROPKEY& key, std::span<std::byte> out, uint32_t& needed, DEVPROPTYPE& type);
NTSTATUS set_keyed(std::u16string_view owner, const DEVPROPKEY& key, DEVPROPTYPE type, std::span<const std::byte> data);
/// The same for a device, whose DEVPKEY_Device_* of its Enum key are answered from there.
NTSTATUS get_device_keyed(DeviceNode& node, const DEVPROPKEY& key, std::span<std::byte> out, uint32_t& needed, DEVPROPTYPE& type);

/// The key that IoOpenDeviceRegistryKey opens.
RegistryKey device_key(DeviceNode& node, bool driver_key, bool of_profile);

}  // namespace rsl::pnp
