// SPDX-License-Identifier: GPL-2.0-only
// Which NT paths could name a driver's device. Decided from the path alone, so that opening a file
// costs nothing.
#pragma once

#include <string_view>

namespace rsl::wine {

/// Whether RSL may be asked for it: \??\NAME and its other spellings, or \Device\NAME; no file on a drive,
/// no UNC path, no pipe, nothing that is Wine's own.
bool may_be_device(std::u16string_view path);

/// The last component: "C:\windows\system32\services.exe" -> "services.exe".
std::u16string_view last_component(std::u16string_view path);

/// Without regard to the case of ASCII letters.
bool same_name(std::u16string_view a, std::u16string_view b);

}  // namespace rsl::wine
