// SPDX-License-Identifier: GPL-2.0-only
// The input is a disk: whatever it says, partitions lie on it, have numbers of their own, and
// reading ends.
#include <cstdlib>
#include <cstring>
#include <memory>

#include "classes/disk/partitions.hpp"

namespace {

class Memory final : public rsl::disk::SectorSource {
  public:
    Memory(const uint8_t* data, size_t bytes) : data_(data) { sectors = bytes / sector_bytes; }
    rsl::Result<void> read(uint64_t first, std::span<std::byte> out) override {
        if (first >= sectors || out.size() > (sectors - first) * sector_bytes) std::abort();
        std::memcpy(out.data(), data_ + first * sector_bytes, out.size());
        return {};
    }

  private:
    const uint8_t* data_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t bytes) {
    Memory disk(data, bytes);
    const auto layout = std::make_unique<rsl::disk::Layout>();
    std::byte scratch[2048];
    if (!rsl::disk::read_layout(disk, scratch, *layout)) std::abort();
    const uint64_t size = disk.sectors * disk.sector_bytes;
    for (uint32_t i = 0; i < layout->count; ++i) {
        const auto& partition = layout->entries[i];
        if (partition.offset > size || partition.bytes > size - partition.offset) std::abort();
        if (partition.number != 0 && layout->find(partition.number) != &partition) std::abort();
    }
    return 0;
}
