// SPDX-License-Identifier: GPL-2.0-only
#include "classes/disk/partitions.hpp"

#include <algorithm>
#include <cstring>

#include "abi/types/status.h"
#include "base/core/bytes.hpp"

namespace rsl::disk {
namespace {

constexpr size_t kTable = 446, kEntryBytes = 16, kSignature = 510, kDiskSignature = 440;
constexpr uint32_t kTableEntries = 4;
constexpr uint8_t kProtective = 0xEE;
constexpr uint32_t kHeaderBytes = 92, kMostHeaderBytes = 512, kGptEntryBytes = 128;
constexpr uint32_t kMostEntries = 1024;  // on disk; 128 are usual

template <typename T>
T at(std::span<const std::byte> bytes, size_t offset) {
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof(value));
    return value;
}

/// In place: a Layout is too big for a kernel stack.
void clear(Layout& layout) { ::new (static_cast<void*>(&layout)) Layout; }

bool is_extended(uint8_t type) { return type == 0x05 || type == 0x0F || type == 0x85; }

struct RawEntry {
    uint8_t status, type;
    uint32_t first, sectors;
    bool empty() const { return type == 0 || sectors == 0; }
};
RawEntry entry_of(std::span<const std::byte> sector, uint32_t index) {
    const size_t offset = kTable + index * kEntryBytes;
    return {at<uint8_t>(sector, offset), at<uint8_t>(sector, offset + 4),
            at<uint32_t>(sector, offset + 8), at<uint32_t>(sector, offset + 12)};
}

bool has_signature(std::span<const std::byte> sector) {
    return at<uint16_t>(sector, kSignature) == 0xAA55;
}

/// A table, not a boot sector of a file system whose code happens to lie there.
bool is_table(std::span<const std::byte> sector) {
    if (!has_signature(sector)) return false;
    for (uint32_t i = 0; i < kTableEntries; ++i) {
        const RawEntry entry = entry_of(sector, i);
        if (entry.status != 0 && entry.status != 0x80) return false;
    }
    return true;
}

class MbrReader {
  public:
    MbrReader(SectorSource& source, Layout& layout) : source_(source), layout_(layout) {}

    Result<void> read(std::span<std::byte> sector) {
        layout_.style = Style::kMbr;
        layout_.signature = at<uint32_t>(sector, kDiskSignature);
        layout_.most_partitions = Layout::kMost;
        uint64_t extended = 0;
        for (uint32_t i = 0; i < kTableEntries; ++i) {
            const RawEntry raw = entry_of(sector, i);
            add(raw, 0);
            if (!raw.empty() && is_extended(raw.type) && extended == 0) extended = raw.first;
        }
        if (extended != 0) RSL_TRY(follow(extended, sector));
        // Primary ones first, in the order of the table, then the logical ones.
        uint32_t number = 0;
        for (uint32_t i = 0; i < layout_.count; ++i) {
            Partition& partition = layout_.entries[i];
            if (partition.bytes != 0 && !is_extended(partition.type)) partition.number = ++number;
        }
        return {};
    }

  private:
    /// Notes an entry; one that does not fit the disk is noted as empty.
    void add(const RawEntry& raw, uint64_t base) {
        if (layout_.count == Layout::kMost) return;
        Partition& partition = layout_.entries[layout_.count++];
        partition = {};
        const uint64_t first = base + raw.first;
        if (raw.empty() || first == 0 || !in_bounds(first, raw.sectors, source_.sectors)) return;
        partition.offset = first * source_.sector_bytes;
        partition.bytes = uint64_t{raw.sectors} * source_.sector_bytes;
        partition.type = raw.type;
        partition.bootable = raw.status == 0x80;
        partition.hidden_sectors = raw.first;
    }

    /// The chain of tables in an extended partition: each has a logical partition, whose sector
    /// counts from the table, and the next table, which counts from the extended partition.
    Result<void> follow(uint64_t extended, std::span<std::byte> sector) {
        uint64_t table = extended;
        while (layout_.count + kTableEntries <= Layout::kMost) {
            if (table >= source_.sectors) return {};
            if (const auto done = source_.read(table, sector); !done) return done.failure();
            if (!is_table(sector)) return {};
            uint64_t next = 0;
            for (uint32_t i = 0; i < kTableEntries; ++i) {
                const RawEntry raw = entry_of(sector, i);
                const bool link = !raw.empty() && is_extended(raw.type);
                add(raw, link ? extended : table);
                if (link && next == 0) next = extended + raw.first;
            }
            if (next <= table) return {};  // back or nowhere: a loop would never end
            table = next;
        }
        return {};
    }

    SectorSource& source_;
    Layout& layout_;
};

class GptReader {
  public:
    GptReader(SectorSource& source, std::span<std::byte> scratch, Layout& layout)
        : source_(source), scratch_(scratch), layout_(layout) {}

    /// Whether the table whose header is in this sector is whole. Then the layout has it.
    Result<bool> read(uint64_t header) {
        if (header == 0 || header >= source_.sectors) return false;
        const std::span<std::byte> sector = scratch_.first(source_.sector_bytes);
        RSL_TRY(source_.read(header, sector));
        if (!take_header(sector, header)) return false;
        if (!RSL_TRY(entries_are_whole())) return false;
        return take_entries();
    }

  private:
    bool take_header(std::span<std::byte> sector, uint64_t where) {
        if (std::memcmp(sector.data(), "EFI PART", 8) != 0) return false;
        const auto bytes = at<uint32_t>(sector, 12);
        if (bytes < kHeaderBytes || bytes > kMostHeaderBytes) return false;
        const auto checksum = at<uint32_t>(sector, 16);
        std::memset(sector.data() + 16, 0, 4);
        if (crc32(sector.first(bytes)) != checksum || at<uint64_t>(sector, 24) != where)
            return false;
        first_usable_ = at<uint64_t>(sector, 40);
        last_usable_ = at<uint64_t>(sector, 48);
        std::memcpy(disk_id_.bytes, sector.data() + 56, 16);
        table_ = at<uint64_t>(sector, 72);
        count_ = at<uint32_t>(sector, 80);
        entry_bytes_ = at<uint32_t>(sector, 84);
        checksum_ = at<uint32_t>(sector, 88);
        // Entries are 128 bytes times a power of two: none spans the end of a sector, or they span
        // whole ones.
        const bool regular = entry_bytes_ >= kGptEntryBytes &&
                             entry_bytes_ <= source_.sector_bytes &&
                             (entry_bytes_ & (entry_bytes_ - 1)) == 0;
        return regular && count_ <= kMostEntries && first_usable_ <= last_usable_ &&
               last_usable_ < source_.sectors &&
               in_bounds(table_, table_sectors(), source_.sectors);
    }
    uint64_t table_sectors() const {
        return (uint64_t{count_} * entry_bytes_ + source_.sector_bytes - 1) / source_.sector_bytes;
    }

    Result<bool> entries_are_whole() {
        uint64_t left = uint64_t{count_} * entry_bytes_;
        uint32_t crc = 0;
        for (uint64_t sector = table_; left != 0; ++sector) {
            const std::span<std::byte> bytes = scratch_.first(source_.sector_bytes);
            RSL_TRY(source_.read(sector, bytes));
            const auto piece = static_cast<size_t>(std::min<uint64_t>(left, bytes.size()));
            crc = crc32(bytes.first(piece), crc);
            left -= piece;
        }
        return crc == checksum_;
    }

    Result<bool> take_entries() {
        clear(layout_);
        layout_.style = Style::kGpt;
        layout_.disk_id = disk_id_;
        layout_.usable_offset = first_usable_ * source_.sector_bytes;
        layout_.usable_bytes = (last_usable_ - first_usable_ + 1) * source_.sector_bytes;
        layout_.most_partitions = count_;
        const uint32_t each = source_.sector_bytes / entry_bytes_;
        for (uint32_t i = 0; i < count_ && layout_.count < Layout::kMost; ++i) {
            const std::span<std::byte> sector = scratch_.first(source_.sector_bytes);
            if (i % each == 0) RSL_TRY(source_.read(table_ + i / each, sector));
            take_entry(sector.subspan(i % each * entry_bytes_, kGptEntryBytes));
        }
        return true;
    }

    void take_entry(std::span<const std::byte> raw) {
        Partition partition;
        std::memcpy(partition.type_id.bytes, raw.data(), 16);
        if (partition.type_id.is_zero()) return;
        const auto first = at<uint64_t>(raw, 32), last = at<uint64_t>(raw, 40);
        if (first > last || first < first_usable_ || last > last_usable_) return;
        std::memcpy(partition.id.bytes, raw.data() + 16, 16);
        partition.offset = first * source_.sector_bytes;
        partition.bytes = (last - first + 1) * source_.sector_bytes;
        partition.attributes = at<uint64_t>(raw, 48);
        std::memcpy(partition.name, raw.data() + 56, sizeof(partition.name));
        partition.number = layout_.count + 1;
        layout_.entries[layout_.count++] = partition;
    }

    SectorSource& source_;
    std::span<std::byte> scratch_;
    Layout& layout_;
    uint64_t first_usable_ = 0, last_usable_ = 0, table_ = 0;
    Guid disk_id_ = {};
    uint32_t count_ = 0, entry_bytes_ = 0, checksum_ = 0;
};

}  // namespace

bool Guid::is_zero() const {
    return std::all_of(std::begin(bytes), std::end(bytes), [](uint8_t byte) { return byte == 0; });
}

const Partition* Layout::find(uint32_t number) const {
    for (uint32_t i = 0; i < count && number != 0; ++i) {
        if (entries[i].number == number) return &entries[i];
    }
    return nullptr;
}

uint32_t crc32(std::span<const std::byte> bytes, uint32_t seed) {
    constexpr uint32_t kPolynomial = 0xEDB88320;
    uint32_t crc = ~seed;
    for (const std::byte byte : bytes) {
        crc ^= static_cast<uint32_t>(byte);
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? kPolynomial : 0);
    }
    return ~crc;
}

Result<void> read_layout(SectorSource& source, std::span<std::byte> scratch, Layout& layout) {
    clear(layout);
    if (source.sectors == 0 || source.sector_bytes < 512 || scratch.size() < source.sector_bytes)
        return {};
    const std::span<std::byte> sector = scratch.first(source.sector_bytes);
    RSL_TRY(source.read(0, sector));
    if (!is_table(sector)) return {};
    bool protective = false;
    for (uint32_t i = 0; i < kTableEntries; ++i)
        protective |= entry_of(sector, i).type == kProtective;
    if (!protective) return MbrReader(source, layout).read(sector);
    GptReader gpt(source, scratch, layout);
    if (RSL_TRY(gpt.read(1))) return {};
    if (RSL_TRY(gpt.read(source.sectors - 1))) return {};
    clear(layout);  // both broken
    return {};
}

}  // namespace rsl::disk
