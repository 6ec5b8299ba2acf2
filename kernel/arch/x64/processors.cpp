// SPDX-License-Identifier: GPL-2.0-only
// Processors come to life here: the boot one first, the others when ke asks for them.
#include <atomic>
#include <cstring>
#include <new>

#include "kernel/arch/acpi/machine.hpp"
#include "kernel/arch/arch.hpp"
#include "kernel/arch/paging.hpp"
#include "kernel/arch/start.hpp"
#include "kernel/arch/x64/apic.hpp"
#include "kernel/arch/x64/clock.hpp"
#include "kernel/arch/x64/cpu.hpp"
#include "kernel/arch/x64/descriptors.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ke/startup.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/mm/virtual.hpp"

extern "C" {
extern const char rsl_boot_stack_guard[];
extern const char rsl_trampoline[], rsl_trampoline_end[], rsl_trampoline_parameters[];
void rsl_secondary_entry();
}

namespace rsl::arch {
namespace {

constinit ke::Processor boot_processor = {};
constinit uint64_t image_bytes = 0;
constinit Machine the_machine = {};

// Low memory that the shim keeps out of the free list (kLowReserved there). trampoline.S knows the first.
constexpr uint64_t kTrampolinePage = 0x8000;
constexpr uint64_t kTemporaryTables = 0x9000;  // three pages
constexpr uint64_t kSecondaryStackBytes = 32768;
constexpr uint64_t kStartPatienceNs = 200'000'000;
constexpr uint64_t kSecondStartupNs = 1'000'000;

struct TrampolineParameters {
    uint64_t tables, root, stack, processor, entry;
};

constinit std::atomic<uint32_t> alive = 1;

// ACPI tables lie in RAM that the direct map shows, or elsewhere: then they get a mapping, for good.
class KernelPhysicalView final : public PhysicalView {
  public:
    std::span<const std::byte> view(uint64_t physical, uint64_t bytes) override {
        const auto* direct = static_cast<const std::byte*>(direct_map(physical));
        const auto first = reinterpret_cast<uint64_t>(direct);
        if (query_page(kernel_root(), first).ok() && query_page(kernel_root(), first + bytes - 1).ok()) {
            return {direct, bytes};
        }
        const auto mapped = mm::map_physical(physical, bytes, {});
        if (!mapped) return {};
        return {reinterpret_cast<const std::byte*>(*mapped), bytes};
    }
};

// SSE for drivers: FXSAVE, unmasked SIMD exceptions by #XM, the x87 unit by its own fault.
void enable_sse() {
    constexpr uint64_t kFxsr = 1 << 9, kXmmExceptions = 1 << 10;
    constexpr uint64_t kMonitorCoprocessor = 1 << 1, kEmulate = 1 << 2, kTaskSwitched = 1 << 3, kNumericError = 1 << 5;
    uint64_t cr0, cr4;
    asm volatile("mov %%cr4, %0" : "=r"(cr4));
    asm volatile("mov %0, %%cr4" ::"r"(cr4 | kFxsr | kXmmExceptions));
    asm volatile("mov %%cr0, %0" : "=r"(cr0));
    asm volatile("mov %0, %%cr0" ::"r"((cr0 & ~(kEmulate | kTaskSwitched)) | kMonitorCoprocessor | kNumericError));
    asm volatile("fninit");
}

// Tables that show the trampoline at its own address beside everything of the kernel.
void build_temporary_tables() {
    constexpr uint64_t kPresentWritable = 3, kLargePage = 0x83;
    auto* root = static_cast<uint64_t*>(direct_map(kTemporaryTables));
    auto* level3 = static_cast<uint64_t*>(direct_map(kTemporaryTables + kPageBytes));
    auto* level2 = static_cast<uint64_t*>(direct_map(kTemporaryTables + 2 * kPageBytes));
    std::memcpy(root, direct_map(kernel_root()), kPageBytes);
    std::memset(level3, 0, 2 * kPageBytes);
    root[0] = (kTemporaryTables + kPageBytes) | kPresentWritable;
    level3[0] = (kTemporaryTables + 2 * kPageBytes) | kPresentWritable;
    level2[0] = kLargePage;
}

void put_trampoline(ke::Processor& processor, void* stack_top) {
    auto* code = static_cast<char*>(direct_map(kTrampolinePage));
    std::memcpy(code, rsl_trampoline, static_cast<size_t>(rsl_trampoline_end - rsl_trampoline));
    const TrampolineParameters parameters{kTemporaryTables, kernel_root(), reinterpret_cast<uint64_t>(stack_top),
                                          reinterpret_cast<uint64_t>(&processor),
                                          reinterpret_cast<uint64_t>(&rsl_secondary_entry)};
    std::memcpy(code + (rsl_trampoline_parameters - rsl_trampoline), &parameters, sizeof(parameters));
}

bool wait_for(uint32_t count, uint64_t patience_ns) {
    const uint64_t end = now_ns() + patience_ns;
    while (alive.load(std::memory_order_acquire) < count) {  // pairs with rsl_secondary_start()
        if (now_ns() > end) return false;
        pause();
    }
    return true;
}

Result<void> start_one(uint32_t number, uint32_t id) {
    auto* processor = RSL_TRY(mm::make<ke::Processor>(mm::pool_tag("KePr")));
    processor->number = number;
    processor->apic_id = id;
    void* const stack = RSL_TRY(mm::allocate_stack(kSecondaryStackBytes));
    void* fault_stacks[x64::kFaultStacks];
    for (void*& top : fault_stacks) top = RSL_TRY(mm::allocate_stack(x64::kFaultStackBytes));
    for (uint32_t i = 0; i < x64::kFaultStacks; ++i) {
        x64::area_of(*processor).task.interrupt_stack[i] = reinterpret_cast<uint64_t>(fault_stacks[i]);
    }
    put_trampoline(*processor, stack);
    x64::send_init(id);
    for (int attempt = 0; attempt < 2; ++attempt) {
        x64::send_startup(id, kTrampolinePage / kPageBytes);
        if (wait_for(number + 1, attempt == 0 ? kSecondStartupNs : kStartPatienceNs)) return {};
    }
    // It may yet wake and use its block and stacks, so they stay.
    return Status::kIoTimeout;
}

}  // namespace

uint64_t kernel_image_bytes() { return image_bytes; }
const Machine& machine() { return the_machine; }

void start_boot_processor(const RslBootInfo& boot) {
    image_bytes = boot.kernel_bytes;
    *static_cast<uint64_t*>(direct_map(boot.page_table_root)) = 0;  // the shim's identity map
    x64::write_cr3(boot.page_table_root);
    enable_sse();
    x64::load_boot_descriptors(boot_processor);
    ke::initialize_processor(boot_processor, 0, x64::cpuid(1).b >> 24);
}

Result<void> start_interrupts(const RslBootInfo& boot) {
    const auto guard = reinterpret_cast<uint64_t>(rsl_boot_stack_guard);
    RSL_TRY(unmap_page(kernel_root(), guard));
    flush_address(guard);
    RSL_TRY(x64::find_apic());
    x64::enable_apic();
    x64::start_clock(boot.command_line);
    KernelPhysicalView memory;
    the_machine = describe_machine(boot.rsdp, memory);
    return {};
}

uint32_t start_processors(uint32_t limit) {
    const uint32_t most = limit < ke::kMaxProcessors ? limit : ke::kMaxProcessors;
    const uint32_t own = x64::apic_id();
    uint32_t running = 1;
    build_temporary_tables();
    for (uint32_t i = 0; i < the_machine.processor_count && running < most; ++i) {
        const uint32_t id = the_machine.apic_ids[i];
        if (id == own) continue;
        const auto started = start_one(running, id);
        if (!started) {
            ke::log(ke::LogLevel::kError, "processor with APIC id %u did not start: status %x", id,
                    static_cast<unsigned>(started.status().nt()));
            break;
        }
        ++running;
    }
    return running;
}

}  // namespace rsl::arch

/// switch.S calls this on a new processor, on its own stack, interrupts off.
extern "C" [[noreturn]] void rsl_secondary_start(rsl::ke::Processor* processor) {
    using namespace rsl;
    arch::prepare_paging_on_this_processor();
    arch::enable_sse();
    void* stacks[arch::x64::kFaultStacks];
    for (uint32_t i = 0; i < arch::x64::kFaultStacks; ++i) {
        stacks[i] = reinterpret_cast<void*>(arch::x64::area_of(*processor).task.interrupt_stack[i]);
    }
    arch::x64::load_descriptors(*processor, stacks);
    arch::x64::enable_apic();
    ke::initialize_processor(*processor, processor->number, processor->apic_id);
    arch::alive.fetch_add(1, std::memory_order_release);  // pairs with wait_for()
    ke::secondary_start();
}
