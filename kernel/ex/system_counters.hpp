// SPDX-License-Identifier: GPL-2.0-only
// The counters and settings that NtQuerySystemInformation tells in structures of fixed size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "abi/types/status.h"
#include "abi/types/system_information.h"

namespace rsl::ex {

/// Answers a query with a structure of fixed size.
template <typename T>
int32_t give(const T& value, std::span<std::byte> out, uint32_t& needed) {
    needed = sizeof(T);
    if (out.size() < sizeof(T)) return STATUS_INFO_LENGTH_MISMATCH;
    std::memcpy(out.data(), &value, sizeof(T));
    return STATUS_SUCCESS;
}

/// As query_system_information(); STATUS_INVALID_INFO_CLASS for a class that is none of these.
int32_t query_counters(SYSTEM_INFORMATION_CLASS which, std::span<std::byte> out, uint32_t& needed);

}  // namespace rsl::ex
