// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/doorbell.hpp"

#include <atomic>

#include "abi/types/status.h"
#include "kernel/arch/interrupts.hpp"
#include "kernel/hal/interrupt_vectors.hpp"
#include "kernel/hal/pci/bus.hpp"
#include "kernel/hal/pci/messages.hpp"
#include "kernel/hal/pci/slots.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/mm/virtual.hpp"

namespace rsl::hal {
namespace {

constexpr uint16_t kVendor = 0x1AF4, kDevice = 0x1110;
constexpr unsigned kRegistersBar = 0, kMemoryBar = 2;
constexpr uint32_t kMaxVectors = 8;
constexpr uint32_t kMaxWatchers = 4;
constexpr KIRQL kDoorbellIrql = 6;

using Routine = VOID(NTAPI*)(PVOID context, ULONG vector);

struct Doorbell;
struct Message {
    Doorbell* doorbell = nullptr;
    uint8_t vector = 0;  // the processor's; 0: none
};

/// One device, from arrival to removal.
struct Doorbell : RSL_DOORBELL {
    int function = pci::kNoParent;
    uint32_t told = 0;  // watchers that know it, a bit each; the bus thread's
    pci::MessageSignals messages;
    Message message[kMaxVectors];
    std::atomic<Routine> routine = nullptr;
    void* context = nullptr;  // written before routine
};

struct Watcher {
    PRSL_DOORBELL_ARRIVED arrived;
    PRSL_DOORBELL_REMOVED removed;
    void* context;
};

constinit Doorbell* doorbells[pci::Topology::kMaxFunctions] = {};  // the bus thread's
constinit Watcher watchers[kMaxWatchers] = {};
constinit std::atomic<uint32_t> watcher_slots = 0;  // handed out
constinit std::atomic<uint32_t> watcher_count = 0;  // complete, in order

// At the vector's IRQL.
void on_message(void* opaque, uint8_t) {
    const Message& message = *static_cast<Message*>(opaque);
    const Doorbell& doorbell = *message.doorbell;
    const Routine routine = doorbell.routine.load(std::memory_order_acquire);  // pairs with connect_doorbell()
    if (routine != nullptr) routine(doorbell.context, static_cast<ULONG>(&message - doorbell.message));
}

Result<void> map(Doorbell& doorbell, const pci::Function& function) {
    const pci::Window registers = function.bars[kRegistersBar].range;
    const pci::Window memory = function.bars[kMemoryBar].range;
    if (registers.base == 0 || memory.base == 0) return Status::kInsufficientResources;
    doorbell.Memory.QuadPart = static_cast<LONGLONG>(memory.base);
    doorbell.MemoryBytes = memory.bytes;
    // The shared memory is RAM of the host: cached. The registers are not.
    doorbell.KernelMapping = reinterpret_cast<void*>(RSL_TRY(mm::map_physical(memory.base, memory.bytes, {.writable = true})));
    const auto mapped = mm::map_physical(registers.base, registers.bytes, {.writable = true, .caching = arch::Caching::kUncached});
    if (!mapped) return mapped.failure();
    doorbell.Registers = reinterpret_cast<volatile ULONG*>(*mapped);
    RSL_TRY(doorbell.messages.open(function));
    doorbell.VectorCount = doorbell.messages.count() < kMaxVectors ? doorbell.messages.count() : kMaxVectors;
    return {};
}

void release(Doorbell& doorbell) {
    disconnect_doorbell(doorbell);
    doorbell.messages.close();
    const pci::Function& function = pci::topology().at(doorbell.function);
    if (doorbell.KernelMapping != nullptr) mm::unmap_system(reinterpret_cast<uint64_t>(doorbell.KernelMapping), doorbell.MemoryBytes);
    if (doorbell.Registers != nullptr) {
        mm::unmap_system(reinterpret_cast<uint64_t>(doorbell.Registers), function.bars[kRegistersBar].range.bytes);
    }
    mm::destroy(&doorbell);
}

}  // namespace

void doorbell_arrived(int index) {
    const pci::Function& function = pci::topology().at(index);
    if (function.vendor != kVendor || function.device != kDevice) return;
    auto made = mm::make<Doorbell>(mm::pool_tag("HaDb"));
    if (!made) return;
    Doorbell& doorbell = **made;
    doorbell.function = index;
    doorbell.Opaque = &doorbell;
    for (Message& message : doorbell.message) message.doorbell = &doorbell;
    if (const auto mapped = map(doorbell, function); !mapped) {
        ke::log(ke::LogLevel::kWarn, "doorbell device on bus %u cannot be used: status %x", function.at.bus,
                static_cast<unsigned>(mapped.failure().nt()));
        return release(doorbell);
    }
    doorbells[index] = &doorbell;
}

void doorbell_removed(int index) {
    Doorbell* const doorbell = doorbells[index];
    if (doorbell == nullptr) return;
    doorbells[index] = nullptr;
    const uint32_t count = watcher_count.load(std::memory_order_acquire);  // pairs with watch_doorbells()
    for (uint32_t i = 0; i < count; ++i) {
        if ((doorbell->told & 1u << i) != 0) watchers[i].removed(doorbell, watchers[i].context);
    }
    release(*doorbell);
}

void tell_doorbell_watchers() {
    const uint32_t count = watcher_count.load(std::memory_order_acquire);  // pairs with watch_doorbells()
    for (Doorbell* const doorbell : doorbells) {
        for (uint32_t i = 0; doorbell != nullptr && i < count; ++i) {
            if ((doorbell->told & 1u << i) != 0) continue;
            doorbell->told |= 1u << i;
            watchers[i].arrived(doorbell, watchers[i].context);
        }
    }
}

NTSTATUS watch_doorbells(PRSL_DOORBELL_ARRIVED arrived, PRSL_DOORBELL_REMOVED removed, void* context) {
    const uint32_t slot = watcher_slots.fetch_add(1, std::memory_order_relaxed);
    if (slot >= kMaxWatchers) return STATUS_INSUFFICIENT_RESOURCES;
    watchers[slot] = {arrived, removed, context};
    while (watcher_count.load(std::memory_order_acquire) != slot) arch::pause();
    watcher_count.store(slot + 1, std::memory_order_release);  // pairs with tell_doorbell_watchers()
    pci::wake_bus_thread();
    return STATUS_SUCCESS;
}

NTSTATUS connect_doorbell(RSL_DOORBELL& shared, Routine routine, void* context) {
    auto& doorbell = *static_cast<Doorbell*>(shared.Opaque);
    if (doorbell.routine.load(std::memory_order_relaxed) != nullptr) return STATUS_INVALID_DEVICE_STATE;
    doorbell.context = context;
    doorbell.routine.store(routine, std::memory_order_release);  // pairs with on_message()
    // Clients spread over the processors by their place on the bus.
    const uint32_t processors = ke::processor_count.load(std::memory_order_relaxed);
    const uint32_t processor = static_cast<uint32_t>(doorbell.function) % processors;
    for (uint32_t i = 0; i < doorbell.VectorCount; ++i) {
        const auto vector = allocate_vector(kDoorbellIrql);
        if (!vector) {
            disconnect_doorbell(doorbell);
            return vector.failure().nt();
        }
        doorbell.message[i].vector = *vector;
        arch::set_interrupt_handler(*vector, &on_message, &doorbell.message[i]);
        doorbell.messages.set(i, processor, *vector);
    }
    return STATUS_SUCCESS;
}

void disconnect_doorbell(RSL_DOORBELL& shared) {
    auto& doorbell = *static_cast<Doorbell*>(shared.Opaque);
    bool connected = false;
    for (uint32_t i = 0; i < kMaxVectors; ++i) {
        if (doorbell.message[i].vector == 0) continue;
        connected = true;
        doorbell.messages.mask(i);
        arch::set_interrupt_handler(doorbell.message[i].vector, nullptr, nullptr);
    }
    doorbell.routine.store(nullptr, std::memory_order_release);
    if (!connected) return;
    wait_for_handlers();
    for (Message& message : doorbell.message) {
        if (message.vector != 0) free_vector(message.vector);
        message.vector = 0;
    }
}

}  // namespace rsl::hal
