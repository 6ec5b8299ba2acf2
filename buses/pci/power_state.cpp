// SPDX-License-Identifier: GPL-2.0-only
#include "buses/pci/power_state.hpp"

namespace rsl::pci {
namespace {

// The header
constexpr uint32_t kCommand = 0x04, kStatus = 0x06, kCacheLine = 0x0C, kFirstBar = 0x10,
                   kRom = 0x30, kCapabilities = 0x34, kLine = 0x3C;
constexpr uint16_t kHasCapabilities = 0x10, kDecode = 0x7, kNoLineInterrupt = 0x400;
constexpr uint8_t kPowerManagement = 0x01, kMsi = 0x05, kExpress = 0x10, kMsix = 0x11;
constexpr int kMostCapabilities = 48;  // as many as fit behind the header

// The power management capability
constexpr uint32_t kAbilities = 2, kControl = 4;
constexpr uint16_t kD1Support = 0x200, kD2Support = 0x400;
constexpr uint16_t kStateMask = 0x3, kNoSoftReset = 0x8, kEventStatus = 0x8000;
constexpr uint32_t kD3Delay = 10000, kD2Delay = 200;  // us

// MSI, at offsets of its capability: control, then address, data, mask
constexpr uint32_t kMessageControl = 2;
constexpr uint16_t kMsiEnable = 0x1, kMsiWide = 0x80, kMsiMasks = 0x100;

// PCI Express: controls of device, link, slot, root; then, of version 2, device 2, link 2
constexpr uint32_t kExpressControl[] = {0x08, 0x10, 0x18, 0x1C, 0x28, 0x30};
constexpr uint8_t kFirstVersion = 1;

uint32_t msi_words(uint16_t control) {
    return 2u + ((control & kMsiWide) != 0 ? 1 : 0) + ((control & kMsiMasks) != 0 ? 1 : 0);
}

}  // namespace

uint8_t find_capability(ConfigSpace& config, uint8_t id) {
    if ((config.read16(kStatus) & kHasCapabilities) == 0) return 0;
    uint8_t at = config.read8(kCapabilities) & 0xFC;
    for (int i = 0; i < kMostCapabilities && at != 0; ++i) {
        if (config.read8(at) == id) return at;
        at = config.read8(at + 1u) & 0xFC;
    }
    return 0;
}

PowerCapability PowerCapability::of(ConfigSpace& config) {
    PowerCapability found;
    found.offset = find_capability(config, kPowerManagement);
    if (found.offset == 0) return found;
    const uint16_t abilities = config.read16(found.offset + kAbilities);
    found.d1 = (abilities & kD1Support) != 0;
    found.d2 = (abilities & kD2Support) != 0;
    return found;
}

bool PowerCapability::has(PowerState state) const {
    if (state == PowerState::kD1) return d1;
    return state == PowerState::kD2 ? d2 : true;
}

PowerState power_state(ConfigSpace& config, const PowerCapability& capability) {
    if (capability.offset == 0) return PowerState::kD0;
    return static_cast<PowerState>(config.read16(capability.offset + kControl) & kStateMask);
}

uint32_t begin_power_state(ConfigSpace& config, const PowerCapability& capability,
                           PowerState state) {
    const PowerState before = power_state(config, capability);
    if (capability.offset == 0 || before == state) return 0;
    uint16_t control = config.read16(capability.offset + kControl);
    // A one in the event's bit would clear it.
    control = static_cast<uint16_t>((control & ~(kStateMask | kEventStatus)) |
                                    static_cast<uint16_t>(state));
    config.write(capability.offset + kControl, 2, control);
    if (before == PowerState::kD3 || state == PowerState::kD3) return kD3Delay;
    return before == PowerState::kD2 || state == PowerState::kD2 ? kD2Delay : 0;
}

bool forgets_in_d3(ConfigSpace& config, const PowerCapability& capability) {
    return capability.offset != 0 &&
           (config.read16(capability.offset + kControl) & kNoSoftReset) == 0;
}

void SavedConfig::save(ConfigSpace& config) {
    command_ = config.read16(kCommand);
    cache_and_latency_ = config.read16(kCacheLine);
    for (uint32_t i = 0; i < kBars; ++i) bars_[i] = config.read32(kFirstBar + 4 * i);
    rom_ = config.read32(kRom);
    line_ = config.read8(kLine);
    msi_ = find_capability(config, kMsi);
    msix_ = find_capability(config, kMsix);
    express_ = find_capability(config, kExpress);
    if (msi_ != 0) {
        msi_control_ = config.read16(msi_ + kMessageControl);
        for (uint32_t i = 0; i < msi_words(msi_control_); ++i)
            msi_words_[i] = config.read32(msi_ + 4 + 4 * i);
    }
    if (msix_ != 0) msix_control_ = config.read16(msix_ + kMessageControl);
    if (express_ != 0) {
        const bool first = (config.read16(express_ + kMessageControl) & 0xF) == kFirstVersion;
        express_count_ = first ? 2 : kExpressControls;  // of version 1 a device need not have more
        for (uint32_t i = 0; i < express_count_; ++i)
            express_controls_[i] = config.read16(express_ + kExpressControl[i]);
    }
    valid_ = true;
}

void SavedConfig::look_again(ConfigSpace& config) {
    const bool had_messages = (msi_ != 0 && (msi_control_ & kMsiEnable) != 0) ||
                              (msix_ != 0 && (msix_control_ & kMsixEnable) != 0);
    bool has_messages = false;
    if (msi_ != 0) {
        if ((config.read16(msi_ + kMessageControl) & kMsiEnable) == 0)
            msi_control_ &= static_cast<uint16_t>(~kMsiEnable);
        has_messages |= (msi_control_ & kMsiEnable) != 0;
    }
    if (msix_ != 0) {
        if ((config.read16(msix_ + kMessageControl) & kMsixEnable) == 0)
            msix_control_ &= static_cast<uint16_t>(~kMsixEnable);
        has_messages |= (msix_control_ & kMsixEnable) != 0;
    }
    if (had_messages && !has_messages) command_ &= static_cast<uint16_t>(~kNoLineInterrupt);
}

void SavedConfig::restore(ConfigSpace& config) const {
    config.write(kCommand, 2, command_ & ~kDecode);
    for (uint32_t i = 0; i < kBars; ++i) config.write(kFirstBar + 4 * i, 4, bars_[i]);
    config.write(kRom, 4, rom_);
    config.write(kCacheLine, 2, cache_and_latency_);
    config.write(kLine, 1, line_);
    for (uint32_t i = 0; i < express_count_; ++i)
        config.write(express_ + kExpressControl[i], 2, express_controls_[i]);
    if (msi_ != 0) {
        for (uint32_t i = 0; i < msi_words(msi_control_); ++i)
            config.write(msi_ + 4 + 4 * i, 4, msi_words_[i]);
        config.write(msi_ + kMessageControl, 2, msi_control_);
    }
    if (msix_ != 0) config.write(msix_ + kMessageControl, 2, msix_control_ & ~kMsixEnable);
    config.write(kCommand, 2, command_);
}

void SavedConfig::restore_table_control(ConfigSpace& config) const {
    if (msix_ != 0) config.write(msix_ + kMessageControl, 2, msix_control_);
}

}  // namespace rsl::pci
