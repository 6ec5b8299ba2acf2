// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/mm/pool_heap.hpp"

#include "base/core/bytes.hpp"

namespace rsl::mm {
namespace {

using arch::kPageBytes;
constexpr uint64_t kUnit = 16;

/// Block sizes, header included: as many of one size as a page holds, little waste between them.
constexpr std::array<uint16_t, PoolHeap::kClasses> kBlockBytes = {
    32,  48,  64,  80,  96,  112, 128, 160,  192,  224,  256,  288,
    336, 400, 448, 512, 576, 672, 816, 1024, 1360, 2048, 4096};

/// From a size in units to the smallest class that holds it.
constexpr auto kClassOfUnits = [] {
    std::array<uint8_t, kPageBytes / kUnit + 1> table{};
    size_t size_class = 0;
    for (size_t units = 0; units < table.size(); ++units) {
        while (kBlockBytes[size_class] < units * kUnit) ++size_class;
        table[units] = static_cast<uint8_t>(size_class);
    }
    return table;
}();

constexpr unsigned kCountBits = 28;  // of FreeList::head; the other 36 reach 1 TB of RAM
constexpr uint64_t kCountMask = (uint64_t{1} << kCountBits) - 1;
constexpr uint32_t kFreeMark = 0x46524545;
constexpr PoolTag kProtectedBit = 0x80000000;  // PROTECTED_POOL: part of a tag that old drivers set

uint32_t seal_of(const BlockHeader& header) {
    uint64_t mixed = reinterpret_cast<uintptr_t>(&header) * 0x9E3779B97F4A7C15;
    mixed ^= static_cast<uint64_t>(header.bytes) << 48 | static_cast<uint64_t>(header.owner) << 32 | header.tag;
    mixed += static_cast<uint64_t>(header.tag_slot) << 16 | header.size_class << 8 | header.shift;
    mixed *= 0xD6E8FEB86659FD93;
    return static_cast<uint32_t>(mixed >> 32);
}
void seal_free(BlockHeader& header) { header.seal = seal_of(header) ^ kFreeMark; }

// The tail stands where the next block's header would on Windows, which rounds sizes up to 16 bytes: a
// driver that writes a little too far into that gap works there, so it works here.
uint32_t& tail_of(const BlockHeader& header) {
    const uint64_t end = reinterpret_cast<uintptr_t>(&header + 1) + align_up<uint64_t>(header.bytes, kUnit);
    return *reinterpret_cast<uint32_t*>(end);
}

BlockHeader* header_of(const void* memory) {
    return static_cast<BlockHeader*>(const_cast<void*>(memory)) - 1;
}

}  // namespace

struct PoolHeap::FreeBlock {
    BlockHeader header;
    FreeBlock* next;  // read by pops that lost their race, hence only through next_of()

    FreeBlock* next_relaxed() const {
        return std::atomic_ref(const_cast<FreeBlock*&>(next)).load(std::memory_order_relaxed);
    }
    void set_next(FreeBlock* block) {
        std::atomic_ref(next).store(block, std::memory_order_relaxed);  // the push publishes it
    }
};

PoolHeap::FreeBlock* PoolHeap::block_at(uint64_t head) const {
    const uint64_t unit = head >> kCountBits;
    return unit == 0 ? nullptr : reinterpret_cast<FreeBlock*>(base_ + unit * kUnit);
}

PoolHeap::FreeBlock* PoolHeap::pop(FreeList& list) {
    uint64_t head = list.head.load(std::memory_order_acquire);  // pairs with push()
    for (;;) {
        FreeBlock* block = block_at(head);
        if (block == nullptr) return nullptr;
        // Another processor may take and overwrite the block now. Pool pages stay mapped, so the read
        // is harmless, and the change count makes the exchange fail.
        const auto next = reinterpret_cast<uintptr_t>(block->next_relaxed());
        const uint64_t unit = next == 0 ? 0 : (next - base_) / kUnit;
        if (unit >= uint64_t{frame_table.count} * (kPageBytes / kUnit)) [[unlikely]] {
            const uint64_t now = list.head.load(std::memory_order_acquire);  // pairs with push()
            if (now == head) {  // nobody took it: somebody wrote to it after its free
                source_.report_damaged_free_block(block);
                take_all(list);  // whatever follows it is lost
                return nullptr;
            }
            head = now;
            continue;
        }
        const uint64_t after = unit << kCountBits | ((head + 1) & kCountMask);
        if (list.head.compare_exchange_weak(head, after, std::memory_order_acquire)) return block;
    }
}

void PoolHeap::push(FreeList& list, FreeBlock* first, FreeBlock* last) {
    const uint64_t unit = (reinterpret_cast<uintptr_t>(first) - base_) / kUnit;
    uint64_t head = list.head.load(std::memory_order_relaxed);
    uint64_t after;
    do {
        last->set_next(block_at(head));
        after = unit << kCountBits | ((head + 1) & kCountMask);
    } while (!list.head.compare_exchange_weak(head, after, std::memory_order_release,  // with pop()
                                              std::memory_order_relaxed));
}

PoolHeap::FreeBlock* PoolHeap::take_all(FreeList& list) {
    uint64_t head = list.head.load(std::memory_order_acquire);  // pairs with push()
    while (!list.head.compare_exchange_weak(head, (head + 1) & kCountMask,
                                            std::memory_order_acquire)) {
    }
    return block_at(head);
}

/// Cuts a fresh page; the first block is the caller's, the others go to the list.
PoolHeap::FreeBlock* PoolHeap::refill(size_t size_class) {
    const PageNumber page = source_.take_pages(1);
    if (page == 0) return nullptr;
    frame_table.frames[page].kind = FrameKind::kPoolSmall;
    frame_table.frames[page].small = {};
    frame_table.frames[page].order = id_;
    const uint64_t start = base_ + uint64_t{page} * kPageBytes;
    const size_t block_bytes = kBlockBytes[size_class];
    const size_t count = kPageBytes / block_bytes;
    for (size_t i = 0; i < count; ++i) {
        auto* block = reinterpret_cast<FreeBlock*>(start + i * block_bytes);
        block->header = {.size_class = static_cast<uint8_t>(size_class)};
        seal_free(block->header);
        block->set_next(i + 1 < count ? reinterpret_cast<FreeBlock*>(start + (i + 1) * block_bytes)
                                      : nullptr);
    }
    auto* first = reinterpret_cast<FreeBlock*>(start);
    if (count > 1) {
        push(lists_[size_class], first->next_relaxed(),
             reinterpret_cast<FreeBlock*>(start + (count - 1) * block_bytes));
    }
    return first;
}

void* PoolHeap::allocate(size_t bytes, PoolTag tag, size_t alignment, PoolOwner owner) {
    // The header stands before the aligned address: at worst one alignment less 16 bytes further on.
    if (bytes > kLargestBlock) return allocate_large(bytes, tag, owner);
    const size_t total = align_up<uint64_t>(bytes, kUnit) + sizeof(BlockHeader) + kTailBytes + (alignment - kUnit);
    if (total > kPageBytes) return allocate_large(bytes, tag, owner);
    const size_t size_class = kClassOfUnits[(total + kUnit - 1) / kUnit];
    FreeBlock* block = pop(lists_[size_class]);
    if (block == nullptr) block = refill(size_class);
    if (block == nullptr) return nullptr;
    if (block->header.seal != (seal_of(block->header) ^ kFreeMark)) [[unlikely]] {
        source_.report_damaged_free_block(block);
        return nullptr;
    }
    const uint64_t start = reinterpret_cast<uintptr_t>(block);
    const uint64_t memory = align_up<uint64_t>(start + sizeof(BlockHeader), alignment);
    BlockHeader& header = *header_of(reinterpret_cast<void*>(memory));
    const uint32_t slot = tags_.slot_of(tag);
    header = {.tag = tag,
              .bytes = static_cast<uint16_t>(bytes),
              .owner = owner,
              .tag_slot = static_cast<uint16_t>(slot),
              .size_class = static_cast<uint8_t>(size_class),
              .shift = static_cast<uint8_t>((memory - sizeof(BlockHeader) - start) / kUnit)};
    header.seal = seal_of(header);
    tail_of(header) = header.seal;
    tags_.add(slot, bytes);
    return reinterpret_cast<void*>(memory);
}

void* PoolHeap::allocate_large(size_t bytes, PoolTag tag, PoolOwner owner) {
    const uint64_t pages = (uint64_t{bytes} + kPageBytes - 1) / kPageBytes;
    if (bytes > (uint64_t{1} << 40) || pages >= frame_table.count) return nullptr;
    const PageNumber first = source_.take_pages(static_cast<PageNumber>(pages));
    return first == 0 ? nullptr : adopt(first, bytes, tag, owner);
}

void* PoolHeap::adopt(PageNumber first, size_t bytes, PoolTag tag, PoolOwner owner) {
    const uint64_t pages = (uint64_t{bytes} + kPageBytes - 1) / kPageBytes;
    PageFrame& frame = frame_table.frames[first];
    const uint32_t slot = tags_.slot_of(tag);
    frame.large = {.tag_slot = static_cast<uint16_t>(slot),
                   .owner = owner,
                   .pages = static_cast<uint32_t>(pages)};
    frame.order = id_;
    frame.slack = static_cast<uint16_t>(pages * kPageBytes - bytes);
    frame.kind = FrameKind::kPoolLarge;
    tags_.add(slot, bytes);
    return reinterpret_cast<void*>(base_ + uint64_t{first} * kPageBytes);
}

bool PoolHeap::owns(const void* memory) const {
    const auto address = reinterpret_cast<uintptr_t>(memory);
    return address >= base_ && address - base_ < uint64_t{frame_table.count} * kPageBytes;
}

PageFrame* PoolHeap::frame_of(const void* memory) const {
    return owns(memory) ? frame_table.find(reinterpret_cast<uintptr_t>(memory) - base_) : nullptr;
}

PoolFault PoolHeap::inspect(const void* memory, PoolTag tag) const {
    const PageFrame* frame = frame_of(memory);
    const auto address = reinterpret_cast<uintptr_t>(memory);
    if (frame == nullptr || !is_aligned<uint64_t>(address, kUnit)) return PoolFault::kNotPool;
    if (is_aligned<uint64_t>(address, kPageBytes)) {
        if (frame->kind == FrameKind::kFree || frame->kind == FrameKind::kFreeInner) {
            return PoolFault::kFreedTwice;
        }
        if (frame->kind != FrameKind::kPoolLarge) return PoolFault::kNotPool;
        const PoolTag ours = tags_.tag_of(frame->large.tag_slot);
        const bool matches = tag == 0 || ours == TagTable::kOverflowTag || ((ours ^ tag) & ~kProtectedBit) == 0;
        return matches ? PoolFault::kNone : PoolFault::kWrongTag;
    }
    if (frame->kind != FrameKind::kPoolSmall) return PoolFault::kNotPool;
    const BlockHeader& header = *header_of(memory);
    const uint32_t seal = seal_of(header);
    if (header.seal == (seal ^ kFreeMark)) return PoolFault::kFreedTwice;
    if (header.seal != seal) return PoolFault::kDamaged;
    if (tag != 0 && ((header.tag ^ tag) & ~kProtectedBit) != 0) return PoolFault::kWrongTag;
    return tail_of(header) == seal ? PoolFault::kNone : PoolFault::kOverrun;
}

PoolFault PoolHeap::release(void* memory, PoolTag tag) {
    const PoolFault fault = inspect(memory, tag);
    if (fault != PoolFault::kNone) [[unlikely]] return fault;
    const auto address = reinterpret_cast<uintptr_t>(memory);
    if (is_aligned<uint64_t>(address, kPageBytes)) return release_large(*frame_of(memory), memory, tag);
    BlockHeader& header = *header_of(memory);
    tags_.remove(header.tag_slot, header.bytes);
    const size_t size_class = header.size_class;
    auto* block = reinterpret_cast<FreeBlock*>(address - sizeof(BlockHeader) - header.shift * kUnit);
    seal_free(header);  // a second free of the same pointer finds this
    if (header.shift != 0) {
        block->header = {.size_class = static_cast<uint8_t>(size_class)};
        seal_free(block->header);
    }
    push(lists_[size_class], block, block);
    return PoolFault::kNone;
}

PoolFault PoolHeap::release_large(PageFrame& frame, void* memory, PoolTag) {
    const uint32_t pages = frame.large.pages;
    tags_.remove(frame.large.tag_slot, uint64_t{pages} * kPageBytes - frame.slack);
    frame.kind = FrameKind::kUsed;
    source_.give_pages(
        static_cast<PageNumber>((reinterpret_cast<uintptr_t>(memory) - base_) / kPageBytes), pages);
    return PoolFault::kNone;
}

size_t PoolHeap::requested_bytes(const void* memory) const {
    if (!is_aligned<uint64_t>(reinterpret_cast<uintptr_t>(memory), kPageBytes)) {
        return header_of(memory)->bytes;
    }
    const PageFrame& frame = *frame_of(memory);
    return uint64_t{frame.large.pages} * kPageBytes - frame.slack;
}

PoolTag PoolHeap::tag_of(const void* memory) const {
    if (!is_aligned<uint64_t>(reinterpret_cast<uintptr_t>(memory), kPageBytes)) {
        return header_of(memory)->tag;
    }
    return tags_.tag_of(frame_of(memory)->large.tag_slot);
}

void PoolHeap::visit_page(PageNumber page, void (*visit)(void*, const PoolBlock&), void* context) const {
    // Every block's first header tells its size; an aligned allocation has its own header further on.
    const uint64_t start = base_ + uint64_t{page} * kPageBytes;
    const auto& first = *reinterpret_cast<const BlockHeader*>(start);
    if (first.size_class >= kClasses) return;
    const size_t block_bytes = kBlockBytes[first.size_class];
    for (size_t at = 0; at + block_bytes <= kPageBytes; at += block_bytes) {
        for (size_t shift = 0; shift <= 3 * kUnit && shift < block_bytes; shift += kUnit) {
            const auto& header = *reinterpret_cast<const BlockHeader*>(start + at + shift);
            if (header.shift * kUnit != shift || header.seal != seal_of(header)) continue;
            if (header.owner != 0) visit(context, {&header + 1, header.bytes, header.tag, header.owner});
            break;
        }
    }
}

void PoolHeap::for_each_owned(void (*visit)(void*, const PoolBlock&), void* context) const {
    for (PageNumber page = 1; page < frame_table.count; ++page) {
        const PageFrame& frame = frame_table.frames[page];
        if (frame.order != id_) continue;
        if (frame.kind == FrameKind::kPoolSmall) {
            visit_page(page, visit, context);
        } else if (frame.kind == FrameKind::kPoolLarge && frame.large.owner != 0) {
            const auto* memory = reinterpret_cast<const void*>(base_ + uint64_t{page} * kPageBytes);
            visit(context, {memory, requested_bytes(memory), tags_.tag_of(frame.large.tag_slot),
                            frame.large.owner});
        }
    }
}

PageNumber PoolHeap::trim() {
    if (trimming_.exchange(true, std::memory_order_acquire)) return 0;  // pairs with the end
    PageNumber freed = 0;
    for (size_t size_class = 0; size_class < kClasses; ++size_class) {
        FreeBlock* all = take_all(lists_[size_class]);
        const uint32_t per_page = static_cast<uint32_t>(kPageBytes / kBlockBytes[size_class]);
        for (FreeBlock* block = all; block != nullptr; block = block->next_relaxed()) {
            ++frame_of(block)->small.free_blocks;
        }
        // A page that is free as a whole goes when its last block passes by: nothing reads it then.
        FreeBlock* next = nullptr;
        for (FreeBlock* block = all; block != nullptr; block = next) {
            next = block->next_relaxed();
            PageFrame& frame = *frame_of(block);
            if (frame.small.free_blocks < per_page) {
                --frame.small.free_blocks;
                push(lists_[size_class], block, block);
            } else if (++frame.small.passed == per_page) {
                frame.kind = FrameKind::kUsed;
                source_.give_pages(static_cast<PageNumber>(&frame - frame_table.frames), 1);
                ++freed;
            }
        }
    }
    trimming_.store(false, std::memory_order_release);  // pairs with the beginning
    return freed;
}

}  // namespace rsl::mm
