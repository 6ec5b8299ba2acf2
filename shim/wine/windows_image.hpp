// SPDX-License-Identifier: GPL-2.0-only
// The Windows side of this process as Wine has loaded it: ntdll.dll, and the 32-bit half of a 32-bit program (new-style
// WoW64: its Unix side is the 64-bit one).
#pragma once

#include <cstdint>

namespace rsl::wine {

/// Address of the 32-bit process environment block; 0 in a 64-bit program. In threads of Wine's only.
uint64_t wow64_peb();
inline bool is_wow64() { return wow64_peb() != 0; }

/// Address of an export of the loaded ntdll.dll, in a 32-bit program of the 32-bit one: where a thread of the program's
/// can start. 0 when there is none.
uint64_t windows_stub(const char* name);

}  // namespace rsl::wine
