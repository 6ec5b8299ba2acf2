// SPDX-License-Identifier: GPL-2.0-only
// RtlQueryRegistryValues: drivers read many values at once by a table.
#pragma once

#include "abi/types/cm.h"
#include "kernel/cm/registry.hpp"

namespace rsl::cm {

/// The key that RelativeTo and Path mean. With RTL_REGISTRY_HANDLE the path is a handle.
/// kMake makes the last key of the path only.
enum class Missing : uint8_t { kFail, kMake };
Result<Ref<KeyObject>> relative_key(uint32_t relative_to, const char16_t* path, Missing missing);

/// Runs the table. PASSIVE_LEVEL: calls the driver's routines.
/// `environment`: a block of variables for REG_EXPAND_SZ, or nullptr (environment.hpp).
Result<void> query_table(const Ref<KeyObject>& top, RTL_QUERY_REGISTRY_TABLE* table, void* context,
                         const void* environment);

}  // namespace rsl::cm
