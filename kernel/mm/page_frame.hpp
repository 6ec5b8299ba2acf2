// SPDX-License-Identifier: GPL-2.0-only
// One record for each page of RAM: who has it, and how many hold it.
#pragma once

#include <atomic>
#include <cstdint>

#include "kernel/arch/paging.hpp"

namespace rsl::mm {

using PageNumber = uint32_t;  // a physical address divided by the page size; 16 TB are enough

enum class FrameKind : uint8_t {
    kReserved,   // not ours: firmware, the kernel's image, a hole
    kFree,       // the first page of a free block
    kFreeInner,  // inside a free block
    kUsed,
    kPoolSmall,  // cut into pool blocks of one size
    kPoolLarge,  // the first page of a pool allocation of whole pages
};

struct PageFrame {
    union {
        struct {
            PageNumber next, previous;  // free list of its order; guarded by the pages lock
        } free;
        struct {
            uint16_t tag_slot, owner;  // kPoolLarge
            uint32_t pages;
        } large;
        struct {
            uint32_t free_blocks, passed;  // kPoolSmall: counted by a trim
        } small;
    };
    std::atomic<uint32_t> references;
    FrameKind kind;
    uint8_t order;   // kFree: the block has 2^order pages; kPool*: which heap's
    uint16_t slack;  // kPoolLarge: bytes of the last page that were not asked for
};
static_assert(sizeof(PageFrame) == 16);

/// All frames, indexed by page number. Written once while mm starts.
struct FrameTable {
    PageFrame* frames = nullptr;
    PageNumber count = 0;

    PageFrame* find(uint64_t physical) const {
        const uint64_t number = physical / arch::kPageBytes;
        return number < count ? &frames[number] : nullptr;
    }
};
extern constinit FrameTable frame_table;

}  // namespace rsl::mm
