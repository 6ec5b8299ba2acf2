// SPDX-License-Identifier: GPL-2.0-only
// `rsl version`.
#include "host/cli/verbs.hpp"
#include "protocol/message/entry.hpp"
#include "protocol/message/supervisor.hpp"

namespace rsl::cli {

const Verb kVersion{
    .path = "version",
    .summary = "show the version",
    .run = [](const Invocation&, Output& out) -> HostResult<void> {
        out.data = {{"version", RSL_VERSION},
                    {"ring_protocol", protocol::kVersion},
                    {"supervisor_protocol", protocol::supervisor::kVersion}};
        out.line("rsl {} (ring protocol {}, supervisor protocol {})", RSL_VERSION,
                 protocol::kVersion, protocol::supervisor::kVersion);
        return {};
    },
};

}  // namespace rsl::cli
