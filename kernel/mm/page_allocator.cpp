// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/mm/page_allocator.hpp"

#include <algorithm>
#include <bit>

#include "base/core/bytes.hpp"

namespace rsl::mm {

constinit FrameTable frame_table;

namespace {

PageFrame& frame(PageNumber number) { return frame_table.frames[number]; }

constexpr PageNumber block_pages(unsigned order) { return PageNumber{1} << order; }

bool fits(PageNumber first, PageNumber count, const Placement& placement) {
    return place_run(first, first + count, count, placement) == first;
}

}  // namespace

PageNumber place_run(PageNumber first, PageNumber end, PageNumber count,
                     const Placement& placement) {
    uint64_t at = align_up<uint64_t>(std::max<uint64_t>(first, placement.lowest), placement.alignment);
    if (placement.boundary != 0) {
        if (count > placement.boundary) return 0;
        const uint64_t last = at + count - 1;
        if (at / placement.boundary != last / placement.boundary) {
            at = align_up(align_up(at, placement.boundary), placement.alignment);
        }
    }
    if (at + count > end || at + count - 1 > placement.highest) return 0;
    return static_cast<PageNumber>(at);
}

void PageAllocator::insert_block(PageNumber first, unsigned order) {
    while (order + 1 < kOrders) {  // merge with free buddies
        const PageNumber buddy = first ^ block_pages(order);
        if (buddy < begin_ || buddy >= std::min(end_, frame_table.count)) break;
        if (frame(buddy).kind != FrameKind::kFree || frame(buddy).order != order) break;
        remove_block(buddy);
        frame(std::max(first, buddy)).kind = FrameKind::kFreeInner;
        first = std::min(first, buddy);
        ++order;
    }
    PageFrame& head = frame(first);
    head.kind = FrameKind::kFree;
    head.order = static_cast<uint8_t>(order);
    head.free = {heads_[order], 0};
    if (heads_[order] != 0) frame(heads_[order]).free.previous = first;
    heads_[order] = first;
}

void PageAllocator::remove_block(PageNumber first) {
    PageFrame& head = frame(first);
    const auto [next, previous] = head.free;
    (previous == 0 ? heads_[head.order] : frame(previous).free.next) = next;
    if (next != 0) frame(next).free.previous = previous;
    head.kind = FrameKind::kFreeInner;
}

void PageAllocator::insert_run(PageNumber first, PageNumber count) {
    while (count > 0) {
        const auto aligned = static_cast<unsigned>(std::countr_zero(first));
        const auto fitting = static_cast<unsigned>(std::bit_width(count)) - 1;
        const unsigned order = std::min({aligned, fitting, kOrders - 1});
        insert_block(first, order);
        first += block_pages(order);
        count -= block_pages(order);
    }
}

void PageAllocator::add(PageNumber first, PageNumber count) {
    RSL_CHECK(first != 0);
    insert_run(first, count);
    free_pages_ += count;
}

void PageAllocator::release(PageNumber first, PageNumber count) {
    RSL_CHECK(first != 0);
    for (PageNumber i = first; i < first + count; ++i) {
        RSL_CHECK(frame(i).kind != FrameKind::kFree && frame(i).kind != FrameKind::kFreeInner);
        frame(i).kind = FrameKind::kFreeInner;
        frame(i).references.store(0, std::memory_order_relaxed);  // the lock orders it
    }
    insert_run(first, count);
    free_pages_ += count;
}

void PageAllocator::hand_out(PageNumber first, PageNumber count) {
    for (PageNumber i = first; i < first + count; ++i) {
        frame(i).kind = FrameKind::kUsed;
        frame(i).references.store(1, std::memory_order_relaxed);  // the lock orders it
    }
    free_pages_ -= count;
}

PageNumber PageAllocator::take(PageNumber count) {
    RSL_CHECK(count > 0);
    if (count > free_pages_) return 0;
    for (unsigned order = std::bit_width(count - 1); order < kOrders; ++order) {
        const PageNumber first = heads_[order];
        if (first == 0) continue;
        remove_block(first);
        insert_run(first + count, block_pages(order) - count);
        hand_out(first, count);
        return first;
    }
    return 0;
}

void PageAllocator::carve(PageNumber first, PageNumber count) {
    const PageNumber end = first + count;
    // The block that holds `first` begins at `first` with some low bits cleared.
    PageNumber at = first;
    for (unsigned order = 0; frame(at).kind != FrameKind::kFree; ++order) {
        at = first & ~(block_pages(order) - 1);
    }
    while (at < end) {
        const PageNumber block_end = at + block_pages(frame(at).order);
        remove_block(at);
        if (at < first) insert_run(at, first - at);
        if (block_end > end) insert_run(end, block_end - end);
        at = block_end;
    }
    hand_out(first, count);
}

PageNumber PageAllocator::take_placed(PageNumber count, const Placement& placement) {
    RSL_CHECK(count > 0 && std::has_single_bit(placement.alignment));
    const PageNumber quick = take(count);
    if (quick != 0) {
        if (fits(quick, count, placement)) return quick;
        release(quick, count);
    }
    PageNumber run = 0;  // where the free run that ends at `i` begins; 0: none
    const PageNumber end = std::min(end_, frame_table.count);
    for (PageNumber i = begin_; i < end;) {
        if (frame(i).kind != FrameKind::kFree) {
            run = 0;
            ++i;
            continue;
        }
        if (run == 0) run = i;
        i += block_pages(frame(i).order);
        const PageNumber place = place_run(run, i, count, placement);
        if (place == 0) continue;
        carve(place, count);
        return place;
    }
    return 0;
}

PageNumber PageAllocator::blocks(unsigned order) const {
    PageNumber count = 0;
    for (PageNumber i = heads_[order]; i != 0; i = frame(i).free.next) ++count;
    return count;
}

}  // namespace rsl::mm
