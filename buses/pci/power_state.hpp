// SPDX-License-Identifier: GPL-2.0-only
// The PCI power management capability (PCI Bus Power Management Interface Specification 1.2; PCI
// Express Base, 5.3): which states a function has, how it moves between them, and what it forgets
// on the way out of D3. Pure: configuration space is behind an interface.
#pragma once

#include <cstdint>

namespace rsl::pci {

/// A function's configuration space.
class ConfigSpace {
  public:
    virtual uint32_t read(uint32_t offset, uint32_t bytes) = 0;
    virtual void write(uint32_t offset, uint32_t bytes, uint32_t value) = 0;
    uint8_t read8(uint32_t offset) { return static_cast<uint8_t>(read(offset, 1)); }
    uint16_t read16(uint32_t offset) { return static_cast<uint16_t>(read(offset, 2)); }
    uint32_t read32(uint32_t offset) { return read(offset, 4); }

  protected:
    ~ConfigSpace() = default;
};

/// Offset of the first capability of that kind; 0: none. A list that goes in circles ends.
uint8_t find_capability(ConfigSpace& config, uint8_t id);

enum class PowerState : uint8_t { kD0, kD1, kD2, kD3 };

/// What a function can do; without the capability it is in D0 whatever it is told.
struct PowerCapability {
    uint8_t offset = 0;  // 0: it has none
    bool d1 = false, d2 = false;

    static PowerCapability of(ConfigSpace& config);
    bool has(PowerState state) const;
};

PowerState power_state(ConfigSpace& config, const PowerCapability& capability);
/// Tells the function to go there. Microseconds before it may be touched again. Out of D3 and D2
/// there is only D0 to go to.
uint32_t begin_power_state(ConfigSpace& config, const PowerCapability& capability,
                           PowerState state);
/// Does it come out of D3 as out of a reset? (No_Soft_Reset is clear.)
bool forgets_in_d3(ConfigSpace& config, const PowerCapability& capability);

/// What a function would forget: header, PCI Express controls, message-signalled interrupts (MSI-X:
/// but for the table).
class SavedConfig {
  public:
    bool is_valid() const { return valid_; }
    /// MSI-X was on: its table is to be saved, too.
    bool has_table() const { return valid_ && msix_ != 0 && (msix_control_ & kMsixEnable) != 0; }
    void save(ConfigSpace& config);
    /// Before the function leaves D3: messages that were turned off meanwhile stay off.
    void look_again(ConfigSpace& config);
    /// Ranges are decoded last; MSI-X stays off, so that its table can be restored first.
    void restore(ConfigSpace& config) const;
    /// The last step.
    void restore_table_control(ConfigSpace& config) const;

  private:
    static constexpr uint16_t kMsixEnable = 0x8000;
    static constexpr uint32_t kBars = 6, kMsiWords = 5, kExpressControls = 6;
    bool valid_ = false;
    uint8_t msi_ = 0, msix_ = 0, express_ = 0;
    uint16_t command_ = 0, cache_and_latency_ = 0, msi_control_ = 0, msix_control_ = 0;
    uint8_t line_ = 0, express_count_ = 0;
    uint32_t bars_[kBars] = {}, rom_ = 0, msi_words_[kMsiWords] = {};
    uint16_t express_controls_[kExpressControls] = {};
};

}  // namespace rsl::pci
