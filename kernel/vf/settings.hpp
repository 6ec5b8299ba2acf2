// SPDX-License-Identifier: GPL-2.0-only
// Which drivers are to be verified, by service name, as the user asked (RslVerifyDriver). Read when
// a driver is loaded.
#pragma once

#include <string_view>

#include "base/core/result.hpp"
#include "kernel/vf/options.hpp"

namespace rsl::vf {

/// From its next load on, a service is verified so; "*" stands for every service without a setting
/// of its own. A verified driver that runs changes at once. Flags 0: not verified any more.
Result<void> set_options(std::u16string_view service, const Options& options);
/// What a service is to be verified for; no flags: nothing.
Options options_for(std::u16string_view service);

}  // namespace rsl::vf
