// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ldr/resource.hpp"

#include <cstring>

#include "abi/functions/ldr.h"
#include "abi/types/status.h"
#include "kernel/rtl/unicode.hpp"

namespace rsl::ldr {
namespace {

constexpr uint32_t kTopBit = 0x80000000;

/// The resource table of an image, and checked access to what lies in it.
class Table {
  public:
    static Result<Table> of(void* image) {
        ULONG bytes = 0;
        void* data =
            RtlImageDirectoryEntryToData(image, TRUE, IMAGE_DIRECTORY_ENTRY_RESOURCE, &bytes);
        if (data == nullptr) return Status{STATUS_RESOURCE_DATA_NOT_FOUND};
        return Table{{static_cast<const uint8_t*>(data), bytes}};
    }
    template <typename T>
    const T* at(uint32_t offset, size_t count = 1) const {
        if (offset > bytes_.size() || count > (bytes_.size() - offset) / sizeof(T)) return nullptr;
        return reinterpret_cast<const T*>(bytes_.data() + offset);
    }
    std::span<const IMAGE_RESOURCE_DIRECTORY_ENTRY> entries(
        const IMAGE_RESOURCE_DIRECTORY& directory) const {
        const size_t count = size_t{directory.NumberOfNamedEntries} + directory.NumberOfIdEntries;
        const auto offset =
            static_cast<uint32_t>(reinterpret_cast<const uint8_t*>(&directory + 1) - bytes_.data());
        const auto* first = at<IMAGE_RESOURCE_DIRECTORY_ENTRY>(offset, count);
        return first == nullptr ? std::span<const IMAGE_RESOURCE_DIRECTORY_ENTRY>{}
                                : std::span{first, count};
    }
    bool is_named(const IMAGE_RESOURCE_DIRECTORY_ENTRY& entry, ResourceName name) const {
        if (name <= MAXUSHORT) return (entry.Name & kTopBit) == 0 && entry.Name == name;
        if ((entry.Name & kTopBit) == 0) return false;
        const uint32_t offset = entry.Name & ~kTopBit;
        const auto* length = at<USHORT>(offset);
        const auto* text = length == nullptr ? nullptr : at<char16_t>(offset + 2, *length);
        if (text == nullptr) return false;
        const auto* wanted = reinterpret_cast<const char16_t*>(name);
        size_t count = 0;
        while (count <= *length && wanted[count] != 0) ++count;
        return rtl::compare({text, *length}, {wanted, count}, rtl::CaseRule::kIgnore) == 0;
    }

  private:
    explicit Table(std::span<const uint8_t> bytes) : bytes_(bytes) {}
    std::span<const uint8_t> bytes_;
};

constexpr NTSTATUS kMissing[] = {STATUS_RESOURCE_TYPE_NOT_FOUND, STATUS_RESOURCE_NAME_NOT_FOUND,
                                 STATUS_RESOURCE_LANG_NOT_FOUND};

const IMAGE_RESOURCE_DIRECTORY_ENTRY* find_entry(const Table& table,
                                                 const IMAGE_RESOURCE_DIRECTORY& directory,
                                                 ResourceName name) {
    for (const auto& entry : table.entries(directory)) {
        if (table.is_named(entry, name)) return &entry;
    }
    return nullptr;
}

Result<const IMAGE_RESOURCE_DIRECTORY*> walk(const Table& table,
                                             std::span<const ResourceName> path) {
    const auto* directory = table.at<IMAGE_RESOURCE_DIRECTORY>(0);
    for (size_t level = 0; directory != nullptr && level < path.size(); ++level) {
        const auto* entry = find_entry(table, *directory, path[level]);
        if (entry == nullptr || (entry->OffsetToData & kTopBit) == 0)
            return Status{kMissing[level]};
        directory = table.at<IMAGE_RESOURCE_DIRECTORY>(entry->OffsetToData & ~kTopBit);
    }
    if (directory == nullptr) return Status{STATUS_RESOURCE_DATA_NOT_FOUND};
    return directory;
}

}  // namespace

Result<const IMAGE_RESOURCE_DIRECTORY*> find_resource_directory(
    void* image, std::span<const ResourceName> path) {
    const Table table = RSL_TRY(Table::of(image));
    return walk(table, path);
}

Result<const IMAGE_RESOURCE_DATA_ENTRY*> find_resource(void* image,
                                                       std::span<const ResourceName, 3> path) {
    const Table table = RSL_TRY(Table::of(image));
    const auto* languages = RSL_TRY(walk(table, path.first(2)));
    const ResourceName language = path[2];
    const auto* entry = find_entry(table, *languages, language);
    if (entry == nullptr) entry = find_entry(table, *languages, 0);
    if (entry == nullptr && language == 0 && !table.entries(*languages).empty())
        entry = &table.entries(*languages)[0];
    if (entry == nullptr) return Status{STATUS_RESOURCE_LANG_NOT_FOUND};
    const auto* data = (entry->OffsetToData & kTopBit) != 0
                           ? nullptr
                           : table.at<IMAGE_RESOURCE_DATA_ENTRY>(entry->OffsetToData);
    if (data == nullptr) return Status{STATUS_RESOURCE_DATA_NOT_FOUND};
    return data;
}

Result<std::span<const uint8_t>> resource_bytes(void* image,
                                                const IMAGE_RESOURCE_DATA_ENTRY& entry) {
    const auto* headers = RtlImageNtHeader(image);
    if (headers == nullptr) return Status{STATUS_INVALID_IMAGE_FORMAT};
    const ULONG whole = headers->OptionalHeader.SizeOfImage;
    if (entry.OffsetToData > whole || entry.Size > whole - entry.OffsetToData)
        return Status{STATUS_RESOURCE_DATA_NOT_FOUND};
    return std::span{static_cast<const uint8_t*>(image) + entry.OffsetToData, entry.Size};
}

Result<const uint8_t*> find_message(std::span<const uint8_t> table, uint32_t id) {
    const auto read32 = [&](size_t at) {
        uint32_t value;
        std::memcpy(&value, &table[at], sizeof(value));
        return value;
    };
    const auto read16 = [&](size_t at) {
        return static_cast<uint32_t>(table[at] | table[at + 1] << 8);
    };
    constexpr size_t kBlockBytes = 12,
                     kEntryHeader = 4;  // LowId, HighId, OffsetToEntries; Length, Flags
    const Status missing{STATUS_MESSAGE_NOT_FOUND};
    if (table.size() < 4) return missing;
    const uint64_t blocks = read32(0);
    for (uint64_t i = 0; i < blocks; ++i) {
        const size_t block = 4 + i * kBlockBytes;
        if (block + kBlockBytes > table.size()) return missing;
        if (id < read32(block) || id > read32(block + 4)) continue;
        size_t entry = read32(block + 8);
        for (uint32_t skip = id - read32(block);; --skip) {
            if (entry + kEntryHeader > table.size()) return missing;
            const size_t length = read16(entry);
            if (length < kEntryHeader || length > table.size() - entry) return missing;
            if (skip == 0) return &table[entry];
            entry += length;
        }
    }
    return missing;
}

}  // namespace rsl::ldr
