// SPDX-License-Identifier: GPL-2.0-only
// The kernel's two pools: one in the direct map, which never executes, and one in an alias of it that
// does, for drivers older than NonPagedPoolNx.
#include "kernel/mm/pool.hpp"

#include <atomic>
#include <utility>

#include "base/core/bytes.hpp"
#include "kernel/arch/arch.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/mm/pool_heap.hpp"
#include "kernel/mm/pool_internal.hpp"
#include "kernel/mm/system_space.hpp"
#include "kernel/mm/tlb.hpp"

namespace rsl::mm {
namespace {

using arch::kPageBytes;

[[noreturn]] void damaged(void* block) {
    ke::bug_check(BAD_POOL_HEADER, 0x20, reinterpret_cast<uint64_t>(block), 0, 0,
                  {.explanation = "a pool block was written to after its free"});
}

class PlainSource final : public PoolSource {
  public:
    PageNumber take_pages(PageNumber pages) override { return mm::take_pages(pages); }
    void give_pages(PageNumber first, PageNumber pages) override { mm::give_pages(first, pages); }
    void report_damaged_free_block(void* block) override { damaged(block); }
};

/// Pages of the executable pool are mapped at the same distance from another base.
class ExecutableSource final : public PoolSource {
  public:
    PageNumber take_pages(PageNumber pages) override {
        const PageNumber first = mm::take_pages(pages);
        for (PageNumber i = 0; first != 0 && i < pages; ++i) {
            const uint64_t physical = uint64_t{first + i} * kPageBytes;
            if (map_system_page(arch::kExecutableMapBase + physical, physical, kExecutable)) continue;
            unmap(first, i);
            mm::give_pages(first, pages);
            return 0;
        }
        return first;
    }
    /// The pages' next owner must not be reachable, and executable, through here: on other processors
    /// they wait for a shoot-down that serves many.
    void give_pages(PageNumber first, PageNumber pages) override {
        unmap(first, pages);
        if (!has_others()) return mm::give_pages(first, pages);
        {
            ke::InterruptLockGuard guard{lock_};
            frame_table.frames[first].free = {.next = stale_, .previous = pages};  // nobody else uses it
            stale_ = first;
            stale_pages_ += pages;
            if (stale_pages_ < kStaleLimit) return;
        }
        release_stale();
    }
    /// Returns how many pages came free.
    PageNumber release_stale() {
        PageNumber stale, count;
        {
            ke::InterruptLockGuard guard{lock_};
            stale = std::exchange(stale_, 0);
            count = std::exchange(stale_pages_, 0);
        }
        if (stale != 0) flush_others();
        while (stale != 0) {
            const auto [next, pages] = frame_table.frames[stale].free;
            mm::give_pages(stale, pages);
            stale = next;
        }
        return count;
    }
    void report_damaged_free_block(void* block) override { damaged(block); }

  private:
    static constexpr arch::Protection kExecutable{
        .writable = true, .executable = true, .write_execute_promised = true};
    static void unmap(PageNumber first, PageNumber pages) {
        const uint64_t start = arch::kExecutableMapBase + uint64_t{first} * kPageBytes;
        for (PageNumber i = 0; i < pages; ++i) unmap_system_page(start + i * kPageBytes);
        flush_here(start, pages * kPageBytes);
    }

    static constexpr PageNumber kStaleLimit = 512;
    ke::SpinLock lock_{ke::LockRank::kPool};
    PageNumber stale_ RSL_GUARDED_BY(lock_) = 0;  // chained through the frames' free lists
    PageNumber stale_pages_ RSL_GUARDED_BY(lock_) = 0;
};

constexpr uint64_t kOwners = 0xFFFF;  // pages of code that the 16 bits tell apart

constinit PlainSource g_plain_source;
constinit ExecutableSource g_executable_source;
constinit TagTable g_tags;
constinit PoolHeap g_plain{g_plain_source, g_tags};
constinit PoolHeap g_executable{g_executable_source, g_tags, 1};

/// Whole pages scattered over RAM, when no contiguous run is left.
void* allocate_scattered(const PoolRequest& request) {
    if (request.bytes < kPageBytes) return nullptr;
    const auto address = allocate_system_pages(request.bytes,
                                               {.writable = true,
                                                .executable = request.executable,
                                                .write_execute_promised = request.executable});
    if (!address) return nullptr;
    const uint32_t slot = g_tags.slot_of(request.tag);
    note_range_use(*address, RangeUse::kPool,
                   {.tag = slot, .bytes = request.bytes, .owner = request.owner});
    g_tags.add(slot, request.bytes);
    return reinterpret_cast<void*>(*address);
}

Result<RangeNote> find_scattered(const void* memory) {
    return find_range_use(reinterpret_cast<uint64_t>(memory), RangeUse::kPool);
}

bool free_scattered(void* memory, PoolTag tag) {
    const auto found = find_scattered(memory);
    if (!found) return false;
    if (tag != 0 && ((g_tags.tag_of(found->tag) ^ tag) & 0x7FFFFFFF) != 0) {
        report_bad_free(memory, tag, PoolFault::kWrongTag);
    }
    g_tags.remove(found->tag, found->bytes);
    free_system_pages(reinterpret_cast<uint64_t>(memory), align_up<uint64_t>(found->bytes, kPageBytes));
    return true;
}

constinit std::atomic<const ForeignPool*> foreign_pool = nullptr;

bool free_foreign(void* memory, PoolTag tag) {
    const ForeignPool* pool = foreign_pool.load(std::memory_order_acquire);  // pairs with set_foreign_pool()
    return pool != nullptr && pool->free(memory, tag);
}
bool find_foreign(const void* memory, size_t& bytes, PoolTag& tag) {
    const ForeignPool* pool = foreign_pool.load(std::memory_order_acquire);  // pairs with set_foreign_pool()
    return pool != nullptr && pool->find(memory, bytes, tag);
}

PoolHeap& heap_of(const void* memory) { return g_executable.owns(memory) ? g_executable : g_plain; }

void release(void* memory, PoolTag tag) {
    const PoolFault fault = heap_of(memory).release(memory, tag);
    if (fault == PoolFault::kNone) [[likely]] return;
    if (fault == PoolFault::kNotPool && (free_foreign(memory, tag) || free_scattered(memory, tag))) return;
    report_bad_free(memory, tag, fault);
}

}  // namespace

void initialize_pool() {
    g_plain.set_base(arch::kDirectMapBase);
    g_executable.set_base(arch::kExecutableMapBase);
    set_page_reclaimer([] {
        PageNumber freed = g_plain.trim();
        // Not under a lock that others wait for with interrupts off: they could not answer.
        if (arch::interrupts_enabled()) freed += g_executable_source.release_stale();
        return freed;
    });
}

void report_bad_free(void* memory, PoolTag tag, PoolFault fault) {
    const auto address = reinterpret_cast<uint64_t>(memory);
    switch (fault) {
        case PoolFault::kFreedTwice:
            ke::bug_check(BAD_POOL_CALLER, 0x7, 0, 0, address,
                          {.explanation = "pool was freed that is free already"});
        case PoolFault::kWrongTag:
            ke::bug_check(BAD_POOL_CALLER, 0xA, address, pool_block_tag(memory), tag,
                          {.explanation = "pool was freed with another tag than it was allocated with"});
        case PoolFault::kDamaged:
            ke::bug_check(BAD_POOL_HEADER, 0x20, address, 0, 0,
                          {.explanation = "the header in front of a pool block was overwritten"});
        case PoolFault::kOverrun:
            ke::bug_check(BAD_POOL_HEADER, 0x20, address, 0, 0,
                          {.explanation = "a pool block was written to beyond its end"});
        default:
            ke::bug_check(BAD_POOL_CALLER, 0x46, address, 0, 0,
                          {.explanation = "an address was freed that is no pool allocation"});
    }
}

PoolOwner pool_owner(const void* code) {
    const uint64_t offset = reinterpret_cast<uint64_t>(code) - arch::kSystemRangeBase;
    if (offset >= arch::kSystemRangeBytes) return 0;
    return static_cast<PoolOwner>(offset / kPageBytes % kOwners + 1);
}

void* allocate_for(const PoolRequest& request) {
    PoolHeap& heap = request.executable ? g_executable : g_plain;
    void* memory = heap.allocate(request.bytes, request.tag, request.alignment, request.owner);
    if (memory == nullptr) [[unlikely]] return allocate_scattered(request);
    return memory;
}

void* allocate(size_t bytes, PoolTag tag) {
    void* memory = g_plain.allocate(bytes, tag);
    if (memory == nullptr) [[unlikely]] return allocate_scattered({.bytes = bytes, .tag = tag});
    return memory;
}

void* allocate_executable(size_t bytes, PoolTag tag) {
    return allocate_for({.bytes = bytes, .tag = tag, .executable = true});
}

void free(void* memory) {
    if (memory != nullptr) release(memory, 0);
}
void free_tagged(void* memory, PoolTag tag) { release(memory, tag); }

size_t pool_block_bytes(const void* memory) {
    const PoolHeap& heap = heap_of(memory);
    if (heap.inspect(memory, 0) == PoolFault::kNone) return heap.requested_bytes(memory);
    size_t bytes;
    PoolTag tag;
    if (find_foreign(memory, bytes, tag)) return bytes;
    const auto found = find_scattered(memory);
    return found ? found->bytes : 0;
}

void set_foreign_pool(const ForeignPool& pool) { foreign_pool.store(&pool, std::memory_order_release); }

PoolFault inspect_pool(const void* memory, PoolTag tag) {
    const PoolFault fault = heap_of(memory).inspect(memory, tag);
    if (fault != PoolFault::kNotPool) return fault;
    size_t bytes;
    PoolTag ours;
    if (find_foreign(memory, bytes, ours)) return PoolFault::kNone;  // it checks for itself
    return find_scattered(memory) ? PoolFault::kNone : PoolFault::kNotPool;
}

PoolTag pool_block_tag(const void* memory) {
    const PoolHeap& heap = heap_of(memory);
    if (heap.inspect(memory, 0) == PoolFault::kNone) return heap.tag_of(memory);
    size_t bytes;
    PoolTag tag;
    if (find_foreign(memory, bytes, tag)) return tag;
    const auto found = find_scattered(memory);
    return found ? g_tags.tag_of(found->tag) : 0;
}

void* allocate_contiguous_pool(size_t bytes, PoolTag tag, const ContiguousPlace& place, PoolOwner owner) {
    const auto page =
        allocate_contiguous(bytes, place.highest, kPageBytes, place.boundary, place.lowest);
    if (!page) return nullptr;
    return g_plain.adopt(static_cast<PageNumber>(*page / kPageBytes), bytes, tag, owner);
}

uint64_t pool_total_bytes() { return g_tags.total_bytes(); }

namespace {

/// Adds up blocks of one image by tag.
struct OwnerCount {
    uint64_t first_page, pages;
    TagUsage* out;
    size_t capacity, found;

    void add(PoolOwner owner, PoolTag tag, uint64_t bytes) {
        const uint64_t page = (owner - 1u + kOwners - first_page % kOwners) % kOwners;
        if (owner == 0 || page >= pages) return;
        for (size_t i = 0; i < found && i < capacity; ++i) {
            if (out[i].tag != tag) continue;
            ++out[i].allocations;
            out[i].bytes += bytes;
            return;
        }
        if (found < capacity) out[found] = {tag, 1, bytes};
        ++found;
    }
};

}  // namespace

size_t pool_owned_by(uint64_t image, uint64_t bytes, TagUsage* out, size_t count) {
    if (image - arch::kSystemRangeBase >= arch::kSystemRangeBytes) return 0;
    OwnerCount owned{.first_page = (image - arch::kSystemRangeBase) / kPageBytes,
                     .pages = (bytes + kPageBytes - 1) / kPageBytes,
                     .out = out,
                     .capacity = count,
                     .found = 0};
    const auto add_block = [](void* context, const PoolBlock& block) {
        static_cast<OwnerCount*>(context)->add(block.owner, block.tag, block.bytes);
    };
    g_plain.for_each_owned(add_block, &owned);
    g_executable.for_each_owned(add_block, &owned);
    for_each_range(
        RangeUse::kPool,
        [](void* context, uint64_t, const RangeNote& note) {
            static_cast<OwnerCount*>(context)->add(note.owner, g_tags.tag_of(note.tag), note.bytes);
        },
        &owned);
    return owned.found;
}

size_t pool_usage(TagUsage* out, size_t count) { return g_tags.usage(out, count); }

}  // namespace rsl::mm
