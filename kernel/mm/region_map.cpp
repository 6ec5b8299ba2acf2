// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/mm/region_map.hpp"

#include <algorithm>
#include <cstring>

#include "base/core/bytes.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::mm {
namespace {

constexpr PoolTag kTag = pool_tag("MmVd");

}  // namespace

RegionMap::~RegionMap() {
    if (regions_ != nullptr) mm::free(regions_);
}

size_t RegionMap::position(uint64_t address) const {
    const Region* end = regions_ + count_;
    const Region* found =
        std::partition_point(static_cast<const Region*>(regions_), end,
                             [address](const Region& region) { return region.end <= address; });
    return static_cast<size_t>(found - regions_);
}

Region* RegionMap::first_above(uint64_t address) {
    const size_t at = position(address);
    return at < count_ ? &regions_[at] : nullptr;
}

Region* RegionMap::find(uint64_t address) {
    Region* region = first_above(address);
    return region != nullptr && region->start <= address ? region : nullptr;
}

bool RegionMap::is_free(uint64_t start, uint64_t end) {
    const Region* region = first_above(start);
    return region == nullptr || region->start >= end;
}

uint64_t RegionMap::find_gap(uint64_t bytes, uint64_t lowest, uint64_t highest) {
    uint64_t candidate = align_up(lowest, kGranularity);
    for (size_t i = position(candidate);; ++i) {
        const uint64_t limit = i < count_ ? std::min(regions_[i].start, highest) : highest;
        if (candidate < limit && limit - candidate >= bytes) return candidate;
        if (i >= count_ || regions_[i].end >= highest) return 0;
        candidate = align_up(std::max(candidate, regions_[i].end), kGranularity);
    }
}

uint64_t RegionMap::find_gap_from_top(uint64_t bytes, uint64_t lowest, uint64_t highest) {
    uint64_t limit = highest;
    for (size_t i = position(highest - 1);; --i) {
        // The free stretch below `limit` begins where the region before it ends.
        if (i < count_ && regions_[i].start < limit && regions_[i].end > limit)
            limit = regions_[i].start;
        const uint64_t begin = i > 0 ? std::max(regions_[i - 1].end, lowest) : lowest;
        if (limit > begin && limit - begin >= bytes) {
            const uint64_t candidate = align_down(limit - bytes, kGranularity);
            if (candidate >= begin) return candidate;
        }
        if (i == 0) return 0;
        limit = std::min(limit, regions_[i - 1].start);
        if (limit <= lowest) return 0;
    }
}

/// Opens a hole at index `at`.
Result<void> RegionMap::make_room(size_t at) {
    if (count_ == capacity_) {
        const size_t capacity = capacity_ == 0 ? 8 : capacity_ * 2;
        auto* larger = static_cast<Region*>(mm::allocate(capacity * sizeof(Region), kTag));
        if (larger == nullptr) return Status::kInsufficientResources;
        if (regions_ != nullptr) {
            std::memcpy(larger, regions_, count_ * sizeof(Region));
            mm::free(regions_);
        }
        regions_ = larger;
        capacity_ = capacity;
    }
    std::memmove(regions_ + at + 1, regions_ + at, (count_ - at) * sizeof(Region));
    ++count_;
    return {};
}

Result<void> RegionMap::insert(const Region& region) {
    RSL_CHECK(region.start < region.end && is_free(region.start, region.end));
    const size_t at = position(region.start);
    RSL_TRY(make_room(at));
    regions_[at] = region;
    return {};
}

Result<RegionMap::Split> RegionMap::split(uint64_t address) {
    const Region* region = find(address);
    if (region == nullptr || region->start == address) return Split::kWasBorder;
    const auto at = static_cast<size_t>(region - regions_);
    RSL_TRY(make_room(at));
    Region& lower = regions_[at];
    Region& upper = regions_[at + 1];
    lower = upper;
    lower.end = upper.start = address;
    upper.offset += address - lower.start;
    return Split::kDone;
}

void RegionMap::erase(Region& region) {
    const auto at = static_cast<size_t>(&region - regions_);
    std::memmove(regions_ + at, regions_ + at + 1, (count_ - at - 1) * sizeof(Region));
    --count_;
}

}  // namespace rsl::mm
