// SPDX-License-Identifier: GPL-2.0-only
// Page faults, as the trap path hands them over.
#include "kernel/ke/thread.hpp"
#include "kernel/mm/virtual.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::mm {

AddressSpace& current_address_space() {
    const ps::Process* process = ke::current_thread().attached_process;
    if (process == nullptr || process->address_space == nullptr) return AddressSpace::system();
    return *process->address_space;
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
