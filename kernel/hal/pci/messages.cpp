// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/pci/messages.hpp"

#include "kernel/arch/interrupts.hpp"
#include "kernel/mm/virtual.hpp"

namespace rsl::hal::pci {
namespace {

constexpr uint32_t kControl = 2;  // in both capabilities
constexpr uint16_t kXEnable = 0x8000, kXCount = 0x7FF;
constexpr uint16_t kMsiEnable = 1, kMsiWide = 0x80, kMsiMultiple = 0x70;
constexpr uint16_t kBusMaster = 4, kNoLineInterrupt = 0x400;
constexpr uint32_t kEntryMasked = 1;

}  // namespace

Result<void> MessageSignals::open(const Function& function) {
    ConfigSpace& config = config_space();
    at_ = function.at;
    extended_ = function.msix != 0;
    capability_ = extended_ ? function.msix : function.msi;
    if (capability_ == 0) return Status::kNotSupported;
    if (extended_) {
        const uint32_t count = (config.read16(at_, capability_ + kControl) & kXCount) + 1u;
        const uint32_t where = config.read32(at_, capability_ + 4);
        const uint32_t bar = where & 7;
        const uint64_t offset = where & ~7u;
        if (bar >= 6 || function.bars[bar].range.base == 0 || function.bars[bar].range.bytes < offset + count * sizeof(Entry)) {
            return Status::kNotSupported;
        }
        table_ = reinterpret_cast<volatile Entry*>(
            RSL_TRY(mm::map_physical(function.bars[bar].range.base + offset, count * sizeof(Entry),
                                     {.writable = true, .caching = arch::Caching::kUncached})));
        for (uint32_t i = 0; i < count; ++i) table_[i].control = kEntryMasked;
        config.write16(at_, capability_ + kControl, kXEnable);
        count_ = count;
    } else {
        count_ = 1;
    }
    config.write16(at_, kCommand, static_cast<uint16_t>(config.read16(at_, kCommand) | kBusMaster | kNoLineInterrupt));
    return {};
}

void MessageSignals::close() {
    if (count_ == 0) return;
    ConfigSpace& config = config_space();
    config.write16(at_, capability_ + kControl, 0);
    config.write16(at_, kCommand, static_cast<uint16_t>(config.read16(at_, kCommand) & ~kNoLineInterrupt));
    if (table_ != nullptr) mm::unmap_system(reinterpret_cast<uint64_t>(table_), count_ * sizeof(Entry));
    table_ = nullptr;
    count_ = 0;
}

void MessageSignals::set(uint32_t index, uint32_t processor, uint8_t vector) {
    const arch::MessageTarget target = arch::message_target(processor, vector);
    if (extended_) {
        volatile Entry& entry = table_[index];
        entry.address_low = static_cast<uint32_t>(target.address);
        entry.address_high = static_cast<uint32_t>(target.address >> 32);
        entry.data = target.data;
        entry.control = 0;
        return;
    }
    ConfigSpace& config = config_space();
    const uint16_t control = config.read16(at_, capability_ + kControl);
    const bool wide = (control & kMsiWide) != 0;
    config.write32(at_, capability_ + 4, static_cast<uint32_t>(target.address));
    if (wide) config.write32(at_, capability_ + 8, static_cast<uint32_t>(target.address >> 32));
    config.write16(at_, capability_ + (wide ? 12 : 8), static_cast<uint16_t>(target.data));
    config.write16(at_, capability_ + kControl, static_cast<uint16_t>((control & ~kMsiMultiple) | kMsiEnable));
}

void MessageSignals::mask(uint32_t index) {
    if (count_ == 0) return;
    if (extended_) {
        table_[index].control = kEntryMasked;
    } else {
        ConfigSpace& config = config_space();
        const uint16_t control = config.read16(at_, capability_ + kControl);
        config.write16(at_, capability_ + kControl, static_cast<uint16_t>(control & ~kMsiEnable));
    }
}

}  // namespace rsl::hal::pci
