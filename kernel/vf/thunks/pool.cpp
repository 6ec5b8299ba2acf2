// SPDX-License-Identifier: GPL-2.0-only
// Pool: the special pool, tracking, low-resource simulation, and what must not be in memory that is
// freed.
#include "kernel/arch/arch.hpp"
#include "kernel/ke/dpc.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/ke/timer.hpp"
#include "kernel/mm/pool_internal.hpp"
#include "kernel/vf/deadlock.hpp"
#include "kernel/vf/freed.hpp"
#include "kernel/vf/pageable.hpp"
#include "kernel/vf/special_pool.hpp"
#include "kernel/vf/thunks.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {
namespace {

constexpr uint32_t kViolation = DRIVER_VERIFIER_DETECTED_VIOLATION;
constexpr ULONG kDefaultTag = mm::pool_tag("None");

void check_allocation(const Caller& caller, bool paged, uint64_t type, SIZE_T bytes) {
    if (caller.driver == nullptr) return;
    const KIRQL now = arch::irql();
    if (bytes == 0) {
        stop(caller,
             {kViolation,
              {0x00, now, type, 0},
              "the driver requested a zero-byte pool allocation",
              "do not allocate when there is nothing to hold: look where the size comes from"});
    }
    if (paged && now > APC_LEVEL) {
        stop(caller, {kViolation,
                      {0x01, now, type, bytes},
                      "the driver allocated paged pool above APC_LEVEL",
                      "allocate from NonPagedPoolNx, or before the IRQL is raised"});
    }
    if (now > DISPATCH_LEVEL) {
        stop(caller, {kViolation,
                      {0x02, now, type, bytes},
                      "the driver allocated nonpaged pool above DISPATCH_LEVEL",
                      "allocate before, or leave it to a DPC"});
    }
}

/// Who asks, and how its block shall lie.
struct Asker {
    const Caller& caller;
    Side side;
};

void* allocate_verified(const mm::PoolRequest& request, void* context) {
    const auto& [caller, side] = *static_cast<const Asker*>(context);
    if (caller.driver == nullptr) return mm::allocate_for(request);
    VerifiedDriver& driver = *caller.driver;
    count(driver.counters.allocations);
    if (driver.should_fail()) return nullptr;
    void* memory = nullptr;
    // Paged pool that is watched needs pages of its own, whether or not overruns are looked for.
    const bool watch = request.paged && driver.has(kForceIrql);
    if (driver.has(kSpecialPool) || watch) {
        memory = allocate_special(request, caller.address, side, watch);
        if (memory != nullptr) count(driver.counters.allocations_special);
    }
    if (memory == nullptr) memory = mm::allocate_for(request);
    if (memory != nullptr) {
        driver.note({.address = number_of(memory),
                     .bytes = request.bytes,
                     .caller = caller.address,
                     .tag = request.tag,
                     .thing = Thing::kPool,
                     .paged = request.paged});
    }
    return memory;
}

mm::PoolBackend backend_of(Asker& asker) { return {&allocate_verified, &asker}; }

bool is_paged(POOL_TYPE type) { return (static_cast<ULONG>(type) & PagedPool) != 0; }

void check_quota(const Caller& caller) {
    if (!caller.has(kPoolTracking) || !arch::processor().dpc_running ||
        arch::irql() < DISPATCH_LEVEL)
        return;
    stop(caller, {kViolation,
                  {0x10B, 0, 0, 0},
                  "the driver charged pool quota in a DPC routine",
                  "the process that runs there is any one: use ExAllocatePoolWithTag"});
}

void check_free_level(const Caller& caller, void* memory, bool paged) {
    const KIRQL now = arch::irql();
    if (paged && now > APC_LEVEL) {
        stop(caller, {kViolation,
                      {0x11, now, PagedPool, number_of(memory)},
                      "the driver freed paged pool above APC_LEVEL",
                      "free it below DISPATCH_LEVEL, in a work item if need be"});
    }
    if (now > DISPATCH_LEVEL) {
        stop(caller, {kViolation,
                      {0x12, now, 0, number_of(memory)},
                      "the driver freed nonpaged pool above DISPATCH_LEVEL",
                      "leave it to a DPC"});
    }
    if (caller.driver->knows(number_of(memory), Thing::kIrp)) {
        stop(caller, {kViolation,
                      {0x105, number_of(memory), 0, 0},
                      "the driver freed an IRP with ExFreePool",
                      "IRPs of IoAllocateIrp are freed with IoFreeIrp"});
    }
}

/// `bytes`: of the block, as far as it is known.
void check_block(const Caller& caller, void* memory, ULONG tag, uint64_t bytes) {
    const mm::PoolFault fault = mm::inspect_pool(memory, tag);
    if (fault == mm::PoolFault::kFreedTwice) {
        stop(caller,
             {kViolation,
              {0x13, 0, number_of(memory), 0},
              "the driver freed pool that was freed already",
              "clear the pointer after the first free, or find the second owner of the block"});
    }
    if (fault == mm::PoolFault::kNotPool) {
        stop(caller, {kViolation,
                      {0x10, number_of(memory), 0, 0},
                      "the driver freed an address that was not returned from an allocation",
                      "free the address that the allocation returned"});
    }
    if (fault == mm::PoolFault::kOverrun && caller.has(kPoolTracking)) {
        stop(caller,
             {kViolation,
              {0x51, number_of(memory), number_of(memory) + bytes, bytes},
              "the driver wrote beyond the end of a pool block, as was seen when it was freed",
              "run it with --verify=special-pool to see where"});
    }
}

void check_free(const Caller& caller, void* memory, ULONG tag) {
    Entry entry{};
    const bool known = caller.driver->find(number_of(memory), Thing::kPool, entry);
    check_free_level(caller, memory, known && entry.paged);
    if (!is_special(memory))
        check_block(caller, memory, tag, entry.bytes);  // that one checks for itself
    if (known) check_freed_range(caller, entry.address, entry.bytes);
}

void free_verified(const Caller& caller, void* memory, ULONG tag) {
    if (caller.driver != nullptr) {
        check_free(caller, memory, tag);
        caller.driver->forget(number_of(memory), Thing::kPool);
    }
    if (is_special(memory)) {
        free_special(memory, tag, caller.address);
    } else if (tag != 0) {
        mm::free_tagged(memory, tag);
    } else {
        mm::free(memory);
    }
}

}  // namespace

namespace {

[[noreturn]] void active_in_freed(const Caller& caller, const Finding& finding,
                                  const Entry& maker = {}) {
    Facts& facts = Facts::begin();
    facts.line("the memory begins at 0x%llx",
               static_cast<unsigned long long>(finding.parameters[2]));
    if (maker.caller != 0) facts.line("initialized at %s", place_text(maker.caller));
    stop(caller, finding, &facts);
}

void check_freed_timers(const Caller& caller, uint64_t start, uint64_t bytes) {
    if (const uint64_t timer = ke::find_timer_in(start, bytes)) {
        active_in_freed(
            caller,
            {TIMER_OR_DPC_INVALID,
             {0x0, timer, start, start + bytes},
             "the driver freed memory that holds a timer that runs",
             "call KeCancelTimer, and KeFlushQueuedDpcs for its DPC, before the memory goes"});
    }
    if (const uint64_t dpc = ke::find_dpc_in(start, bytes)) {
        active_in_freed(caller,
                        {TIMER_OR_DPC_INVALID,
                         {0x1, dpc, start, start + bytes},
                         "the driver freed memory that holds a DPC that is queued",
                         "call KeRemoveQueueDpc or KeFlushQueuedDpcs before the memory goes"});
    }
}

}  // namespace

void check_freed_range(const Caller& caller, uint64_t start, uint64_t bytes) {
    if (caller.driver == nullptr) return;
    check_freed_timers(caller, start, bytes);
    Entry entry;
    if (caller.driver->find_in(start, bytes, Thing::kResource, entry)) {
        active_in_freed(caller,
                        {kViolation,
                         {0xD2, entry.address, start, bytes},
                         "the driver freed memory that holds an active ERESOURCE",
                         "call ExDeleteResourceLite before the memory goes"},
                        entry);
    }
    if (caller.has(kMiscellaneous) &&
        caller.driver->find_in(start, bytes, Thing::kLookaside, entry)) {
        active_in_freed(caller,
                        {kViolation,
                         {0xCC, entry.address, start, bytes},
                         "the driver freed memory that holds an active lookaside list",
                         "call ExDeleteNPagedLookasideList or ExDeletePagedLookasideList before "
                         "the memory goes"},
                        entry);
    }
    locks_freed(caller, start, bytes);
}

namespace thunk {

PVOID NTAPI ExAllocatePool(POOL_TYPE PoolType, SIZE_T NumberOfBytes) {
    RSL_VF_CALLER();
    check_allocation(caller, is_paged(PoolType), PoolType, NumberOfBytes);
    Asker asker{caller, Side::kEnd};
    return mm::allocate_by_type(PoolType, NumberOfBytes, kDefaultTag, __builtin_return_address(0),
                                backend_of(asker));
}
PVOID NTAPI ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag) {
    RSL_VF_CALLER();
    check_allocation(caller, is_paged(PoolType), PoolType, NumberOfBytes);
    Asker asker{caller, Side::kEnd};
    return mm::allocate_by_type(PoolType, NumberOfBytes, Tag, __builtin_return_address(0),
                                backend_of(asker));
}
PVOID NTAPI ExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                          EX_POOL_PRIORITY Priority) {
    RSL_VF_CALLER();
    check_allocation(caller, is_paged(PoolType), PoolType, NumberOfBytes);
    constexpr unsigned kUnderrun = 9;  // LowPoolPrioritySpecialPoolUnderrun and, 16 apart, its kin
    Asker asker{caller,
                (static_cast<unsigned>(Priority) & 15) == kUnderrun ? Side::kStart : Side::kEnd};
    return mm::allocate_by_type(PoolType, NumberOfBytes, Tag, __builtin_return_address(0),
                                backend_of(asker));
}
PVOID NTAPI ExAllocatePoolWithQuota(POOL_TYPE PoolType, SIZE_T NumberOfBytes) {
    RSL_VF_CALLER();
    check_allocation(caller, is_paged(PoolType), PoolType, NumberOfBytes);
    check_quota(caller);
    Asker asker{caller, Side::kEnd};
    return mm::allocate_with_quota(PoolType, NumberOfBytes, kDefaultTag,
                                   __builtin_return_address(0), backend_of(asker));
}
PVOID NTAPI ExAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag) {
    RSL_VF_CALLER();
    check_allocation(caller, is_paged(PoolType), PoolType, NumberOfBytes);
    check_quota(caller);
    Asker asker{caller, Side::kEnd};
    return mm::allocate_with_quota(PoolType, NumberOfBytes, Tag, __builtin_return_address(0),
                                   backend_of(asker));
}
PVOID NTAPI ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag) {
    RSL_VF_CALLER();
    check_allocation(caller, (Flags & POOL_FLAG_PAGED) != 0, Flags, NumberOfBytes);
    Asker asker{caller, Side::kEnd};
    return mm::allocate_by_flags(Flags, NumberOfBytes, Tag, __builtin_return_address(0),
                                 backend_of(asker));
}

VOID NTAPI ExFreePool(PVOID P) {
    RSL_VF_CALLER();
    free_verified(caller, P, 0);
}
VOID NTAPI ExFreePoolWithTag(PVOID P, ULONG Tag) {
    RSL_VF_CALLER();
    free_verified(caller, P, Tag);
}

}  // namespace thunk
}  // namespace rsl::vf
