// SPDX-License-Identifier: GPL-2.0-only
// The message-signalled interrupts of one PCI function as the PnP manager gives them to its driver:
// a vector each, and the table in the device that sends them.
#pragma once

#include <cstdint>

#include "base/core/result.hpp"
#include "kernel/arch/interrupts.hpp"
#include "kernel/hal/pci/messages.hpp"

namespace rsl::hal {

class DeviceMessages {
  public:
    static constexpr uint32_t kMost = 16;
    /// Vectors for up to `wanted` messages of a function, all masked. kNotSupported when it has none,
    /// kInsufficientResources when no vector is left. PASSIVE_LEVEL.
    static Result<DeviceMessages*> reserve(int function, uint32_t wanted);
    /// Gives vectors and table back. Nothing may be connected any more. PASSIVE_LEVEL.
    void release();

    uint32_t count() const { return count_; }
    uint8_t vector(uint32_t index) const { return vectors_[index]; }
    KIRQL irql(uint32_t index) const { return arch::irql_of_vector(vectors_[index]); }
    /// What the device writes where for a message.
    arch::MessageTarget target(uint32_t index) const { return arch::message_target(0, vectors_[index]); }

    /// The messages that a vector belongs to, with the message's index; nullptr when it is none's.
    static DeviceMessages* of_vector(uint32_t vector, uint32_t& index);
    void unmask(uint32_t index) { signals_.set(index, 0, vectors_[index]); }
    void mask(uint32_t index) { signals_.mask(index); }

  private:
    pci::MessageSignals signals_;
    uint32_t count_ = 0;
    uint8_t vectors_[kMost] = {};
};

}  // namespace rsl::hal
