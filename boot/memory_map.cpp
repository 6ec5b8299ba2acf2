// SPDX-License-Identifier: GPL-2.0-only
#include "boot/memory_map.hpp"

#include "base/core/bytes.hpp"

namespace rsl::boot {
namespace {

uint64_t end_of(const RslMemoryRange& range) { return range.base + range.bytes; }

}  // namespace

Result<void> MemoryMap::insert(uint32_t index, RslMemoryRange range) {
    if (count_ == storage_.size()) return Status::kInsufficientResources;
    for (uint32_t i = count_; i > index; --i) storage_[i] = storage_[i - 1];
    storage_[index] = range;
    ++count_;
    return {};
}

void MemoryMap::erase(uint32_t index) {
    for (uint32_t i = index; i + 1 < count_; ++i) storage_[i] = storage_[i + 1];
    --count_;
}

void MemoryMap::join_neighbours() {
    for (uint32_t i = 0; i + 1 < count_;) {
        if (end_of(storage_[i]) == storage_[i + 1].base && storage_[i].kind == storage_[i + 1].kind) {
            storage_[i].bytes += storage_[i + 1].bytes;
            erase(i + 1);
        } else {
            ++i;
        }
    }
}

Result<void> MemoryMap::add_free(uint64_t base, uint64_t bytes) {
    const auto end = checked_add(base, bytes);
    if (!end) return Status::kInvalidParameter;
    const uint64_t first = align_up(base, kPageBytes);
    const uint64_t last = align_down(*end, kPageBytes);
    if (first >= last) return {};
    uint32_t at = 0;
    while (at < count_ && storage_[at].base < first) ++at;
    if (at > 0 && end_of(storage_[at - 1]) > first) return Status::kConflictingAddresses;
    if (at < count_ && storage_[at].base < last) return Status::kConflictingAddresses;
    RSL_TRY(insert(at, {first, last - first, kRslMemoryFree, 0}));
    join_neighbours();
    return {};
}

Result<void> MemoryMap::assign(uint64_t base, uint64_t bytes, RslMemoryKind kind) {
    const auto end = checked_add(base, bytes);
    if (!end || *end > UINT64_MAX - kPageBytes) return Status::kInvalidParameter;
    if (bytes == 0) return {};
    const uint64_t first = align_down(base, kPageBytes);
    const uint64_t last = align_up(*end, kPageBytes);
    // Cut the new range out of the old ones, then put it into the gap.
    uint32_t at = 0;
    while (at < count_ && end_of(storage_[at]) <= first) ++at;
    while (at < count_ && storage_[at].base < last) {
        RslMemoryRange& old = storage_[at];
        const RslMemoryRange tail{last, end_of(old) > last ? end_of(old) - last : 0, old.kind, 0};
        if (old.base < first) {
            old.bytes = first - old.base;
            ++at;
        } else {
            erase(at);
        }
        if (tail.bytes != 0) {
            RSL_TRY(insert(at, tail));
            break;
        }
    }
    RSL_TRY(insert(at, {first, last - first, static_cast<uint32_t>(kind), 0}));
    join_neighbours();
    return {};
}

Result<uint64_t> MemoryMap::take(uint64_t bytes, uint64_t alignment, uint64_t lowest, uint64_t highest,
                                 RslMemoryKind kind) {
    const uint64_t wanted = align_up(bytes, kPageBytes);
    for (uint32_t i = 0; i < count_; ++i) {
        const RslMemoryRange range = storage_[i];
        if (range.kind != kRslMemoryFree) continue;
        const uint64_t base = align_up(range.base > lowest ? range.base : lowest, alignment);
        const uint64_t limit = end_of(range) < highest ? end_of(range) : highest;
        if (base >= limit || limit - base < wanted) continue;
        RSL_TRY(assign(base, wanted, kind));
        return base;
    }
    return Status::kNoMemory;
}

}  // namespace rsl::boot
