// SPDX-License-Identifier: GPL-2.0-only
// Which hardware resources a device gets: from what it has from firmware and what it asks for, checked
// against what others have. The bus's numbers are "raw", the processor's "translated".
#pragma once

#include "base/core/result.hpp"
#include "kernel/pnp/device_node.hpp"

namespace rsl::pnp {

/// Has the drivers filter the requirements and fills raw_resources and translated. kConflictingAddresses
/// when no alternative can be met. In the PnP thread.
Result<void> assign_resources(DeviceNode& node);
/// What a driver has found its device to have, and is using.
Result<void> take_resources(DeviceNode& node, const CM_RESOURCE_LIST& list);
/// Gives everything back (interrupt vectors; ranges are free for others).
void release_resources(DeviceNode& node);

/// Bytes of a list, its descriptors included; 0 for nullptr.
size_t list_bytes(const CM_RESOURCE_LIST* list);
/// Descriptors of the list's first full descriptor.
uint32_t descriptor_count(const CM_RESOURCE_LIST* list);

}  // namespace rsl::pnp
