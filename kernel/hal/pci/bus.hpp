// SPDX-License-Identifier: GPL-2.0-only
// The machine's PCI: its topology, kept current as devices come and go, and its configuration space.
#pragma once

#include "kernel/hal/pci/config.hpp"
#include "kernel/hal/pci/topology.hpp"

namespace rsl::hal::pci {

/// Finds a way to configuration space (MCFG, `ecam=` of the command line, the usual address, ports)
/// and every function. A machine without PCI is not an error.
void initialize_bus();
/// What is there. Changed by the bus thread only (slots.hpp); others read a function that they know to
/// be present.
Topology& topology();

}  // namespace rsl::hal::pci
