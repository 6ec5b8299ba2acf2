// SPDX-License-Identifier: GPL-2.0-only
// Building and locking. Mapping is in mdl_mapping.cpp.
#include "kernel/mm/mdl.hpp"

#include <algorithm>
#include <cstring>

#include "base/core/bytes.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/mm/virtual.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::mm {
namespace {

using arch::kPageBytes;

constexpr PoolTag kTag = pool_tag("Mdl ");
// What stays with the structure itself, whatever it describes.
constexpr CSHORT kStructureFlags = MDL_ALLOCATED_FIXED_SIZE;

bool is_kernel_address(uint64_t address) { return static_cast<int64_t>(address) < 0; }

/// The physical page of a kernel address. The direct map needs no walk.
Result<arch::Mapping> kernel_page(uint64_t address) {
    if (address - arch::kDirectMapBase < uint64_t{frame_table.count} * kPageBytes) {
        return arch::Mapping{.page = align_down(address - arch::kDirectMapBase, kPageBytes),
                             .protection = {.writable = true},
                             .bytes = kPageBytes};
    }
    bring_in_watched(address, true);
    return arch::query_page(arch::kernel_root(), address);
}

Result<void> lock_kernel_pages(uint64_t start, std::span<uint64_t> frames, AddressSpace::Access access) {
    for (size_t i = 0; i < frames.size(); ++i) {
        const auto mapping = kernel_page(start + i * kPageBytes);
        const bool allowed =
            mapping && (access == AddressSpace::Access::kRead || mapping->protection.writable);
        if (!allowed) {
            while (i > 0) dereference_page(frames[--i] * kPageBytes);
            return Status::kAccessViolation;
        }
        frames[i] = mapping->page / kPageBytes;
        reference_page(frames[i] * kPageBytes);
    }
    return {};
}

void note_io_space(MDL& mdl) {
    const auto frames = mdl_frames(mdl);
    if (!frames.empty() && !is_ram(frames.front() * kPageBytes)) mdl.MdlFlags |= MDL_IO_SPACE;
}

}  // namespace

uint64_t mdl_bytes(uint64_t address, uint64_t bytes) {
    const uint64_t pages = ((address & (kPageBytes - 1)) + bytes + kPageBytes - 1) / kPageBytes;
    return sizeof(MDL) + pages * sizeof(PFN_NUMBER);
}

void initialize_mdl(MDL& mdl, uint64_t address, uint64_t bytes) {
    mdl = {.Size = static_cast<CSHORT>(mdl_bytes(address, bytes)),
           .StartVa = reinterpret_cast<void*>(align_down(address, kPageBytes)),
           .ByteCount = static_cast<ULONG>(bytes),
           .ByteOffset = static_cast<ULONG>(address & (kPageBytes - 1))};
}

MDL* make_mdl(uint64_t address, uint64_t bytes) {
    if (bytes > 0xFFFFF000) return nullptr;
    auto* mdl = static_cast<MDL*>(mm::allocate(mdl_bytes(address, bytes), kTag));
    if (mdl != nullptr) initialize_mdl(*mdl, address, bytes);
    return mdl;
}

void free_mdl(MDL& mdl) {
    if ((mdl.MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED) != 0) {
        unmap_mdl(mdl, reinterpret_cast<uint64_t>(mdl.MappedSystemVa));
    }
    mm::free(&mdl);
}

void build_for_nonpaged(MDL& mdl) {
    const uint64_t start = reinterpret_cast<uint64_t>(mdl.StartVa);
    const uint32_t pages = mdl_pages(mdl);
    for (uint32_t i = 0; i < pages; ++i) {
        const auto mapping = kernel_page(start + i * kPageBytes);
        pfn_array(mdl)[i] = mapping ? mapping->page / kPageBytes : 0;
    }
    mdl.MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
    mdl.MappedSystemVa = reinterpret_cast<void*>(mdl_address(mdl));
    mdl.Process = nullptr;
    note_io_space(mdl);
}

Result<void> lock_mdl(MDL& mdl, KPROCESSOR_MODE mode, LOCK_OPERATION operation) {
    const uint64_t start = reinterpret_cast<uint64_t>(mdl.StartVa);
    const uint32_t pages = mdl_pages(mdl);
    const auto access =
        operation == IoReadAccess ? AddressSpace::Access::kRead : AddressSpace::Access::kWrite;
    const bool kernel = is_kernel_address(start);
    const uint64_t end = start + pages * kPageBytes;
    if (end < start) return Status::kAccessViolation;
    if (kernel ? mode != KernelMode : end > arch::kUserEnd) return Status::kAccessViolation;

    const std::span<uint64_t> frames{reinterpret_cast<uint64_t*>(pfn_array(mdl)), pages};
    RSL_TRY(kernel ? lock_kernel_pages(start, frames, access)
                   : current_address_space().lock_pages(start, frames, access));
    mdl.MdlFlags = (mdl.MdlFlags & kStructureFlags) | MDL_PAGES_LOCKED;
    if (operation != IoReadAccess) mdl.MdlFlags |= MDL_WRITE_OPERATION;
    mdl.Process = kernel ? nullptr : reinterpret_cast<PEPROCESS>(ke::current_thread().attached_process);
    note_io_space(mdl);
    return {};
}

void unlock_mdl(MDL& mdl) {
    if ((mdl.MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) != 0) {
        unmap_mdl(mdl, reinterpret_cast<uint64_t>(mdl.MappedSystemVa));
    }
    for (const PFN_NUMBER frame : mdl_frames(mdl)) dereference_page(frame * kPageBytes);
    mdl.MdlFlags &= ~(MDL_PAGES_LOCKED | MDL_WRITE_OPERATION | MDL_IO_SPACE);
    mdl.Process = nullptr;
}

void build_partial(const MDL& source, MDL& target, uint64_t address, uint32_t bytes) {
    const uint64_t first = (address - reinterpret_cast<uint64_t>(source.StartVa)) / kPageBytes;
    if (bytes == 0) {
        bytes = static_cast<uint32_t>(mdl_address(source) + source.ByteCount - address);
    }
    target.StartVa = reinterpret_cast<void*>(align_down(address, kPageBytes));
    target.ByteOffset = static_cast<ULONG>(address & (kPageBytes - 1));
    target.ByteCount = bytes;
    target.Process = source.Process;
    target.MdlFlags = (target.MdlFlags & kStructureFlags) | MDL_PARTIAL |
                      (source.MdlFlags & (MDL_SOURCE_IS_NONPAGED_POOL | MDL_IO_SPACE));
    if ((source.MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL) != 0) {
        const uint64_t offset = address - mdl_address(source);
        target.MappedSystemVa = static_cast<char*>(source.MappedSystemVa) + offset;
    }
    std::memcpy(pfn_array(target), pfn_array(source) + first, mdl_pages(target) * sizeof(PFN_NUMBER));
}

void advance_mdl(MDL& mdl, uint32_t bytes) {
    const uint32_t pages = mdl_pages(mdl);
    const uint32_t passed = static_cast<uint32_t>((mdl.ByteOffset + uint64_t{bytes}) / kPageBytes);
    mdl.StartVa = static_cast<char*>(mdl.StartVa) + passed * kPageBytes;
    mdl.ByteOffset = static_cast<ULONG>((mdl.ByteOffset + bytes) % kPageBytes);
    mdl.ByteCount -= bytes;
    if ((mdl.MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) != 0) {
        mdl.MappedSystemVa = static_cast<char*>(mdl.MappedSystemVa) + bytes;
    }
    if (passed == 0) return;
    PFN_NUMBER* frames = pfn_array(mdl);
    const bool locked = (mdl.MdlFlags & MDL_PAGES_LOCKED) != 0 && (mdl.MdlFlags & MDL_PARTIAL) == 0;
    for (uint32_t i = 0; locked && i < passed; ++i) dereference_page(frames[i] * kPageBytes);
    // The mapping still begins where it began: how far back is kept in the slot that becomes free.
    uint64_t extra = passed;
    if ((mdl.MdlFlags & MDL_FREE_EXTRA_PTES) != 0) extra += frames[pages];
    std::memmove(frames, frames + passed, (pages - passed) * sizeof(PFN_NUMBER));
    if ((mdl.MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) != 0) {
        mdl.MdlFlags |= MDL_FREE_EXTRA_PTES;
        frames[mdl_pages(mdl)] = extra;
    }
}

MDL* allocate_mdl_pages(const PageRequest& request) {
    const uint64_t wanted = (request.bytes + kPageBytes - 1) / kPageBytes;
    if (wanted == 0 || wanted >= frame_table.count) return nullptr;
    MDL* mdl = make_mdl(0, wanted * kPageBytes);
    if (mdl == nullptr) return nullptr;
    PFN_NUMBER* frames = pfn_array(*mdl);
    uint64_t count = 0;
    const auto add_run = [&](PageNumber run, uint64_t pages) {
        for (uint64_t i = 0; i < pages; ++i) {
            if (request.zeroed) zero_page((run + i) * kPageBytes);
            frames[count++] = run + i;
        }
    };
    uint64_t low = request.low, high = request.high;
    while (count < wanted && low / kPageBytes < frame_table.count) {
        Placement place{.lowest = align_up(low, kPageBytes) / kPageBytes,
                        .highest = high / kPageBytes == 0 ? 0 : (high - (kPageBytes - 1)) / kPageBytes};
        const bool blocks = request.contiguous && request.skip != 0;
        if (blocks) place = {.lowest = place.lowest, .highest = place.highest,
                             .alignment = request.skip / kPageBytes};
        const uint64_t step = blocks ? request.skip / kPageBytes : wanted - count;
        // One run first: it maps for nothing. Then page by page, unless it must be contiguous.
        PageNumber run = step <= wanted - count
                             ? take_pages_placed(static_cast<PageNumber>(step), place) : 0;
        if (run != 0) {
            add_run(run, step);
            continue;
        }
        while (!request.contiguous && count < wanted && (run = take_pages_placed(1, place)) != 0) {
            add_run(run, 1);
        }
        if (request.skip == 0 || blocks || count == wanted) break;
        low += request.skip;
        high += request.skip;
    }
    mdl->ByteCount = static_cast<ULONG>(count * kPageBytes);
    mdl->MdlFlags |= MDL_PAGES_LOCKED;
    if (count == wanted || (count > 0 && !request.whole_only)) return mdl;
    free_mdl_pages(*mdl);
    mm::free(mdl);
    return nullptr;
}

void free_mdl_pages(MDL& mdl) {
    if ((mdl.MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) != 0) {
        unmap_mdl(mdl, reinterpret_cast<uint64_t>(mdl.MappedSystemVa));
    }
    for (const PFN_NUMBER frame : mdl_frames(mdl)) dereference_page(frame * kPageBytes);
    mdl.MdlFlags &= ~MDL_PAGES_LOCKED;
    mdl.ByteCount = 0;
}

}  // namespace rsl::mm
