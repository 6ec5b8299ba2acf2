// SPDX-License-Identifier: GPL-2.0-only
// Images of installed drivers, kept until a device wants them: in memory, and, where the VM has a C:, as the
// file that the service's ImagePath names, for the next run. Loading is kernel/io's.
#pragma once

#include <span>
#include <string_view>

#include "abi/types/io.h"
#include "base/core/result.hpp"
#include "kernel/io/driver.hpp"

namespace rsl::pnp {

/// Keeps a copy of an image under its service's name; an older one of that name is replaced.
Result<void> store_image(std::u16string_view service, std::span<const std::byte> image);
/// The same for this run only.
Result<void> keep_image(std::u16string_view service, std::span<const std::byte> image);

/// What became of bringing a driver in.
struct Loaded {
    Ref<io::Driver> driver;  // empty: it did not load
    NTSTATUS status;
    bool entry_failed;       // its DriverEntry ran and refused
};
/// The driver of a service, loaded from the store unless it runs already. PASSIVE_LEVEL.
Loaded load_service(std::u16string_view service);

}  // namespace rsl::pnp
