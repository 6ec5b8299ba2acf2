// SPDX-License-Identifier: GPL-2.0-only
// What NtQuerySystemInformation tells of processors, and how they belong together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "abi/types/system_information.h"

namespace rsl::ex {

/// One SYSTEM_*_INFORMATION for each processor. As query_system_information().
int32_t query_processor_performance(std::span<std::byte> out, uint32_t& needed);
int32_t query_processor_idle(std::span<std::byte> out, uint32_t& needed);
int32_t query_interrupts(std::span<std::byte> out, uint32_t& needed);

/// SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX entries of one relation or all (RSL_RELATION_*), of the
/// processors of `mask` only. Caches are not described. STATUS_INVALID_PARAMETER for another relation.
int32_t query_relations(uint32_t relation, uint64_t mask, std::span<std::byte> out, uint32_t& needed);

}  // namespace rsl::ex
