// SPDX-License-Identifier: GPL-2.0-only
// UTF-8 outside, UTF-16 inside; and paths as people type them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rsl::client {

/// Nothing when the text is no UTF-8.
std::optional<std::u16string> to_utf16(std::string_view utf8);
/// Lone surrogates become U+FFFD.
std::string to_utf8(std::u16string_view utf16);

/// An NT path: "\\.\Echo", "Echo", "C:\file" lie below \??; what begins with one backslash is taken as
/// it is. Nothing when it is no UTF-8.
std::optional<std::u16string> to_nt_path(std::string_view path);

}  // namespace rsl::client
