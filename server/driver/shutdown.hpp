// SPDX-License-Identifier: GPL-2.0-only
// The orderly end of the VM: when the host writes HostState::kShutDown into the control channel, sessions end,
// drivers get IRP_MJ_SHUTDOWN, and the VM turns itself off. The host cuts it short when that takes too long.
#pragma once

#include "server/driver/nt.hpp"
#include "transport/ring/ends.hpp"

namespace rsl::server {

/// Starts the thread that waits for the request.
NTSTATUS start_shutdown_thread();
/// The host has asked, in the control channel `header`. IRQL <= DISPATCH_LEVEL.
void request_shutdown(transport::ChannelHeader& header);

}  // namespace rsl::server
