// SPDX-License-Identifier: GPL-2.0-only
// Events as people read them: one line, with what the payload says where it is text.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "host/cli/output.hpp"

namespace rsl::cli {

/// The strings in a payload, UTF-16 or ASCII, each of at least three characters, joined by spaces.
std::string strings_in(std::span<const std::byte> payload);
/// The payload of an event's JSON object; empty when it has none or it is no hexadecimal.
std::vector<std::byte> payload_of(const Json& event);
/// "{guid} Name id 3 level 4 keywords 0x10: text". `event` is what the VM wrote, and not trusted.
std::string event_line(const Json& event);

}  // namespace rsl::cli
