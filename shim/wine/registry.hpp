// SPDX-License-Identifier: GPL-2.0-only
// Keys and values of Wine's registry, by NT calls of its own.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "shim/wine/hook.hpp"

namespace rsl::wine {

inline constexpr uint32_t kRegLink = 6;  // REG_LINK
inline constexpr uint64_t kKeyRead = 0x20019, kKeyAllAccess = 0xF003F;

struct WineValue {
    std::u16string name;
    uint32_t type;
    std::vector<std::byte> data;
    bool operator==(const WineValue& other) const {
        return type == other.type && data == other.data;
    }
};
struct WineKey {
    std::u16string path;                         // below the top, as it is spelt
    std::map<std::u16string, WineValue> values;  // by folded name
};
/// A key and all below it, by folded path. Links are left out, and values longer than the VM takes.
using WineTree = std::map<std::u16string, WineKey>;

/// Opens a key of Wine's; 0 and the status when that fails.
uint64_t open_key(std::u16string path, NTSTATUS& status, uint64_t access = kKeyRead);
/// A string value of an open key; empty when it has none.
std::u16string read_text_value(uint64_t key, std::u16string value_name);
/// False when the key has been deleted.
bool read_tree(uint64_t key, WineTree& tree);
bool has_value(uint64_t key, std::u16string name);

enum class KeyLifetime : uint8_t { kStored, kVolatile };
/// Opens a key for writing, making what is missing below `top`, which has to be there. 0: it cannot
/// be had.
uint64_t make_key(const std::u16string& top, std::u16string_view below, KeyLifetime lifetime);
NTSTATUS set_value(uint64_t key, std::u16string name, uint32_t type,
                   const std::vector<std::byte>& data);
NTSTATUS delete_value(uint64_t key, std::u16string name);
/// With all below it.
void delete_key(const std::u16string& path);

}  // namespace rsl::wine
