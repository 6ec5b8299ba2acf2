// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/interrupts.hpp"

#include "kernel/pnp/device_node.hpp"
#include "kernel/pnp/resources.hpp"

namespace rsl::pnp {

Result<LineInterrupt> line_of(PDEVICE_OBJECT pdo) {
    const DeviceNode* const node = node_of(pdo);
    if (node == nullptr) return Status::kInvalidParameter;
    ke::MutexGuard guard{tree_lock()};
    const uint32_t count = descriptor_count(node->translated.get());
    for (uint32_t i = 0; i < count; ++i) {
        const auto& descriptor = node->translated->List[0].PartialResourceList.PartialDescriptors[i];
        const bool message = (descriptor.Flags & CM_RESOURCE_INTERRUPT_MESSAGE) != 0;
        if (descriptor.Type != CmResourceTypeInterrupt || message) continue;
        return LineInterrupt{descriptor.u.Interrupt.Vector, static_cast<KIRQL>(descriptor.u.Interrupt.Level),
                             (descriptor.Flags & CM_RESOURCE_INTERRUPT_LATCHED) != 0 ? Latched : LevelSensitive,
                             descriptor.ShareDisposition == CmResourceShareShared};
    }
    return Status::kNotFound;
}

hal::DeviceMessages* messages_of(PDEVICE_OBJECT pdo) {
    const DeviceNode* const node = node_of(pdo);
    return node == nullptr ? nullptr : node->messages;
}

}  // namespace rsl::pnp
