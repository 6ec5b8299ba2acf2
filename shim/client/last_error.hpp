// SPDX-License-Identifier: GPL-2.0-only
// The sentence behind rsl_last_error(), one a thread.
#pragma once

#include <string>

#include "shim/api/rsl.h"

namespace rsl::client {

void set_last_error(std::string sentence);
const char* last_error();
/// Sets the sentence and returns the status: `return fail(RSL_STATUS_..., "...")`.
rsl_status fail(rsl_status status, std::string sentence);

}  // namespace rsl::client
