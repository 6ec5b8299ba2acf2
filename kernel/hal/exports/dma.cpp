// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/dma/adapter.hpp"

#include "abi/functions/export.h"
#include "abi/functions/hal.h"
#include "kernel/ke/irql.hpp"

using namespace rsl;

/// IoGetDmaAdapter (wdm.h) makes a DMA adapter for a device.
///   IRQL     PASSIVE_LEVEL
///   Returns  the adapter, or NULL
///   Owner    the driver, until the adapter's PutDmaAdapter
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iogetdmaadapter
///   Differs  bus masters only; no I/O MMU, so no DMA domains
RSL_EXPORT PDMA_ADAPTER NTAPI IoGetDmaAdapter(PDEVICE_OBJECT PhysicalDeviceObject, PDEVICE_DESCRIPTION DeviceDescription,
                                              PULONG NumberOfMapRegisters) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    ULONG registers = 0;
    const auto adapter = hal::make_dma_adapter(*DeviceDescription, registers);
    if (!adapter) return nullptr;
    if (NumberOfMapRegisters != nullptr) *NumberOfMapRegisters = registers;
    return *adapter;
}
