// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/pageable.hpp"

#include "base/core/bytes.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/mm/system_space.hpp"
#include "kernel/mm/tlb.hpp"
#include "kernel/vf/special_pool.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {
namespace {

using arch::kPageBytes;

/// One page. In a bucket by address; in the list of those that trim() takes away while it is there.
struct Page {
    uint64_t address, range;  // range: the address that was given to add_pageable()
    arch::PhysicalPage frame;
    arch::Protection protection;
    uint32_t locks;
    bool code, resident;
    Page* next;
};

constexpr size_t kBuckets = 512;
constinit ke::SpinLock lock{ke::LockRank::kAddressSpace};
constinit Page* buckets[kBuckets] RSL_GUARDED_BY(lock) = {};
constinit std::atomic<uint64_t> page_count = 0, resident_count = 0;
/// Which thread a verified driver brought to DISPATCH_LEVEL on each processor.
constinit std::atomic<ke::Thread*> raised_by[ke::kMaxProcessors] = {};

Page*& bucket_of(uint64_t address) RSL_REQUIRES(lock) {
    return buckets[(address / kPageBytes) * 0x9E3779B97F4A7C15 >> 55];
}
Page* find_locked(uint64_t address) RSL_REQUIRES(lock) {
    const uint64_t page = align_down(address, kPageBytes);
    Page* at = bucket_of(page);
    while (at != nullptr && at->address != page) at = at->next;
    return at;
}

void bring_in_locked(Page& page) RSL_REQUIRES(lock) {
    if (page.resident) return;
    mm::map_system_page(page.address, page.frame, page.protection)
        .ignore("its tables are there: it was mapped before");
    page.resident = true;
    resident_count.fetch_add(1, std::memory_order_relaxed);
}

/// Whether the level that the running code is at is one that drivers chose, or DPCs and interrupts
/// have.
bool is_drivers_level() {
    const ke::Processor& here = arch::processor();
    if (here.dpc_running || here.nesting_level != 0) return true;
    return raised_by[here.number].load(std::memory_order_relaxed) == &ke::current_thread();
}

template <typename Visit>
void each_page_locked(uint64_t address, uint64_t bytes, Visit&& visit) RSL_REQUIRES(lock) {
    for (uint64_t at = align_down(address, kPageBytes); at < address + bytes; at += kPageBytes) {
        if (Page* page = find_locked(at)) visit(*page);
    }
}

constexpr mm::MemoryWatch kWatch{&bring_in_pageable, [](uint64_t address, bool write) {
                                     const mm::WatchedFault special =
                                         explain_special(address, write);
                                     return special.code != 0 ? special : explain_pageable(address);
                                 }};

}  // namespace

void start_watching() {
    static constinit std::atomic<bool> started = false;
    if (started.exchange(true, std::memory_order_relaxed)) return;
    mm::set_memory_watch(kWatch);
    ke::set_report_preparation(&bring_in_all);
}

Result<void> add_pageable(uint64_t address, uint64_t bytes, PageableKind kind) {
    for (uint64_t at = address; at < address + bytes; at += kPageBytes) {
        const auto mapping = arch::query_page(arch::kernel_root(), at);
        if (!mapping) continue;  // discarded
        Page* page = RSL_TRY(mm::make<Page>(mm::pool_tag("VfPg")));
        *page = {.address = at,
                 .range = address,
                 .frame = mapping->page,
                 .protection = mapping->protection,
                 .locks = 0,
                 .code = kind.code,
                 .resident = true,
                 .next = nullptr};
        ke::InterruptLockGuard guard{lock};
        page->next = bucket_of(at);
        bucket_of(at) = page;
        page_count.fetch_add(1, std::memory_order_relaxed);
        resident_count.fetch_add(1, std::memory_order_relaxed);
    }
    return {};
}

void remove_pageable(uint64_t address) {
    for (uint64_t at = address;; at += kPageBytes) {
        Page* gone = nullptr;
        {
            ke::InterruptLockGuard guard{lock};
            Page** link = &bucket_of(at);
            while (*link != nullptr && (*link)->address != at) link = &(*link)->next;
            if (*link == nullptr || (*link)->range != address) return;
            gone = *link;
            bring_in_locked(*gone);
            *link = gone->next;
            page_count.fetch_sub(1, std::memory_order_relaxed);
            resident_count.fetch_sub(1, std::memory_order_relaxed);
        }
        mm::destroy(gone);
    }
}

bool trim() {
    raised_by[arch::processor().number].store(&ke::current_thread(), std::memory_order_relaxed);
    if (resident_count.load(std::memory_order_relaxed) == 0) return false;
    bool any = false;
    {
        ke::InterruptLockGuard guard{lock};
        for (Page* bucket : buckets) {
            for (Page* page = bucket; page != nullptr; page = page->next) {
                if (!page->resident || page->locks != 0) continue;
                mm::unmap_system_page(page->address);
                mm::flush_here(page->address, kPageBytes);
                page->resident = false;
                resident_count.fetch_sub(1, std::memory_order_relaxed);
                any = true;
            }
        }
    }
    if (any) mm::flush_others();
    return any;
}

void left_raised_level() {
    raised_by[arch::processor().number].store(nullptr, std::memory_order_relaxed);
}

void lock_pageable(uint64_t address, uint64_t bytes) {
    ke::InterruptLockGuard guard{lock};
    each_page_locked(address, bytes, [](Page& page) RSL_NO_LOCK_ANALYSIS {
        bring_in_locked(page);
        ++page.locks;
    });
}
void unlock_pageable(uint64_t address, uint64_t bytes) {
    ke::InterruptLockGuard guard{lock};
    each_page_locked(address, bytes, [](Page& page) { page.locks -= page.locks != 0; });
}
void lock_section_of(uint64_t address, bool locks) {
    uint64_t range = 0;
    {
        ke::InterruptLockGuard guard{lock};
        if (const Page* page = find_locked(address)) range = page->range;
    }
    ke::InterruptLockGuard guard{lock};
    for (uint64_t at = range; at != 0; at += kPageBytes) {
        Page* page = find_locked(at);
        if (page == nullptr || page->range != range) return;
        if (locks) {
            bring_in_locked(*page);
            ++page->locks;
        } else {
            page->locks -= page->locks != 0;
        }
    }
}
bool is_pageable(uint64_t address) {
    if (page_count.load(std::memory_order_relaxed) == 0) return false;
    ke::InterruptLockGuard guard{lock};
    return find_locked(address) != nullptr;
}

bool bring_in_pageable(uint64_t address, bool by_kernel) {
    if (page_count.load(std::memory_order_relaxed) == 0) return false;
    ke::InterruptLockGuard guard{lock};
    Page* page = find_locked(address);
    if (page == nullptr) return false;
    // Kernel code at a level that it raised itself: on Windows it would have looked before.
    // Unwinding reads code of frames that called from below. What a driver made the kernel touch is
    // the driver's mistake.
    const bool forgiven = by_kernel && (page->code || !is_drivers_level());
    if (arch::irql() >= DISPATCH_LEVEL && !forgiven)
        return page->resident;  // stale here: another try
    bring_in_locked(*page);
    return true;
}

mm::WatchedFault explain_pageable(uint64_t address) {
    bool code;
    {
        ke::InterruptLockGuard guard{lock};
        const Page* page = find_locked(address);
        if (page == nullptr || arch::irql() < DISPATCH_LEVEL) return {};
        code = page->code;
    }
    Facts& facts = Facts::begin();
    SpecialBlock block;
    uint64_t start;
    if (find_special(address, block, start)) {
        facts.line("paged pool: %u bytes at 0x%llx, allocated at %s", block.bytes, start,
                   place_text(block.allocated_by));
    } else {
        facts.line("pageable: %s", place_text(address));
    }
    return {DRIVER_IRQL_NOT_LESS_OR_EQUAL,
            code ? "pageable code or data of the driver's image was used at DISPATCH_LEVEL or above"
                 : "paged pool was touched at DISPATCH_LEVEL or above",
            code ? "take the function or variable out of the PAGE section, or lock the section "
                   "while the level is raised"
                 : "allocate it from NonPagedPoolNx, or touch it only below DISPATCH_LEVEL and "
                   "under no spin lock",
            facts.text()};
}

void bring_in_all() RSL_NO_LOCK_ANALYSIS {
    if (page_count.load(std::memory_order_relaxed) == 0) return;
    // The others stand still, perhaps one of them with the lock.
    constexpr int kPatience = 1'000'000;
    bool mine = false;
    for (int i = 0; i < kPatience && !(mine = lock.try_acquire()); ++i) arch::pause();
    for (Page* bucket : buckets) {
        for (Page* page = bucket; page != nullptr; page = page->next) bring_in_locked(*page);
    }
    if (mine) lock.release();
}

PageableUsage pageable_usage() {
    PageableUsage usage{page_count.load(std::memory_order_relaxed),
                        resident_count.load(std::memory_order_relaxed), 0};
    ke::InterruptLockGuard guard{lock};
    for (const Page* bucket : buckets) {
        for (; bucket != nullptr; bucket = bucket->next) usage.locked += bucket->locks != 0;
    }
    return usage;
}

}  // namespace rsl::vf
