// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/special_pool.hpp"

#include "kernel/ke/spin_lock.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/mm/system_space.hpp"
#include "kernel/mm/tlb.hpp"
#include "kernel/vf/pageable.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {
namespace {

using arch::kPageBytes;

constexpr uint32_t kSlots = 8192;
constexpr mm::PoolTag kProtectedBit = 0x80000000;

constinit ke::SpinLock lock{ke::LockRank::kAddressSpace};
constinit SpecialSlots slots RSL_GUARDED_BY(lock);
constinit std::atomic<uint64_t> region = 0;  // where it begins; 0: nobody has needed it yet
constinit std::atomic<bool> starting = false;
constinit std::atomic<uint64_t> served = 0, refused = 0;

bool free_from_pool(void* memory, mm::PoolTag tag) {
    return free_special(memory, tag, reinterpret_cast<uint64_t>(__builtin_return_address(0)));
}
bool find_from_pool(const void* memory, size_t& bytes, mm::PoolTag& tag) {
    SpecialBlock block;
    uint64_t start;
    if (!find_special(reinterpret_cast<uint64_t>(memory), block, start)) return false;
    if (start != reinterpret_cast<uint64_t>(memory)) return false;
    bytes = block.bytes;
    tag = block.tag;
    return true;
}
constexpr mm::ForeignPool kForeign{&free_from_pool, &find_from_pool};

bool start() {
    if (region.load(std::memory_order_acquire) != 0) return true;  // pairs with the store below
    if (starting.exchange(true, std::memory_order_acq_rel)) return false;
    auto* records = static_cast<SpecialBlock*>(
        mm::allocate(kSlots * sizeof(SpecialBlock), mm::pool_tag("VfSp")));
    const auto base = mm::reserve_system_range(SpecialSlots::bytes_for(kSlots));
    if (records == nullptr || !base) {
        if (records != nullptr) mm::free(records);
        if (base) mm::release_system_range(*base, SpecialSlots::bytes_for(kSlots));
        starting.store(false, std::memory_order_release);
        return false;
    }
    {
        ke::InterruptLockGuard guard{lock};
        slots.initialize(*base, {records, kSlots});
    }
    mm::set_foreign_pool(kForeign);
    region.store(*base, std::memory_order_release);
    return true;
}

/// A quarter of the machine's memory, at most.
bool has_room() {
    ke::InterruptLockGuard guard{lock};
    return slots.live() < mm::page_counts().total / 4;
}

std::span<uint8_t, kSlotPageBytes> page_bytes(uint64_t page) {
    return std::span<uint8_t, kSlotPageBytes>(reinterpret_cast<uint8_t*>(page), kSlotPageBytes);
}

[[noreturn]] void report_damage(void* memory, const SpecialBlock& block, const Damage& damage,
                                uint64_t page, uint64_t caller) {
    const uint64_t at = page + damage.at;
    const uint64_t kind = damage.kind == DamageKind::kOneBit   ? 0x32
                          : damage.kind == DamageKind::kBehind ? 0x24
                                                               : 0x23;
    Facts& facts = Facts::begin();
    facts.line("the block: %u bytes at 0x%llx, allocated at %s", block.bytes, number_of(memory),
               place_text(block.allocated_by));
    facts.line("damaged: 0x%llx, %lld bytes from the block's start", at,
               static_cast<long long>(at) - static_cast<long long>(number_of(memory)));
    const char* rule =
        damage.kind == DamageKind::kOneBit
            ? "one bit beside a pool block changed while it was allocated"
        : damage.kind == DamageKind::kBehind
            ? "the driver wrote beyond the end of a pool block, as was seen when it was freed"
            : "the driver wrote in front of a pool block, as was seen when it was freed";
    stop(caller,
         {SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION,
          {number_of(memory), at, 0, kind},
          rule,
          "look for the index or length that goes beyond the block"},
         &facts);
}

[[noreturn]] void report_bad_free(void* memory, const Found& found, uint64_t caller) {
    SpecialBlock block;
    uint64_t start = 0;
    {
        ke::InterruptLockGuard guard{lock};
        block = slots.block(found.slot);
        start = slots.address_of(found.slot);
    }
    Facts& facts = Facts::begin();
    if (found.spot == Spot::kFreed) {
        facts.line("the block: %u bytes at 0x%llx, allocated at %s", block.bytes, start,
                   place_text(block.allocated_by));
        facts.line("freed before at %s", place_text(block.freed_by));
        stop(caller,
             {DRIVER_VERIFIER_DETECTED_VIOLATION,
              {0x13, 0, number_of(memory), 0},
              "the driver freed pool that was freed already",
              "clear the pointer after the first free, or find the second owner of the block"},
             &facts);
    }
    if (found.spot == Spot::kLive) {
        facts.line("0x%llx lies in the block of %u bytes at 0x%llx, allocated at %s",
                   number_of(memory), block.bytes, start, place_text(block.allocated_by));
        stop(caller,
             {SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION,
              {number_of(memory), block.bytes, start, 0x21},
              "the driver freed an address inside of a pool block",
              "free the address that the allocation returned"},
             &facts);
    }
    stop(caller, {SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION,
                  {number_of(memory), 0, 0, 0x20},
                  "the driver freed an address that is no pool allocation",
                  "free what an allocation returned, once"});
}

}  // namespace

void* allocate_special(const mm::PoolRequest& request, uint64_t caller, Side side,
                       bool watch_paging) {
    const auto bytes = static_cast<uint32_t>(request.bytes == 0 ? 1 : request.bytes);
    if (request.bytes >= kPageBytes || !start() || !has_room()) {
        refused.fetch_add(1, std::memory_order_relaxed);
        return nullptr;
    }
    const SpecialBlock block{
        .bytes = bytes,
        .tag = request.tag,
        .offset = special_offset(bytes, static_cast<uint32_t>(request.alignment), side),
        .paged = request.paged,
        .allocated_by = caller};
    uint32_t slot;
    uint64_t page;
    {
        ke::InterruptLockGuard guard{lock};
        if (!slots.take(block, slot)) return nullptr;
        page = slots.page_of(slot);
    }
    const arch::Protection protection{.writable = true,
                                      .executable = request.executable,
                                      .write_execute_promised = request.executable};
    if (!mm::populate_system_range(page, kPageBytes, protection)) {
        ke::InterruptLockGuard guard{lock};
        slots.give_unused(slot);
        refused.fetch_add(1, std::memory_order_relaxed);
        return nullptr;
    }
    fill_around(page_bytes(page), block);
    if (request.paged && watch_paging)
        add_pageable(page, kPageBytes, {}).ignore("it is only not watched then");
    served.fetch_add(1, std::memory_order_relaxed);
    return reinterpret_cast<void*>(page + block.offset);
}

bool is_special(const void* memory) {
    const uint64_t base = region.load(std::memory_order_acquire);
    return base != 0 && number_of(memory) - base < SpecialSlots::bytes_for(kSlots);
}

bool find_special(uint64_t address, SpecialBlock& block, uint64_t& start) {
    if (!is_special(reinterpret_cast<void*>(address))) return false;
    ke::InterruptLockGuard guard{lock};
    const Found found = slots.find(address);
    if (found.spot != Spot::kLive) return false;
    block = slots.block(found.slot);
    start = slots.address_of(found.slot);
    return true;
}

bool free_special(void* memory, mm::PoolTag tag, uint64_t caller) {
    if (!is_special(memory)) return false;
    Found found;
    SpecialBlock block;
    uint64_t page = 0;
    {
        ke::InterruptLockGuard guard{lock};
        found = slots.find(number_of(memory));
        if (found.spot == Spot::kLive && slots.address_of(found.slot) == number_of(memory)) {
            block = slots.block(found.slot);
            page = slots.page_of(found.slot);
        }
    }
    if (page == 0) report_bad_free(memory, found, caller);
    if (tag != 0 && ((block.tag ^ tag) & ~kProtectedBit) != 0)
        mm::report_bad_free(memory, tag, mm::PoolFault::kWrongTag);
    remove_pageable(page);
    const Damage damage = find_damage(page_bytes(page), block);
    if (damage.kind != DamageKind::kNone) report_damage(memory, block, damage, page, caller);
    const auto mapping = arch::query_page(arch::kernel_root(), page);
    mm::unmap_system_page(page);
    mm::flush_here(page, kPageBytes);
    mm::flush_others();  // a use after this faults on every processor
    if (mapping) mm::free_page(mapping->page);
    ke::InterruptLockGuard guard{lock};
    slots.give(found.slot, caller);
    return true;
}

mm::WatchedFault explain_special(uint64_t address, bool write) {
    if (!is_special(reinterpret_cast<void*>(address))) return {};
    Found found;
    SpecialBlock block;
    uint64_t start;
    {
        ke::InterruptLockGuard guard{lock};
        found = slots.find(address);
        if (found.spot == Spot::kNone || found.spot == Spot::kLive) return {};
        block = slots.block(found.slot);
        start = slots.address_of(found.slot);
    }
    Facts& facts = Facts::begin();
    if (found.spot != Spot::kUnused) {
        facts.line("the block: %u bytes at 0x%llx, allocated at %s", block.bytes, start,
                   place_text(block.allocated_by));
    }
    if (found.spot == Spot::kFreed) {
        facts.line("freed at %s", place_text(block.freed_by));
        return {
            PAGE_FAULT_IN_FREED_SPECIAL_POOL,
            write ? "the driver wrote to pool that it had freed"
                  : "the driver read pool that it had freed",
            "find who still has the pointer when the block is freed: a reference, a list or a DPC",
            facts.text()};
    }
    facts.line("touched: 0x%llx, %lld bytes from the block's start", address,
               static_cast<long long>(address) - static_cast<long long>(start));
    const char* rule = found.spot == Spot::kBeforeStart
                           ? (write ? "the driver wrote in front of a pool block"
                                    : "the driver read in front of a pool block")
                           : (write ? "the driver wrote beyond the end of a pool block"
                                    : "the driver read beyond the end of a pool block");
    return {PAGE_FAULT_BEYOND_END_OF_ALLOCATION, rule,
            "look for the index or length that goes beyond the block", facts.text()};
}

SpecialUsage special_usage() {
    ke::InterruptLockGuard guard{lock};
    return {region.load(std::memory_order_relaxed) == 0 ? 0 : kSlots, slots.live(),
            served.load(std::memory_order_relaxed), refused.load(std::memory_order_relaxed)};
}

}  // namespace rsl::vf
