// SPDX-License-Identifier: GPL-2.0-only
// What kernel/io tells the PnP manager.
#pragma once

namespace rsl::pnp {

/// The last file of a device marked kDeviceRemovePending has closed. IRQL <= DISPATCH_LEVEL.
void last_file_closed();

}  // namespace rsl::pnp
