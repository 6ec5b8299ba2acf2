// SPDX-License-Identifier: GPL-2.0-only
// The driver's own way to the disk's sectors: requests of its own, through a page of contiguous
// memory. PASSIVE_LEVEL.
#pragma once

#include <cstring>

#include "classes/disk/disk.hpp"

namespace rsl::disk {

class DiskSectors final : public SectorStore {
  public:
    explicit DiskSectors(Disk& disk) : disk_(disk) {
        sector_bytes = disk.sector_bytes;
        sectors = disk.bytes / disk.sector_bytes;
        PHYSICAL_ADDRESS anywhere;
        anywhere.QuadPart = -1;
        page_ = static_cast<std::byte*>(MmAllocateContiguousMemory(PAGE_SIZE, anywhere));
        scratch_ = static_cast<std::byte*>(ExAllocatePool2(POOL_FLAG_NON_PAGED, PAGE_SIZE, kTag));
    }
    ~DiskSectors() {
        if (page_ != nullptr) MmFreeContiguousMemory(page_);
        if (scratch_ != nullptr) ExFreePoolWithTag(scratch_, kTag);
    }
    DiskSectors(const DiskSectors&) = delete;
    bool ready() const { return page_ != nullptr && scratch_ != nullptr; }
    std::span<std::byte> scratch() const { return {scratch_, PAGE_SIZE}; }

    Result<void> read(uint64_t first, std::span<std::byte> out) override {
        if (out.size() > PAGE_SIZE) return Status::kInvalidParameter;
        RSL_TRY(run_request(disk_, RequestType::kRead, unit_of(first), page_,
                            static_cast<uint32_t>(out.size())));
        std::memcpy(out.data(), page_, out.size());
        return {};
    }
    Result<void> write(uint64_t first, std::span<const std::byte> in) override {
        if (in.size() > PAGE_SIZE) return Status::kInvalidParameter;
        std::memcpy(page_, in.data(), in.size());
        return run_request(disk_, RequestType::kWrite, unit_of(first), page_,
                           static_cast<uint32_t>(in.size()));
    }

  private:
    uint64_t unit_of(uint64_t sector) const { return sector * (sector_bytes / kUnitBytes); }
    Disk& disk_;
    std::byte* page_;
    std::byte* scratch_;
};

}  // namespace rsl::disk
