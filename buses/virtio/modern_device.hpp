// SPDX-License-Identifier: GPL-2.0-only
// A virtio device on PCI (virtio 1.x, section 4.1, without the legacy interface), given its
// configuration space: mapped, negotiated, with one queue. Who finds the device and connects its
// interrupt is someone else: pci_transport.hpp for drivers that look for it themselves, a function
// driver's IRP_MN_START_DEVICE for those that plug and play gives it to.
#pragma once

#include "abi/functions/hal.h"
#include "abi/functions/ke.h"
#include "abi/functions/mm.h"
#include "buses/virtio/queue.hpp"

namespace rsl::virtio {

inline constexpr ULONG64 kFeatureIndirect = 1ull << 28;
inline constexpr ULONG64 kFeatureVersion1 = 1ull << 32;
inline constexpr USHORT kNoVector = 0xFFFF;

/// How to reach the device's configuration space.
struct ConfigSpace {
    void (*read)(void* context, ULONG offset, void* out, ULONG bytes) = nullptr;
    void* context = nullptr;

    template <typename T>
    T get(ULONG offset) const {
        T value{};
        read(context, offset, &value, sizeof(T));
        return value;
    }
};

class ModernDevice {
  public:
    /// Maps what the device's capabilities name. The device decodes its memory already.
    NTSTATUS map(const ConfigSpace& config);
    /// Resets the device and agrees on `required` features, all of which it must offer, and those
    /// of `optional` that it offers; `agreed` says which these came to.
    NTSTATUS negotiate(ULONG64 required, ULONG64 optional, ULONG64& agreed);
    /// Makes queue 0 of at most `size` entries. With messages: the one that tells of used buffers,
    /// and the one that tells of changed configuration; kNoVector: the line, or none.
    NTSTATUS make_queue(USHORT size, USHORT queue_vector = kNoVector,
                        USHORT config_vector = kNoVector);
    /// From now on the device looks at the queue.
    void start();
    /// The device forgets the queue: it touches no memory of ours any more.
    void reset();
    /// Resets it and gives everything back. Nobody may be in its interrupt or DPC any more.
    void close();

    bool is_open() const { return common_.at != nullptr; }
    Queue& queue() { return queue_; }
    /// Tells the device that there is something in queue 0.
    void kick() { WRITE_REGISTER_USHORT(notify_, 0); }
    /// Why it interrupts its line: 1 a used buffer, 2 its configuration. Reading takes the
    /// interrupt back.
    UCHAR interrupt_cause() { return READ_REGISTER_UCHAR(isr_.at); }
    /// Its own configuration.
    void read_config(ULONG offset, void* out, ULONG bytes) const;

  private:
    struct Region {
        volatile UCHAR* at = nullptr;
        ULONG bytes = 0;
    };
    NTSTATUS map_region(const ConfigSpace& config, UCHAR capability, Region& out);
    static void* map_bar(const ConfigSpace& config, UCHAR bar, ULONG offset, ULONG bytes);
    void set_status(UCHAR status) { WRITE_REGISTER_UCHAR(common_.at + 0x14, status); }
    UCHAR status() const { return READ_REGISTER_UCHAR(common_.at + 0x14); }

    Region common_, isr_, device_, notify_area_;
    ULONG notify_multiplier_ = 0;
    volatile USHORT* notify_ = nullptr;
    PVOID queue_memory_ = nullptr;
    Queue queue_;
};

}  // namespace rsl::virtio
