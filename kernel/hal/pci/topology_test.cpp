// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/pci/topology.hpp"

#include <cstring>

#include "base/testing/test.hpp"

namespace rsl::hal::pci {
namespace {

constexpr uint64_t kMegabyte = 1 << 20;

// A machine of a few functions. BARs keep only the bits that their size allows, as in hardware.
class FakeMachine final : public ConfigSpace {
  public:
    struct Fake {
        Address at;
        bool present = true;
        uint8_t registers[256] = {};
        uint32_t bar_masks[6] = {};
    };

    Fake& add(Address at, uint32_t id, uint8_t header = 0) {
        Fake& fake = fakes_[count_++];
        fake = {};
        fake.at = at;
        std::memcpy(fake.registers, &id, 4);
        fake.registers[kHeaderType] = header;
        return fake;
    }
    void give_bar(Fake& fake, unsigned number, uint64_t bytes, uint32_t flags) {
        const uint64_t mask = ~(bytes - 1);
        fake.bar_masks[number] = static_cast<uint32_t>(mask);
        const uint32_t value = flags;
        std::memcpy(fake.registers + kBar0 + number * 4, &value, 4);
        if ((flags & 7) == 4) fake.bar_masks[number + 1] = static_cast<uint32_t>(mask >> 32);
    }
    void make_port(Fake& fake) {  // an Express port with a hot-plug slot
        fake.registers[kStatus] = 0x10;
        fake.registers[kCapabilities] = 0x40;
        fake.registers[0x40] = 0x10;
        fake.registers[0x43] = 1;            // slot implemented
        fake.registers[0x40 + 0x14] = 0x40;  // hot-plug capable
    }

    uint32_t read(Address at, uint32_t offset, uint32_t bytes) override {
        const Fake* fake = find(at);
        if (fake == nullptr) return bytes == 4 ? ~0u : (1u << bytes * 8) - 1;
        uint32_t value = 0;
        std::memcpy(&value, fake->registers + offset, bytes);
        return value;
    }
    void write(Address at, uint32_t offset, uint32_t bytes, uint32_t value) override {
        Fake* fake = find(at);
        if (fake == nullptr) return;
        if (offset >= kBar0 && offset < kBar0 + 24 && bytes == 4 && (fake->registers[kHeaderType] & 1) == 0) {
            const unsigned number = (offset - kBar0) / 4;
            const uint32_t old = read(at, offset, 4);
            const uint32_t fixed = number > 0 && (fake->registers[kBar0 + (number - 1) * 4] & 7) == 4 ? 0 : old & 15;
            value = (value & fake->bar_masks[number]) | (fake->bar_masks[number] != 0 ? fixed : 0);
        }
        std::memcpy(fake->registers + offset, &value, bytes);
    }

  private:
    // A function behind a bridge answers on the bus number that the bridge was given.
    Fake* find(Address at) {
        for (unsigned i = 0; i < count_; ++i) {
            if (fakes_[i].present && fakes_[i].at == at) return &fakes_[i];
        }
        return nullptr;
    }
    Fake fakes_[12] = {};
    unsigned count_ = 0;
};

constexpr Topology::Resources kResources{{0xC0000000, 512 * kMegabyte}, {uint64_t{1} << 39, uint64_t{1} << 38}, {0xC000, 0x3000}};
constexpr uint32_t kMicrovmHost = 0x00081B36, kQ35Host = 0x29C08086;

struct TestBus {
    FakeMachine machine;
    Topology topology;
    void scan() { topology.scan(machine, kResources, true); }
};

RSL_TEST(PciTopology, AssignsBarsAlignedToTheirSize) {
    static TestBus test;
    test.machine.add({0, 0, 0}, kMicrovmHost);
    auto& device = test.machine.add({0, 1, 0}, 0x11101AF4);
    test.machine.give_bar(device, 0, 256, 0);
    test.machine.give_bar(device, 1, 4096, 0);
    test.machine.give_bar(device, 2, 4 * kMegabyte, 0xC);  // 64 bits, prefetchable
    test.scan();
    const Function& function = test.topology.at(test.topology.find({0, 1, 0}));
    RSL_EXPECT_EQ(function.bars[0].range.bytes, uint64_t{256});
    RSL_EXPECT_EQ(function.bars[2].range.bytes, 4 * kMegabyte);
    RSL_EXPECT(function.bars[2].wide && function.bars[2].prefetchable);
    RSL_EXPECT_EQ(function.bars[2].range.base, uint64_t{0xC0000000});
    RSL_EXPECT_EQ(function.bars[1].range.base, 0xC0000000 + 4 * kMegabyte);
    RSL_EXPECT_EQ(function.bars[0].range.base, 0xC0000000 + 4 * kMegabyte + 4096);
    RSL_EXPECT_EQ(test.machine.read({0, 1, 0}, kBar0 + 4, 4), 0xC0401000u - 0x1000);
    RSL_EXPECT_EQ(test.machine.read({0, 1, 0}, kCommand, 2), 2u);
    RSL_EXPECT_EQ(test.topology.unassigned(), 0u);
}

RSL_TEST(PciTopology, GivesPortsToPortBars) {
    static TestBus test;
    test.machine.add({0, 0, 0}, kQ35Host);
    auto& device = test.machine.add({0, 2, 0}, 0x813910EC);
    test.machine.give_bar(device, 0, 256, 1);
    device.registers[kInterruptPin] = 1;
    test.scan();
    const Function& function = test.topology.at(test.topology.find({0, 2, 0}));
    RSL_EXPECT(function.bars[0].io);
    RSL_EXPECT_EQ(function.bars[0].range.base, uint64_t{0xC000});
    RSL_EXPECT_EQ(function.gsi, 22u);
    RSL_EXPECT_EQ(test.machine.read({0, 2, 0}, kInterruptLine, 1), 22u);
}

RSL_TEST(PciTopology, OpensAWindowForAHotPlugPort) {
    static TestBus test;
    test.machine.add({0, 0, 0}, kMicrovmHost);
    auto& port = test.machine.add({0, 3, 0}, 0x000C1B36, 1);
    test.machine.make_port(port);
    test.scan();
    const int bridge = test.topology.find({0, 3, 0});
    RSL_EXPECT(test.topology.at(bridge).hot_plug);
    RSL_EXPECT_EQ(test.topology.at(bridge).secondary_bus, 1);
    RSL_EXPECT_EQ(test.topology.at(bridge).memory.bytes, 16 * kMegabyte);
    RSL_EXPECT_EQ(test.machine.read({0, 3, 0}, kMemoryBase, 2), 0xC000u);
    RSL_EXPECT_EQ(test.machine.read({0, 3, 0}, kMemoryLimit, 2), 0xC0F0u);
}

RSL_TEST(PciTopology, PlacesAPluggedDeviceInItsPortsWindow) {
    static TestBus test;
    test.machine.add({0, 0, 0}, kMicrovmHost);
    for (uint8_t i = 3; i < 5; ++i) test.machine.make_port(test.machine.add({0, i, 0}, 0x000C1B36, 1));
    test.scan();
    const int bridge = test.topology.find({0, 4, 0});
    auto& device = test.machine.add({2, 0, 0}, 0x11101AF4);
    test.machine.give_bar(device, 0, 256, 0);
    test.machine.give_bar(device, 2, 4 * kMegabyte, 0xC);
    const int index = test.topology.arrive(test.machine, bridge);
    RSL_REQUIRE(index != kNoParent);
    const Function& function = test.topology.at(index);
    const Window window = test.topology.at(bridge).memory;
    RSL_EXPECT(function.bars[2].range.base >= window.base && function.bars[2].range.end() <= window.end());
    RSL_EXPECT(function.bars[0].range.base >= window.base && function.bars[0].range.end() <= window.end());
    RSL_EXPECT(!function.bars[0].range.overlaps(function.bars[2].range));
    test.topology.depart(bridge);
    RSL_EXPECT_EQ(test.topology.find({2, 0, 0}), kNoParent);
    RSL_EXPECT(test.topology.arrive(test.machine, bridge) != kNoParent);
}

RSL_TEST(PciTopology, CountsWhatDoesNotFit) {
    static TestBus test;
    test.machine.add({0, 0, 0}, kMicrovmHost);
    auto& device = test.machine.add({0, 1, 0}, 0x12341AF4);
    test.machine.give_bar(device, 0, 1024 * kMegabyte, 0);
    test.machine.give_bar(device, 2, 1024 * kMegabyte, 4);
    test.scan();
    const Function& function = test.topology.at(test.topology.find({0, 1, 0}));
    RSL_EXPECT_EQ(test.topology.unassigned(), 1u);
    RSL_EXPECT_EQ(function.bars[2].range.base, uint64_t{1} << 39);  // 64 bits: above 4 GB
}

RSL_TEST(PciTopology, KnowsEachChipsetsRouting) {
    RSL_EXPECT_EQ(gsi_of_pin(Chipset::kMicrovm, 1, 1, true), 17u);
    RSL_EXPECT_EQ(gsi_of_pin(Chipset::kMicrovm, 3, 2, true), 16u);
    RSL_EXPECT_EQ(gsi_of_pin(Chipset::kMicrovm, 1, 1, false), 13u);
    RSL_EXPECT_EQ(gsi_of_pin(Chipset::kQ35, 3, 1, false), 23u);
    RSL_EXPECT_EQ(gsi_of_pin(Chipset::kQ35, 31, 4, false), 19u);
    RSL_EXPECT_EQ(gsi_of_pin(Chipset::kQ35, 26, 1, false), 16u);
}

}  // namespace
}  // namespace rsl::hal::pci
