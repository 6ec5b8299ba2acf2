// SPDX-License-Identifier: GPL-2.0-only
// Whether an unwind table's entry stays inside its image. The unwinder trusts what passed here: it
// runs where a fault of its own could not be handled.
#pragma once

#include "kernel/ldr/image.hpp"

namespace rsl::ldr {

bool unwind_info_fits(const Image& image, const RUNTIME_FUNCTION& function);

}  // namespace rsl::ldr
