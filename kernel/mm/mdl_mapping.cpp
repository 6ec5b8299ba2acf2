// SPDX-License-Identifier: GPL-2.0-only
// Addresses for an MDL's pages.
#include <algorithm>
#include <atomic>

#include "base/core/bytes.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/mm/mdl.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/mm/system_space.hpp"
#include "kernel/mm/tlb.hpp"
#include "kernel/mm/windows.hpp"

namespace rsl::mm {
namespace {

using arch::kPageBytes;

constinit std::atomic<bool> mappings_are_apart = false;

bool is_contiguous(std::span<const PFN_NUMBER> frames) {
    for (size_t i = 1; i < frames.size(); ++i) {
        if (frames[i] != frames[0] + i) return false;
    }
    return true;
}

/// An address that has the buffer already: the direct map, or a window on device memory. 0: none.
uint64_t standing_mapping(const MDL& mdl) {
    const auto frames = mdl_frames(mdl);
    if (frames.empty() || !is_contiguous(frames)) return 0;
    const uint64_t physical = frames[0] * kPageBytes;
    if (is_ram(physical)) return reinterpret_cast<uint64_t>(arch::direct_map(physical));
    return find_window(physical, frames.size() * kPageBytes);
}

bool is_standing(uint64_t address) {
    return address - arch::kDirectMapBase < uint64_t{frame_table.count} * kPageBytes ||
           is_in_window(address);
}

arch::Protection protection_for(const MDL& mdl, const MdlMapping& how) {
    // RAM is always cached: x86 keeps caches coherent with devices, and the direct map caches it too.
    const bool device = (mdl.MdlFlags & MDL_IO_SPACE) != 0;
    return {.writable = how.writable, .caching = device ? how.caching : arch::Caching::kCached};
}

Result<void> map_frames(const MDL& mdl, uint64_t start, const MdlMapping& how) {
    const arch::Protection protection = protection_for(mdl, how);
    uint64_t at = start;
    for (const PFN_NUMBER frame : mdl_frames(mdl)) {
        RSL_TRY(map_system_page(at, frame * kPageBytes, protection));
        at += kPageBytes;
    }
    return {};
}

void note_mapped(MDL& mdl, uint64_t start) {
    mdl.MappedSystemVa = reinterpret_cast<void*>(start + mdl.ByteOffset);
    mdl.MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
    if ((mdl.MdlFlags & MDL_PARTIAL) != 0) mdl.MdlFlags |= MDL_PARTIAL_HAS_BEEN_MAPPED;
}

void note_unmapped(MDL& mdl) {
    mdl.MdlFlags &= ~(MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED | MDL_FREE_EXTRA_PTES);
}

/// Pages that advance_mdl() passed since the MDL was mapped.
uint64_t extra_pages(const MDL& mdl) {
    return (mdl.MdlFlags & MDL_FREE_EXTRA_PTES) != 0 ? pfn_array(mdl)[mdl_pages(mdl)] : 0;
}

}  // namespace

arch::Caching caching_of(MEMORY_CACHING_TYPE type) {
    switch (type) {
        case MmCached:
        case MmHardwareCoherentCached: return arch::Caching::kCached;
        case MmWriteCombined:
        case MmUSWCCached: return arch::Caching::kWriteCombined;
        default: return arch::Caching::kUncached;
    }
}

Result<uint64_t> map_mdl(MDL& mdl, const MdlMapping& how) {
    constexpr CSHORT kHasAddress = MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL;
    if ((mdl.MdlFlags & kHasAddress) != 0) return reinterpret_cast<uint64_t>(mdl.MappedSystemVa);
    const bool plain = how.writable && how.caching == arch::Caching::kCached;
    const bool may_share = plain && !mappings_are_apart.load(std::memory_order_relaxed);
    if (const uint64_t standing = may_share ? standing_mapping(mdl) : 0; standing != 0) {
        note_mapped(mdl, standing);
        return standing + mdl.ByteOffset;
    }
    const uint64_t bytes = std::max<uint64_t>(mdl_pages(mdl), 1) * kPageBytes;
    const uint64_t start = RSL_TRY(reserve_system_range(bytes));
    const auto mapped = map_frames(mdl, start, how);
    if (!mapped) {
        unmap_system(start, bytes);
        return mapped.failure();
    }
    note_mapped(mdl, start);
    return start + mdl.ByteOffset;
}

void keep_mdl_mappings_apart(bool apart) { mappings_are_apart.store(apart, std::memory_order_relaxed); }

Result<void> protect_mdl(const MDL& mdl, std::optional<arch::Protection> protection) {
    const auto address = reinterpret_cast<uint64_t>(mdl.MappedSystemVa);
    if (is_standing(address)) return Status::kInvalidParameter;
    const uint64_t start = align_down(address, kPageBytes), bytes = mdl_pages(mdl) * kPageBytes;
    const auto mapped = arch::query_page(arch::kernel_root(), start);  // all pages are, or none
    if (protection) {
        const bool device = (mdl.MdlFlags & MDL_IO_SPACE) != 0;
        protection->caching = mapped ? mapped->protection.caching : device ? arch::Caching::kUncached : arch::Caching::kCached;
        if (mapped) return protect_system_pages(start, bytes, *protection);
        uint64_t at = start;
        for (const PFN_NUMBER frame : mdl_frames(mdl)) {
            RSL_TRY(map_system_page(at, frame * kPageBytes, *protection));
            at += kPageBytes;
        }
        return {};
    }
    for (uint64_t at = 0; mapped && at < bytes; at += kPageBytes) unmap_system_page(start + at);
    flush_here(start, bytes);
    flush_others();
    return {};
}

Result<uint64_t> map_mdl_for_user(MDL& mdl, const MdlMapping& how, uint64_t wanted) {
    const uint64_t start = RSL_TRY(current_address_space().map(
        {.kind = RegionKind::kLocked,
         .wanted = align_down(wanted, RegionMap::kGranularity),
         .bytes = std::max<uint64_t>(mdl_pages(mdl), 1) * kPageBytes,
         .protect = static_cast<uint32_t>(how.writable ? PAGE_READWRITE : PAGE_READONLY),
         .caching = protection_for(mdl, how).caching,
         .pages = {reinterpret_cast<const uint64_t*>(pfn_array(mdl)), mdl_pages(mdl)}}));
    return start + mdl.ByteOffset;
}

void unmap_mdl(MDL& mdl, uint64_t address) {
    if (static_cast<int64_t>(address) > 0) {
        if (current_address_space().unmap(address)) return;
        ke::bug_check(MEMORY_MANAGEMENT, address, 0, 0, 0,
                      {.explanation = "an MDL was unmapped from a user address where it is not"});
    }
    if ((mdl.MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) == 0) return;  // resident pool: its address stays
    if (!is_standing(address)) {
        const uint64_t extra = extra_pages(mdl);
        const uint64_t start = align_down(address, kPageBytes) - extra * kPageBytes;
        unmap_system(start, std::max<uint64_t>(mdl_pages(mdl) + extra, 1) * kPageBytes);
    }
    note_unmapped(mdl);
}

Result<uint64_t> map_mdl_at(MDL& mdl, uint64_t reserved, const MdlMapping& how) {
    const auto mapped = map_frames(mdl, reserved, how);
    if (!mapped) {
        unmap_mdl_at(mdl, reserved);
        return mapped.failure();
    }
    note_mapped(mdl, reserved);
    return reserved + mdl.ByteOffset;
}

void unmap_mdl_at(MDL& mdl, uint64_t reserved) {
    const uint64_t start = align_down(reserved, kPageBytes);
    const uint64_t bytes = mdl_pages(mdl) * kPageBytes;
    for (uint64_t at = 0; at < bytes; at += kPageBytes) unmap_system_page(start + at);
    flush_here(start, bytes);
    flush_others();  // the range is used again at once
    note_unmapped(mdl);
}

}  // namespace rsl::mm
