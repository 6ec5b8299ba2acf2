// SPDX-License-Identifier: GPL-2.0-only
// Every handle of every process, as NtQuerySystemInformation lays them out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "abi/types/system_information.h"

namespace rsl::ex {

/// As query_system_information(). Handles that come and go meanwhile may be missing.
int32_t query_handles(std::span<std::byte> out, uint32_t& needed);
int32_t query_extended_handles(std::span<std::byte> out, uint32_t& needed);

}  // namespace rsl::ex
