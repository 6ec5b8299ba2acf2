// SPDX-License-Identifier: GPL-2.0-only
#include "classes/disk/partitions.hpp"

#include <cstring>
#include <memory>
#include <vector>

#include "abi/types/status.h"
#include "base/testing/test.hpp"

namespace rsl::disk {
namespace {

/// A disk in memory, with what its tables are made of.
class FakeDisk final : public SectorStore {
  public:
    explicit FakeDisk(uint64_t count, uint32_t bytes_each = 512) : bytes(count * bytes_each) {
        sectors = count;
        sector_bytes = bytes_each;
    }
    Result<void> read(uint64_t first, std::span<std::byte> out) override {
        ++reads;
        if (first == broken_sector) return Status(STATUS_IO_DEVICE_ERROR);
        std::memcpy(out.data(), bytes.data() + first * sector_bytes, out.size());
        return {};
    }
    Result<void> write(uint64_t first, std::span<const std::byte> in) override {
        std::memcpy(bytes.data() + first * sector_bytes, in.data(), in.size());
        return {};
    }
    Result<void> write_tables(const Layout& layout) {
        std::byte scratch[4096];
        return write_layout(*this, scratch, layout);
    }
    template <typename T>
    void put(uint64_t offset, T value) {
        std::memcpy(bytes.data() + offset, &value, sizeof(value));
    }
    void sign(uint64_t sector) { put<uint16_t>(sector * sector_bytes + 510, 0xAA55); }
    void entry(uint64_t sector, uint32_t index, uint8_t type, uint32_t first, uint32_t count,
               uint8_t status = 0) {
        const uint64_t at = sector * sector_bytes + 446 + 16 * index;
        put(at, status);
        put(at + 4, type);
        put(at + 8, first);
        put(at + 12, count);
        sign(sector);
    }
    /// Header and entries of GPT, checksums right.
    void gpt(uint64_t header, uint64_t table, uint32_t entries = 128, uint32_t entry_bytes = 128) {
        const uint64_t at = header * sector_bytes;
        std::memcpy(bytes.data() + at, "EFI PART", 8);
        put<uint32_t>(at + 8, 0x10000);
        put<uint32_t>(at + 12, 92);
        put<uint64_t>(at + 24, header);
        put<uint64_t>(at + 40, 34);
        put<uint64_t>(at + 48, sectors - 34);
        put<uint64_t>(at + 56, 0x1122334455667788);
        put<uint64_t>(at + 72, table);
        put<uint32_t>(at + 80, entries);
        put<uint32_t>(at + 84, entry_bytes);
        put<uint32_t>(at + 88, crc32(std::span(bytes).subspan(table * sector_bytes,
                                                              uint64_t{entries} * entry_bytes)));
        put<uint32_t>(at + 16, 0);
        put<uint32_t>(at + 16, crc32(std::span(bytes).subspan(at, 92)));
    }
    void gpt_entry(uint64_t table, uint32_t index, uint64_t first, uint64_t last,
                   uint32_t entry_bytes = 128) {
        const uint64_t at = table * sector_bytes + uint64_t{index} * entry_bytes;
        put<uint64_t>(at, 0xA2A0D0EBE5B93344);
        put<uint64_t>(at + 16, index + 1);
        put(at + 32, first);
        put(at + 40, last);
        put<uint64_t>(at + 48, 0x8000000000000000);
        put<char16_t>(at + 56, u'd');
    }
    Result<const Layout*> layout() {
        layout_ = std::make_unique<Layout>();
        std::byte scratch[4096 * 4];
        RSL_TRY(read_layout(*this, scratch, *layout_));
        return layout_.get();
    }

    std::vector<std::byte> bytes;
    uint64_t broken_sector = ~uint64_t{0};
    int reads = 0;

  private:
    std::unique_ptr<Layout> layout_;
};

}  // namespace

RSL_TEST(Partitions, AnEmptyDiskHasNone)
{
    FakeDisk disk(100);
    const auto layout = disk.layout();
    RSL_REQUIRE(layout.ok());
    RSL_EXPECT((*layout)->style == Style::kRaw);
    RSL_EXPECT_EQ((*layout)->count, 0u);
}

RSL_TEST(Partitions, AFileSystemsBootSectorIsNoTable)
{
    FakeDisk disk(100);
    disk.entry(0, 0, 0x20, 0x65756E69, 0x6C6C6577, 0x6D);  // text of a boot loader
    RSL_REQUIRE(disk.layout().ok());
    RSL_EXPECT((*disk.layout())->style == Style::kRaw);
}

RSL_TEST(Partitions, MbrEntriesAreFourAndNumberedWhereTheyAreUsed)
{
    FakeDisk disk(1000);
    disk.put<uint32_t>(440, 0xCAFE);
    disk.entry(0, 0, 0x07, 63, 100, 0x80);
    disk.entry(0, 2, 0x83, 200, 50);
    const auto layout = disk.layout();
    RSL_REQUIRE(layout.ok());
    const Layout& found = **layout;
    RSL_EXPECT(found.style == Style::kMbr);
    RSL_EXPECT_EQ(found.signature, 0xCAFEu);
    RSL_EXPECT_EQ(found.count, 4u);
    RSL_EXPECT_EQ(found.entries[0].number, 1u);
    RSL_EXPECT_EQ(found.entries[0].offset, 63u * 512);
    RSL_EXPECT(found.entries[0].bootable);
    RSL_EXPECT_EQ(found.entries[1].number, 0u);
    RSL_EXPECT_EQ(found.find(2)->bytes, 50u * 512);
    RSL_EXPECT(found.find(3) == nullptr && found.find(0) == nullptr);
}

RSL_TEST(Partitions, AnEntryBeyondTheDiskIsLeftOut)
{
    FakeDisk disk(1000);
    disk.entry(0, 0, 0x07, 900, 101);
    disk.entry(0, 1, 0x07, 0xFFFFFFFF, 0xFFFFFFFF);
    disk.entry(0, 2, 0x07, 900, 100);
    RSL_REQUIRE(disk.layout().ok());
    RSL_EXPECT_EQ((*disk.layout())->find(1)->offset, 900u * 512);
    RSL_EXPECT((*disk.layout())->find(2) == nullptr);
}

RSL_TEST(Partitions, LogicalOnesAreInTheChainOfTables)
{
    FakeDisk disk(1000);
    disk.entry(0, 0, 0x07, 63, 37);
    disk.entry(0, 1, 0x0F, 100, 800);
    disk.entry(100, 0, 0x83, 10, 50);    // at 110
    disk.entry(100, 1, 0x05, 200, 100);  // the next table at 300
    disk.entry(300, 0, 0x83, 1, 20);     // at 301
    const auto layout = disk.layout();
    RSL_REQUIRE(layout.ok());
    RSL_EXPECT_EQ((*layout)->count, 12u);
    RSL_EXPECT_EQ((*layout)->find(2)->offset, 110u * 512);
    RSL_EXPECT_EQ((*layout)->find(3)->offset, 301u * 512);
    RSL_EXPECT_EQ((*layout)->entries[1].number, 0u);  // the extended one itself
}

RSL_TEST(Partitions, AChainThatBitesItsTailEnds)
{
    FakeDisk disk(1000);
    disk.entry(0, 0, 0x05, 100, 800);
    disk.entry(100, 0, 0x83, 10, 50);
    disk.entry(100, 1, 0x05, 0, 100);
    RSL_REQUIRE(disk.layout().ok());
    RSL_EXPECT(disk.reads < 5);
}

RSL_TEST(Partitions, GptIsReadWithNamesAndIds)
{
    FakeDisk disk(1000);
    disk.entry(0, 0, 0xEE, 1, 999);
    disk.gpt_entry(2, 0, 40, 99);
    disk.gpt_entry(2, 5, 100, 900);
    disk.gpt(1, 2);
    const auto layout = disk.layout();
    RSL_REQUIRE(layout.ok());
    const Layout& found = **layout;
    RSL_EXPECT(found.style == Style::kGpt);
    RSL_EXPECT_EQ(found.count, 2u);
    RSL_EXPECT_EQ(found.most_partitions, 128u);
    RSL_EXPECT_EQ(found.usable_offset, 34u * 512);
    RSL_EXPECT_EQ(found.find(2)->offset, 100u * 512);
    RSL_EXPECT_EQ(found.find(2)->bytes, 801u * 512);
    RSL_EXPECT_EQ(found.find(2)->id.bytes[0], 6);
    RSL_EXPECT(found.find(1)->name[0] == u'd' && found.find(1)->attributes == 0x8000000000000000);
}

RSL_TEST(Partitions, GptOfSectorsOf4096Bytes)
{
    FakeDisk disk(1000, 4096);
    disk.entry(0, 0, 0xEE, 1, 999);
    disk.gpt_entry(2, 33, 50, 60);
    disk.gpt(1, 2);
    RSL_REQUIRE(disk.layout().ok());
    RSL_EXPECT_EQ((*disk.layout())->find(1)->offset, 50u * 4096);
}

RSL_TEST(Partitions, ABrokenGptIsReplacedByItsBackup)
{
    FakeDisk disk(1000);
    disk.entry(0, 0, 0xEE, 1, 999);
    disk.gpt_entry(2, 0, 40, 99);
    disk.gpt(1, 2);
    disk.gpt_entry(960, 0, 41, 99);
    disk.gpt(999, 960);
    disk.put<uint8_t>(2 * 512 + 32, 77);  // an entry whose checksum does not fit any more
    RSL_REQUIRE(disk.layout().ok());
    RSL_EXPECT_EQ((*disk.layout())->find(1)->offset, 41u * 512);
    disk.put<uint8_t>(999 * 512 + 16, 1);
    RSL_EXPECT((*disk.layout())->style == Style::kRaw);
    RSL_EXPECT_EQ((*disk.layout())->count, 0u);
}

RSL_TEST(Partitions, GptEntriesOutsideTheUsableSectorsAreLeftOut)
{
    FakeDisk disk(1000);
    disk.entry(0, 0, 0xEE, 1, 999);
    disk.gpt_entry(2, 0, 10, 99);
    disk.gpt_entry(2, 1, 99, 40);
    disk.gpt_entry(2, 2, 900, 1000);
    disk.gpt(1, 2);
    RSL_REQUIRE(disk.layout().ok());
    RSL_EXPECT_EQ((*disk.layout())->count, 0u);
}

RSL_TEST(Partitions, ASectorThatCannotBeReadIsAnError)
{
    FakeDisk disk(1000);
    disk.broken_sector = 0;
    RSL_EXPECT(disk.layout().failure() == Status(STATUS_IO_DEVICE_ERROR));
}

RSL_TEST(Partitions, ChecksumIsTheUsualOne)
{
    const char text[] = "123456789";
    RSL_EXPECT_EQ(crc32(std::as_bytes(std::span(text, 9))), 0xCBF43926u);
}

// ---- Writing

namespace {

Partition part(uint64_t first, uint64_t sectors, uint8_t type = 7, uint32_t sector_bytes = 512) {
    Partition partition;
    partition.offset = first * sector_bytes;
    partition.bytes = sectors * sector_bytes;
    partition.type = type;
    partition.type_id.bytes[0] = type;
    partition.id.bytes[0] = static_cast<uint8_t>(first);
    partition.name[0] = u'n';
    return partition;
}

std::unique_ptr<Layout> layout_of(Style style, std::initializer_list<Partition> partitions) {
    auto layout = std::make_unique<Layout>();
    layout->style = style;
    layout->signature = 0x1234;
    layout->disk_id.bytes[5] = 9;
    for (const Partition& partition : partitions) layout->entries[layout->count++] = partition;
    return layout;
}

}  // namespace

RSL_TEST(PartitionWriter, WhatItWritesIsReadBack)
{
    for (const uint32_t sector_bytes : {512u, 4096u}) {
        for (const Style style : {Style::kMbr, Style::kGpt}) {
            FakeDisk disk(1000, sector_bytes);
            disk.put<uint64_t>(0, 0xB007);  // boot code
            RSL_REQUIRE(
                disk.write_tables(*layout_of(style, {part(40, 60, 7, sector_bytes), Partition{},
                                                     part(100, 500, 0x83, sector_bytes)}))
                    .ok());
            const auto read = disk.layout();
            RSL_REQUIRE(read.ok());
            const Layout& found = **read;
            RSL_EXPECT(found.style == style);
            RSL_EXPECT_EQ(found.find(1)->offset, 40u * sector_bytes);
            RSL_EXPECT_EQ(found.find(2)->bytes, 500u * sector_bytes);
            RSL_EXPECT(found.find(3) == nullptr);
            RSL_EXPECT(style == Style::kGpt
                           ? found.disk_id.bytes[5] == 9 && found.find(2)->id.bytes[0] == 100 &&
                                 found.find(1)->name[0] == u'n'
                           : found.signature == 0x1234 && found.find(2)->type == 0x83);
            uint64_t code = 0;
            std::memcpy(&code, disk.bytes.data(), sizeof(code));
            RSL_EXPECT_EQ(code, 0xB007u);
        }
    }
}

RSL_TEST(PartitionWriter, TheBackupIsGoodToo)
{
    FakeDisk disk(1000);
    RSL_REQUIRE(disk.write_tables(*layout_of(Style::kGpt, {part(40, 60)})).ok());
    disk.put<uint8_t>(512, 0);
    RSL_EXPECT_EQ((*disk.layout())->find(1)->offset, 40u * 512);
}

RSL_TEST(PartitionWriter, RefusesWhatDoesNotFit)
{
    FakeDisk disk(1000);
    const auto before = disk.bytes;
    Partition odd = part(50, 10);
    odd.bytes += 100;
    for (const Style style : {Style::kMbr, Style::kGpt}) {
        for (const auto& bad : {part(0, 10), part(990, 20), odd}) {
            RSL_EXPECT(disk.write_tables(*layout_of(style, {bad})).failure() ==
                       Status::kInvalidParameter);
        }
        RSL_EXPECT(disk.write_tables(*layout_of(style, {part(50, 100), part(149, 10)})).failure() ==
                   Status::kInvalidParameter);
    }
    RSL_EXPECT(disk.write_tables(*layout_of(Style::kGpt, {part(33, 10)})).failure() ==
               Status::kInvalidParameter);
    RSL_EXPECT(disk.write_tables(*layout_of(Style::kMbr, {part(50, 10, 0x0F)})).failure() ==
               Status(STATUS_NOT_SUPPORTED));
    RSL_EXPECT(disk.write_tables(*layout_of(Style::kMbr, {part(50, 1), part(60, 1), part(70, 1),
                                                          part(80, 1), part(90, 1)}))
                   .failure() == Status(STATUS_NOT_SUPPORTED));
    RSL_EXPECT(disk.write_tables(*layout_of(Style::kRaw, {})).failure() ==
               Status::kInvalidParameter);
    FakeDisk tiny(60);
    RSL_EXPECT(tiny.write_tables(*layout_of(Style::kGpt, {})).failure() ==
               Status::kInvalidParameter);
    RSL_EXPECT(disk.bytes == before);  // nothing was written
}

RSL_TEST(PartitionWriter, ErasedIsRaw)
{
    FakeDisk disk(1000);
    std::byte scratch[512];
    RSL_REQUIRE(disk.write_tables(*layout_of(Style::kGpt, {part(40, 60)})).ok());
    RSL_REQUIRE(erase_layout(disk, scratch).ok());
    RSL_EXPECT((*disk.layout())->style == Style::kRaw);
    disk.entry(0, 0, 0xEE, 1, 999);  // no header comes back to life
    RSL_EXPECT_EQ((*disk.layout())->count, 0u);
}

}  // namespace rsl::disk
