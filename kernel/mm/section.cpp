// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/mm/section.hpp"

#include <algorithm>

#include "abi/types/mm.h"
#include "base/core/bytes.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/mm/file_pages.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/mm/system_space.hpp"

extern "C" POBJECT_TYPE MmSectionObjectType;

namespace rsl::mm {
namespace {

using arch::kPageBytes;

constexpr PoolTag kTag = pool_tag("MmSt");

/// A view in system space: what to undo.
struct SystemView {
    ListHook hook;
    uint64_t address, bytes;
    Ref<Section> section;
};
constinit ke::SpinLock g_views_lock{ke::LockRank::kObject};
constinit IntrusiveList<SystemView, &SystemView::hook> g_views RSL_GUARDED_BY(g_views_lock);

/// Lowest rights first: what a view needs, and what a section was made for.
bool writes(uint32_t protect) {
    return (protect & (PAGE_READWRITE | PAGE_EXECUTE_READWRITE)) != 0;
}
bool executes(uint32_t protect) {
    return (protect & (PAGE_EXECUTE | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE |
                       PAGE_EXECUTE_WRITECOPY)) != 0;
}

Result<void> map_section_pages(Section& section, uint64_t offset, uint64_t address, uint64_t bytes) {
    for (uint64_t at = 0; at < bytes; at += kPageBytes) {
        const auto page = RSL_TRY(section.page_at(offset + at));
        const auto mapped =
            map_system_page(address + at, page, {.writable = writes(section.protect())});
        if (mapped) continue;
        dereference_page(page);
        return mapped.failure();
    }
    return {};
}

Result<uint64_t> make_view(Section& section, uint64_t offset, uint64_t bytes) {
    if (section.is_physical()) {
        const auto caching = is_ram(offset) ? arch::Caching::kCached : arch::Caching::kUncached;
        return map_physical(offset, bytes, {.writable = true, .caching = caching});
    }
    const uint64_t address = RSL_TRY(reserve_system_range(bytes));
    const auto mapped = map_section_pages(section, offset, address, bytes);
    if (mapped) return address;
    free_system_pages(address, bytes);  // drops the references that the mapped pages have
    return mapped.failure();
}

}  // namespace

constinit ob::ObjectType Section::kType{
    .name = u"Section",
    .pool_tag = pool_tag("Sect"),
    .mapping = {STANDARD_RIGHTS_READ | SECTION_QUERY | SECTION_MAP_READ,
                STANDARD_RIGHTS_WRITE | SECTION_MAP_WRITE,
                STANDARD_RIGHTS_EXECUTE | SECTION_MAP_EXECUTE, SECTION_ALL_ACCESS},
    .valid_access = SECTION_ALL_ACCESS,
    .destroy = &ob::destroy_object<Section>};

bool allows_protection(uint32_t maximum, uint32_t wanted) {
    if ((wanted & (PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY)) != 0) return true;  // a private copy
    if (writes(wanted) && !writes(maximum)) return false;
    return !executes(wanted) || executes(maximum);
}

Result<Ref<Section>> Section::create(uint64_t bytes, uint32_t protect, uint32_t attributes) {
    if (bytes == 0 || bytes > uint64_t{1} << 40) return Status::kInvalidParameter;
    bytes = align_up(bytes, kPageBytes);
    const uint64_t count = bytes / kPageBytes;
    auto* pages =
        static_cast<std::atomic<uint64_t>*>(mm::allocate(count * sizeof(std::atomic<uint64_t>), kTag));
    if (pages == nullptr) return Status::kInsufficientResources;
    for (uint64_t i = 0; i < count; ++i) ::new (&pages[i]) std::atomic<uint64_t>(0);
    auto section = ob::make_object<Section>(0, bytes, protect, attributes, pages);
    if (!section) mm::free(pages);
    return section;
}

Result<Ref<Section>> Section::create_of_file(FilePages& file, uint64_t bytes, uint32_t protect,
                                             uint32_t attributes) {
    bytes = align_up(bytes == 0 ? file.count * kPageBytes : bytes, kPageBytes);
    auto section = ob::make_object<Section>(0, std::min(bytes, file.count * kPageBytes), protect, attributes, file.pages);
    if (!section) {
        give_file_pages(file);
        return section.failure();
    }
    (*section)->file_ = &file;
    return section;
}

uint64_t Section::preferred_base() const { return file_ != nullptr ? file_->preferred_base : 0; }

Result<Ref<Section>> Section::create_physical() {
    return ob::make_object<Section>(0, uint64_t{1} << 52, uint32_t{PAGE_EXECUTE_READWRITE}, uint32_t{0},
                                    static_cast<std::atomic<uint64_t>*>(nullptr));
}

Section::~Section() {
    if (file_ != nullptr) {
        give_file_pages(*file_);
        return;
    }
    if (pages_ == nullptr) return;
    for (uint64_t i = 0; i < bytes_ / kPageBytes; ++i) {
        const uint64_t page = pages_[i].load(std::memory_order_relaxed);  // nobody else is left
        if (page != 0) dereference_page(page);
    }
    mm::free(pages_);
}

Result<arch::PhysicalPage> Section::page_at(uint64_t offset) {
    if (offset >= bytes_) return Status::kAccessViolation;
    std::atomic<uint64_t>& slot = pages_[offset / kPageBytes];
    uint64_t page = slot.load(std::memory_order_acquire);  // pairs with the exchange: zeroed contents
    if (page == 0) {
        const arch::PhysicalPage fresh = RSL_TRY(allocate_page());
        if (slot.compare_exchange_strong(page, fresh, std::memory_order_acq_rel)) {  // with the load
            page = fresh;
        } else {
            free_page(fresh);  // another processor was faster
        }
    }
    reference_page(page);
    return page;
}

Result<uint64_t> map_view_in_system(Section& section, uint64_t offset, uint64_t bytes) {
    if (!in_bounds(offset, bytes, section.bytes())) return Status::kInvalidParameter;
    bytes = align_up(bytes, kPageBytes);
    auto* view = RSL_TRY(mm::make<SystemView>(kTag));
    const auto address = make_view(section, offset, bytes);
    if (!address) {
        mm::destroy(view);
        return address.failure();
    }
    view->address = *address;
    view->bytes = bytes;
    view->section = Ref<Section>(section);
    ke::SpinLockGuard guard{g_views_lock};
    g_views.push_back(*view);
    return *address;
}

Result<void> unmap_view_in_system(uint64_t address) {
    SystemView* found = nullptr;
    {
        ke::SpinLockGuard guard{g_views_lock};
        for (SystemView& view : g_views) {
            if (address - view.address < view.bytes) found = &view;
        }
        if (found != nullptr) g_views.remove(*found);
    }
    if (found == nullptr) return Status::kNotFound;
    if (found->section->is_physical()) {
        unmap_system(found->address, found->bytes);
    } else {
        free_system_pages(found->address, found->bytes);
    }
    mm::destroy(found);
    return {};
}

Result<void> create_physical_memory_section() {
    MmSectionObjectType = reinterpret_cast<POBJECT_TYPE>(&Section::kType);
    auto section = RSL_TRY(Section::create_physical());
    return ob::insert_name(section.release(), u"\\Device\\PhysicalMemory", OBJ_PERMANENT);
}

}  // namespace rsl::mm
