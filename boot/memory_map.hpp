// SPDX-License-Identifier: GPL-2.0-only
// The machine's memory as the boot shim finds it and hands it over: ascending ranges of one kind
// each, in the form that RslBootInfo wants. Not an allocator for anything after the hand-over.
#pragma once

#include <cstdint>
#include <span>

#include "base/core/result.hpp"
#include "boot/boot_info.h"

namespace rsl::boot {

inline constexpr uint64_t kPageBytes = 4096;

/// Ranges over borrowed storage. Free memory is whole pages; whatever else overlaps it wins.
class MemoryMap {
  public:
    explicit MemoryMap(std::span<RslMemoryRange> storage) : storage_(storage) {}

    /// Adds free memory; a page that it only partly covers is left out. It must not overlap what is
    /// there; add free memory first, in any order.
    Result<void> add_free(uint64_t base, uint64_t bytes);
    /// Gives every page that [base, base + bytes) touches another kind, over whatever was there.
    Result<void> assign(uint64_t base, uint64_t bytes, RslMemoryKind kind);
    /// Takes `bytes` of free memory at the lowest possible address in [lowest, highest).
    Result<uint64_t> take(uint64_t bytes, uint64_t alignment, uint64_t lowest, uint64_t highest,
                          RslMemoryKind kind);

    std::span<const RslMemoryRange> ranges() const { return storage_.first(count_); }

  private:
    Result<void> insert(uint32_t index, RslMemoryRange range);
    void erase(uint32_t index);
    void join_neighbours();
    std::span<RslMemoryRange> storage_;
    uint32_t count_ = 0;
};

}  // namespace rsl::boot
