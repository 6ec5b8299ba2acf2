// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/dma.hpp"
#include "kernel/vf/thunks.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf::thunk {

PDMA_ADAPTER NTAPI IoGetDmaAdapter(PDEVICE_OBJECT PhysicalDeviceObject,
                                   PDEVICE_DESCRIPTION DeviceDescription,
                                   PULONG NumberOfMapRegisters) {
    RSL_VF_CALLER();
    ULONG registers = 0;
    PDMA_ADAPTER real = ::IoGetDmaAdapter(PhysicalDeviceObject, DeviceDescription, &registers);
    if (NumberOfMapRegisters != nullptr) *NumberOfMapRegisters = registers;
    if (real == nullptr || !caller.has(kDma)) return real;
    return wrap_adapter(*caller.driver, caller.address, real, registers);
}

}  // namespace rsl::vf::thunk
