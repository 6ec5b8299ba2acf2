// SPDX-License-Identifier: GPL-2.0-only
// A virtio device on PCI (virtio 1.x, section 4.1, without the legacy interface): found in configuration
// space, negotiated, with one queue and its line interrupt. A library for the drivers of virtio devices.
#pragma once

#include "abi/functions/hal.h"
#include "abi/functions/ke.h"
#include "abi/functions/mm.h"
#include "buses/virtio/queue.hpp"

namespace rsl::virtio {

inline constexpr USHORT kVendor = 0x1AF4;
inline constexpr USHORT kFirstModernDevice = 0x1040;  // + the virtio device type
inline constexpr ULONG64 kFeatureIndirect = 1ull << 28;
inline constexpr ULONG64 kFeatureVersion1 = 1ull << 32;

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

    Queue& queue() { return queue_; }
    /// Tells the device that there is something in queue 0.
    void kick() { WRITE_REGISTER_USHORT(notify_, 0); }
    /// Its own configuration.
    void read_config(ULONG offset, void* out, ULONG bytes) const;

  private:
    struct Region {
        volatile UCHAR* at = nullptr;
        ULONG bytes = 0;
    };
    NTSTATUS map_capabilities(ULONG slot);
    NTSTATUS map_region(ULONG slot, UCHAR capability, Region& out);
    void* map_bar(ULONG slot, UCHAR bar, ULONG offset, ULONG bytes);
    NTSTATUS make_queue(USHORT size);
    NTSTATUS connect(ULONG slot);
    void set_status(UCHAR status) { WRITE_REGISTER_UCHAR(common_.at + 0x14, status); }
    UCHAR status() const { return READ_REGISTER_UCHAR(common_.at + 0x14); }
    static BOOLEAN NTAPI on_interrupt(PKINTERRUPT interrupt, PVOID context);
    static VOID NTAPI on_dpc(PKDPC dpc, PVOID context, PVOID, PVOID);

    ULONG slot_ = 0;
    Region common_, isr_, device_, notify_area_;
    ULONG notify_multiplier_ = 0;
    volatile USHORT* notify_ = nullptr;
    PVOID queue_memory_ = nullptr;
    Queue queue_;
    PKINTERRUPT interrupt_ = nullptr;
    KDPC dpc_ = {};
    Notified notified_ = nullptr;
    void* context_ = nullptr;
};

}  // namespace rsl::virtio
