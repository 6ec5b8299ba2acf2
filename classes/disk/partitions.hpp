// SPDX-License-Identifier: GPL-2.0-only
// What a disk's first (and, of GPT, last) sectors say of its partitions. The disk's content is
// foreign: nothing is believed that does not fit the disk, chains end, and a broken table means no
// partitions rather than wrong ones.
//
// MBR: the classic table, logical partitions in extended ones included. GPT: UEFI 2.x, section 5.3,
// checksums verified, the backup table when the primary one is broken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/core/result.hpp"

namespace rsl::disk {

/// Sixteen bytes as they lie on disk and in a GUID's memory: the same order.
struct Guid {
    uint8_t bytes[16];
    bool is_zero() const;
    friend bool operator==(const Guid&, const Guid&) = default;
};

enum class Style : uint8_t { kMbr, kGpt, kRaw };

struct Partition {
    uint32_t number =
        0;  // 1, 2, ...; 0: an empty entry, or an extended partition, which only holds others
    uint64_t offset = 0;  // bytes from the disk's beginning
    uint64_t bytes = 0;
    // MBR
    uint8_t type = 0;
    bool bootable = false;
    uint32_t hidden_sectors = 0;
    // GPT
    Guid type_id = {}, id = {};
    uint64_t attributes = 0;
    char16_t name[36] = {};
};

struct Layout {
    static constexpr uint32_t kMost = 128;

    Style style = Style::kRaw;
    uint32_t signature = 0;  // MBR
    Guid disk_id = {};       // GPT
    uint64_t usable_offset = 0, usable_bytes = 0;
    uint32_t most_partitions = 0;
    uint32_t count = 0;  // of entries; MBR: four a table, empty ones too, as NT reports them
    Partition entries[kMost] = {};

    const Partition* find(uint32_t number) const;
};

/// Reads sectors of a disk.
class SectorSource {
  public:
    uint32_t sector_bytes = 512;
    uint64_t sectors = 0;
    /// `out` is whole sectors, all of them on the disk.
    virtual Result<void> read(uint64_t first, std::span<std::byte> out) = 0;

  protected:
    ~SectorSource() = default;
};

/// A disk that can be written, too.
class SectorStore : public SectorSource {
  public:
    virtual Result<void> write(uint64_t first, std::span<const std::byte> in) = 0;

  protected:
    ~SectorStore() = default;
};

/// Writes the tables for a layout (partition_writer.cpp): MBR with primary partitions, or both
/// copies of GPT. kInvalidParameter for partitions that overlap, lie outside or are no whole
/// sectors; STATUS_NOT_SUPPORTED for extended ones. Numbers are the reader's to give.
Result<void> write_layout(SectorStore& store, std::span<std::byte> scratch, const Layout& layout);
/// Makes it a disk without a table.
Result<void> erase_layout(SectorStore& store, std::span<std::byte> scratch);

/// Fails only when a sector that matters cannot be read, or memory is short. `scratch` is four
/// sectors at least.
Result<void> read_layout(SectorSource& source, std::span<std::byte> scratch, Layout& layout);

/// CRC-32 as GPT uses it, going on from `seed`, 0 at first.
uint32_t crc32(std::span<const std::byte> bytes, uint32_t seed = 0);

}  // namespace rsl::disk
