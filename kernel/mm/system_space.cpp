// SPDX-License-Identifier: GPL-2.0-only
// System ranges with page tables behind them. The lock is held for a page at a time, interrupts off:
// that costs a seventh of raising the level (TCG), and nobody waits for other processors under it.
//
// Other processors forget an unmapped range late: it waits on a list, and one shoot-down serves the
// whole list before any of its addresses is used again. Protections change at once.
#include "kernel/mm/system_space.hpp"

#include <algorithm>

#include "base/core/bytes.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/mm/system_ranges.hpp"
#include "kernel/mm/tlb.hpp"
#include "kernel/mm/windows.hpp"

namespace rsl::mm {
namespace {

using arch::kPageBytes;

constexpr PoolTag kTag = pool_tag("MmRg");
constexpr uint32_t kStaleLimit = 4096;  // pages that may wait for the shoot-down

constinit ke::SpinLock g_lock{ke::LockRank::kAddressSpace};
constinit SystemRanges g_ranges RSL_GUARDED_BY(g_lock){arch::kSystemRangeBase, arch::kSystemRangeBytes};
constinit SystemRange* g_stale RSL_GUARDED_BY(g_lock) = nullptr;
constinit uint32_t g_stale_pages RSL_GUARDED_BY(g_lock) = 0;

uint32_t page_count(uint64_t bytes) { return static_cast<uint32_t>((bytes + kPageBytes - 1) / kPageBytes); }

/// Lets stale ranges serve again.
void recycle_stale() {
    SystemRange* stale;
    {
        ke::InterruptLockGuard guard{g_lock};
        stale = std::exchange(g_stale, nullptr);
        g_stale_pages = 0;
    }
    if (stale == nullptr) return;
    flush_others();
    ke::InterruptLockGuard guard{g_lock};
    while (stale != nullptr) {
        SystemRange* next = stale->next;
        g_ranges.recycle(*stale);
        stale = next;
    }
}

SystemRange* reuse(uint32_t pages) {
    ke::InterruptLockGuard guard{g_lock};
    return g_ranges.reuse(pages);
}

[[noreturn]] void bad_range(uint64_t address, const char* why) {
    ke::bug_check(MEMORY_MANAGEMENT, address, 0, 0, 0, {.explanation = why});
}

/// Takes the mapping at one page out, if there is one.
Result<arch::Mapping> unmap_one(uint64_t address) {
    ke::InterruptLockGuard guard{g_lock};
    return arch::unmap_page(arch::kernel_root(), address);
}

enum class Pages : uint8_t { kKeep, kFree };

/// Unmaps what is mapped of a range and gives its addresses back.
void close_range(uint64_t address, uint64_t bytes, Pages pages) {
    for (uint64_t at = address; at < address + bytes; at += kPageBytes) {
        const auto was = unmap_one(at);
        if (was && pages == Pages::kFree) free_page(was->page);
    }
    flush_here(address, bytes);
    release_system_range(address, bytes);
}

}  // namespace

Result<uint64_t> reserve_system_range(uint64_t bytes) {
    if (bytes == 0 || bytes > uint64_t{SystemRanges::kLargestRange} * kPageBytes) {
        return Status::kInsufficientResources;
    }
    const uint32_t pages = page_count(bytes);
    if (const SystemRange* range = reuse(pages)) return range->address;
    void* record = allocate(sizeof(SystemRange), kTag);
    if (record == nullptr) return Status::kInsufficientResources;
    auto* range = ::new (record) SystemRange{};
    {
        ke::InterruptLockGuard guard{g_lock};
        if (g_ranges.open(*range, pages)) return range->address;
    }
    mm::free(record);
    return Status::kInsufficientResources;
}

void release_system_range(uint64_t address, uint64_t bytes) {
    bool flush = false;
    {
        ke::InterruptLockGuard guard{g_lock};
        SystemRange* range = g_ranges.close(address);
        if (range == nullptr || range->pages < page_count(bytes)) {
            bad_range(address, "a system range was released that is not in use");
        }
        if (!has_others()) {
            g_ranges.recycle(*range);
            return;
        }
        range->next = g_stale;
        g_stale = range;
        g_stale_pages += range->pages;
        flush = g_stale_pages > kStaleLimit;
    }
    if (flush) recycle_stale();
}

Result<void> map_system_page(uint64_t address, arch::PhysicalPage page, arch::Protection protection) {
    ke::InterruptLockGuard guard{g_lock};
    return arch::map_page(arch::kernel_root(), address, page, protection, table_pages());
}

Result<void> map_fixed(uint64_t address, arch::PhysicalPage page, arch::Protection protection) {
    return map_system_page(address, page, protection);
}

void unmap_system_page(uint64_t address) {
    unmap_one(address).ignore("an executable alias or a view may have been mapped in part");
}

Result<uint64_t> allocate_system_pages(uint64_t bytes, arch::Protection protection) {
    const uint64_t address = RSL_TRY(reserve_system_range(bytes));
    const auto back = populate_system_range(address, bytes, protection);
    if (back) return address;
    close_range(address, bytes, Pages::kFree);
    return back.failure();
}

Result<uint64_t> allocate_system_pages_at(uint64_t address, uint64_t bytes, arch::Protection protection) {
    const bool inside = address >= arch::kFixedRangeBase && address % kPageBytes == 0 && bytes != 0 &&
                        in_bounds(address - arch::kFixedRangeBase, bytes, arch::kFixedRangeBytes);
    if (!inside) return Status::kConflictingAddresses;
    recycle_stale();  // what was there before is forgotten by all processors
    SystemRange* range;
    {
        ke::InterruptLockGuard guard{g_lock};
        range = g_ranges.take_retired();
    }
    if (range == nullptr) {
        void* record = allocate(sizeof(SystemRange), kTag);
        if (record == nullptr) return Status::kInsufficientResources;
        range = ::new (record) SystemRange{};
    }
    {
        ke::InterruptLockGuard guard{g_lock};
        if (!g_ranges.open_at(*range, address, page_count(bytes))) {
            range->address = address;
            g_ranges.recycle(*range);
            return Status::kConflictingAddresses;
        }
    }
    const auto back = populate_system_range(address, bytes, protection);
    if (back) return address;
    close_range(address, bytes, Pages::kFree);
    return back.failure();
}

Result<void> populate_system_range(uint64_t address, uint64_t bytes, arch::Protection protection) {
    for (uint64_t at = address; at < address + bytes; at += kPageBytes) {
        const auto page = RSL_TRY(allocate_page());
        const auto mapped = map_system_page(at, page, protection);
        if (mapped) continue;
        free_page(page);
        return mapped.failure();
    }
    return {};
}

void free_system_pages(uint64_t address, uint64_t bytes) { close_range(address, bytes, Pages::kFree); }

void discard_system_pages(uint64_t address, uint64_t bytes) {
    constexpr size_t kBatch = 16;
    for (uint64_t at = address; at < address + bytes;) {
        arch::PhysicalPage pages[kBatch];
        size_t count = 0;
        for (; at < address + bytes && count < kBatch; at += kPageBytes) {
            const auto was = unmap_one(at);
            if (was) pages[count++] = was->page;
        }
        flush_here(address, bytes);
        flush_others();  // nobody can reach a page any more when it goes back
        while (count > 0) free_page(pages[--count]);
    }
}

Result<void> protect_system_pages(uint64_t address, uint64_t bytes, arch::Protection protection) {
    Result<void> outcome;
    for (uint64_t at = align_down(address, kPageBytes); at < address + bytes; at += kPageBytes) {
        ke::InterruptLockGuard guard{g_lock};
        outcome = arch::protect_page(arch::kernel_root(), at, protection);
        if (!outcome) break;
    }
    flush_here(align_down(address, kPageBytes), bytes + kPageBytes);
    flush_others();
    return outcome;
}

Result<uint64_t> map_physical(uint64_t physical, uint64_t bytes, arch::Protection protection) {
    const uint64_t offset = physical % kPageBytes;
    if (bytes == 0 || !checked_add(physical, bytes)) return Status::kInvalidParameter;
    const uint64_t span = align_up(offset + bytes, kPageBytes);
    const uint64_t address = RSL_TRY(reserve_system_range(span));
    for (uint64_t at = 0; at < span; at += kPageBytes) {
        const auto mapped = map_system_page(address + at, physical - offset + at, protection);
        if (mapped) continue;
        close_range(address, span, Pages::kKeep);
        return mapped.failure();
    }
    const bool plain = protection.writable && !protection.executable && protection.caching == arch::Caching::kCached;
    if (plain && !is_ram(physical)) add_window(physical - offset, address, span);
    return address + offset;
}

Result<uint64_t> map_pages(std::span<const arch::PhysicalPage> pages, arch::Protection protection) {
    const uint64_t bytes = pages.size() * kPageBytes;
    const uint64_t address = RSL_TRY(reserve_system_range(bytes));
    for (size_t i = 0; i < pages.size(); ++i) {
        const auto mapped = map_system_page(address + i * kPageBytes, pages[i], protection);
        if (mapped) continue;
        close_range(address, bytes, Pages::kKeep);
        return mapped.failure();
    }
    return address;
}

void unmap_system(uint64_t address, uint64_t bytes) {
    const uint64_t start = align_down(address, kPageBytes);
    remove_window(start);
    close_range(start, align_up(address + bytes, kPageBytes) - start, Pages::kKeep);
}

// A stack: one page that stays unmapped, then the stack itself. (The range's own guard page, behind
// it, catches reads beyond the top.)
Result<void*> allocate_stack(uint64_t bytes) {
    bytes = align_up(bytes, kPageBytes);
    const uint64_t address = RSL_TRY(reserve_system_range(bytes + kPageBytes));
    const auto back = populate_system_range(address + kPageBytes, bytes, {.writable = true});
    if (back) return reinterpret_cast<void*>(address + kPageBytes + bytes);
    close_range(address, bytes + kPageBytes, Pages::kFree);
    return back.failure();
}

void free_stack(void* top, uint64_t bytes) {
    bytes = align_up(bytes, kPageBytes);
    close_range(reinterpret_cast<uint64_t>(top) - bytes - kPageBytes, bytes + kPageBytes, Pages::kFree);
}

void note_range_use(uint64_t address, RangeUse use, const RangeNote& note) {
    ke::InterruptLockGuard guard{g_lock};
    SystemRange* range = g_ranges.find(address);
    RSL_CHECK(range != nullptr);
    range->use = use;
    range->tag = note.tag;
    range->bytes = note.bytes;
    range->owner = note.owner;
}

void for_each_range(RangeUse use, void (*visit)(void*, uint64_t, const RangeNote&), void* context) {
    ke::InterruptLockGuard guard{g_lock};
    g_ranges.for_each([=](const SystemRange& range) {
        if (range.use == use) visit(context, range.address, {range.tag, range.bytes, range.owner});
    });
}

Result<RangeNote> find_range_use(uint64_t address, RangeUse use) {
    ke::InterruptLockGuard guard{g_lock};
    const SystemRange* range = g_ranges.find(address);
    if (range == nullptr || range->use != use) return Status::kNotFound;
    return RangeNote{range->tag, range->bytes, range->owner};
}

uint64_t system_range_bytes() {
    ke::InterruptLockGuard guard{g_lock};
    return g_ranges.live_bytes();
}

}  // namespace rsl::mm
