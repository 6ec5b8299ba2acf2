// SPDX-License-Identifier: GPL-2.0-only
// A buddy allocator of page frames. Knows no lock and no address: pages.hpp puts both around it.
#pragma once

#include <array>

#include "kernel/mm/page_frame.hpp"

namespace rsl::mm {

/// Where a run of pages has to lie. Page numbers and page counts.
struct Placement {
    uint64_t lowest = 0;
    uint64_t highest = ~uint64_t{0};  // of the last page
    uint64_t alignment = 1;           // a power of two
    uint64_t boundary = 0;            // a power of two that the run must not cross; 0: none
};

/// Free pages as blocks of powers of two. Small requests come from the most recently freed block, so
/// that few pages of the machine are ever touched. Page number 0 stands for "none".
class PageAllocator {
  public:
    /// Serves pages [begin, end) of the frame table.
    constexpr PageAllocator(PageNumber begin, PageNumber end) : begin_(begin), end_(end) {}

    /// Takes pages in that nobody had: their frames say kReserved, and only the heads of blocks change.
    void add(PageNumber first, PageNumber count);
    /// Takes pages back from their owner.
    void release(PageNumber first, PageNumber count);
    /// A run of `count` pages, marked kUsed with one reference each; 0 when there is none.
    PageNumber take(PageNumber count);
    /// The same at a wanted place. Slow when the first block at hand does not fit.
    PageNumber take_placed(PageNumber count, const Placement& placement);

    PageNumber free_pages() const { return free_pages_; }
    /// Free blocks of one order, for inspection.
    PageNumber blocks(unsigned order) const;

    static constexpr unsigned kOrders = 24;

  private:
    void insert_block(PageNumber first, unsigned order);
    void remove_block(PageNumber first);
    void insert_run(PageNumber first, PageNumber count);
    /// Marks pages of a run that is in no free list any more.
    void hand_out(PageNumber first, PageNumber count);
    /// Cuts a run out of the free blocks that hold it.
    void carve(PageNumber first, PageNumber count);

    const PageNumber begin_, end_;
    std::array<PageNumber, kOrders> heads_ = {};
    PageNumber free_pages_ = 0;
};

/// The first place for `count` pages inside the free run [first, end), or 0.
PageNumber place_run(PageNumber first, PageNumber end, PageNumber count, const Placement& placement);

}  // namespace rsl::mm
