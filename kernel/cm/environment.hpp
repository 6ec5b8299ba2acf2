// SPDX-License-Identifier: GPL-2.0-only
// Environment variables in registry text: %NAME%. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace rsl::cm {

/// Finds the value of a variable, compared without case; empty when there is none. A block is what Windows
/// keeps an environment in: "NAME=value" texts, each with its NUL, an empty one at the end.
std::u16string_view find_variable(const char16_t* block, std::u16string_view name);

/// Replaces every %NAME% that `block` or the system knows (SystemRoot, SystemDrive); others stay as they are.
/// Characters needed; writes what fits.
size_t expand_variables(std::u16string_view text, const char16_t* block, std::span<char16_t> out);

}  // namespace rsl::cm
