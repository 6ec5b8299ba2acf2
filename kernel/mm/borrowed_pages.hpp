// SPDX-License-Identifier: GPL-2.0-only
// Pages of a client's own memory that its process has copies of: which they are, and what the client still has
// where a driver wrote. Knows no lock and no page table: AddressSpace has both. docs/adr/0019-client-memory.md.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

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

/// Calls found(offset, bytes) for each run of bytes in which two pages differ. No byte that is the same is in a
/// run: it may be another thread's to change.
template <typename Found>
void each_changed_run(const std::byte* now, const std::byte* before, size_t bytes, Found found) {
    size_t at = 0;
    while (at < bytes) {
        uint64_t one, other;
        if (at % sizeof(one) == 0 && at + sizeof(one) <= bytes) {
            std::memcpy(&one, now + at, sizeof(one));
            std::memcpy(&other, before + at, sizeof(other));
            if (one == other) {
                at += sizeof(one);
                continue;
            }
        }
        if (now[at] == before[at]) {
            ++at;
            continue;
        }
        const size_t start = at;
        while (at < bytes && now[at] != before[at]) ++at;
        found(start, at - start);
    }
}

}  // namespace rsl::mm
