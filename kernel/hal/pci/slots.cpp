// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/pci/slots.hpp"

#include <atomic>

#include "kernel/arch/interrupts.hpp"
#include "kernel/hal/doorbell.hpp"
#include "kernel/hal/interrupt_vectors.hpp"
#include "kernel/hal/io_apic.hpp"
#include "kernel/hal/pci/bus.hpp"
#include "kernel/hal/pci/messages.hpp"
#include "kernel/ke/dpc.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::hal::pci {
namespace {

// Slot registers, from the Express capability on.
constexpr uint32_t kSlotControl = 0x18, kSlotStatus = 0x1A;
constexpr uint16_t kButton = 1 << 0, kPowerFault = 1 << 1, kLatch = 1 << 2, kPresenceChanged = 1 << 3, kCommandDone = 1 << 4;
constexpr uint16_t kPresent = 1 << 6;
constexpr uint16_t kEvents = kButton | kPowerFault | kLatch | kPresenceChanged | kCommandDone;  // written to clear
constexpr uint16_t kInterruptsOn = kButton | kPresenceChanged | 1 << 5;
constexpr uint16_t kIndicatorMask = 3 << 8, kIndicatorOn = 1 << 8, kIndicatorOff = 3 << 8;
constexpr uint16_t kPowerOff = 1 << 10;
constexpr KIRQL kSlotIrql = 4;
constexpr int kLinkPatience = 1000;  // looks at a slot just powered

enum class State : uint8_t { kEmpty, kOccupied, kLeaving, kLeft };

struct Slot {
    bool client = false;  // a doorbell device, which the bus driver does not report
    int bridge = kNoParent;
    std::atomic<State> state = State::kEmpty;  // the bus thread's, but that a departing thread writes kLeft
    Departure departure{};                     // of kLeaving: whose watchers are being told
    MessageSignals messages;
};
constexpr uint32_t kMaxSlots = 32;
constinit Slot slots[kMaxSlots] = {};
constinit uint32_t slot_count = 0;

struct Watcher {
    std::atomic<PRSL_PCI_CHANGED> changed = nullptr;
    void* context = nullptr;  // written before
};
constinit Watcher watcher = {};

/// Made at run time: an NT event has no constant form.
struct BusThread {
    ke::Event wake{ke::Event::Kind::kSynchronization};
    KDPC dpc = {};
};
constinit BusThread* bus_thread = nullptr;

void NTAPI wake_from_interrupt(KDPC*, PVOID, PVOID, PVOID) { bus_thread->wake.set(); }

// At the slot's IRQL. Events stay set in the slots until the thread has seen them.
void on_slot_interrupt(void*, uint8_t) { ke::queue_dpc(bus_thread->dpc, nullptr, nullptr); }

void change_control(const Function& port, uint16_t clear, uint16_t set) {
    ConfigSpace& config = config_space();
    const uint16_t control = config.read16(port.at, port.express + kSlotControl);
    config.write_mapping16(port.at, port.express + kSlotControl, static_cast<uint16_t>((control & ~clear) | set));
}

/// The function in a slot: below a PCI Express port there is one. kNoParent: none.
int function_below(int bridge) {
    for (int i = 0; i < Topology::kMaxFunctions; ++i) {
        if (topology().at(i).present && topology().at(i).parent == bridge) return i;
    }
    return kNoParent;
}

void tell_watcher(int bridge) {
    const auto changed = watcher.changed.load(std::memory_order_acquire);  // pairs with watch_slots()
    if (changed != nullptr) changed(bridge, watcher.context);
}

void bring_in(Slot& slot) {
    const Function& port = topology().at(slot.bridge);
    change_control(port, kPowerOff | kIndicatorMask, kIndicatorOn);
    for (int i = 0; i < kLinkPatience; ++i) {
        const int function = topology().arrive(config_space(), slot.bridge);
        if (function != kNoParent) {
            slot.state.store(State::kOccupied, std::memory_order_relaxed);
            doorbell_arrived(function);
            slot.client = is_doorbell(function);
            if (!slot.client) tell_watcher(slot.bridge);
            return;
        }
        arch::pause();
    }
    ke::log(ke::LogLevel::kWarn, "PCI slot on bus %u was filled but no device answers", port.secondary_bus);
}

/// A watcher may wait for a driver that takes its time, and other slots must not wait with it.
void NTAPI tell_of_departure(void* opaque) {
    Slot& slot = *static_cast<Slot*>(opaque);
    tell_departure(slot.departure);
    slot.state.store(State::kLeft, std::memory_order_release);  // pairs with serve()
    bus_thread->wake.set();
}

void let_go(Slot& slot) {
    slot.departure = begin_departure(function_below(slot.bridge));
    slot.state.store(State::kLeaving, std::memory_order_relaxed);
    if (!ps::create_thread(ps::system_process(), &tell_of_departure, &slot, KernelMode)) tell_of_departure(&slot);
}

/// Turning the power off is what the host waits for: it takes the device away.
void power_off(Slot& slot) {
    end_departure(slot.departure);
    topology().depart(slot.bridge);
    slot.state.store(State::kEmpty, std::memory_order_relaxed);
    if (!slot.client) tell_watcher(slot.bridge);
    change_control(topology().at(slot.bridge), kIndicatorMask, kPowerOff | kIndicatorOff);
}

/// Events are read and cleared until none is left: the port sends one message for the first event only,
/// and none for those that come between our reading and our clearing.
void serve(Slot& slot) {
    const Function& port = topology().at(slot.bridge);
    ConfigSpace& config = config_space();
    for (;;) {
        const uint16_t status = config.read16(port.at, port.express + kSlotStatus);
        const uint16_t events = status & kEvents;
        if (events != 0) config.write16(port.at, port.express + kSlotStatus, events);
        const bool present = (status & kPresent) != 0;
        switch (slot.state.load(std::memory_order_acquire)) {  // pairs with tell_of_departure()
            case State::kEmpty:
                if (present) bring_in(slot);
                break;
            case State::kOccupied:
                // QEMU presses the button both for a device that comes and for one that shall go.
                if (!present || (events & kButton) != 0) let_go(slot);
                break;
            case State::kLeaving: break;
            case State::kLeft:
                power_off(slot);
                continue;  // the next one may be there already
        }
        if ((events & ~kCommandDone) == 0) return;
    }
}

void NTAPI run(void*) {
    for (;;) {
        for (uint32_t i = 0; i < slot_count; ++i) serve(slots[i]);
        tell_doorbell_watchers();
        bus_thread->wake.wait();
    }
}

Result<void> listen(Slot& slot, uint8_t vector) {
    const Function& port = topology().at(slot.bridge);
    if (slot.messages.open(port)) {
        for (uint32_t i = 0; i < slot.messages.count(); ++i) slot.messages.set(i, 0, vector);
    } else {
        RSL_TRY(route_line(port.gsi, vector, 0, Trigger::kLevel, Polarity::kHigh));
    }
    change_control(port, 0, kInterruptsOn);
    return {};
}

}  // namespace

void watch_slots(PRSL_PCI_CHANGED changed, void* context) {
    watcher.context = context;
    watcher.changed.store(changed, std::memory_order_release);  // pairs with tell_watcher()
}

void wake_bus_thread() {
    if (bus_thread != nullptr) bus_thread->wake.set();
}

Result<void> start_slots() {
    bus_thread = RSL_TRY(mm::make<BusThread>(mm::pool_tag("HaSl")));
    ke::initialize_dpc(bus_thread->dpc, &wake_from_interrupt, nullptr, DpcObject);
    const uint8_t vector = RSL_TRY(allocate_vector(kSlotIrql));
    arch::set_interrupt_handler(vector, &on_slot_interrupt, nullptr);
    for (int i = 0; i < Topology::kMaxFunctions && slot_count < kMaxSlots; ++i) {
        if (!topology().at(i).present || !topology().at(i).hot_plug) continue;
        Slot& slot = slots[slot_count++];
        slot.bridge = i;
        if (function_below(i) != kNoParent) slot.state.store(State::kOccupied, std::memory_order_relaxed);
        RSL_TRY(listen(slot, vector));
    }
    return ps::create_thread(ps::system_process(), &run, nullptr, KernelMode).ok() ? Result<void>() : Status::kInsufficientResources;
}

}  // namespace rsl::hal::pci
