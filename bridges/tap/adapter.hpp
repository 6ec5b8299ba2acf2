// SPDX-License-Identifier: GPL-2.0-only
// How a bridge comes to its adapter in the VM (abi/private/rsl_net.h).
#pragma once

#include <string>

#include "base/posix/error.hpp"
#include "shim/api/rsl.h"

namespace rsl::tap {

/// What the VM refused, or that it has gone.
Error refused(const std::string& what, rsl_status status);
/// Whether the VM serves, so that connecting to it does not wait.
bool vm_runs(const std::string& vm);
/// A handle to \Device\RslNet; loads the driver when it is not there.
HostResult<rsl_handle> open_driver(rsl_client* client);

inline constexpr rsl_status kNoSuchDevice = static_cast<rsl_status>(0xC000000Eu);
/// The index of the running adapter of that GUID; kNoSuchDevice while there is none.
HostResult<uint32_t> index_of(rsl_client* client, rsl_handle driver, const std::string& guid);

}  // namespace rsl::tap
