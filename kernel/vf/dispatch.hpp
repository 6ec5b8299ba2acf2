// SPDX-License-Identifier: GPL-2.0-only
// Dispatch routines of verified drivers: each table entry leads to one routine of ours, which looks
// before and after and calls the driver's.
#pragma once

#include "kernel/vf/verified_driver.hpp"

namespace rsl::vf {

/// Puts ourselves in front of what DriverEntry has set. Again whenever the driver may have changed
/// it.
void wrap_dispatch(VerifiedDriver& verified, io::Driver& driver);

}  // namespace rsl::vf
