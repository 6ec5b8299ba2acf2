// SPDX-License-Identifier: GPL-2.0-only
#include "buses/virtio/queue.hpp"

#include <cstring>

#include "base/testing/test.hpp"

namespace rsl::virtio {
namespace {

constexpr uint16_t kSize = 4;

/// A queue and the device's view of it.
struct Fixture {
    alignas(16) unsigned char memory[Queue::bytes(kSize)] = {};
    Descriptor table_memory[4] = {};
    IndirectTable table{table_memory, 0x1000, 4};
    Queue queue{memory, kSize};

    const Descriptor* ring() const { return reinterpret_cast<const Descriptor*>(memory); }
    uint16_t available(unsigned index) const {
        uint16_t value;
        std::memcpy(&value, memory + Queue::available_offset(kSize) + 2 * index, 2);
        return value;
    }
    void finish(uint16_t number, uint32_t id, uint32_t bytes) {
        const UsedElement element{id, bytes};
        std::memcpy(memory + Queue::used_offset(kSize) + 4 + 8 * (number % kSize), &element, 8);
        const uint16_t index = static_cast<uint16_t>(number + 1);
        std::memcpy(memory + Queue::used_offset(kSize) + 2, &index, 2);
    }
};

}  // namespace

RSL_TEST(VirtioTable, JoinsPiecesThatFollowOneAnother) {
    Fixture f;
    RSL_REQUIRE(f.table.add(0x2000, 0x1000, false).ok());
    RSL_REQUIRE(f.table.add(0x3000, 0x10, false).ok());
    RSL_REQUIRE(f.table.add(0x3010, 0x10, true).ok());  // follows, but in the other direction
    RSL_EXPECT_EQ(f.table.count(), 2);
    RSL_EXPECT_EQ(f.table_memory[0].bytes, 0x1010u);
    RSL_EXPECT_EQ(f.table_memory[0].flags, kDescriptorNext);
    RSL_EXPECT_EQ(f.table_memory[0].next, 1);
    RSL_EXPECT_EQ(f.table_memory[1].flags, kDescriptorWrite);
}

RSL_TEST(VirtioTable, RefusesMoreThanItHolds) {
    Fixture f;
    for (uint64_t i = 0; i < 4; ++i) RSL_REQUIRE(f.table.add(i * 0x10000, 16, false).ok());
    RSL_EXPECT_EQ(f.table.add(0x90000, 16, false).failure(), Status::kInsufficientResources);
    RSL_EXPECT(f.table.add(0x90000, 0, false).ok());  // nothing to add
}

RSL_TEST(VirtioQueue, SubmitsSlotsInOrderAndWrapsAround) {
    Fixture f;
    RSL_REQUIRE(f.table.add(0x2000, 8, false).ok());
    for (uint16_t i = 0; i < 6; ++i) f.queue.submit(i % 3, f.table);
    RSL_EXPECT_EQ(f.available(1), 6);      // the index
    RSL_EXPECT_EQ(f.available(2 + 0), 1);  // the fifth request, of slot 4 % 3
    RSL_EXPECT_EQ(f.available(2 + 3), 0);  // the fourth
    RSL_EXPECT_EQ(f.ring()[1].address, uint64_t{0x1000});
    RSL_EXPECT_EQ(f.ring()[1].flags, kDescriptorIndirect);
    RSL_EXPECT_EQ(f.ring()[1].bytes, 16u);
}

RSL_TEST(VirtioQueue, TakesEachFinishedRequestOnce) {
    Fixture f;
    UsedElement element{};
    RSL_EXPECT(!f.queue.take_used(element));
    for (uint16_t i = 0; i < 9; ++i) {
        f.finish(i, i % 3, i * 10u);
        RSL_REQUIRE(f.queue.take_used(element));
        RSL_EXPECT_EQ(element.id, i % 3u);
        RSL_EXPECT_EQ(element.bytes, i * 10u);
        RSL_EXPECT(!f.queue.take_used(element));
    }
}

}  // namespace rsl::virtio
