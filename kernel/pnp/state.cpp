// SPDX-License-Identifier: GPL-2.0-only
#include "abi/types/status.h"
#include "kernel/pnp/request.hpp"
#include "kernel/pnp/tree_actions.hpp"

namespace rsl::pnp {

void query_state(DeviceNode& node) {
    const Answer answer = send_pnp(node.pdo, IRP_MN_QUERY_PNP_DEVICE_STATE);
    if (!NT_SUCCESS(answer.status)) return;
    const auto state = static_cast<PNP_DEVICE_STATE>(answer.information);
    if ((state & PNP_DEVICE_REMOVED) != 0 || (state & PNP_DEVICE_FAILED) != 0) {
        // As documented: the stack is torn down at once, without asking.
        for (DeviceNode& child : node.children) {
            child.missing = true;
            surprise_remove(child);
        }
        if (node.is_started()) send_pnp(node.pdo, IRP_MN_SURPRISE_REMOVAL);
        remove_stack(node);
        ke::MutexGuard guard{tree_lock()};
        node.set_problem((state & PNP_DEVICE_REMOVED) != 0 ? Problem::kDeviceNotThere : Problem::kFailedPostStart);
        return;
    }
    if ((state & PNP_DEVICE_RESOURCE_REQUIREMENTS_CHANGED) != 0 && node.is_started() && !node.restart_wanted) {
        node.restart_wanted = true;
        restart(node);
    }
}

}  // namespace rsl::pnp
