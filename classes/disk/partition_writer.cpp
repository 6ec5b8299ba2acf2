// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <cstring>

#include "abi/types/status.h"
#include "base/core/bytes.hpp"
#include "classes/disk/partitions.hpp"

namespace rsl::disk {
namespace {

constexpr size_t kTable = 446, kEntryBytes = 16, kSignature = 510, kDiskSignature = 440;
constexpr uint32_t kPrimary = 4, kGptEntries = 128, kGptEntryBytes = 128, kHeaderBytes = 92;

template <typename T>
void put(std::span<std::byte> bytes, size_t offset, T value) {
    std::memcpy(bytes.data() + offset, &value, sizeof(value));
}

bool is_extended(uint8_t type) { return type == 0x05 || type == 0x0F || type == 0x85; }

/// Sectors [first, end), every partition in them, whole and apart from all others.
Result<void> check_places(const SectorSource& disk, const Layout& layout, uint64_t first,
                          uint64_t end) {
    const uint64_t from = first * disk.sector_bytes, to = end * disk.sector_bytes;
    for (uint32_t i = 0; i < layout.count; ++i) {
        const Partition& one = layout.entries[i];
        if (one.bytes == 0) continue;
        if (one.offset % disk.sector_bytes != 0 || one.bytes % disk.sector_bytes != 0)
            return Status::kInvalidParameter;
        if (one.offset < from || !in_bounds(one.offset, one.bytes, to))
            return Status::kInvalidParameter;
        for (uint32_t j = 0; j < i; ++j) {
            const Partition& other = layout.entries[j];
            if (other.bytes != 0 && one.offset < other.offset + other.bytes &&
                other.offset < one.offset + one.bytes)
                return Status::kInvalidParameter;
        }
    }
    return {};
}

void put_entry(std::span<std::byte> sector, uint32_t index, uint8_t status, uint8_t type,
               uint32_t first, uint32_t count) {
    const size_t at = kTable + index * kEntryBytes;
    constexpr uint32_t kUseSectors = 0x00FFFFFE;  // cylinders, heads: as high as they go
    put(sector, at, status);
    put(sector, at + 1, kUseSectors);
    put(sector, at + 4, type);
    put(sector, at + 5, kUseSectors);
    put(sector, at + 8, first);
    put(sector, at + 12, count);
}

void clear_table(std::span<std::byte> sector) {
    std::memset(sector.data() + kTable, 0, kPrimary * kEntryBytes);
    put<uint16_t>(sector, kSignature, 0xAA55);
}

Result<void> write_mbr(SectorStore& disk, std::span<std::byte> sector, const Layout& layout) {
    constexpr uint64_t kMost = 0xFFFFFFFF;
    RSL_TRY(check_places(disk, layout, 1, std::min(disk.sectors, kMost)));
    for (uint32_t i = 0; i < layout.count; ++i) {
        if (layout.entries[i].bytes != 0 && (i >= kPrimary || is_extended(layout.entries[i].type)))
            return Status(STATUS_NOT_SUPPORTED);
    }
    RSL_TRY(disk.read(0, sector));  // its boot code stays
    clear_table(sector);
    put(sector, kDiskSignature, layout.signature);
    for (uint32_t i = 0; i < layout.count && i < kPrimary; ++i) {
        const Partition& partition = layout.entries[i];
        if (partition.bytes == 0) continue;
        put_entry(sector, i, partition.bootable ? 0x80 : 0, partition.type,
                  static_cast<uint32_t>(partition.offset / disk.sector_bytes),
                  static_cast<uint32_t>(partition.bytes / disk.sector_bytes));
    }
    return disk.write(0, sector);
}

class GptWriter {
  public:
    GptWriter(SectorStore& disk, std::span<std::byte> scratch, const Layout& layout)
        : disk_(disk), sector_(scratch.first(disk.sector_bytes)), layout_(layout) {}

    /// The backup first, the protective MBR last: a disk that is half-way has one good table.
    Result<void> write() {
        const uint64_t table = kGptEntries * kGptEntryBytes / disk_.sector_bytes,
                       last = disk_.sectors - 1;
        if (disk_.sectors < 2 * table + 4) return Status::kInvalidParameter;
        first_usable_ = 2 + table;
        last_usable_ = last - table - 1;
        RSL_TRY(check_places(disk_, layout_, first_usable_, last_usable_ + 1));
        for (uint32_t i = 0; i < layout_.count; ++i) {
            if (layout_.entries[i].bytes != 0 && layout_.entries[i].type_id.is_zero())
                return Status::kInvalidParameter;
        }
        RSL_TRY(write_entries(last - table));
        RSL_TRY(write_header(last, 1, last - table));
        RSL_TRY(write_entries(2));
        RSL_TRY(write_header(1, last, 2));
        return write_protective();
    }

  private:
    Result<void> write_entries(uint64_t at) {
        checksum_ = 0;
        const uint32_t each = disk_.sector_bytes / kGptEntryBytes;
        for (uint32_t i = 0; i < kGptEntries; ++i) {
            if (i % each == 0) std::memset(sector_.data(), 0, sector_.size());
            if (i < layout_.count && layout_.entries[i].bytes != 0)
                put_partition(sector_.subspan(i % each * kGptEntryBytes), layout_.entries[i]);
            if (i % each != each - 1) continue;
            checksum_ = crc32(sector_, checksum_);
            RSL_TRY(disk_.write(at + i / each, sector_));
        }
        return {};
    }
    void put_partition(std::span<std::byte> entry, const Partition& partition) {
        std::memcpy(entry.data(), partition.type_id.bytes, 16);
        std::memcpy(entry.data() + 16, partition.id.bytes, 16);
        put(entry, 32, partition.offset / disk_.sector_bytes);
        put(entry, 40, (partition.offset + partition.bytes) / disk_.sector_bytes - 1);
        put(entry, 48, partition.attributes);
        std::memcpy(entry.data() + 56, partition.name, sizeof(partition.name));
    }
    Result<void> write_header(uint64_t at, uint64_t other, uint64_t table) {
        std::memset(sector_.data(), 0, sector_.size());
        std::memcpy(sector_.data(), "EFI PART", 8);
        put<uint32_t>(sector_, 8, 0x10000);
        put<uint32_t>(sector_, 12, kHeaderBytes);
        put(sector_, 24, at);
        put(sector_, 32, other);
        put(sector_, 40, first_usable_);
        put(sector_, 48, last_usable_);
        std::memcpy(sector_.data() + 56, layout_.disk_id.bytes, 16);
        put(sector_, 72, table);
        put(sector_, 80, kGptEntries);
        put(sector_, 84, kGptEntryBytes);
        put(sector_, 88, checksum_);
        put(sector_, 16, crc32(sector_.first(kHeaderBytes)));
        return disk_.write(at, sector_);
    }
    Result<void> write_protective() {
        RSL_TRY(disk_.read(0, sector_));
        clear_table(sector_);
        put_entry(sector_, 0, 0, 0xEE, 1,
                  static_cast<uint32_t>(std::min<uint64_t>(disk_.sectors - 1, 0xFFFFFFFF)));
        return disk_.write(0, sector_);
    }

    SectorStore& disk_;
    std::span<std::byte> sector_;
    const Layout& layout_;
    uint64_t first_usable_ = 0, last_usable_ = 0;
    uint32_t checksum_ = 0;
};

}  // namespace

Result<void> write_layout(SectorStore& store, std::span<std::byte> scratch, const Layout& layout) {
    if (store.sectors == 0 || store.sector_bytes < 512 || scratch.size() < store.sector_bytes)
        return Status::kInvalidParameter;
    if (layout.style == Style::kGpt) return GptWriter(store, scratch, layout).write();
    if (layout.style != Style::kMbr) return Status::kInvalidParameter;
    return write_mbr(store, scratch.first(store.sector_bytes), layout);
}

Result<void> erase_layout(SectorStore& store, std::span<std::byte> scratch) {
    if (store.sectors < 2 || scratch.size() < store.sector_bytes) return Status::kInvalidParameter;
    const std::span<std::byte> sector = scratch.first(store.sector_bytes);
    for (const uint64_t header : {store.sectors - 1, uint64_t{1}}) {
        RSL_TRY(store.read(header, sector));
        if (std::memcmp(sector.data(), "EFI PART", 8) != 0) continue;
        std::memset(sector.data(), 0, sector.size());
        RSL_TRY(store.write(header, sector));
    }
    RSL_TRY(store.read(0, sector));
    std::memset(sector.data() + kTable, 0, kPrimary * kEntryBytes + 2);
    return store.write(0, sector);
}

}  // namespace rsl::disk
