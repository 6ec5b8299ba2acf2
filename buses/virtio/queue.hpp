// SPDX-License-Identifier: GPL-2.0-only
// A split virtqueue (virtio 1.x, section 2.7) whose every request has a descriptor table of its own:
// ring descriptor N always points to the table of slot N (VIRTIO_F_INDIRECT_DESC), so nothing is
// searched or chained when a request is sent. Memory work only: pci_transport.hpp has the device.
#pragma once

#include <cstdint>

#include "base/core/result.hpp"

namespace rsl::virtio {

inline constexpr uint16_t kDescriptorNext = 1;
inline constexpr uint16_t kDescriptorWrite = 2;  // the device writes it
inline constexpr uint16_t kDescriptorIndirect = 4;

struct Descriptor {
    uint64_t address;  // physical
    uint32_t bytes;
    uint16_t flags;
    uint16_t next;
};
static_assert(sizeof(Descriptor) == 16);

struct UsedElement {
    uint32_t id;
    uint32_t bytes;
};

/// The pieces of memory of one request, in order: first what the device reads, then what it writes.
class IndirectTable {
  public:
    IndirectTable() = default;
    IndirectTable(Descriptor* table, uint64_t physical, uint16_t capacity)
        : table_(table), physical_(physical), capacity_(capacity) {}

    void clear() { count_ = 0; }
    /// Joins pieces that lie behind one another. kInsufficientResources when the table is full.
    Result<void> add(uint64_t physical, uint32_t bytes, bool device_writes);
    uint16_t count() const { return count_; }
    uint64_t physical() const { return physical_; }

  private:
    Descriptor* table_ = nullptr;
    uint64_t physical_ = 0;
    uint16_t capacity_ = 0;
    uint16_t count_ = 0;
};

/// The three rings of one queue. One caller at a time: whoever shares it has a lock around it.
class Queue {
  public:
    /// Bytes that a queue of `size` entries (a power of two) takes, all parts aligned.
    static constexpr uint32_t bytes(uint16_t size) { return used_offset(size) + 6 + 8u * size; }
    static constexpr uint32_t available_offset(uint16_t size) { return 16u * size; }
    static constexpr uint32_t used_offset(uint16_t size) {
        return (available_offset(size) + 6 + 2u * size + 3) & ~3u;
    }

    Queue() = default;
    /// `memory` is zeroed.
    Queue(void* memory, uint16_t size);

    /// Hands the request in `slot` to the device; the doorbell is the caller's business.
    void submit(uint16_t slot, const IndirectTable& table);
    /// The next finished request, or false. A device that names a slot that there is not is told
    /// apart by `slot` >= size: broken, ignore it.
    bool take_used(UsedElement& out);
    uint16_t size() const { return size_; }

  private:
    Descriptor* descriptors_ = nullptr;
    volatile uint16_t* available_ = nullptr;  // flags, index, ring[size]
    volatile uint16_t* used_ = nullptr;       // flags, index
    volatile UsedElement* used_ring_ = nullptr;
    uint16_t size_ = 0;
    uint16_t next_available_ = 0;
    uint16_t next_used_ = 0;
};

}  // namespace rsl::virtio
