// SPDX-License-Identifier: GPL-2.0-only
// Pages of a client's own memory that its process has copies of: which they are, and what the client still has
// where a driver wrote. Knows no lock and no page table: AddressSpace has both. docs/adr/0019-client-memory.md.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/core/result.hpp"

namespace rsl::mm {

struct BorrowedPage {
    uint64_t address;    // the client's, page aligned
    uint64_t copy;       // physical; one reference is this record's, more are those of MDLs
    uint64_t original;   // physical: the content that the client has; 0: nobody could write to the copy
    bool may_write;      // the client's own page is writable
    bool leaving;        // on its way out
    BorrowedPage* next;
};

class BorrowedPages {
  public:
    BorrowedPages() = default;
    BorrowedPages(const BorrowedPages&) = delete;
    BorrowedPages& operator=(const BorrowedPages&) = delete;

    BorrowedPage* find(uint64_t address);
    /// Adds a page that is not there yet. Fails when memory lacks.
    Result<BorrowedPage*> insert(uint64_t address, uint64_t copy, bool may_write);
    /// Any thread, at any time: a hint unless the caller holds the lock.
    uint32_t count() const { return count_.load(std::memory_order_relaxed); }

    template <typename Visit>
    void for_each(Visit visit) {
        for (BorrowedPage* bucket : buckets_) {
            for (BorrowedPage* page = bucket; page != nullptr; page = page->next) visit(*page);
        }
    }
    /// Takes those out for which `unwanted` says so.
    template <typename Unwanted>
    void erase_if(Unwanted unwanted) {
        for (BorrowedPage*& bucket : buckets_) {
            for (BorrowedPage** link = &bucket; *link != nullptr;) {
                if (unwanted(**link)) {
                    drop(link);
                } else {
                    link = &(*link)->next;
                }
            }
        }
    }

  private:
    static constexpr size_t kBuckets = 64;
    void drop(BorrowedPage** link);
    BorrowedPage*& bucket_of(uint64_t address) { return buckets_[(address >> 12) % kBuckets]; }

    std::array<BorrowedPage*, kBuckets> buckets_{};
    std::atomic<uint32_t> count_ = 0;
};

}  // namespace rsl::mm
