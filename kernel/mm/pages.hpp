// SPDX-License-Identifier: GPL-2.0-only
// The machine's pages: the allocators under their lock, what RAM there is, tables for page tables.
// For the inside of mm; others use virtual.hpp.
#pragma once

#include <span>

#include "boot/boot_info.h"
#include "kernel/arch/paging.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "kernel/mm/virtual.hpp"

namespace rsl::mm {

/// A run of RAM as firmware reports it, used or not.
struct RamRange {
    uint64_t base, bytes;
};

/// Builds the frame table and takes in what is free.
void initialize_pages(const RslBootInfo& boot);
std::span<const RamRange> ram_ranges();

/// `count` contiguous pages, contents undefined; 0 when there are none. One reference each.
PageNumber take_pages(PageNumber count);
PageNumber take_pages_placed(PageNumber count, const Placement& placement);
/// Drops one reference on each page of the run; free when nobody holds them.
void give_pages(PageNumber first, PageNumber count);
void zero_page(arch::PhysicalPage page);
/// Called when pages lack; returns how many it freed. The pool sets it.
void set_page_reclaimer(PageNumber (*reclaim_some)());

/// For the kernel's page tables and those of processes.
arch::TablePages& table_pages();

struct PageCounts {
    PageNumber total, free, tables;
};
PageCounts page_counts();

}  // namespace rsl::mm
