// SPDX-License-Identifier: GPL-2.0-only
// Page faults, as the trap path hands them over.
#include <atomic>

#include "kernel/ke/thread.hpp"
#include "kernel/mm/virtual.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::mm {

AddressSpace& current_address_space() {
    const ps::Process* process = ke::current_thread().attached_process;
    if (process == nullptr || process->address_space == nullptr) return AddressSpace::system();
    return *process->address_space;
}

namespace {
constinit std::atomic<const MemoryWatch*> memory_watch = nullptr;
}

void set_memory_watch(const MemoryWatch& watch) { memory_watch.store(&watch, std::memory_order_release); }

bool bring_in_watched(uint64_t address, bool by_kernel) {
    const auto* watch = memory_watch.load(std::memory_order_acquire);  // pairs with set_memory_watch()
    return watch != nullptr && watch->bring_in(address, by_kernel);
}

WatchedFault explain_watched(uint64_t address, bool write) {
    const auto* watch = memory_watch.load(std::memory_order_acquire);  // pairs with set_memory_watch()
    return watch != nullptr ? watch->explain(address, write) : WatchedFault{};
}

bool handle_page_fault(uint64_t address, bool write, bool execute) {
    // Kernel memory is all resident: a fault there is somebody's mistake. And no page can be brought
    // in for code that must not wait, as in NT.
    if (address < arch::kUserBase || address >= arch::kUserEnd) return false;
    if (arch::irql() >= DISPATCH_LEVEL) return false;
    const auto access = execute ? AddressSpace::Access::kExecute
                        : write ? AddressSpace::Access::kWrite
                                : AddressSpace::Access::kRead;
    return current_address_space().bring_in(address, access);
}

}  // namespace rsl::mm
