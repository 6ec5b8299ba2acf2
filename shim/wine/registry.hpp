// SPDX-License-Identifier: GPL-2.0-only
// What a driver finds in the registry: its service key as the prefix has it, Parameters and all,
// copied into the VM's registry when the driver is loaded.
#pragma once

#include <string>
#include <string_view>

#include "shim/api/rsl.h"
#include "shim/wine/hook.hpp"

namespace rsl::wine {

/// The text as NT takes it; it lives as long as the text.
UNICODE_STRING string_of(std::u16string& text);
/// Opens a key of Wine's; 0 and the status when that fails.
uint64_t open_key(std::u16string path, NTSTATUS& status);
/// A string value of an open key; empty when it has none.
std::u16string read_text_value(uint64_t key, std::u16string value_name);
/// Copies a key's values and all below it to the same path in the VM. Data longer than the VM takes
/// is left out.
void copy_key(rsl_client* client, const std::u16string& path);

}  // namespace rsl::wine
