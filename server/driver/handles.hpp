// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "server/driver/nt.hpp"

namespace rsl::server {

/// 32 bits suffice for a handle; pseudo handles are negative, and so would kernel handles be, which the
/// kernel refuses to user callers itself.
inline HANDLE handle_from(uint32_t wire) {
    return reinterpret_cast<HANDLE>(static_cast<intptr_t>(static_cast<int32_t>(wire)));
}

}  // namespace rsl::server
