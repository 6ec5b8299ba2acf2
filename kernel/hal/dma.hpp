// SPDX-License-Identifier: GPL-2.0-only
// DMA adapters. Our machines have no I/O MMU: bus addresses are physical addresses, and a device reaches memory up to the
// width of its addresses. What lies above, and what a device without scatter/gather would get in pieces, is copied
// (map_registers.hpp).
#pragma once

#include "abi/types/bus.h"
#include "base/core/result.hpp"

namespace rsl::hal {

/// An adapter for a bus master; freed by its PutDmaAdapter. kNotSupported for slave devices and version 3.
Result<PDMA_ADAPTER> make_dma_adapter(const DEVICE_DESCRIPTION& description, ULONG& map_registers);

}  // namespace rsl::hal
