// SPDX-License-Identifier: GPL-2.0-only
// Facts about the running system, as NtQuerySystemInformation lays them out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "abi/types/system_information.h"

namespace rsl::ex {

/// Writes one class into `out`, whose place for the reader is `address` (pointers inside the data are
/// made for it). `needed` gets the bytes that all of it takes. STATUS_SUCCESS,
/// STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_INFO_CLASS. PASSIVE_LEVEL.
int32_t query_system_information(SYSTEM_INFORMATION_CLASS which, std::span<std::byte> out, uint64_t address,
                                 uint32_t& needed);

}  // namespace rsl::ex
