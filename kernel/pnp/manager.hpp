// SPDX-License-Identifier: GPL-2.0-only
// The PnP manager as others use it: start, what an installer asks for, what drivers report. PASSIVE_LEVEL.
#pragma once

#include <span>

#include "abi/types/io.h"
#include "base/core/result.hpp"
#include "kernel/pnp/text.hpp"

namespace rsl::pnp {

/// The thread, the root of the tree, the database entries of our own buses. In the first system thread.
Result<void> initialize();
/// Enumerates the root, in the PnP thread; returns at once. After the boot drivers are loaded.
void begin_enumeration();
/// Returns when that and every action queued before is done. False when a driver holds one up for longer than the
/// limit, or the boot drivers take longer to load.
bool settle_tree(uint32_t limit_ms);

/// Actions that a user asks for; each returns when it is done, children included.
NTSTATUS scan();                                               // the whole tree, and what waits for a driver
NTSTATUS add_device(std::u16string_view hardware_ids, IdText& instance_path);  // root-enumerated
NTSTATUS remove_device(std::u16string_view instance_path);     // and uninstalls a root-enumerated one
NTSTATUS disable_device(std::u16string_view instance_path);
NTSTATUS enable_device(std::u16string_view instance_path);
NTSTATUS restart_device(std::u16string_view instance_path);    // stop and start

/// IoReportDetectedDevice: a root-enumerated device that its driver drives already.
struct Detected {
    PDRIVER_OBJECT driver;
    const CM_RESOURCE_LIST* resources;
    PDEVICE_OBJECT pdo;  // out; one reference
};
NTSTATUS report_detected(Detected& detected);

}  // namespace rsl::pnp
