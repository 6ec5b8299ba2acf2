// SPDX-License-Identifier: GPL-2.0-only
// The registry's hive files, format "regf" 1.3 to 1.6: what lies where. From the community's public
// descriptions of the format. Offsets of cells count from the end of the base block.
//
//   base block (4096)  signature, two sequence numbers, root cell, size of the bins, checksum
//   hbin (n * 4096)    header of 32 bytes, then cells
//   cell               int32 size (negative: in use), then data; sizes are multiples of 8
//     nk key   vk value   lf lh li subkeys   ri lists of those   sk security   db data above 16344 bytes
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rsl::cm::hive {

inline constexpr uint32_t kBaseBlockBytes = 4096;
inline constexpr uint32_t kBinAlignment = 4096;
inline constexpr uint32_t kBinHeaderBytes = 32;
inline constexpr uint32_t kNone = 0xFFFFFFFF;
inline constexpr uint32_t kMostHiveBytes = 256u << 20;
inline constexpr uint32_t kSegmentBytes = 16344;  // of big data
inline constexpr uint32_t kInline = 0x80000000;   // the data stands in the offset's place

#pragma pack(push, 1)
struct BaseBlock {
    char signature[4];  // "regf"
    uint32_t primary_sequence, secondary_sequence;  // equal: written to the end
    uint64_t last_written;
    uint32_t major, minor, type, format;  // 1, 3 to 6, 0, 1
    uint32_t root_cell;
    uint32_t bins_bytes;
    uint32_t cluster;
    char16_t file_name[32];
    uint8_t unused[508 - 112];
    uint32_t checksum;  // of the 127 words before
};
static_assert(sizeof(BaseBlock) == 512);

struct BinHeader {
    char signature[4];  // "hbin"
    uint32_t offset, bytes;
    uint64_t reserved, time;
    uint32_t spare;
};
static_assert(sizeof(BinHeader) == kBinHeaderBytes);

struct KeyCell {
    char signature[2];  // "nk"
    uint16_t flags;
    uint64_t last_written;
    uint32_t access;
    uint32_t parent;
    uint32_t subkeys, volatile_subkeys;
    uint32_t subkey_list, volatile_list;
    uint32_t values, value_list;
    uint32_t security;
    uint32_t key_class;
    uint32_t longest_subkey_name, longest_subkey_class, longest_value_name, longest_value_data;
    uint32_t unused;
    uint16_t name_bytes, class_bytes;
};
static_assert(sizeof(KeyCell) == 76);
inline constexpr uint16_t kKeyIsRoot = 0x0C;  // entry of the hive, not to be deleted
inline constexpr uint16_t kKeyIsLink = 0x10;
inline constexpr uint16_t kKeyNameIsNarrow = 0x20;  // one byte a character: Latin-1

struct ValueCell {
    char signature[2];  // "vk"
    uint16_t name_bytes;
    uint32_t data_bytes;  // with kInline
    uint32_t data;
    uint32_t type;
    uint16_t flags;
    uint16_t spare;
};
static_assert(sizeof(ValueCell) == 20);
inline constexpr uint16_t kValueNameIsNarrow = 1;

struct ListCell {  // lf, lh, li, ri: elements follow
    char signature[2];
    uint16_t count;
};
struct HashedElement {  // of lf and lh
    uint32_t cell;
    uint32_t hash;
};
struct SecurityCell {
    char signature[2];  // "sk"
    uint16_t unused;
    uint32_t next, previous;
    uint32_t references;
    uint32_t bytes;
};
static_assert(sizeof(SecurityCell) == 20);
struct BigDataCell {
    char signature[2];  // "db"
    uint16_t segments;
    uint32_t list;
};
static_assert(sizeof(BigDataCell) == 8);
#pragma pack(pop)

uint32_t checksum_of(std::span<const std::byte> base_block);

}  // namespace rsl::cm::hive
