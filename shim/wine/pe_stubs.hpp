// SPDX-License-Identifier: GPL-2.0-only
// System call numbers as the Windows side of Wine uses them: read off the stubs in its ntdll.dll,
// for a cross-check of what was found by value. The file is not trusted to be well-formed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "base/posix/error.hpp"

namespace rsl::wine {

/// "NtClose" -> its number, for every Nt function whose code is `mov r10,rcx; mov eax,NUMBER`.
HostResult<std::map<std::string, uint32_t>> read_stub_numbers(std::span<const std::byte> file);

}  // namespace rsl::wine
