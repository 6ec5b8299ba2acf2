// SPDX-License-Identifier: GPL-2.0-only
// The pool on a machine in an arena: against a model, under threads, and against its callers.
#include "kernel/mm/pool_heap.hpp"

#include <cstring>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "base/testing/test.hpp"
#include "kernel/arch/hosted/paging.hpp"
#include "kernel/mm/page_allocator.hpp"

namespace {

using namespace rsl;
using namespace rsl::mm;
using arch::kPageBytes;

class Machine final : public PoolSource {
  public:
    explicit Machine(PageNumber pages = 4096)
        : ram_(uint64_t{pages} * kPageBytes), frames_(pages), pages_(1, pages) {
        frame_table = {frames_.data(), pages};
        pages_.add(1, pages - 1);
        heap.set_base(arch::kDirectMapBase);
    }
    ~Machine() { frame_table = {}; }

    PageNumber take_pages(PageNumber count) override {
        const std::lock_guard guard{mutex_};
        return pages_.take(count);
    }
    void give_pages(PageNumber first, PageNumber count) override {
        const std::lock_guard guard{mutex_};
        pages_.release(first, count);
    }
    void report_damaged_free_block(void*) override { ++damaged_free_blocks; }
    PageNumber free_pages() { return pages_.free_pages(); }
    TagUsage usage_of(PoolTag tag) {
        TagUsage all[64];
        const size_t count = tags.usage(all, 64);
        for (size_t i = 0; i < count; ++i) {
            if (all[i].tag == tag) return all[i];
        }
        return {tag, 0, 0};
    }

    int damaged_free_blocks = 0;
    TagTable tags;
    PoolHeap heap{*this, tags};

  private:
    arch::HostedRam ram_;
    std::vector<PageFrame> frames_;
    std::mutex mutex_;
    PageAllocator pages_;
};

constexpr PoolTag kTag = pool_tag("Test");

uint64_t address_of(void* memory) { return reinterpret_cast<uintptr_t>(memory); }

RSL_TEST(PoolHeap, AlignsAndKeepsSmallBlocksInsideAPage) {
    Machine machine;
    for (size_t bytes = 0; bytes <= 3 * kPageBytes; bytes += 7) {
        void* memory = machine.heap.allocate(bytes, kTag);
        RSL_REQUIRE(memory != nullptr);
        RSL_EXPECT_EQ(address_of(memory) % 16, 0u);
        if (bytes >= kPageBytes) RSL_EXPECT_EQ(address_of(memory) % kPageBytes, 0u);
        if (bytes > 0 && bytes < kPageBytes) {
            RSL_EXPECT_EQ(address_of(memory) / kPageBytes, (address_of(memory) + bytes - 1) / kPageBytes);
        }
        std::memset(memory, 0xA5, bytes);
        RSL_EXPECT_EQ(machine.heap.requested_bytes(memory), bytes);
        RSL_EXPECT_EQ(machine.heap.release(memory, kTag), PoolFault::kNone);
    }
    RSL_EXPECT_EQ(machine.usage_of(kTag).allocations, 0u);
}

RSL_TEST(PoolHeap, AlignsToACacheLineWhenAsked) {
    Machine machine;
    for (size_t bytes = 1; bytes < 2 * kPageBytes; bytes += 97) {
        void* memory = machine.heap.allocate(bytes, kTag, 64);
        RSL_REQUIRE(memory != nullptr);
        RSL_EXPECT_EQ(address_of(memory) % 64, 0u);
        std::memset(memory, 0x5A, bytes);
        RSL_EXPECT_EQ(machine.heap.release(memory, kTag), PoolFault::kNone);
        RSL_EXPECT_EQ(machine.heap.inspect(memory, 0), PoolFault::kFreedTwice);
    }
}

RSL_TEST(PoolHeap, NeverOverlapsUnderRandomLoad) {
    Machine machine;
    struct Block {
        size_t bytes;
        uint8_t fill;
    };
    std::map<uint8_t*, Block> model;
    uint64_t random = 1, bytes_alive = 0;
    const auto next = [&random] { return (random = random * 6364136223846793005 + 1442695040888963407) >> 33; };
    for (int turn = 0; turn < 20000; ++turn) {
        if (next() % 5 < 3 && model.size() < 2000) {
            const size_t bytes = next() % (next() % 20 == 0 ? 5 * kPageBytes : 900);
            auto* memory = static_cast<uint8_t*>(machine.heap.allocate(bytes, kTag));
            if (memory == nullptr) continue;
            const auto after = model.lower_bound(memory);
            if (after != model.end()) RSL_REQUIRE(memory + bytes <= after->first);
            if (after != model.begin()) {
                RSL_REQUIRE(std::prev(after)->first + std::prev(after)->second.bytes <= memory);
            }
            const auto fill = static_cast<uint8_t>(turn);
            std::memset(memory, fill, bytes);
            model[memory] = {bytes, fill};
            bytes_alive += bytes;
        } else if (!model.empty()) {
            auto pick = model.lower_bound(reinterpret_cast<uint8_t*>(arch::kDirectMapBase +
                                                                     next() % (4096 * kPageBytes)));
            if (pick == model.end()) pick = model.begin();
            for (size_t i = 0; i < pick->second.bytes; ++i) RSL_REQUIRE(pick->first[i] == pick->second.fill);
            RSL_REQUIRE(machine.heap.release(pick->first, kTag) == PoolFault::kNone);
            bytes_alive -= pick->second.bytes;
            model.erase(pick);
        }
        RSL_REQUIRE(machine.usage_of(kTag).allocations == model.size());
        RSL_REQUIRE(machine.usage_of(kTag).bytes == bytes_alive);
    }
    for (const auto& [memory, block] : model) RSL_EXPECT_EQ(machine.heap.release(memory, 0), PoolFault::kNone);
    machine.heap.trim();
    RSL_EXPECT_EQ(machine.free_pages(), 4095u);
    RSL_EXPECT_EQ(machine.damaged_free_blocks, 0);
}

RSL_TEST(PoolHeap, SurvivesManyThreads) {
    Machine machine;
    const auto work = [&machine](unsigned seed) {
        uint32_t* kept[32] = {};
        for (unsigned turn = 0; turn < 20000; ++turn) {
            seed = seed * 1664525 + 1013904223;
            uint32_t*& slot = kept[seed >> 27];
            if (slot != nullptr) {
                if (*slot != address_of(slot) % 0xFFFFFFFF) ++machine.damaged_free_blocks;
                machine.heap.release(slot, kTag);
            }
            slot = static_cast<uint32_t*>(machine.heap.allocate(8 + (seed >> 8) % 200, kTag));
            if (slot != nullptr) *slot = static_cast<uint32_t>(address_of(slot) % 0xFFFFFFFF);
            if (turn % 4096 == 0) machine.heap.trim();
        }
        for (uint32_t* slot : kept) {
            if (slot != nullptr) machine.heap.release(slot, kTag);
        }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 4; ++i) threads.emplace_back(work, i * 7919 + 1);
    for (auto& thread : threads) thread.join();
    RSL_EXPECT_EQ(machine.damaged_free_blocks, 0);
    RSL_EXPECT_EQ(machine.usage_of(kTag).allocations, 0u);
    machine.heap.trim();
    RSL_EXPECT_EQ(machine.free_pages(), 4095u);
}

RSL_TEST(PoolHeap, TellsASecondFree) {
    Machine machine;
    for (const size_t bytes : {size_t{24}, 2 * kPageBytes}) {
        void* memory = machine.heap.allocate(bytes, kTag);
        RSL_EXPECT_EQ(machine.heap.release(memory, kTag), PoolFault::kNone);
        RSL_EXPECT_EQ(machine.heap.release(memory, kTag), PoolFault::kFreedTwice);
    }
}

RSL_TEST(PoolHeap, TellsAWrongTagAndLeavesTheBlock) {
    Machine machine;
    for (const size_t bytes : {size_t{24}, 2 * kPageBytes}) {
        void* memory = machine.heap.allocate(bytes, kTag);
        RSL_EXPECT_EQ(machine.heap.release(memory, pool_tag("Nope")), PoolFault::kWrongTag);
        RSL_EXPECT_EQ(machine.heap.release(memory, kTag | 0x80000000), PoolFault::kNone);  // PROTECTED_POOL
    }
}

RSL_TEST(PoolHeap, TellsAnOverrun) {
    Machine machine;
    for (const size_t bytes : {1, 16, 20, 1000, 4060}) {
        const size_t rounded = (bytes + 15) / 16 * 16;
        auto* memory = static_cast<uint8_t*>(machine.heap.allocate(bytes, kTag));
        std::memset(memory, 0xEE, rounded);  // Windows rounds up, and drivers rely on it unknowingly
        RSL_EXPECT_EQ(machine.heap.inspect(memory, kTag), PoolFault::kNone);
        memory[rounded] ^= 1;
        RSL_EXPECT_EQ(machine.heap.inspect(memory, kTag), PoolFault::kOverrun);
        memory[rounded] ^= 1;
        RSL_EXPECT_EQ(machine.heap.release(memory, kTag), PoolFault::kNone);
    }
}

RSL_TEST(PoolHeap, TellsAnOverrunIntoTheNextHeader) {
    Machine machine;
    auto* first = static_cast<uint8_t*>(machine.heap.allocate(16, kTag));
    auto* second = static_cast<uint8_t*>(machine.heap.allocate(16, kTag));
    auto* lower = first < second ? first : second;
    std::memset(lower, 0, 40);  // a block of 16 bytes takes 48 with header and tail: the rest is the neighbour's
    RSL_EXPECT_EQ(machine.heap.release(lower == first ? second : first, kTag), PoolFault::kDamaged);
}

RSL_TEST(PoolHeap, TellsDamageToAFreeBlock) {
    Machine machine;
    auto* memory = static_cast<uint8_t*>(machine.heap.allocate(100, kTag));
    RSL_EXPECT_EQ(machine.heap.release(memory, kTag), PoolFault::kNone);
    memory[-1] ^= 1;
    RSL_EXPECT(machine.heap.allocate(100, kTag) == nullptr);
    RSL_EXPECT_EQ(machine.damaged_free_blocks, 1);
}

RSL_TEST(PoolHeap, TellsAWriteIntoAFreedBlock) {
    Machine machine;
    auto* memory = static_cast<uint64_t*>(machine.heap.allocate(100, kTag));
    RSL_EXPECT_EQ(machine.heap.release(memory, kTag), PoolFault::kNone);
    *memory = 0x4141414141414141;  // where the free list's link lies now
    RSL_EXPECT(machine.heap.allocate(100, kTag) != memory);
    RSL_EXPECT_EQ(machine.damaged_free_blocks, 1);
}

RSL_TEST(PoolHeap, TellsAddressesThatAreNoPool) {
    Machine machine;
    auto* memory = static_cast<uint8_t*>(machine.heap.allocate(100, kTag));
    int on_the_stack = 0;
    RSL_EXPECT_EQ(machine.heap.inspect(&on_the_stack, 0), PoolFault::kNotPool);
    RSL_EXPECT_EQ(machine.heap.inspect(memory + 8, 0), PoolFault::kNotPool);
    RSL_EXPECT(machine.heap.inspect(memory + 16, 0) != PoolFault::kNone);
    RSL_EXPECT_EQ(machine.heap.inspect(nullptr, 0), PoolFault::kNotPool);
    RSL_EXPECT_EQ(machine.heap.release(memory, kTag), PoolFault::kNone);
}

RSL_TEST(PoolHeap, ShowsWhatAnOwnerHolds) {
    Machine machine;
    void* small = machine.heap.allocate(100, kTag, 16, 7);
    void* aligned = machine.heap.allocate(100, kTag, 64, 7);
    void* large = machine.heap.allocate(2 * kPageBytes + 5, kTag, 16, 8);
    void* freed = machine.heap.allocate(30, kTag, 16, 7);
    machine.heap.allocate(100, kTag);  // nobody's
    RSL_EXPECT_EQ(machine.heap.release(freed, 0), PoolFault::kNone);
    std::map<const void*, PoolBlock> found;
    machine.heap.for_each_owned(
        [](void* context, const PoolBlock& block) {
            static_cast<std::map<const void*, PoolBlock>*>(context)->emplace(block.memory, block);
        },
        &found);
    RSL_EXPECT_EQ(found.size(), size_t{3});
    RSL_REQUIRE(found.contains(small) && found.contains(aligned) && found.contains(large));
    RSL_EXPECT_EQ(found[small].owner, 7);
    RSL_EXPECT_EQ(found[aligned].bytes, size_t{100});
    RSL_EXPECT_EQ(found[large].owner, 8);
    RSL_EXPECT_EQ(found[large].bytes, 2 * kPageBytes + 5);
    RSL_EXPECT_EQ(found[large].tag, kTag);
}

RSL_TEST(PoolHeap, SaysWhenMemoryRunsOut) {
    Machine machine{16};
    RSL_EXPECT(machine.heap.allocate(100 * kPageBytes, kTag) == nullptr);
    int count = 0;
    while (machine.heap.allocate(2000, kTag) != nullptr) ++count;
    RSL_EXPECT_EQ(count, 30);
    RSL_EXPECT_EQ(machine.usage_of(kTag).allocations, 30u);
}

RSL_TEST(PoolTags, ShareASlotWhenTheTableIsFull) {
    static TagTable tags;
    for (uint32_t tag = 1; tag <= 3000; ++tag) tags.add(tags.slot_of(tag), 10);
    static TagUsage all[TagTable::kSlots];
    RSL_EXPECT_EQ(tags.usage(all, TagTable::kSlots), size_t{TagTable::kSlots});
    uint64_t bytes = 0;
    for (const TagUsage& usage : all) bytes += usage.bytes;
    RSL_EXPECT_EQ(bytes, 30000u);
}

}  // namespace
