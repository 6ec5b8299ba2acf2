// SPDX-License-Identifier: GPL-2.0-only
// The NTSTATUS values that the engine itself uses.
#pragma once

#include <cstdint>

namespace rsl::server::status {

inline constexpr int32_t kSuccess = 0;
inline constexpr int32_t kPending = 0x00000103;
inline constexpr int32_t kInvalidParameter = static_cast<int32_t>(0xC000000D);
inline constexpr int32_t kInsufficientResources = static_cast<int32_t>(0xC000009A);
inline constexpr int32_t kNotFound = static_cast<int32_t>(0xC0000225);

}  // namespace rsl::server::status
