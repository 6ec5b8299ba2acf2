// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/interrupt.hpp"

#include "kernel/arch/interrupts.hpp"
#include "kernel/hal/device_messages.hpp"
#include "kernel/hal/interrupt_vectors.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::hal {
namespace {

constexpr KIRQL kLineIrql = 8;
constexpr uint32_t kMaxLines = 64;
constexpr int kEdgeRounds = 16;  // a shared edge line is asked until nobody claims it, but not for ever

/// One interrupt line that drivers asked about. Never forgotten: its vector stands in their resources.
struct Line {
    uint32_t gsi;
    Trigger trigger;
    Polarity polarity;
    uint8_t vector;
    std::atomic<KINTERRUPT*> first;  // read by the handler without a lock; nodes go only after a wait
};

constinit ke::SpinLock lock{ke::LockRank::kHardware};
constinit Line lines[kMaxLines] = {};
constinit uint32_t line_count RSL_GUARDED_BY(lock) = 0;
constinit bool message_connected[256] RSL_GUARDED_BY(lock) = {};  // by vector

bool run_one(KINTERRUPT& interrupt) {
    InterruptGuard guard(interrupt);
    if (interrupt.message_routine != nullptr) {
        return interrupt.message_routine(&interrupt, interrupt.context, interrupt.message_id) != 0;
    }
    return interrupt.routine(&interrupt, interrupt.context) != 0;
}

bool run_chain(const Line& line) {
    bool claimed = false;
    for (KINTERRUPT* interrupt = line.first.load(std::memory_order_acquire); interrupt != nullptr;
         interrupt = interrupt->next.load(std::memory_order_acquire)) {  // pairs with connect_interrupt()
        if (!run_one(*interrupt)) continue;
        claimed = true;
        if (line.trigger == Trigger::kLevel) break;  // the line stays up for the others
    }
    return claimed;
}

void on_line(void* opaque, uint8_t) {
    const Line& line = *static_cast<Line*>(opaque);
    if (line.trigger == Trigger::kLevel) {
        run_chain(line);
        return;
    }
    for (int round = 0; round < kEdgeRounds && run_chain(line); ++round) {
        const KINTERRUPT* const first = line.first.load(std::memory_order_relaxed);
        if (first == nullptr || first->next.load(std::memory_order_relaxed) == nullptr) break;  // not shared: once
    }
}

void on_message(void* opaque, uint8_t) { run_one(*static_cast<KINTERRUPT*>(opaque)); }

Line* line_of_vector(uint32_t vector) RSL_REQUIRES(lock) {
    for (uint32_t i = 0; i < line_count; ++i) {
        if (lines[i].vector == vector) return &lines[i];
    }
    return nullptr;
}

void fill(KINTERRUPT& interrupt, const InterruptRequest& request) {
    interrupt.Type = InterruptObject;
    interrupt.Size = sizeof(KINTERRUPT);
    interrupt.vector = static_cast<uint8_t>(request.vector);
    interrupt.irql = arch::irql_of_vector(interrupt.vector);
    interrupt.synchronize_irql = request.synchronize_irql;
    interrupt.shared = request.shared;
    interrupt.mode = request.mode;
    interrupt.routine = request.routine;
    interrupt.message_routine = request.message_routine;
    interrupt.message_id = request.message_id;
    interrupt.context = request.context;
    interrupt.own_lock = 0;
    interrupt.lock = request.lock != nullptr ? request.lock : &interrupt.own_lock;
}

/// A message has a vector of its own, so one routine; its entry in the device is opened last.
Result<void> link_message(KINTERRUPT& interrupt, DeviceMessages& messages, uint32_t index) {
    {
        ke::InterruptLockGuard guard(lock);
        if (message_connected[interrupt.vector]) return Status::kSharingViolation;
        message_connected[interrupt.vector] = true;
    }
    arch::set_interrupt_handler(interrupt.vector, &on_message, &interrupt);
    messages.unmask(index);
    return {};
}

void unlink_message(KINTERRUPT& interrupt, DeviceMessages& messages, uint32_t index) {
    messages.mask(index);
    arch::set_interrupt_handler(interrupt.vector, nullptr, nullptr);
    ke::InterruptLockGuard guard(lock);
    message_connected[interrupt.vector] = false;
}

Result<void> link(KINTERRUPT& interrupt) {
    uint32_t index;
    if (DeviceMessages* const messages = DeviceMessages::of_vector(interrupt.vector, index)) {
        return link_message(interrupt, *messages, index);
    }
    ke::InterruptLockGuard guard(lock);
    Line* const line = line_of_vector(interrupt.vector);
    if (line == nullptr) return Status::kInvalidParameter;
    KINTERRUPT* const first = line->first.load(std::memory_order_relaxed);
    if (first == nullptr) {
        line->first.store(&interrupt, std::memory_order_release);  // pairs with run_chain()
        arch::set_interrupt_handler(line->vector, &on_line, line);
        return route_line(line->gsi, line->vector, 0, line->trigger, line->polarity);
    }
    if (!first->shared || !interrupt.shared) return Status::kSharingViolation;
    KINTERRUPT* last = first;
    while (KINTERRUPT* const next = last->next.load(std::memory_order_relaxed)) last = next;
    last->next.store(&interrupt, std::memory_order_release);  // pairs with run_chain()
    return {};
}

void unlink(KINTERRUPT& interrupt) {
    uint32_t index;
    if (DeviceMessages* const messages = DeviceMessages::of_vector(interrupt.vector, index)) {
        return unlink_message(interrupt, *messages, index);
    }
    ke::InterruptLockGuard guard(lock);
    Line* const line = line_of_vector(interrupt.vector);
    std::atomic<KINTERRUPT*>* link = &line->first;
    while (link->load(std::memory_order_relaxed) != &interrupt) link = &link->load(std::memory_order_relaxed)->next;
    // A handler that stands on the node goes on along its `next`, which stays as it is.
    link->store(interrupt.next.load(std::memory_order_relaxed), std::memory_order_release);
    if (line->first.load(std::memory_order_relaxed) == nullptr) mask_line(line->gsi);
}

}  // namespace

Result<LineVector> vector_of_line(uint32_t gsi, Trigger trigger, Polarity polarity) {
    ke::InterruptLockGuard guard(lock);
    for (uint32_t i = 0; i < line_count; ++i) {
        if (lines[i].gsi == gsi) return LineVector{lines[i].vector, arch::irql_of_vector(lines[i].vector)};
    }
    if (line_count == kMaxLines) return Status::kInsufficientResources;
    const uint8_t vector = RSL_TRY(allocate_vector(kLineIrql));
    Line& line = lines[line_count++];
    line.gsi = gsi;
    line.trigger = trigger;
    line.polarity = polarity;
    line.vector = vector;
    return LineVector{vector, arch::irql_of_vector(vector)};
}

Result<PKINTERRUPT> connect_interrupt(const InterruptRequest& request) {
    if (request.routine == nullptr && request.message_routine == nullptr) return Status::kInvalidParameter;
    if (request.vector < arch::kFirstDeviceVector || request.vector > arch::kLastDeviceVector) {
        return Status::kInvalidParameter;
    }
    if (request.synchronize_irql < arch::irql_of_vector(static_cast<uint8_t>(request.vector))) return Status::kInvalidParameter;
    auto* const interrupt = RSL_TRY(mm::make<KINTERRUPT>(mm::pool_tag("HaIn")));
    fill(*interrupt, request);
    if (const auto linked = link(*interrupt); !linked) {
        mm::destroy(interrupt);
        return linked.failure();
    }
    return interrupt;
}

void disconnect_interrupt(PKINTERRUPT interrupt) {
    unlink(*interrupt);
    wait_for_handlers();
    mm::destroy(interrupt);
}

KIRQL acquire_interrupt_lock(KINTERRUPT& interrupt) {
    const KIRQL old = ke::raise_irql(interrupt.synchronize_irql);
    std::atomic_ref<KSPIN_LOCK> word(*interrupt.lock);
    while ((word.fetch_or(1, std::memory_order_acquire) & 1) != 0) {  // pairs with release_interrupt_lock()
        while ((word.load(std::memory_order_relaxed) & 1) != 0) arch::pause();
    }
    return old;
}

void release_interrupt_lock(KINTERRUPT& interrupt, KIRQL old) {
    std::atomic_ref<KSPIN_LOCK>(*interrupt.lock).store(0, std::memory_order_release);
    ke::lower_irql(old);
}

}  // namespace rsl::hal
