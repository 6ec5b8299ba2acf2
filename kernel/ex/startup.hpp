// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "base/core/result.hpp"

namespace rsl::ex {

/// Starts the worker threads of ExQueueWorkItem. Called by ke::start_services().
Result<void> start_workers();

/// Makes the callback objects that the system has, in \Callback. Called before drivers start.
Result<void> create_system_callbacks();

}  // namespace rsl::ex
