// SPDX-License-Identifier: GPL-2.0-only
// The pool's machinery: blocks of fixed sizes cut from single pages, and whole pages beyond that.
// Lock-free on its fast paths, so that nothing raises the level. pool.cpp makes the kernel's pools of
// it; unit tests make their own.
//
// A block lies inside one page, so it never crosses a page boundary, as NT promises. In front of what
// the caller gets there are 16 bytes: tag, size, and a seal over both and the address, which tells
// damage, wrong tags and double frees. Behind it, at the next multiple of 16, the seal stands once
// more, which tells who wrote beyond the end. Whole pages have no header; their frame keeps the same facts.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

#include "kernel/mm/page_frame.hpp"
#include "kernel/mm/pool_tags.hpp"

namespace rsl::mm {

/// Who asked for an allocation: a page of the driver's code, folded to 16 bits; 0 for the kernel.
using PoolOwner = uint16_t;

/// One live allocation, for leak checks.
struct PoolBlock {
    const void* memory;
    size_t bytes;
    PoolTag tag;
    PoolOwner owner;
};

/// What is wrong with a pointer that somebody frees.
enum class PoolFault : uint8_t { kNone, kNotPool, kFreedTwice, kDamaged, kWrongTag, kOverrun };

/// Where a heap gets pages, and whom it tells of damage that nobody's free() revealed.
class PoolSource {
  public:
    /// `pages` contiguous pages that the heap can reach at its base, with kUsed frames; 0: none.
    virtual PageNumber take_pages(PageNumber pages) = 0;
    virtual void give_pages(PageNumber first, PageNumber pages) = 0;
    /// A free block was written to after its free. The kernel stops the machine.
    virtual void report_damaged_free_block(void* block) = 0;

  protected:
    ~PoolSource() = default;
};

/// What lies in front of a block.
struct BlockHeader {
    PoolTag tag;
    uint16_t bytes;  // as requested
    PoolOwner owner;
    uint16_t tag_slot;
    uint8_t size_class;
    uint8_t shift;  // how far behind the block's start this header lies, in 16 bytes
    uint32_t seal;
};
static_assert(sizeof(BlockHeader) == 16);

class PoolHeap {
  public:
    static constexpr size_t kTailBytes = sizeof(uint32_t);
    static constexpr size_t kLargestBlock = arch::kPageBytes - 2 * sizeof(BlockHeader);  // a rounded size
    static constexpr size_t kClasses = 23;  // sizes of blocks

    /// `id` tells this heap's frames from another one's.
    constexpr PoolHeap(PoolSource& source, TagTable& tags, uint8_t id = 0)
        : source_(source), tags_(tags), id_(id) {}
    /// The heap's pages appear at `base` + physical address.
    void set_base(uint64_t base) { base_ = base; }

    /// nullptr when there is no memory. `alignment` is 16 or 64; whole pages are page aligned.
    void* allocate(size_t bytes, PoolTag tag, size_t alignment = 16, PoolOwner owner = 0);
    /// Makes an allocation of a run of pages that the caller took itself.
    void* adopt(PageNumber first, size_t bytes, PoolTag tag, PoolOwner owner = 0);
    /// Frees, or says what is wrong and leaves everything as it was. `tag` 0: any.
    PoolFault release(void* memory, PoolTag tag);
    /// What release() would say.
    PoolFault inspect(const void* memory, PoolTag tag) const;
    /// Of a live allocation: what was asked for, and its tag.
    size_t requested_bytes(const void* memory) const;
    PoolTag tag_of(const void* memory) const;
    bool owns(const void* memory) const;
    /// Calls visit(context, block) for each live allocation with an owner. A snapshot while others go on:
    /// blocks that come or go meanwhile may be missed.
    void for_each_owned(void (*visit)(void* context, const PoolBlock& block), void* context) const;
    /// Not for a heap whose source unmaps pages. Gives back pages whose blocks are all free. Returns how many. One caller at a time works, a
    /// second one returns at once.
    PageNumber trim();

  private:
    struct FreeBlock;

    /// A stack of free blocks. Head: block address / 16 in the upper bits, a change count in the
    /// lower ones against a pop that slept while the same block came back.
    struct alignas(64) FreeList {
        std::atomic<uint64_t> head = 0;
    };

    FreeBlock* block_at(uint64_t head) const;
    FreeBlock* pop(FreeList& list);
    void push(FreeList& list, FreeBlock* first, FreeBlock* last);
    FreeBlock* take_all(FreeList& list);
    FreeBlock* refill(size_t size_class);
    void* allocate_large(size_t bytes, PoolTag tag, PoolOwner owner);
    void visit_page(PageNumber page, void (*visit)(void*, const PoolBlock&), void* context) const;
    PoolFault release_large(PageFrame& frame, void* memory, PoolTag tag);
    PageFrame* frame_of(const void* memory) const;

    PoolSource& source_;
    TagTable& tags_;
    uint8_t id_;
    uint64_t base_ = 0;
    std::array<FreeList, kClasses> lists_;
    std::atomic<bool> trimming_ = false;
};

}  // namespace rsl::mm
