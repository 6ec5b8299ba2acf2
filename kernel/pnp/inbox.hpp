// SPDX-License-Identifier: GPL-2.0-only
// Drivers of our own: what the driver database says of the devices that they are for, before
// anybody installs anything.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/core/result.hpp"

namespace rsl::pnp {

/// The PCI bus, which is there from the start. Once, at boot.
void plant_bus_drivers();
/// A driver of the boot archive's device/ folder. Its image is kept if the machine has a device for
/// it, and forgotten if not: which of the two. After the registry's hives are loaded and before the
/// first enumeration.
Result<bool> keep_device_driver(std::u16string_view service, std::span<const std::byte> image);

}  // namespace rsl::pnp
