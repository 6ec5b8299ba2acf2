// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/startup.hpp"

#include "kernel/hal/doorbell.hpp"
#include "kernel/hal/interrupt_vectors.hpp"
#include "kernel/hal/io_apic.hpp"
#include "kernel/hal/pci/bus.hpp"
#include "kernel/hal/pci/slots.hpp"
#include "kernel/hal/vectors.hpp"
#include "kernel/ke/dpc.hpp"
#include "kernel/ke/spin_lock.hpp"

namespace rsl::hal {
namespace {

constinit ke::SpinLock vector_lock{ke::LockRank::kHardware};
constinit VectorAllocator vectors RSL_GUARDED_BY(vector_lock);

}  // namespace

Result<uint8_t> allocate_vector(KIRQL wanted) {
    ke::InterruptLockGuard guard(vector_lock);
    return vectors.allocate(wanted);
}

void free_vector(uint8_t vector) {
    ke::InterruptLockGuard guard(vector_lock);
    vectors.free(vector);
}

void wait_for_handlers() { ke::flush_dpcs(); }

Result<void> initialize() {
    RSL_TRY(initialize_io_apics());
    pci::initialize_bus();
    for (int i = 0; i < pci::Topology::kMaxFunctions; ++i) {
        if (pci::topology().at(i).present) doorbell_arrived(i);
    }
    return pci::start_slots();
}

}  // namespace rsl::hal
