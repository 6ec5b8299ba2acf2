// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ob/handle_slots.hpp"

#include <cstdlib>
#include <cstring>

#include "base/testing/test.hpp"

namespace rsl::ob {
namespace {

/// An object that only counts. Aligned as bodies are.
struct alignas(16) Counted {
    int64_t references = 1;
};

struct TestEnvironment {
    static constexpr size_t kArenaBytes = 48 * 1024;
    alignas(16) static char arena[kArenaBytes];
    static size_t used;
    static void* allocate(size_t bytes) {
        if (used + bytes > kArenaBytes) return nullptr;
        void* memory = arena + used;
        std::memset(memory, 0, bytes);
        used += bytes;
        return memory;
    }
    static void free(void*) {}
    static void pause() {}
    static void reference(void* object, int64_t count) {
        static_cast<Counted*>(object)->references += count;
    }
    struct NoPreemption {
        ~NoPreemption() {}
    };
    struct GrowthLock {};
    struct GrowthGuard {
        explicit GrowthGuard(GrowthLock&) {}
        ~GrowthGuard() {}
    };
};
alignas(16) char TestEnvironment::arena[kArenaBytes];
size_t TestEnvironment::used = 0;

using Slots = HandleSlots<TestEnvironment>;

alignas(Slots) char slots_memory[sizeof(Slots)];  // too large for a kernel stack

struct Fixture {
    Fixture()
        : slots((TestEnvironment::used = 0, *::new(static_cast<void*>(slots_memory)) Slots)) {}
    ~Fixture() { slots.~Slots(); }
    Fixture(const Fixture&) = delete;
    Slots& slots;
    Counted object;
    void drop(const Slots::Removed& removed) { object.references -= removed.references; }
};

}  // namespace

RSL_TEST(HandleSlots, FindsWhatWasInserted)
{
    Fixture f;
    auto index = f.slots.insert(&f.object, 0x120089, Slots::kInherit);
    RSL_REQUIRE(index.ok());
    auto found = f.slots.acquire(*index);
    RSL_REQUIRE(found.has_value());
    RSL_EXPECT_EQ(found->object, static_cast<void*>(&f.object));
    RSL_EXPECT_EQ(found->access, 0x120089u);
    RSL_EXPECT_EQ(found->flags, static_cast<uint32_t>(Slots::kInherit));
}

RSL_TEST(HandleSlots, NeverGivesIndexZeroNorFindsIt)
{
    Fixture f;
    for (int i = 0; i < 600; ++i) RSL_EXPECT(*f.slots.insert(&f.object, 0, 0) != 0);
    RSL_EXPECT(!f.slots.acquire(0).has_value());
}

RSL_TEST(HandleSlots, RefusesIndexesThatWereNeverGiven)
{
    Fixture f;
    RSL_EXPECT(!f.slots.acquire(1).has_value());
    (void)*f.slots.insert(&f.object, 0, 0);
    RSL_EXPECT(!f.slots.acquire(2).has_value());
    RSL_EXPECT(!f.slots.acquire(Slots::kLeaves * Slots::kLeafSlots).has_value());
    RSL_EXPECT(!f.slots.acquire(0xFFFFFFFF).has_value());
    RSL_EXPECT_EQ(f.slots.remove(2).failure(), Status::kInvalidHandle);
}

RSL_TEST(HandleSlots, ReferencesBalanceWhenEverythingIsGone)
{
    Fixture f;
    const uint32_t index = *f.slots.insert(&f.object, 0, 0);
    for (int i = 0; i < 10; ++i) {
        RSL_REQUIRE(f.slots.acquire(index).has_value());
        --f.object.references;  // the caller's dereference
    }
    auto removed = f.slots.remove(index);
    RSL_REQUIRE(removed.ok());
    f.drop(*removed);
    RSL_EXPECT_EQ(f.object.references, int64_t{1});
    RSL_EXPECT_EQ(f.slots.count(), 0u);
}

RSL_TEST(HandleSlots, RestocksAfterManyLookups)
{
    Fixture f;
    const uint32_t index = *f.slots.insert(&f.object, 7, 0);
    constexpr int64_t kLookups = int64_t{Slots::kStock} * 2 + 3;
    for (int64_t i = 0; i < kLookups; ++i) {
        auto found = f.slots.acquire(index);
        RSL_REQUIRE(found.has_value() && found->access == 7);
    }
    f.object.references -= kLookups;
    f.drop(*f.slots.remove(index));
    RSL_EXPECT_EQ(f.object.references, int64_t{1});
}

RSL_TEST(HandleSlots, ProtectedSlotClosesOnlyByForce)
{
    Fixture f;
    const uint32_t index = *f.slots.insert(&f.object, 0, Slots::kProtect);
    RSL_EXPECT_EQ(f.slots.remove(index).failure(), kHandleNotClosable);
    RSL_EXPECT(f.slots.acquire(index).has_value());
    RSL_REQUIRE(f.slots.set_flags(index, Slots::kNone).ok());
    RSL_EXPECT(f.slots.remove(index).ok());
    const uint32_t other = *f.slots.insert(&f.object, 0, Slots::kProtect);
    RSL_EXPECT(f.slots.remove(other, Slots::Force::kYes).ok());
}

RSL_TEST(HandleSlots, FailsWithoutMemoryAndGoesOnWithIt)
{
    Fixture f;
    uint32_t given = 0;
    while (f.slots.insert(&f.object, 0, 0)) ++given;
    // The arena holds whole leaves; slot 0 of the first is not given out.
    const auto leaves =
        static_cast<uint32_t>(TestEnvironment::kArenaBytes / (Slots::kLeafSlots * 16));
    RSL_EXPECT_EQ(given, leaves * Slots::kLeafSlots - 1);
    RSL_EXPECT(f.slots.remove(5).ok());
    RSL_EXPECT_EQ(*f.slots.insert(&f.object, 0, 0), 5u);
}

RSL_TEST(HandleSlots, AgreesWithAModelOverRandomOperations)
{
    Fixture f;
    constexpr uint32_t kTracked = 1200;
    static bool live[kTracked];
    static uint32_t access_of[kTracked];
    for (auto& is_live : live) is_live = false;
    uint64_t random = 0x9E3779B97F4A7C15;
    const auto next = [&random] {
        random = random * 6364136223846793005u + 1442695040888963407u;
        return static_cast<uint32_t>(random >> 33);
    };
    uint32_t count = 0;
    for (int step = 0; step < 20000; ++step) {
        const uint32_t pick = next() % kTracked;
        switch (next() % 3) {
            case 0: {
                if (count >= 1000) break;
                const uint32_t access = next();
                const uint32_t index = *f.slots.insert(&f.object, access, 0);
                RSL_REQUIRE(index < kTracked && !live[index]);
                live[index] = true;
                access_of[index] = access;
                ++count;
                break;
            }
            case 1: {
                auto removed = f.slots.remove(pick);
                RSL_REQUIRE(removed.ok() == live[pick]);
                if (!removed) break;
                f.drop(*removed);
                live[pick] = false;
                --count;
                break;
            }
            default: {
                auto found = f.slots.acquire(pick);
                RSL_REQUIRE(found.has_value() == live[pick]);
                if (!found) break;
                RSL_REQUIRE(found->access == access_of[pick]);
                --f.object.references;
            }
        }
        RSL_REQUIRE(f.slots.count() == count);
    }
    uint32_t seen = 0;
    f.slots.for_each([&](uint32_t index, void* object, uint32_t, uint32_t) {
        RSL_EXPECT(index < kTracked && live[index] && object == &f.object);
        ++seen;
    });
    RSL_EXPECT_EQ(seen, count);
}

}  // namespace rsl::ob
