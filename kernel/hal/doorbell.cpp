// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/doorbell.hpp"

#include <atomic>
#include <utility>

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
/// One interrupt of a device: entry `index` of its own message table or of the bell board's.
struct Message {
    Doorbell* doorbell = nullptr;
    pci::MessageSignals* table = nullptr;  // nullptr: not connected
    uint32_t index = 0;
    uint8_t vector = 0;  // the processor's
};

/// One device, from arrival to removal.
struct Doorbell : RSL_DOORBELL {
    int function = pci::kNoParent;
    uint32_t slot = 0;  // physical slot number of the port above; 0: none
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
// A device that is always there and has more than one message: its message n, for n > 0, rings for the
// device in physical slot n. Devices that come and go need no interrupt of their own then, which QEMU
// under TCG could not take back: it leaves a handler on the closed event (measured with 7.2).
constinit Doorbell* bell_board = nullptr;
constinit Watcher watchers[kMaxWatchers] = {};
constinit std::atomic<uint32_t> watcher_slots = 0;  // handed out
constinit std::atomic<uint32_t> watcher_count = 0;  // complete, in order

void on_message(void* opaque, uint8_t) {
    const Message& message = *static_cast<Message*>(opaque);
    const Doorbell& doorbell = *message.doorbell;
    const Routine routine = doorbell.routine.load(std::memory_order_acquire);  // pairs with connect_doorbell()
    if (routine != nullptr) routine(doorbell.context, static_cast<ULONG>(&message - doorbell.message));
}

uint32_t slot_above(const pci::Function& function) {
    if (function.parent == pci::kNoParent) return 0;
    const pci::Function& port = pci::topology().at(function.parent);
    constexpr uint32_t kSlotCapabilities = 0x14, kSlotNumberShift = 19;
    if (!port.hot_plug) return 0;
    return pci::config_space().read32(port.at, port.express + kSlotCapabilities) >> kSlotNumberShift;
}

// The messages of a device: from the board, else its own.
uint32_t choose_messages(Doorbell& doorbell) {
    if (bell_board != nullptr && doorbell.slot != 0 && doorbell.slot < bell_board->messages.count()) {
        doorbell.message[0] = {&doorbell, &bell_board->messages, doorbell.slot, 0};
        return 1;
    }
    const uint32_t own = &doorbell == bell_board ? 1 : doorbell.messages.count();
    const uint32_t count = own < kMaxVectors ? own : kMaxVectors;
    for (uint32_t i = 0; i < count; ++i) doorbell.message[i] = {&doorbell, &doorbell.messages, i, 0};
    return count;
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
    doorbell.slot = slot_above(function);
    if (doorbell.slot == 0 && bell_board == nullptr && doorbell.messages.count() > 1) bell_board = &doorbell;
    doorbell.VectorCount = choose_messages(doorbell);
    return {};
}

void release(Doorbell& doorbell) {
    RSL_CHECK(&doorbell != bell_board);  // it is in no slot
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
    if (const auto mapped = map(doorbell, function); !mapped) {
        if (bell_board == &doorbell) bell_board = nullptr;
        ke::log(ke::LogLevel::kWarn, "doorbell device on bus %u cannot be used: status %x", function.at.bus,
                static_cast<unsigned>(mapped.failure().nt()));
        return release(doorbell);
    }
    doorbells[index] = &doorbell;
}

bool is_doorbell(int function) { return doorbells[function] != nullptr; }

Departure begin_departure(int index) {
    if (index == pci::kNoParent) return {};
    return {std::exchange(doorbells[index], nullptr)};
}

void tell_departure(const Departure& departure) {
    if (departure.doorbell == nullptr) return;
    const auto& doorbell = *static_cast<Doorbell*>(departure.doorbell->Opaque);
    const uint32_t count = watcher_count.load(std::memory_order_acquire);  // pairs with watch_doorbells()
    for (uint32_t i = 0; i < count; ++i) {
        if ((doorbell.told & 1u << i) != 0) watchers[i].removed(departure.doorbell, watchers[i].context);
    }
}

void end_departure(Departure& departure) {
    if (departure.doorbell != nullptr) release(*static_cast<Doorbell*>(departure.doorbell->Opaque));
    departure = {};
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
        Message& message = doorbell.message[i];
        message.vector = *vector;
        arch::set_interrupt_handler(*vector, &on_message, &message, arch::HandlerKind::kBrief);
        message.table->set(message.index, processor, *vector);
    }
    return STATUS_SUCCESS;
}

void disconnect_doorbell(RSL_DOORBELL& shared) {
    auto& doorbell = *static_cast<Doorbell*>(shared.Opaque);
    bool connected = false;
    for (Message& message : doorbell.message) {
        if (message.vector == 0) continue;
        connected = true;
        message.table->mask(message.index);
        arch::set_interrupt_handler(message.vector, nullptr, nullptr);
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
