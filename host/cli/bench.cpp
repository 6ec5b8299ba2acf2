// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/verbs.hpp"

namespace rsl::cli {
const Verb kBench{
    .path = "bench",
    .summary = "measure the promised numbers",
    .run = [](const Invocation&, Output&) -> HostResult<void> { return Error("not yet"); },
};
}  // namespace rsl::cli
