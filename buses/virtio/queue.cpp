// SPDX-License-Identifier: GPL-2.0-only
#include "buses/virtio/queue.hpp"

#include <bit>

namespace rsl::virtio {

Result<void> IndirectTable::add(uint64_t physical, uint32_t bytes, bool device_writes) {
    if (bytes == 0) return {};
    const uint16_t flags = device_writes ? kDescriptorWrite : 0;
    if (count_ != 0) {
        Descriptor& last = table_[count_ - 1];
        if (last.address + last.bytes == physical && last.flags == flags) {
            last.bytes += bytes;
            return {};
        }
        if (count_ == capacity_) return Status::kInsufficientResources;
        last.flags |= kDescriptorNext;
        last.next = count_;
    }
    table_[count_++] = {physical, bytes, flags, 0};
    return {};
}

Queue::Queue(void* memory, uint16_t size) : size_(size) {
    RSL_CHECK(std::has_single_bit(size));
    auto* bytes = static_cast<unsigned char*>(memory);
    descriptors_ = reinterpret_cast<Descriptor*>(bytes);
    available_ = reinterpret_cast<volatile uint16_t*>(bytes + available_offset(size));
    used_ = reinterpret_cast<volatile uint16_t*>(bytes + used_offset(size));
    used_ring_ = reinterpret_cast<volatile UsedElement*>(bytes + used_offset(size) + 4);
}

void Queue::submit(uint16_t slot, const IndirectTable& table) {
    descriptors_[slot] = {table.physical(), static_cast<uint32_t>(table.count() * sizeof(Descriptor)),
                          kDescriptorIndirect, 0};
    available_[2 + next_available_ % size_] = slot;
    ++next_available_;
    // The request is complete before its index is seen; pairs with the device's read of the index.
    __atomic_store_n(&available_[1], next_available_, __ATOMIC_RELEASE);
}

bool Queue::take_used(UsedElement& out) {
    // What the device wrote is seen with its index.
    if (__atomic_load_n(&used_[1], __ATOMIC_ACQUIRE) == next_used_) return false;
    const volatile UsedElement& element = used_ring_[next_used_ % size_];
    out = {element.id, element.bytes};
    ++next_used_;
    return true;
}

}  // namespace rsl::virtio
