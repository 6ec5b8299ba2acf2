// SPDX-License-Identifier: GPL-2.0-only
// This process' connection to its VM: made when a device of RSL's is first asked for, made anew
// when the VM was replaced.
#pragma once

#include "shim/api/rsl.h"

namespace rsl::wine {

/// The connection, or nullptr when there is no VM. Never closed while the process lives: calls on
/// an ended one fail with RSL_STATUS_DISCONNECTED. Call it under a SignalGuard.
rsl_client* session();
/// The one that there is; nullptr: none was made, or it has ended.
rsl_client* current_session();

}  // namespace rsl::wine
