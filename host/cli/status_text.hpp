// SPDX-License-Identifier: GPL-2.0-only
// NTSTATUS values for people: always name and number.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace rsl::cli {

/// "STATUS_ACCESS_DENIED"; empty for a number without a name.
std::string_view status_name(int32_t status);
/// "STATUS_ACCESS_DENIED 0xC0000022", or just the number.
std::string status_text(int32_t status);
/// {"name": ..., "code": "0x..."}.
nlohmann::ordered_json status_json(int32_t status);

}  // namespace rsl::cli
