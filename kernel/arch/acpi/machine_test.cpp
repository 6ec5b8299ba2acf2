// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/arch/acpi/machine.hpp"

#include <cstring>

#include "base/core/bytes.hpp"
#include "base/testing/test.hpp"

namespace rsl::arch {
namespace {

// A few kilobytes that play physical memory from kBase on.
class FakeMemory final : public PhysicalView {
  public:
    static constexpr uint64_t kBase = 0xE0000;
    std::span<const std::byte> view(uint64_t physical, uint64_t bytes) override {
        if (physical < kBase || !in_bounds(physical - kBase, bytes, sizeof(bytes_))) return {};
        return std::span<const std::byte>(bytes_).subspan(physical - kBase, bytes);
    }
    template <typename T>
    void put(uint64_t at, const T& value) {
        std::memcpy(bytes_ + at - kBase, &value, sizeof(value));
    }
    void put_text(uint64_t at, const char* text) {
        for (; *text != '\0'; ++text) bytes_[at++ - kBase] = static_cast<std::byte>(*text);
    }
    void fix_sum(uint64_t at, uint64_t bytes, uint64_t sum_at) {
        put<uint8_t>(sum_at, 0);
        uint8_t sum = 0;
        for (uint64_t i = 0; i < bytes; ++i) sum = static_cast<uint8_t>(sum + static_cast<uint8_t>(bytes_[at - kBase + i]));
        put<uint8_t>(sum_at, static_cast<uint8_t>(0 - sum));
    }
    void table(uint64_t at, const char* name, uint32_t bytes) {
        put_text(at, name);
        put<uint32_t>(at + 4, bytes);
        fix_sum(at, bytes, at + 9);
    }

  private:
    std::byte bytes_[0x20000] = {};
};

constexpr uint64_t kPointer = 0xE0010, kRoot = 0xE0100, kApic = 0xE0200, kMcfg = 0xE0400;

// Revision 0 as on q35: RSDT with a MADT of two processors (one disabled) and an MCFG.
void build(FakeMemory& memory) {
    memory.put_text(kPointer, "RSD PTR ");
    memory.put<uint32_t>(kPointer + 16, kRoot);
    memory.fix_sum(kPointer, 20, kPointer + 8);
    memory.put<uint32_t>(kRoot + 36, kApic);
    memory.put<uint32_t>(kRoot + 40, kMcfg);
    memory.table(kRoot, "RSDT", 44);
    const uint8_t entries[] = {0, 8, 0, 0, 1, 0, 0, 0,                      // processor 0, enabled
                               0, 8, 1, 1, 0, 0, 0, 0,                      // processor 1, disabled
                               9, 16, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,  // x2APIC 0x100
                               1, 12, 0, 0, 0, 0, 0xC0, 0xFE, 24, 0, 0, 0,  // I/O APIC at 0xFEC00000, GSI 24
                               2, 10, 0, 9, 5, 0, 0, 0, 0xD, 0};            // IRQ 9 to GSI 5
    memory.put(kApic + 44, entries);
    memory.table(kApic, "APIC", 44 + sizeof(entries));
    memory.put<uint64_t>(kMcfg + 44, 0xB0000000);
    memory.put<uint8_t>(kMcfg + 55, 255);
    memory.table(kMcfg, "MCFG", 60);
}

RSL_TEST(AcpiMachine, ReadsProcessorsAndInterruptControllers) {
    static FakeMemory memory;
    build(memory);
    const Machine machine = describe_machine(kPointer, memory);
    RSL_EXPECT(machine.has_tables);
    RSL_REQUIRE(machine.processor_count == 2);  // the disabled one does not count
    RSL_EXPECT_EQ(machine.apic_ids[0], 0u);
    RSL_EXPECT_EQ(machine.apic_ids[1], 0x100u);
    RSL_REQUIRE(machine.io_apic_count == 1);
    RSL_EXPECT_EQ(machine.io_apics[0].address, 0xFEC00000u);
    RSL_EXPECT_EQ(machine.io_apics[0].first_gsi, 24u);
    RSL_REQUIRE(machine.override_count == 1);
    RSL_EXPECT_EQ(machine.overrides[0].isa_irq, 9);
    RSL_EXPECT_EQ(machine.overrides[0].gsi, 5u);
    RSL_EXPECT_EQ(machine.ecam_base, 0xB0000000u);
    RSL_EXPECT_EQ(machine.ecam_last_bus, 255);
}

RSL_TEST(AcpiMachine, FindsThePointerItself) {
    static FakeMemory memory;
    build(memory);
    RSL_EXPECT_EQ(describe_machine(0, memory).processor_count, 2u);
}

RSL_TEST(AcpiMachine, IgnoresTablesWithABadChecksum) {
    static FakeMemory memory;
    build(memory);
    memory.put<uint8_t>(kApic + 20, 0x55);
    const Machine machine = describe_machine(kPointer, memory);
    RSL_EXPECT_EQ(machine.processor_count, 0u);
    RSL_EXPECT_EQ(machine.ecam_base, 0xB0000000u);
}

RSL_TEST(AcpiMachine, StopsAtAnEntryThatLeavesItsTable) {
    static FakeMemory memory;
    build(memory);
    memory.put<uint8_t>(kApic + 44 + 9, 200);
    memory.table(kApic, "APIC", 44 + 54);
    RSL_EXPECT_EQ(describe_machine(kPointer, memory).processor_count, 1u);
}

RSL_TEST(AcpiMachine, LivesWithoutTables) {
    static FakeMemory memory;
    const Machine machine = describe_machine(0, memory);
    RSL_EXPECT(!machine.has_tables);
    RSL_EXPECT(!describe_machine(0x1000, memory).has_tables);
}

}  // namespace
}  // namespace rsl::arch
