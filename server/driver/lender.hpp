// SPDX-License-Identifier: GPL-2.0-only
// The client's own memory and objects, as mm and ob ask for them, over the session's ring.
#pragma once

#include "server/driver/nt.hpp"
#include "server/engine/session.hpp"

namespace rsl::server {

/// For RslBorrowClientMemory. The session outlives what is made of it.
RSL_LENDER lender_of(Session& session);
/// The same for its objects: for RslBorrowClientObjects.
RSL_OBJECT_LENDER object_lender_of(Session& session);

}  // namespace rsl::server
