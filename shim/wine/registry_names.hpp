// SPDX-License-Identifier: GPL-2.0-only
// Which registry names may cross between a prefix and its VM. Neither side is trusted by the other:
// a program could name any key as a driver's, and a VM that was taken over could write what Wine
// later runs.
#pragma once

#include <string>
#include <string_view>

namespace rsl::wine {

inline constexpr std::u16string_view kServices =
    u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\";
inline constexpr std::u16string_view kDeviceMap = u"\\Registry\\Machine\\Hardware\\DeviceMap";

/// The service that a path given to NtLoadDriver names; empty when it is none, or no name of one.
std::u16string service_of(std::u16string_view registry_path);

/// Whether a path below a key is one: components of 1 to 255 characters, no empty ones. "" is.
bool is_relative_key(std::u16string_view path);

/// Whether a driver may have written this value of its service key into the prefix. What decides
/// which program or driver file Wine starts is for installers only.
bool is_drivers_own(std::u16string_view key_below_service, std::u16string_view value);

/// Names that fold alike are the same key or value; for letters of most alphabets.
std::u16string folded(std::u16string_view name);

}  // namespace rsl::wine
