// SPDX-License-Identifier: GPL-2.0-only
// A virtio device that its driver looks for itself, before plug and play runs: found on bus 0, with
// one queue and its line interrupt.
#pragma once

#include "buses/virtio/modern_device.hpp"

namespace rsl::virtio {

inline constexpr USHORT kVendor = 0x1AF4;
inline constexpr USHORT kFirstModernDevice = 0x1040;  // + the virtio device type

class PciTransport {
  public:
    /// Runs at DISPATCH_LEVEL after an interrupt.
    using Notified = void (*)(void* context);

    /// Looks on bus 0 for the `index`-th device of a type.
    static bool find(USHORT type, ULONG index, ULONG& slot);

    /// Maps the device, resets it and agrees on `wanted` features, all of which it must offer.
    NTSTATUS open(ULONG slot, ULONG64 wanted);
    /// Makes queue 0 of at most `size` entries, connects the interrupt, and starts the device.
    NTSTATUS start(USHORT size, Notified notified, void* context);
    /// Resets the device and gives everything back.
    void close();

    Queue& queue() { return device_.queue(); }
    /// Tells the device that there is something in queue 0.
    void kick() { device_.kick(); }
    /// Its own configuration.
    void read_config(ULONG offset, void* out, ULONG bytes) const {
        device_.read_config(offset, out, bytes);
    }

  private:
    NTSTATUS connect(ULONG slot);
    static BOOLEAN NTAPI on_interrupt(PKINTERRUPT interrupt, PVOID context);
    static VOID NTAPI on_dpc(PKDPC dpc, PVOID context, PVOID, PVOID);

    ULONG slot_ = 0;
    ModernDevice device_;
    PKINTERRUPT interrupt_ = nullptr;
    KDPC dpc_ = {};
    Notified notified_ = nullptr;
    void* context_ = nullptr;
};

}  // namespace rsl::virtio
