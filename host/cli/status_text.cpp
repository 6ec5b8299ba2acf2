// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/status_text.hpp"

#include <fmt/format.h>

#include "abi/types/status.h"

namespace rsl::cli {
namespace {

struct NamedStatus {
    int32_t value;
    std::string_view name;
};
constexpr NamedStatus kNames[] = {
#define RSL_STATUS(name) {static_cast<int32_t>(name), #name},
#include "abi/types/status_names.inc"
#undef RSL_STATUS
};

}  // namespace

std::string_view status_name(int32_t status) {
    for (const auto& entry : kNames) {
        if (entry.value == status) return entry.name;
    }
    return {};
}

std::string status_text(int32_t status) {
    const std::string_view name = status_name(status);
    const auto number = fmt::format("0x{:08X}", static_cast<uint32_t>(status));
    return name.empty() ? number : fmt::format("{} {}", name, number);
}

nlohmann::ordered_json status_json(int32_t status) {
    nlohmann::ordered_json json;
    json["name"] = status_name(status);
    json["code"] = fmt::format("0x{:08X}", static_cast<uint32_t>(status));
    return json;
}

}  // namespace rsl::cli
