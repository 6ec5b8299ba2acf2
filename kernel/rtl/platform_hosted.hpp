// SPDX-License-Identifier: GPL-2.0-only
// Host tests only: the one image whose functions lookup_function() knows.
#pragma once

#include <cstdint>
#include <span>

#include "abi/types/exception.h"

namespace rsl::rtl {

void set_hosted_functions(uint64_t image_base, std::span<const RUNTIME_FUNCTION> functions);

}  // namespace rsl::rtl
