// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/arena.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/core/bytes.hpp"
#include "base/core/check.hpp"

namespace rsl::client {
namespace {

/// Small sizes are powers of two, so that what one call gave back fits the next.
constexpr uint32_t kLargestCached = 8192;

size_t class_of(uint32_t bytes) { return static_cast<size_t>(std::bit_width(bytes) - 7); }

}  // namespace

Arena::Arena(std::span<std::byte> memory) : memory_(memory) {
    const auto bytes = align_down<uint64_t>(memory.size(), kGrain);
    if (bytes != 0) gaps_[0] = static_cast<uint32_t>(bytes);
    for (auto& cache : caches_) cache.reserve(kCacheDepth);
    taken_.reset(static_cast<uint32_t*>(std::calloc(std::max<uint64_t>(bytes / kGrain, 1), sizeof(uint32_t))));
    RSL_CHECK(taken_ != nullptr);
}

std::optional<protocol::ArenaSpan> Arena::allocate(uint64_t wanted) {
    if (wanted > memory_.size()) return std::nullopt;
    auto bytes = static_cast<uint32_t>(align_up<uint64_t>(std::max<uint64_t>(wanted, 1), kGrain));
    std::lock_guard guard{mutex_};
    std::optional<uint32_t> offset;
    if (bytes <= kLargestCached) {
        bytes = std::bit_ceil(bytes);
        auto& cache = caches_[class_of(bytes)];
        if (!cache.empty()) {
            offset = cache.back();
            cache.pop_back();
        }
    }
    if (!offset) offset = first_fit_locked(bytes);
    if (!offset) {
        empty_caches_locked();
        offset = first_fit_locked(bytes);
    }
    if (!offset) return std::nullopt;
    taken_[*offset / kGrain] = bytes;
    used_ += bytes;
    return protocol::ArenaSpan{*offset, bytes};
}

void Arena::free(uint32_t offset) {
    std::lock_guard guard{mutex_};
    RSL_CHECK(offset % kGrain == 0 && offset < memory_.size());
    const uint32_t bytes = std::exchange(taken_[offset / kGrain], 0);
    RSL_CHECK(bytes != 0);
    used_ -= bytes;
    if (bytes <= kLargestCached) {
        auto& cache = caches_[class_of(bytes)];
        if (cache.size() < kCacheDepth) {
            cache.push_back(offset);
            return;
        }
    }
    give_back_locked(offset, bytes);
}

std::optional<uint32_t> Arena::offset_of(const void* pointer, uint64_t bytes) const {
    const auto at = reinterpret_cast<uintptr_t>(pointer);
    const auto base = reinterpret_cast<uintptr_t>(memory_.data());
    if (at < base || !in_bounds(at - base, bytes, memory_.size())) return std::nullopt;
    return static_cast<uint32_t>(at - base);
}

uint64_t Arena::used() const {
    std::lock_guard guard{mutex_};
    return used_;
}

std::optional<uint32_t> Arena::first_fit_locked(uint32_t bytes) {
    for (auto gap = gaps_.begin(); gap != gaps_.end(); ++gap) {
        if (gap->second < bytes) continue;
        const auto [offset, gap_bytes] = *gap;
        gaps_.erase(gap);
        if (gap_bytes > bytes) gaps_[offset + bytes] = gap_bytes - bytes;
        return offset;
    }
    return std::nullopt;
}

void Arena::give_back_locked(uint32_t offset, uint32_t bytes) {
    auto next = gaps_.lower_bound(offset);
    if (next != gaps_.end() && next->first == offset + bytes) {
        bytes += next->second;
        next = gaps_.erase(next);
    }
    if (next != gaps_.begin()) {
        const auto before = std::prev(next);
        if (before->first + before->second == offset) {
            before->second += bytes;
            return;
        }
    }
    gaps_[offset] = bytes;
}

void Arena::empty_caches_locked() {
    for (size_t index = 0; index < caches_.size(); ++index) {
        for (const uint32_t offset : caches_[index]) give_back_locked(offset, kGrain << index);
        caches_[index].clear();
    }
}

}  // namespace rsl::client
