// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/mm/pages.hpp"

#include <algorithm>

#include "base/core/bytes.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/mm/init.hpp"

namespace rsl::mm {
namespace {

using arch::kPageBytes;

// Guards with interrupts off where work is short: that costs a seventh of raising the level (TCG). No
// interrupt handler comes here, so both kinds of guard may be mixed.
//
// The first megabyte is kept for those who ask for it: a processor's start-up code, old DMA.
constexpr PageNumber kLowEnd = 256;

constinit ke::SpinLock g_lock{ke::LockRank::kPages};
constinit PageAllocator g_low RSL_GUARDED_BY(g_lock){1, kLowEnd};
constinit PageAllocator g_main RSL_GUARDED_BY(g_lock){kLowEnd, ~PageNumber{0}};

constinit PageNumber (*g_reclaim_some)() = nullptr;
constinit std::atomic<PageNumber> g_total = 0, g_table_pages = 0;

constinit RamRange g_ram[RSL_BOOT_MAX_RANGES] = {};
constinit size_t g_ram_count = 0;
// Ranges of the boot that come back later.
constinit RslMemoryRange g_boot_ranges[RSL_BOOT_MAX_RANGES] = {};
constinit size_t g_boot_range_count = 0;

PageNumber number_of(uint64_t physical) { return static_cast<PageNumber>(physical / kPageBytes); }

void release_locked(PageNumber first, PageNumber count) RSL_REQUIRES(g_lock) {
    const PageNumber end = first + count;
    const PageNumber split = std::clamp(kLowEnd, first, end);
    if (first < split) g_low.release(first, split - first);
    if (split < end) g_main.release(split, end - split);
}

void add_locked(PageNumber first, PageNumber count) RSL_REQUIRES(g_lock) {
    const PageNumber end = first + count;
    const PageNumber split = std::clamp(kLowEnd, first, end);
    if (first < split) g_low.add(first, split - first);
    if (split < end) g_main.add(split, end - split);
}

PageNumber take_once(PageNumber count, const Placement* placement) {
    if (placement == nullptr) {
        ke::InterruptLockGuard guard{g_lock};
        const PageNumber first = g_main.take(count);
        return first != 0 ? first : g_low.take(count);
    }
    ke::SpinLockGuard guard{g_lock};
    const PageNumber first = g_main.take_placed(count, *placement);
    return first != 0 ? first : g_low.take_placed(count, *placement);
}

PageNumber take(PageNumber count, const Placement* placement) {
    PageNumber first = take_once(count, placement);
    if (first == 0 && g_reclaim_some != nullptr && g_reclaim_some() > 0) {
        first = take_once(count, placement);
    }
    return first;
}

/// Gives free memory of one kind to the allocators, without page 0 and what [skip, skip_end) covers.
uint64_t add_range(const RslMemoryRange& range, uint64_t skip, uint64_t skip_end) {
    uint64_t added = 0;
    const auto add = [&added](uint64_t base, uint64_t end) {
        if (base >= end) return;
        base = align_up(std::max(base, kPageBytes), kPageBytes);
        end = align_down(end, kPageBytes);
        if (base >= end) return;
        ke::SpinLockGuard guard{g_lock};
        add_locked(number_of(base), number_of(end - base));
        added += number_of(end - base);
    };
    const uint64_t end = range.base + range.bytes;
    add(range.base, std::min(end, skip));
    add(std::max(range.base, skip_end), end);
    return added;
}

void note_ram(const RslBootInfo& boot) {
    for (uint32_t i = 0; i < boot.range_count; ++i) {
        const RslMemoryRange& range = boot.ranges[i];
        if (range.kind == kRslMemoryReserved) continue;
        g_total.fetch_add(number_of(range.bytes), std::memory_order_relaxed);  // a count
        const bool joins = g_ram_count > 0 && g_ram[g_ram_count - 1].base + g_ram[g_ram_count - 1].bytes ==
                                                  range.base;
        if (joins) {
            g_ram[g_ram_count - 1].bytes += range.bytes;
        } else {
            g_ram[g_ram_count++] = {range.base, range.bytes};
        }
    }
}

[[noreturn]] void stop(const char* why, uint64_t number) {
    ke::bug_check(INSTALL_MORE_MEMORY, number, 0, 0, 0, {.explanation = why});
}

class Tables final : public arch::TablePages {
  public:
    Result<arch::PhysicalPage> allocate_zeroed() override {
        const auto page = RSL_TRY(allocate_page(Fill::kZeroed));
        g_table_pages.fetch_add(1, std::memory_order_relaxed);  // a count
        return page;
    }
    void free(arch::PhysicalPage page) override {
        g_table_pages.fetch_sub(1, std::memory_order_relaxed);  // a count
        free_page(page);
    }
};
constinit Tables g_tables;

}  // namespace

void initialize_pages(const RslBootInfo& boot) {
    if (boot.range_count > RSL_BOOT_MAX_RANGES) stop("the boot shim's memory map is damaged", boot.range_count);
    note_ram(boot);
    if (g_ram_count == 0) stop("the boot shim reports no memory", 0);
    const uint64_t ram_end = g_ram[g_ram_count - 1].base + g_ram[g_ram_count - 1].bytes;
    const uint64_t table_bytes = align_up(ram_end / kPageBytes * sizeof(PageFrame), kPageBytes);

    uint64_t table = 0, best = 0;  // the frame table: at the start of the largest free range
    for (uint32_t i = 0; i < boot.range_count; ++i) {
        const RslMemoryRange& range = boot.ranges[i];
        if (range.kind != kRslMemoryFree || range.bytes <= best) continue;
        best = range.bytes;
        table = range.base;
    }
    if (best < table_bytes) stop("no free range holds the page frame table", table_bytes);
    frame_table = {static_cast<PageFrame*>(arch::direct_map(table)), number_of(ram_end)};
    for (const RamRange& range : ram_ranges()) {  // holes stay untouched; nobody looks there
        const uint64_t from = align_down(range.base / kPageBytes * sizeof(PageFrame), kPageBytes);
        const uint64_t to =
            align_up((range.base + range.bytes) / kPageBytes * sizeof(PageFrame), kPageBytes);
        for (uint64_t at = from; at < std::min(to, table_bytes); at += kPageBytes) zero_page(table + at);
    }

    for (uint32_t i = 0; i < boot.range_count; ++i) {
        const RslMemoryRange& range = boot.ranges[i];
        if (range.kind == kRslMemoryFree) {
            add_range(range, table, table + table_bytes);
        } else if (range.kind != kRslMemoryReserved) {
            g_boot_ranges[g_boot_range_count++] = range;
        }
    }
}

uint64_t reclaim(RslMemoryKind kind) {
    RSL_CHECK(kind == kRslMemoryShim || kind == kRslMemoryArchive);
    uint64_t pages = 0;
    for (size_t i = 0; i < g_boot_range_count; ++i) {
        if (g_boot_ranges[i].kind != static_cast<uint32_t>(kind)) continue;
        pages += add_range(g_boot_ranges[i], ~uint64_t{0}, ~uint64_t{0});
        g_boot_ranges[i].kind = 0;  // once
    }
    return pages;
}

std::span<const RamRange> ram_ranges() { return {g_ram, g_ram_count}; }

bool is_ram(uint64_t physical) {
    return std::ranges::any_of(ram_ranges(), [physical](const RamRange& range) {
        return physical - range.base < range.bytes;
    });
}

void zero_page(arch::PhysicalPage page) {
    // Plain loads and stores, eight a turn: under TCG far quicker than a repeated string instruction. Only
    // what is not zero is written: a page of the host's that nobody has written yet stays no memory of the VM's,
    // and most of a thread's stack is never used.
    auto* words = static_cast<volatile uint64_t*>(arch::direct_map(page));
    for (unsigned i = 0; i < kPageBytes / sizeof(uint64_t); i += 8) {
        uint64_t any = 0;
        for (unsigned j = 0; j < 8; ++j) any |= words[i + j];
        if (any == 0) continue;
        for (unsigned j = 0; j < 8; ++j) words[i + j] = 0;
    }
}

PageNumber take_pages(PageNumber count) { return take(count, nullptr); }
PageNumber take_pages_placed(PageNumber count, const Placement& placement) {
    return take(count, &placement);
}

void give_pages(PageNumber first, PageNumber count) {
    // Pages that an MDL still holds stay behind; the runs between them go.
    PageNumber run = first;
    const auto release_run = [](PageNumber from, PageNumber to) {
        if (from == to) return;
        ke::InterruptLockGuard guard{g_lock};
        release_locked(from, to - from);
    };
    for (PageNumber i = first; i < first + count; ++i) {
        const uint32_t before =
            frame_table.frames[i].references.fetch_sub(1, std::memory_order_acq_rel);  // last one frees
        RSL_CHECK(before > 0);
        if (before == 1) continue;
        release_run(run, i);
        run = i + 1;
    }
    release_run(run, first + count);
}

void set_page_reclaimer(PageNumber (*reclaim_some)()) { g_reclaim_some = reclaim_some; }

Result<arch::PhysicalPage> allocate_page(Fill fill) {
    const PageNumber number = take_pages(1);
    if (number == 0) return Status::kInsufficientResources;
    const arch::PhysicalPage page = uint64_t{number} * kPageBytes;
    if (fill == Fill::kZeroed) zero_page(page);
    return page;
}

void free_page(arch::PhysicalPage page) { give_pages(number_of(page), 1); }

void reference_page(arch::PhysicalPage page) {
    PageFrame* frame = frame_table.find(page);
    if (frame == nullptr || frame->kind == FrameKind::kReserved) return;
    const uint32_t before = frame->references.fetch_add(1, std::memory_order_relaxed);  // caller's holds
    RSL_CHECK(before > 0);
}

void dereference_page(arch::PhysicalPage page) {
    const PageFrame* frame = frame_table.find(page);
    if (frame == nullptr || frame->kind == FrameKind::kReserved) return;
    free_page(page);
}

Result<arch::PhysicalPage> allocate_contiguous(uint64_t bytes, uint64_t highest, uint64_t alignment,
                                               uint64_t boundary, uint64_t lowest) {
    const uint64_t count = (bytes + kPageBytes - 1) / kPageBytes;
    if (bytes == 0 || count >= frame_table.count) return Status::kInsufficientResources;
    if (highest < kPageBytes - 1) return Status::kInsufficientResources;
    const PageNumber first = take_pages_placed(
        static_cast<PageNumber>(count),
        {.lowest = align_up(lowest, kPageBytes) / kPageBytes,
         .highest = (highest - (kPageBytes - 1)) / kPageBytes,  // the last page lies below it whole
         .alignment = std::max(alignment, kPageBytes) / kPageBytes,
         .boundary = boundary / kPageBytes});
    if (first == 0) return Status::kInsufficientResources;
    return uint64_t{first} * kPageBytes;
}

void free_contiguous(arch::PhysicalPage page, uint64_t bytes) {
    give_pages(number_of(page), number_of(bytes + kPageBytes - 1));
}

arch::TablePages& table_pages() { return g_tables; }

PageCounts page_counts() {
    ke::SpinLockGuard guard{g_lock};
    return {.total = g_total.load(std::memory_order_relaxed),  // counts
            .free = g_low.free_pages() + g_main.free_pages(),
            .tables = g_table_pages.load(std::memory_order_relaxed)};
}

}  // namespace rsl::mm
