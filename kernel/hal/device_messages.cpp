// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/device_messages.hpp"

#include <atomic>

#include "kernel/hal/interrupt_vectors.hpp"
#include "kernel/hal/pci/bus.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::hal {
namespace {

constexpr KIRQL kMessageIrql = 8;

// By vector. Written when the PnP thread gives and takes messages, read when drivers connect.
constinit std::atomic<DeviceMessages*> owners[256] = {};

}  // namespace

Result<DeviceMessages*> DeviceMessages::reserve(int function, uint32_t wanted) {
    auto* made = RSL_TRY(mm::make<DeviceMessages>(mm::pool_tag("HaMs")));
    if (const auto opened = made->signals_.open(pci::topology().at(function)); !opened) {
        mm::destroy(made);
        return opened.failure();
    }
    uint32_t most = made->signals_.count() < wanted ? made->signals_.count() : wanted;
    if (most > kMost) most = kMost;
    while (made->count_ < most) {
        const auto vector = allocate_vector(kMessageIrql);
        if (!vector) break;  // fewer than asked for is what drivers have to live with
        owners[*vector].store(made, std::memory_order_release);  // pairs with of_vector()
        made->vectors_[made->count_++] = *vector;
    }
    if (made->count_ != 0) return made;
    made->release();
    return Status::kInsufficientResources;
}

void DeviceMessages::release() {
    signals_.close();
    for (uint32_t i = 0; i < count_; ++i) {
        owners[vectors_[i]].store(nullptr, std::memory_order_release);
        arch::set_interrupt_handler(vectors_[i], nullptr, nullptr);
    }
    wait_for_handlers();
    for (uint32_t i = 0; i < count_; ++i) free_vector(vectors_[i]);
    mm::destroy(this);
}

DeviceMessages* DeviceMessages::of_vector(uint32_t vector, uint32_t& index) {
    if (vector > 255) return nullptr;
    DeviceMessages* const messages = owners[vector].load(std::memory_order_acquire);  // pairs with reserve()
    if (messages == nullptr) return nullptr;
    for (index = 0; index < messages->count_; ++index) {
        if (messages->vectors_[index] == vector) return messages;
    }
    return nullptr;
}

}  // namespace rsl::hal
