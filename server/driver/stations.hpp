// SPDX-License-Identifier: GPL-2.0-only
// Which doorbell device has which station, and the end of them all. Arrivals come one at a time; departures
// and the shutdown each in a thread of their own.
#pragma once

#include "server/driver/station.hpp"

namespace rsl::server {

void initialize_stations();
VOID NTAPI station_arrived(PRSL_DOORBELL doorbell, PVOID context);
VOID NTAPI station_removed(PRSL_DOORBELL doorbell, PVOID context);

/// Ends every client's session, so that its handles are closed and its requests cancelled, and waits for
/// that until `patience_ms` have passed: a driver may keep one for ever.
void end_client_sessions(int64_t patience_ms);

}  // namespace rsl::server
