// SPDX-License-Identifier: GPL-2.0-only
// Which thread of which process a handle of Wine's is.
#pragma once

#include <cstdint>

namespace rsl::wine {

struct ClientId {
    uint32_t process = 0, thread = 0;
};

/// By THREAD_BASIC_INFORMATION; zeroes when the handle is no thread's, or does not allow it.
ClientId id_of_thread(uint64_t thread);

}  // namespace rsl::wine
