// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/arch/acpi/machine.hpp"

#include <optional>
#include <string_view>

#include "base/core/bytes.hpp"

namespace rsl::arch {
namespace {

using Bytes = std::span<const std::byte>;

constexpr uint64_t kScanFrom = 0xE0000, kScanTo = 0x100000, kScanStep = 16;
constexpr uint64_t kOldPointerBytes = 20, kPointerBytes = 36;
constexpr uint64_t kHeaderBytes = 36;
constexpr uint64_t kMaxTableBytes = 1 << 20;
constexpr uint32_t kProcessorEnabled = 1;

bool sums_to_zero(Bytes bytes) {
    uint8_t sum = 0;
    for (const std::byte b : bytes) sum = static_cast<uint8_t>(sum + static_cast<uint8_t>(b));
    return sum == 0;
}

std::string_view text_of(Bytes bytes, uint64_t offset, uint64_t length) {
    if (!in_bounds(offset, length, bytes.size())) return {};
    return {reinterpret_cast<const char*>(bytes.data()) + offset, length};
}

bool is_pointer(Bytes bytes) {
    return text_of(bytes, 0, 8) == "RSD PTR " && sums_to_zero(bytes.first(kOldPointerBytes));
}

Bytes find_pointer(uint64_t rsdp, PhysicalView& memory) {
    if (rsdp != 0) {
        const Bytes found = memory.view(rsdp, kPointerBytes);
        return found.size() >= kPointerBytes && is_pointer(found) ? found : Bytes{};
    }
    const Bytes area = memory.view(kScanFrom, kScanTo - kScanFrom);
    for (uint64_t at = 0; at + kPointerBytes <= area.size(); at += kScanStep) {
        if (is_pointer(area.subspan(at, kPointerBytes))) return area.subspan(at, kPointerBytes);
    }
    return {};
}

Bytes table_at(uint64_t physical, PhysicalView& memory) {
    const Bytes header = memory.view(physical, kHeaderBytes);
    const auto length = read_at<uint32_t>(header, 4);
    if (!length || *length < kHeaderBytes || *length > kMaxTableBytes) return {};
    const Bytes table = memory.view(physical, *length);
    return table.size() == *length && sums_to_zero(table) ? table : Bytes{};
}

void add_processor(Machine& machine, uint32_t apic_id, uint32_t flags) {
    if ((flags & kProcessorEnabled) == 0 || machine.processor_count == Machine::kMaxProcessors) return;
    machine.apic_ids[machine.processor_count++] = apic_id;
}

void read_interrupt_entry(Machine& machine, Bytes entry) {
    enum : uint8_t { kLocalApic = 0, kIoApic = 1, kOverride = 2, kLocalX2Apic = 9 };
    const auto byte = [&](uint64_t at) { return read_at<uint8_t>(entry, at).value_or(0); };
    const auto word = [&](uint64_t at) { return read_at<uint32_t>(entry, at).value_or(0); };
    switch (byte(0)) {
        case kLocalApic: return add_processor(machine, byte(3), word(4));
        case kLocalX2Apic: return add_processor(machine, word(4), word(8));
        case kIoApic:
            if (entry.size() >= 12 && machine.io_apic_count < Machine::kMaxIoApics) {
                machine.io_apics[machine.io_apic_count++] = {word(4), word(8)};
            }
            return;
        case kOverride:
            if (entry.size() >= 10 && machine.override_count < Machine::kMaxOverrides) {
                machine.overrides[machine.override_count++] = {byte(3), word(4), read_at<uint16_t>(entry, 8).value_or(0)};
            }
            return;
    }
}

void read_interrupt_table(Machine& machine, Bytes table) {
    constexpr uint64_t kFirstEntry = 44;
    for (uint64_t at = kFirstEntry; at < table.size();) {
        const auto length = read_at<uint8_t>(table, at + 1);
        if (!length || *length < 2 || !in_bounds(at, *length, table.size())) return;
        read_interrupt_entry(machine, table.subspan(at, *length));
        at += *length;
    }
}

void read_configuration_table(Machine& machine, Bytes table) {
    constexpr uint64_t kFirstEntry = 44;
    const auto base = read_at<uint64_t>(table, kFirstEntry);
    const auto segment = read_at<uint16_t>(table, kFirstEntry + 8);
    const auto last_bus = read_at<uint8_t>(table, kFirstEntry + 11);
    if (!base || !last_bus || segment.value_or(1) != 0) return;
    machine.ecam_base = *base;
    machine.ecam_last_bus = *last_bus;
}

}  // namespace

Machine describe_machine(uint64_t rsdp, PhysicalView& memory) {
    Machine machine;
    const Bytes pointer = find_pointer(rsdp, memory);
    if (pointer.empty()) return machine;
    const bool wide = read_at<uint8_t>(pointer, 15).value_or(0) >= 2 && read_at<uint64_t>(pointer, 24).value_or(0) != 0;
    const uint64_t root_at = wide ? *read_at<uint64_t>(pointer, 24) : *read_at<uint32_t>(pointer, 16);
    const Bytes root = table_at(root_at, memory);
    if (root.empty()) return machine;
    machine.has_tables = true;
    const uint64_t step = wide ? 8 : 4;
    for (uint64_t at = kHeaderBytes; at + step <= root.size(); at += step) {
        const Bytes table = table_at(wide ? *read_at<uint64_t>(root, at) : *read_at<uint32_t>(root, at), memory);
        const std::string_view name = text_of(table, 0, 4);
        if (name == "APIC") read_interrupt_table(machine, table);
        if (name == "MCFG") read_configuration_table(machine, table);
    }
    return machine;
}

}  // namespace rsl::arch
