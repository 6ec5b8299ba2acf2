// SPDX-License-Identifier: GPL-2.0-only
// The keys and values that exist before anybody wrote any.
#pragma once

#include "kernel/cm/store.hpp"

namespace rsl::cm {

/// Fills an empty root with MACHINE, USER and what drivers expect below them.
Result<void> plant_tree(Key& root, int64_t now);

// Values as drivers write them.
Result<void> set_string(Key& key, std::u16string_view name, std::u16string_view text, int64_t now,
                        uint32_t type = 1 /* REG_SZ */);
Result<void> set_dword(Key& key, std::u16string_view name, uint32_t number, int64_t now);

}  // namespace rsl::cm
