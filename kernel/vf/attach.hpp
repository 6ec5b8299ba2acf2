// SPDX-License-Identifier: GPL-2.0-only
// What the I/O manager calls on a driver's way in and out. Each does nothing for a driver that is
// not verified.
#pragma once

#include <string_view>

#include "kernel/vf/verified_driver.hpp"

namespace rsl::vf {

/// Before the image is loaded: the record and what replaces imports; nullptr: the service is not
/// verified.
VerifiedDriver* begin_verification(std::u16string_view service, ldr::ImportFilter& filter);
/// The image is loaded and protected, nothing of it has run.
void image_loaded(io::Driver& driver);
/// DriverEntry has succeeded: the dispatch routines are known.
void entry_succeeded(io::Driver& driver);
/// DriverUnload has returned, or DriverEntry has failed: what is left stops the machine.
void check_unloaded(io::Driver& driver, uint64_t blame);
/// The image is about to be freed.
void end_verification(io::Driver& driver);

}  // namespace rsl::vf
