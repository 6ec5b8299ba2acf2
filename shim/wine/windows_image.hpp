// SPDX-License-Identifier: GPL-2.0-only
// The Windows side's ntdll.dll as it is loaded in this process.
#pragma once

#include <cstdint>

namespace rsl::wine {

/// Address of an export of the loaded ntdll.dll; 0 when there is none.
uint64_t windows_stub(const char* name);

}  // namespace rsl::wine
