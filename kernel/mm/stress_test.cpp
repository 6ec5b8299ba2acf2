// SPDX-License-Identifier: GPL-2.0-only
// Several threads, on every processor there is, at the pool, at mappings and at one address space: what
// one of them writes, the others must not touch.
#include <cstring>

#include "abi/functions/mm.h"
#include "base/testing/test.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/mm/mdl.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/mm/virtual.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/rtl/exception.hpp"

namespace {

using namespace rsl;
using arch::kPageBytes;

constexpr ULONG kTag = mm::pool_tag("MmSt");
constexpr size_t kThreads = 4;

/// What one thread does, and what it found wrong.
struct Worker {
    void (*work)(Worker& self);
    uint32_t seed = 0;
    uint32_t faults = 0;

    uint32_t random() { return seed = seed * 1664525 + 1013904223; }
    void expect(bool good) { faults += good ? 0 : 1; }
};

/// Runs `work` in several threads and returns how much they found wrong.
uint32_t run_everywhere(void (*work)(Worker& self)) {
    Worker workers[kThreads];
    Ref<ps::Thread> threads[kThreads];
    for (size_t i = 0; i < kThreads; ++i) {
        workers[i] = {.work = work, .seed = static_cast<uint32_t>(i * 7919 + 1)};
        const auto run = [](void* context) NTAPI {
            auto& self = *static_cast<Worker*>(context);
            self.work(self);
        };
        auto thread = ps::create_thread(ps::system_process(), run, &workers[i], KernelMode);
        if (!thread) return ~0u;
        threads[i] = std::move(*thread);
    }
    uint32_t faults = 0;
    for (size_t i = 0; i < kThreads; ++i) {
        ke::wait_one(threads[i]->header, ke::Deadline::never());
        faults += workers[i].faults;
    }
    return faults;
}

struct Held {
    uint32_t* memory = nullptr;
    size_t words = 0;
    uint32_t pattern = 0;
};

void fill(Held& held) {
    for (size_t i = 0; i < held.words; ++i) held.memory[i] = held.pattern + static_cast<uint32_t>(i);
}
bool is_intact(const Held& held) {
    for (size_t i = 0; i < held.words; ++i) {
        if (held.memory[i] != held.pattern + static_cast<uint32_t>(i)) return false;
    }
    return true;
}

void hammer_pool(Worker& self) {
    Held held[24];
    for (int turn = 0; turn < 3000; ++turn) {
        Held& slot = held[self.random() >> 16 & 15];
        if (slot.memory != nullptr) {
            self.expect(is_intact(slot));
            ExFreePoolWithTag(slot.memory, kTag);
        }
        const uint32_t kind = self.random() >> 20;
        slot.words = 2 + (kind & 63) * ((kind & 0x300) == 0 ? 40 : 1);
        const POOL_TYPE type = (kind & 0x400) != 0 ? NonPagedPool : NonPagedPoolNx;
        slot.memory = static_cast<uint32_t*>(ExAllocatePoolWithTag(type, slot.words * 4, kTag));
        slot.pattern = self.random();
        self.expect(slot.memory != nullptr);
        if (slot.memory == nullptr) slot.words = 0;
        fill(slot);
    }
    for (Held& slot : held) {
        if (slot.memory == nullptr) continue;
        self.expect(is_intact(slot));
        ExFreePoolWithTag(slot.memory, kTag);
    }
}

void hammer_mappings(Worker& self) {
    for (int turn = 0; turn < 150; ++turn) {
        const uint64_t bytes = (1 + (self.random() >> 28)) * kPageBytes;
        const auto address = mm::allocate_system_pages(bytes, {.writable = true});
        self.expect(address.ok());
        if (!address) continue;
        Held held{reinterpret_cast<uint32_t*>(*address), bytes / 4, self.random()};
        self.expect(held.memory[7] == 0 && held.memory[held.words - 1] == 0);
        fill(held);
        self.expect(is_intact(held));
        mm::free_system_pages(*address, bytes);
    }
}

/// All threads share the system process' user range: faults, locks and unmaps meet there.
void hammer_user_memory(Worker& self) {
    mm::AddressSpace& space = mm::AddressSpace::system();
    for (int turn = 0; turn < 25; ++turn) {
        const uint64_t bytes = (1 + (self.random() >> 29)) * kPageBytes;
        const auto address = space.allocate(0, bytes, {.writable = true});
        self.expect(address.ok());
        if (!address) continue;
        Held held{reinterpret_cast<uint32_t*>(*address), bytes / 4, self.random()};
        fill(held);
        MDL* mdl = mm::make_mdl(*address, bytes);
        const bool locked = mdl != nullptr && mm::lock_mdl(*mdl, UserMode, IoWriteAccess).ok();
        self.expect(locked);
        if (locked) {
            const auto mapped = mm::map_mdl(*mdl, {});
            self.expect(mapped.ok());
            if (mapped) self.expect(is_intact({reinterpret_cast<uint32_t*>(*mapped), held.words, held.pattern}));
            mm::unlock_mdl(*mdl);
        }
        if (mdl != nullptr) mm::free_mdl(*mdl);
        self.expect(is_intact(held));
        self.expect(space.unmap(*address).ok());
    }
}

uint64_t settled_free_pages(void (*work)(Worker&), uint32_t& faults) {
    faults += run_everywhere(work);
    return mm::page_counts().free;
}

/// The second round finds caches and tables as the first one left them: it takes (nearly) nothing, but
/// pages of executable pool may wait for their shoot-down.
void expect_no_growth(void (*work)(Worker&)) {
    uint32_t faults = 0;
    const uint64_t before = settled_free_pages(work, faults);
    const uint64_t after = settled_free_pages(work, faults);
    RSL_EXPECT_EQ(faults, 0u);
    RSL_EXPECT(after + 600 >= before);
}

RSL_TEST(MemoryStress, PoolBlocksStayTheirOwners) { expect_no_growth(hammer_pool); }
RSL_TEST(MemoryStress, FreshMappingsAreZeroedAndPrivate) { expect_no_growth(hammer_mappings); }
RSL_TEST(MemoryStress, UserMemoryIsLockedMappedAndFreed) { expect_no_growth(hammer_user_memory); }

}  // namespace
