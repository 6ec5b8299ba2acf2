// SPDX-License-Identifier: GPL-2.0-only
// Hands out pieces of the channel's arena. All bookkeeping is in our own memory: the VM can write to
// the arena, and gains nothing by it.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/sync/annotations.hpp"
#include "protocol/codec/wire.hpp"

namespace rsl::client {

class Arena {
  public:
    explicit Arena(std::span<std::byte> memory);

    /// A piece of at least `bytes`, aligned to 64. Nothing when no gap is large enough.
    std::optional<protocol::ArenaSpan> allocate(uint64_t bytes);
    void free(uint32_t offset);

    std::byte* at(uint32_t offset) const { return memory_.data() + offset; }
    uint64_t bytes() const { return memory_.size(); }
    /// Where a pointer of the application's lies in the arena, if [pointer, pointer + bytes) does.
    std::optional<uint32_t> offset_of(const void* pointer, uint64_t bytes) const;
    /// How many bytes are handed out, rounded up; caches count as free.
    uint64_t used() const;

  private:
    static constexpr uint32_t kGrain = 64;
    static constexpr uint32_t kCachedClasses = 8;  // 64 bytes ... 8 KB: a page each way
    static constexpr size_t kCacheDepth = 16;

    std::optional<uint32_t> first_fit_locked(uint32_t bytes);
    void give_back_locked(uint32_t offset, uint32_t bytes);
    void empty_caches_locked();

    std::span<std::byte> memory_;
    mutable std::mutex mutex_;
    std::map<uint32_t, uint32_t> gaps_;                  // offset to bytes, never adjacent
    struct Free {
        void operator()(void* memory) const { std::free(memory); }
    };
    std::unique_ptr<uint32_t[], Free> taken_;            // by grain: bytes of the piece that begins there. Zero pages until used
    std::array<std::vector<uint32_t>, kCachedClasses> caches_;
    uint64_t used_ = 0;
};

}  // namespace rsl::client
