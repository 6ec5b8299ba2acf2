// SPDX-License-Identifier: GPL-2.0-only
#include "buses/pci/power_state.hpp"

#include <cstring>

#include "base/testing/test.hpp"

namespace rsl::pci {
namespace {

constexpr uint8_t kPm = 0x40, kMsi = 0x50, kMsix = 0x70, kExpress = 0x80;
constexpr uint32_t kPmcsr = kPm + 4;

/// A function that comes out of D3 as out of a reset, unless No_Soft_Reset is set, and goes from D3
/// to D0 only.
class FakeFunction final : public ConfigSpace {
  public:
    FakeFunction() {
        put(0x00, 0x10D38086, 4);
        put(0x06, 0x10, 2);
        put(0x34, kPm, 1);
        put(kPm, 0x0001 | kMsi << 8, 2);
        put(kPm + 2, 0x0603, 2);  // D1, D2, version 3
        put(kMsi, 0x0005 | kMsix << 8, 2);
        put(kMsi + 2, 0x0080, 2);  // wide
        put(kMsix, 0x0011 | kExpress << 8, 2);
        put(kMsix + 2, 0x0004, 2);
        put(kExpress, 0x0010, 2);
        put(kExpress + 2, 0x0002, 2);
        std::memcpy(fresh, bytes, sizeof(bytes));
    }
    uint32_t read(uint32_t offset, uint32_t count) override {
        uint32_t value = 0;
        std::memcpy(&value, bytes + offset, count);
        return value;
    }
    void write(uint32_t offset, uint32_t count, uint32_t value) override {
        ++writes;
        if (offset != kPmcsr) {
            put(offset, value, count);
            return;
        }
        if ((value & 0x8000) != 0) bytes[kPmcsr + 1] &= 0x7F;  // the event is acknowledged
        const uint32_t before = bytes[kPmcsr] & 3u, wanted = value & 3;
        if (before == 3 && wanted != 0) return;
        const bool reset = before == 3 && (bytes[kPmcsr] & 8) == 0;
        const uint8_t flags = bytes[kPmcsr] & 8, event = bytes[kPmcsr + 1] & 0x80;
        if (reset) std::memcpy(bytes, fresh, sizeof(bytes));
        bytes[kPmcsr] = static_cast<uint8_t>(flags | wanted);
        bytes[kPmcsr + 1] = static_cast<uint8_t>(event | (value >> 8 & 0x7F));
    }
    void put(uint32_t offset, uint32_t value, uint32_t count) {
        std::memcpy(bytes + offset, &value, count);
    }

    uint8_t bytes[256] = {};
    uint8_t fresh[256] = {};
    int writes = 0;
};

/// As a driver left it: ranges, decoding, messages.
void set_up(FakeFunction& function) {
    function.put(0x04, 0x0406, 2);
    for (uint32_t i = 0; i < 6; ++i) function.put(0x10 + 4 * i, 0xFE000000 + i * 0x100000, 4);
    function.put(0x3C, 11, 1);
    function.put(0x0C, 0x4010, 2);
    function.put(kMsi + 4, 0xFEE00000, 4);
    function.put(kMsi + 12, 0x41, 2);
    function.put(kMsix + 2, 0x8004, 2);
    function.put(kExpress + 8, 0x2810, 2);
    function.put(kExpress + 0x28, 0x9, 2);
}

bool same(const FakeFunction& a, const FakeFunction& b) {
    return std::memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0;
}

}  // namespace

RSL_TEST(PciPower, TheCapabilityTellsTheStates)
{
    FakeFunction function;
    const auto capability = PowerCapability::of(function);
    RSL_EXPECT_EQ(capability.offset, kPm);
    RSL_EXPECT(capability.has(PowerState::kD0) && capability.has(PowerState::kD1) &&
               capability.has(PowerState::kD2) && capability.has(PowerState::kD3));
    function.put(kPm + 2, 0x0403, 2);
    RSL_EXPECT(!PowerCapability::of(function).has(PowerState::kD1) &&
               PowerCapability::of(function).has(PowerState::kD2));
}

RSL_TEST(PciPower, WithoutTheCapabilityAFunctionIsInD0)
{
    FakeFunction function;
    function.put(0x06, 0, 2);
    const auto capability = PowerCapability::of(function);
    RSL_EXPECT_EQ(capability.offset, 0);
    RSL_EXPECT_EQ(begin_power_state(function, capability, PowerState::kD3), 0u);
    RSL_EXPECT_EQ(power_state(function, capability), PowerState::kD0);
    RSL_EXPECT_EQ(function.writes, 0);
}

RSL_TEST(PciPower, AListInACircleEnds)
{
    FakeFunction function;
    function.put(kExpress + 1, kPm, 1);
    RSL_EXPECT_EQ(find_capability(function, 0x77), 0);
    RSL_EXPECT_EQ(find_capability(function, 0x10), kExpress);
}

RSL_TEST(PciPower, EachMoveHasItsPause)
{
    FakeFunction function;
    const auto capability = PowerCapability::of(function);
    RSL_EXPECT_EQ(begin_power_state(function, capability, PowerState::kD0), 0u);
    RSL_EXPECT_EQ(begin_power_state(function, capability, PowerState::kD1), 0u);
    RSL_EXPECT_EQ(begin_power_state(function, capability, PowerState::kD2), 200u);
    RSL_EXPECT_EQ(begin_power_state(function, capability, PowerState::kD3), 10000u);
    RSL_EXPECT_EQ(power_state(function, capability), PowerState::kD3);
    RSL_EXPECT_EQ(begin_power_state(function, capability, PowerState::kD0), 10000u);
    RSL_EXPECT_EQ(power_state(function, capability), PowerState::kD0);
}

RSL_TEST(PciPower, AnEventIsNotLost)
{
    FakeFunction function;
    const auto capability = PowerCapability::of(function);
    function.put(kPmcsr, 0x8100, 2);
    begin_power_state(function, capability, PowerState::kD3);
    RSL_EXPECT_EQ(function.read16(kPmcsr), 0x8103);
}

RSL_TEST(PciPower, WhatIsForgottenIsRestored)
{
    FakeFunction function;
    set_up(function);
    const FakeFunction before = function;
    const auto capability = PowerCapability::of(function);
    SavedConfig saved;
    saved.save(function);
    begin_power_state(function, capability, PowerState::kD3);
    RSL_EXPECT(forgets_in_d3(function, capability));
    saved.look_again(function);
    begin_power_state(function, capability, PowerState::kD0);
    RSL_EXPECT_EQ(function.read32(0x10), 0u);
    saved.restore(function);
    RSL_EXPECT(saved.has_table());
    RSL_EXPECT_EQ(function.read16(kMsix + 2) & 0x8000, 0);  // not before its table is there
    saved.restore_table_control(function);
    RSL_EXPECT(same(function, before));
}

RSL_TEST(PciPower, NoSoftResetForgetsNothing)
{
    FakeFunction function;
    set_up(function);
    function.put(kPmcsr, 0x8, 2);
    const FakeFunction before = function;
    const auto capability = PowerCapability::of(function);
    RSL_EXPECT(!forgets_in_d3(function, capability));
    begin_power_state(function, capability, PowerState::kD3);
    begin_power_state(function, capability, PowerState::kD0);
    RSL_EXPECT(same(function, before));
}

RSL_TEST(PciPower, MessagesThatWereTurnedOffStayOff)
{
    FakeFunction function;
    set_up(function);
    const auto capability = PowerCapability::of(function);
    SavedConfig saved;
    saved.save(function);
    begin_power_state(function, capability, PowerState::kD3);
    function.put(kMsix + 2, 0x0004, 2);  // its interrupt was disconnected meanwhile
    saved.look_again(function);
    RSL_EXPECT(!saved.has_table());
    begin_power_state(function, capability, PowerState::kD0);
    saved.restore(function);
    saved.restore_table_control(function);
    RSL_EXPECT_EQ(function.read16(kMsix + 2), 0x0004);
    RSL_EXPECT_EQ(function.read16(0x04), 0x0006);  // and the line is there again
}

}  // namespace rsl::pci
