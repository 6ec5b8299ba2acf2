// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/mm/address_space.hpp"

#include <algorithm>
#include <utility>

#include "abi/types/mm.h"
#include "abi/types/status.h"
#include "base/core/bytes.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/mm/section.hpp"
#include "kernel/mm/tlb.hpp"

namespace rsl::mm {
namespace {

using arch::kPageBytes;

constexpr PoolTag kTag = pool_tag("MmAs");
// Out of the way of whatever the boot left in the lowest part of the kernel's own root.
constexpr uint64_t kSystemLowest = uint64_t{1} << 40;

arch::Protection hardware(uint32_t protect, arch::Caching caching) {
    return {.writable = is_writable(protect), .user = true, .caching = caching};
}

uint32_t page_protect(arch::Protection protection) {
    return protection.writable ? PAGE_READWRITE : PAGE_READONLY;
}

}  // namespace

struct AddressSpace::Secured {
    Secured* next;
    uint64_t start, end;
    uint32_t protect;  // PAGE_READONLY or PAGE_READWRITE: the least that must stay
};

bool is_readable(uint32_t protect) {
    return protect != 0 && (protect & (PAGE_NOACCESS | PAGE_GUARD)) == 0;
}
bool is_writable(uint32_t protect) {
    constexpr uint32_t kWritable =
        PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY;
    return is_readable(protect) && (protect & kWritable) != 0;
}

Result<AddressSpace*> AddressSpace::create() {
    void* memory = mm::allocate(sizeof(AddressSpace), kTag);
    if (memory == nullptr) return Status::kInsufficientResources;
    const auto root = arch::create_root(table_pages());
    if (!root) {
        mm::free(memory);
        return root.failure();
    }
    auto* space = ::new (memory) AddressSpace;
    space->root_ = *root;
    return space;
}

void AddressSpace::destroy() {
    {
        ke::SpinLockGuard guard{lock_};
        while (!regions_.all().empty()) release_locked(regions_.all().front().allocation);
        while (secured_ != nullptr) mm::free(std::exchange(secured_, secured_->next));
    }
    forget_borrowing();
    forget_root(root_);
    arch::destroy_root(root_, table_pages());
    this->~AddressSpace();
    mm::free(this);
}

Result<uint64_t> AddressSpace::map_physical(uint64_t physical, uint64_t bytes,
                                            arch::Protection protection) {
    return map({.kind = RegionKind::kPhysical,
                .bytes = bytes,
                .protect = page_protect(protection),
                .offset = physical,
                .caching = protection.caching});
}

Result<uint64_t> AddressSpace::allocate(uint64_t wanted, uint64_t bytes,
                                        arch::Protection protection) {
    return map({.wanted = wanted, .bytes = bytes, .protect = page_protect(protection)});
}

Result<uint64_t> AddressSpace::place_locked(const Request& request, uint64_t bytes) {
    if (request.wanted != 0) {
        const auto end = checked_add(request.wanted, bytes);
        if (request.wanted < arch::kUserBase || !end || *end > arch::kUserEnd) {
            return Status::kInvalidParameter;
        }
        if (!regions_.is_free(request.wanted, *end)) return Status::kConflictingAddresses;
        return request.wanted;
    }
    const uint64_t highest =
        request.below != 0 && request.below < arch::kUserEnd ? request.below : arch::kUserEnd;
    const uint64_t lowest = highest <= lowest_ ? arch::kUserBase : lowest_;
    const uint64_t start = request.top_down ? regions_.find_gap_from_top(bytes, lowest, highest)
                                            : regions_.find_gap(bytes, lowest, highest);
    if (start == 0) return Status::kNoMemory;
    return start;
}

Result<uint64_t> AddressSpace::map(const Request& request) {
    if (request.bytes == 0 || request.bytes > arch::kUserEnd) return Status::kInvalidParameter;
    const uint64_t bytes = align_up(request.bytes, kPageBytes);
    ke::SpinLockGuard guard{lock_};
    const uint64_t start = RSL_TRY(place_locked(request, bytes));
    const Region region{.start = start,
                        .end = start + bytes,
                        .allocation = start,
                        .protect = request.committed ? request.protect : 0,
                        .allocation_protect = request.protect,
                        .kind = request.kind,
                        .offset = request.offset,
                        .section = request.section};
    RSL_TRY(regions_.insert(region));
    if (region.section != nullptr) region.section->add_reference();
    const auto mapped = map_now_locked(region, request);
    if (mapped) return start;
    release_locked(start);
    return mapped.failure();
}

/// What does not wait for a fault.
Result<void> AddressSpace::map_now_locked(const Region& region, const Request& request) {
    if (region.kind != RegionKind::kPhysical && region.kind != RegionKind::kLocked) return {};
    if (!is_readable(region.protect)) return {};
    const arch::Protection protection = hardware(region.protect, request.caching);
    for (uint64_t at = 0; at < region.end - region.start; at += kPageBytes) {
        const arch::PhysicalPage page = region.kind == RegionKind::kPhysical
                                            ? region.offset + at
                                            : request.pages[at / kPageBytes] * kPageBytes;
        RSL_TRY(arch::map_page(root_, region.start + at, page, protection, table_pages()));
        if (region.kind == RegionKind::kLocked) reference_page(page);
    }
    return {};
}

void AddressSpace::flush_locked(uint64_t start, uint64_t end) {
    if (arch::current_root() == root_) flush_here(start, end - start);
    flush_other_users(root_);
}

/// Unmaps a region's pages and gives back our references. The region itself stays.
void AddressSpace::drop_pages_locked(const Region& region) {
    const auto first = [&](uint64_t from) { return arch::find_used(root_, from, region.end); };
    uint64_t at = first(region.start);
    if (at == region.end) return;
    for (; at < region.end; at = first(at + kPageBytes)) {
        arch::retire_page(root_, at).ignore("find_used found it");
    }
    flush_locked(region.start, region.end);
    for (at = first(region.start); at < region.end; at = first(at + kPageBytes)) {
        const auto page = arch::collect_page(root_, at);
        RSL_CHECK(page.ok());
        if (region.kind != RegionKind::kPhysical) dereference_page(*page);
    }
}

/// Takes every region of an allocation out.
void AddressSpace::release_locked(uint64_t allocation) {
    for (;;) {
        Region* region = regions_.first_above(allocation);
        if (region == nullptr || region->allocation != allocation) return;
        drop_pages_locked(*region);
        Section* section = region->section;
        regions_.erase(*region);
        if (section != nullptr)
            section->drop_reference();  // its destruction is deferred if need be
    }
}

Result<void> AddressSpace::unmap(uint64_t address) {
    ke::SpinLockGuard guard{lock_};
    const Region* region = regions_.find(address);
    if (region == nullptr) return Status::kNotFound;
    const uint64_t allocation = region->allocation;
    if (!may_change_locked(allocation, end_of_allocation_locked(allocation), 0)) {
        return Status(STATUS_INVALID_PAGE_PROTECTION);
    }
    release_locked(allocation);
    return {};
}

Result<void> AddressSpace::release(uint64_t start, uint64_t end) {
    ke::SpinLockGuard guard{lock_};
    RSL_TRY(isolate_locked(start, end));
    if (!may_change_locked(start, end, 0)) return Status(STATUS_INVALID_PAGE_PROTECTION);
    const uint64_t allocation = regions_.find(start)->allocation;
    const uint64_t whole_end = end_of_allocation_locked(allocation);
    for (Region* region = regions_.find(start); region != nullptr;
         region = regions_.first_above(start)) {
        if (region->start >= end) break;
        if (!is_private(region->kind)) return Status(STATUS_UNABLE_TO_FREE_VM);
        drop_pages_locked(*region);
        regions_.erase(*region);
    }
    for (uint64_t at = end; at < whole_end;) {
        Region& region = *regions_.find(at);
        region.allocation = end;
        at = region.end;
    }
    return {};
}

Result<void> AddressSpace::split_locked(uint64_t address) {
    const auto done = RSL_TRY(regions_.split(address));
    if (done == RegionMap::Split::kWasBorder) return {};
    const Region* upper = regions_.find(address);
    if (upper->section != nullptr) upper->section->add_reference();
    return {};
}

Result<void> AddressSpace::isolate_locked(uint64_t start, uint64_t end) {
    const Region* first = regions_.find(start);
    if (first == nullptr || start >= end) return Status::kConflictingAddresses;
    const uint64_t allocation = first->allocation;
    for (uint64_t at = start; at < end;) {
        const Region* region = regions_.find(at);
        if (region == nullptr || region->allocation != allocation)
            return Status::kConflictingAddresses;
        at = region->end;
    }
    RSL_TRY(split_locked(start));
    return split_locked(end);
}

/// Makes the page tables agree with the region's new protection. Pages without access keep their
/// contents in retired entries.
void AddressSpace::protect_pages_locked(const Region& region) {
    const bool readable = is_readable(region.protect);
    for (uint64_t at = arch::find_used(root_, region.start, region.end); at < region.end;
         at = arch::find_used(root_, at + kPageBytes, region.end)) {
        const auto mapping = arch::query_page(root_, at);
        if (!readable) {
            arch::retire_page(root_, at).ignore("it may be retired already");
        } else if (mapping) {
            arch::protect_page(root_, at, hardware(region.protect, mapping->protection.caching))
                .ignore("user pages are never executable");
        } else if (const auto page = arch::collect_page(root_, at)) {
            arch::map_page(root_, at, *page, hardware(region.protect, arch::Caching::kCached),
                           table_pages())
                .ignore("the entry was in use, so its table is there");
        }
    }
}

Result<void> AddressSpace::commit(uint64_t start, uint64_t end, uint32_t protect) {
    RSL_TRY(set_protection(start, end, protect, Needs::kReserved));
    return {};
}

Result<uint32_t> AddressSpace::protect(uint64_t start, uint64_t end, uint32_t protect) {
    return set_protection(start, end, protect, Needs::kCommitted);
}

Result<uint32_t> AddressSpace::set_protection(uint64_t start, uint64_t end, uint32_t protect,
                                              Needs needs) {
    ke::SpinLockGuard guard{lock_};
    RSL_TRY(isolate_locked(start, end));
    if (!may_change_locked(start, end, protect)) return Status(STATUS_INVALID_PAGE_PROTECTION);
    const uint32_t old = regions_.find(start)->protect;
    for (uint64_t at = start; at < end; at = regions_.find(at)->end) {
        const Region& region = *regions_.find(at);
        if (needs == Needs::kCommitted && region.protect == 0) return Status(STATUS_NOT_COMMITTED);
        if (region.kind == RegionKind::kWindow) return Status::kConflictingAddresses;
    }
    for (uint64_t at = start; at < end;) {
        Region& region = *regions_.find(at);
        region.protect = protect;
        protect_pages_locked(region);
        at = region.end;
    }
    flush_locked(start, end);
    return old;
}

Result<void> AddressSpace::decommit(uint64_t start, uint64_t end) {
    ke::SpinLockGuard guard{lock_};
    RSL_TRY(isolate_locked(start, end));
    if (!may_change_locked(start, end, 0)) return Status(STATUS_INVALID_PAGE_PROTECTION);
    for (uint64_t at = start; at < end;) {
        Region& region = *regions_.find(at);
        if (region.kind != RegionKind::kPrivate) return Status::kInvalidParameter;
        drop_pages_locked(region);
        region.protect = 0;
        at = region.end;
    }
    return {};
}

RegionInfo AddressSpace::query(uint64_t address) {
    ke::SpinLockGuard guard{lock_};
    address = align_down(address, kPageBytes);
    const Region* region = regions_.first_above(address);
    if (region != nullptr && region->start <= address) {
        return {.start = address, .end = region->end, .used = true, .region = *region};
    }
    return {
        .start = address, .end = region != nullptr ? region->start : arch::kUserEnd, .used = false};
}

AddressSpace::Secured* AddressSpace::secure(uint64_t start, uint64_t end, uint32_t protect) {
    auto* secured = static_cast<Secured*>(mm::allocate(sizeof(Secured), kTag));
    if (secured == nullptr) return nullptr;
    {
        ke::SpinLockGuard guard{lock_};
        bool allowed = start < end;
        for (uint64_t at = start; allowed && at < end;) {
            const Region* region = regions_.find(at);
            allowed =
                region != nullptr && (protect == PAGE_READWRITE ? is_writable(region->protect)
                                                                : is_readable(region->protect));
            if (allowed) at = region->end;
        }
        if (allowed) {
            *secured = {.next = secured_, .start = start, .end = end, .protect = protect};
            return secured_ = secured;
        }
    }
    mm::free(secured);
    return nullptr;
}

Result<void> AddressSpace::unsecure(Secured* secured) {
    {
        ke::SpinLockGuard guard{lock_};
        Secured** link = &secured_;
        while (*link != nullptr && *link != secured) link = &(*link)->next;
        if (*link == nullptr) return Status::kNotFound;
        *link = secured->next;
    }
    mm::free(secured);
    return {};
}

bool AddressSpace::may_change_locked(uint64_t start, uint64_t end, uint32_t protect) {
    for (const Secured* one = secured_; one != nullptr; one = one->next) {
        if (one->start >= end || one->end <= start) continue;
        if (one->protect == PAGE_READWRITE ? !is_writable(protect) : !is_readable(protect))
            return false;
    }
    return true;
}

uint64_t AddressSpace::end_of_allocation(uint64_t allocation) {
    ke::SpinLockGuard guard{lock_};
    return end_of_allocation_locked(allocation);
}

uint64_t AddressSpace::end_of_allocation_locked(uint64_t allocation) {
    uint64_t end = allocation;
    const Region* region = regions_.find(end);
    while (region != nullptr && region->allocation == allocation) {
        end = region->end;
        region = regions_.find(end);
    }
    return end;
}

Result<arch::PhysicalPage> AddressSpace::bring_in_locked(uint64_t address, Access access) {
    const uint64_t at = align_down(address, kPageBytes);
    const Region* region = regions_.find(at);
    if (region == nullptr) return borrowed_at_locked(at, access);
    const bool allowed =
        access != Access::kExecute &&
        (access == Access::kWrite ? is_writable(region->protect) : is_readable(region->protect));
    if (!allowed) return Status::kAccessViolation;
    if (region->kind == RegionKind::kPhysical) return region->offset + (at - region->start);
    if (const auto mapping = arch::query_page(root_, at)) return mapping->page;
    arch::PhysicalPage page;
    switch (region->kind) {
        case RegionKind::kPrivate:
            page = RSL_TRY(allocate_page());
            break;
        case RegionKind::kSection:
            page = RSL_TRY(region->section->page_at(region->offset + (at - region->start)));
            break;
        default:
            return Status::kAccessViolation;  // was mapped from the start
    }
    const auto mapped = arch::map_page(
        root_, at, page, hardware(region->protect, arch::Caching::kCached), table_pages());
    if (mapped) return page;
    dereference_page(page);
    return mapped.failure();
}

bool AddressSpace::bring_in(uint64_t address, Access access) {
    {
        ke::SpinLockGuard guard{lock_};
        if (bring_in_locked(address, access)) {
            arch::flush_address(address);  // another processor may have allowed it just before
            return arch::query_page(root_, align_down(address, kPageBytes)).ok();
        }
        if (borrowing_ == nullptr || regions_.find(address) != nullptr) return false;
    }
    return borrow(align_down(address, kPageBytes), 1, access).ok();
}

Result<void> AddressSpace::lock_present_pages(uint64_t start, std::span<uint64_t> frames, size_t& done,
                                              Access access) {
    ke::SpinLockGuard guard{lock_};
    for (; done < frames.size(); ++done) {
        const uint64_t at = start + done * kPageBytes;
        auto page = RSL_TRY(bring_in_locked(at, access));
        if (borrowing_ != nullptr) page = RSL_TRY(detach_lent_locked(at, access));
        reference_page(page);
        frames[done] = page / kPageBytes;
    }
    if (borrowing_ != nullptr) flush_other_users(root_);  // of what has been detached
    return {};
}

Result<void> AddressSpace::lock_pages(uint64_t start, std::span<uint64_t> frames, Access access) {
    size_t done = 0;
    for (;;) {
        auto locked = lock_present_pages(start, frames, done, access);
        if (locked) return {};
        // What is held already stays; what the client has to be asked for may be taken away again meanwhile.
        if (borrowing_ != nullptr) locked = borrow(start + done * kPageBytes, frames.size() - done, access);
        if (locked) continue;
        while (done > 0) dereference_page(frames[--done] * kPageBytes);
        return locked.failure();
    }
}

[[clang::no_destroy]] constinit AddressSpace AddressSpace::system_;

void AddressSpace::adopt_kernel_root() {
    system_.root_ = arch::kernel_root();
    system_.lowest_ = kSystemLowest;
}

}  // namespace rsl::mm
