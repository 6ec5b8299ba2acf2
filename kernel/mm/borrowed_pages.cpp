// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/mm/borrowed_pages.hpp"

#include "kernel/mm/pool.hpp"

namespace rsl::mm {

namespace {

constexpr PoolTag kTag = pool_tag("MmBp");

}  // namespace

BorrowedPage* BorrowedPages::find(uint64_t address) {
    BorrowedPage* page = bucket_of(address);
    while (page != nullptr && page->address != address) page = page->next;
    return page;
}

Result<BorrowedPage*> BorrowedPages::insert(uint64_t address, uint64_t copy, bool may_write) {
    auto* page = static_cast<BorrowedPage*>(mm::allocate(sizeof(BorrowedPage), kTag));
    if (page == nullptr) return Status::kInsufficientResources;
    BorrowedPage*& bucket = bucket_of(address);
    *page = {.address = address, .copy = copy, .original = 0, .may_write = may_write, .leaving = false, .next = bucket};
    bucket = page;
    count_.fetch_add(1, std::memory_order_relaxed);
    return page;
}

void BorrowedPages::drop(BorrowedPage** link) {
    BorrowedPage* page = *link;
    *link = page->next;
    count_.fetch_sub(1, std::memory_order_relaxed);
    mm::free(page);
}

}  // namespace rsl::mm
