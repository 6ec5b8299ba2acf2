// SPDX-License-Identifier: GPL-2.0-only
// What the program has behind handles that a driver got within a buffer (docs/adr/0030-own-objects.md): its events are lent to the VM. Each that
// is lent has a copy of its handle here, by which it is signalled, also when the program has closed its own by then.
#pragma once

#include <atomic>

#include "shim/client/object_lender.hpp"

namespace rsl::wine {

/// For a new connection: what an earlier one lent is nobody's any more. In threads of Wine's only, as all that the VM asks then.
client::OwnObjects* own_objects_for_new_vm();

/// How many events are lent. For calls that are hot when they are not about these.
extern std::atomic<uint32_t> lent_events;

/// The program's handle is closed, or about to be: its value means something else from now on.
void forget_lent_handle(uint64_t handle);

/// Whether an event was lent, and no thread listens for what drivers do to it while the program makes no calls. Once.
bool needs_listener();

}  // namespace rsl::wine
