// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ke/startup.hpp"

#include "kernel/ex/startup.hpp"
#include "kernel/ke/clock.hpp"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/threads.hpp"
#include "kernel/mm/virtual.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::ke {
namespace {

constexpr uint64_t kDpcStackBytes = 32 * 1024;
constexpr uint64_t kIdleStackBytes = 16 * 1024;

/// Idle threads exist before the pool does. Each looks like an object: DPCs that interrupt it hand it to
/// drivers as the current thread.
struct alignas(16) IdleObject {
    std::byte header[sizeof(ob::ObjectHeader)];
    std::byte thread[sizeof(ps::Thread)];
};
static_assert(sizeof(ob::ObjectHeader) % 16 == 0);
constinit IdleObject idle_objects[kMaxProcessors] = {};
constinit ps::Process* idle_process = nullptr;

Thread& make_idle_thread(uint32_t number) {
    IdleObject& object = idle_objects[number];
    auto* const header = ::new (object.header) ob::ObjectHeader{};
    header->references.store(1, std::memory_order_relaxed);  // never dropped
    header->type = &ps::Thread::kType;
    header->body_bytes = sizeof(ps::Thread);
    auto* const thread = ::new (object.thread) ps::Thread;
    thread->state = ThreadState::kRunning;
    thread->priority = thread->base_priority = -1;  // below every ready list
    thread->affinity = thread->user_affinity = uint64_t{1} << number;
    thread->processor = number;
    return *thread;
}

void own_idle_thread(Thread& idle, ps::Process& process) {
    const uint32_t number = idle.processor;
    const uint64_t affinity = idle.affinity;
    initialize_thread(idle, process, nullptr, 0, nullptr, nullptr);
    idle.processor = number;
    idle.affinity = affinity;
    static_cast<ps::Thread&>(idle).client_id = {};
}

[[noreturn]] void idle(void*) {
    for (;;) {
        arch::disable_interrupts();
        if (arch::processor().software_wanted.load(std::memory_order_relaxed) != 0) {
            run_wanted(PASSIVE_LEVEL);
            arch::restore_interrupts(true);
        } else {
            arch::enable_and_halt();
        }
    }
}

void begin_scheduling(Processor& processor) {
    DispatcherGuard guard;
    processor.idle_thread->switched_in_ns = arch::now_ns();
    processor_count.fetch_add(1, std::memory_order_release);  // from here on others send to us
    note_processors(processor_count.load(std::memory_order_relaxed));
}

}  // namespace

void initialize_processor(Processor& processor, uint32_t number, uint32_t apic_id) {
    processor.self = &processor;
    processor.current_prcb = &processor.mxcsr;
    processor.mxcsr = 0x1F80;
    processor.number = number;
    processor.legacy_number = static_cast<uint8_t>(number);
    processor.apic_id = apic_id;
    processor.idle_thread = processor.current_thread = &make_idle_thread(number);
    if (idle_process != nullptr) own_idle_thread(*processor.idle_thread, *idle_process);
    processors[number] = &processor;
}

Result<void> initialize_memory() {
    RSL_TRY(map_shared_data());
    arch::processor().dpc_stack_top = RSL_TRY(mm::allocate_stack(kDpcStackBytes));
    return {};
}

void adopt_system_process(ps::Process& process) {
    idle_process = &process;
    own_idle_thread(*arch::processor().idle_thread, process);
}

void start(PKSTART_ROUTINE routine, void* context) {
    Processor& processor = arch::processor();
    begin_scheduling(processor);
    auto stack = mm::allocate_stack(kIdleStackBytes);
    RSL_CHECK(stack);
    auto thread = ps::create_thread(ps::system_process(), routine, context, KernelMode);
    RSL_CHECK(thread);
    arch::call_on_stack(*stack, [](void* argument) { idle(argument); }, nullptr);
    __builtin_unreachable();
}

void secondary_start() {
    Processor& processor = arch::processor();
    auto stack = mm::allocate_stack(kDpcStackBytes);
    RSL_CHECK(stack);
    processor.dpc_stack_top = *stack;
    begin_scheduling(processor);
    idle(nullptr);
}

Result<void> start_services() {
    RSL_TRY(start_reaper());
    RSL_TRY(ex::create_system_callbacks());
    return ex::start_workers();
}

}  // namespace rsl::ke
