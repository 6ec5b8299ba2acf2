// SPDX-License-Identifier: GPL-2.0-only
// What drivers finish after they kept it. One completion port serves the files of every session: a
// file object can be shared by sessions, and NT binds it to one port for good. A request's cookie
// says whose it is. Mostly the session answers its client at once, where the driver has finished the
// request, without any thread being woken; else a packet goes on to the session's own port. Either is
// dropped when the session has gone.
#pragma once

#include "server/driver/nt.hpp"
#include "server/engine/session.hpp"
#include "server/engine/slot.hpp"

namespace rsl::server::completions {

/// Makes the port and the thread that empties it; once, at the driver's start.
NTSTATUS start();
/// A kernel handle, for files to be bound to.
HANDLE port();

/// A session's place, from join() to leave(): its packets go to its own port, with the slot plus one
/// for context. None: too many sessions at once.
inline constexpr uint64_t kNoPlace = 0;
uint64_t join(HANDLE own_port);
/// From now on that session may be told at once, at IRQL <= DISPATCH_LEVEL.
void tell_at_once(uint64_t place, Session& session);
/// When it returns, nothing comes to that port or to the session any more. A second call does nothing.
void leave(uint64_t place);

/// The context to make a request with. Never null: null would mean "no packet, please".
PVOID cookie_of(uint64_t place, uint32_t slot);

}  // namespace rsl::server::completions
