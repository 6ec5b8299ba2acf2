// SPDX-License-Identifier: GPL-2.0-only
// The whole system's power: what drivers are told when the machine stops.
#pragma once

#include "kernel/io/shutdown.hpp"

namespace rsl::po {

/// An orderly stop, while everything still works: IRP_MJ_SHUTDOWN to those who registered, then
/// IRP_MN_SET_POWER PowerSystemShutdown to every started device, children before parents. `told` is called before each
/// of the former. Drivers run as
/// long as they need: the caller decides how long it waits. Once; a second call does nothing. PASSIVE_LEVEL.
void shut_down(io::ShutdownTold told, void* context);

}  // namespace rsl::po
