// SPDX-License-Identifier: GPL-2.0-only
// DMA verification: a verified driver's adapter is one of ours, whose operations count and check,
// and call the real adapter's. An adapter that was put stays as a tombstone until the driver goes,
// so that its use is seen.
#pragma once

#include "abi/types/bus.h"
#include "kernel/vf/verified_driver.hpp"

namespace rsl::vf {

/// The driver's adapter in place of `real`; `real` itself without memory.
PDMA_ADAPTER wrap_adapter(VerifiedDriver& driver, uint64_t caller, PDMA_ADAPTER real,
                          ULONG map_registers);
/// At unload: an adapter that was not put stops the machine.
void check_adapters(VerifiedDriver& driver, uint64_t blame);
/// Frees the driver's tombstones.
void release_adapters(VerifiedDriver& driver);

}  // namespace rsl::vf
