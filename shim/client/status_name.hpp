// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>

namespace rsl::client {

/// "STATUS_NOT_SUPPORTED", or nullptr.
const char* status_name(int32_t status);

}  // namespace rsl::client
