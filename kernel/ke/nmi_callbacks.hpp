// SPDX-License-Identifier: GPL-2.0-only
// Drivers' routines for non-maskable interrupts.
#pragma once

#include "abi/functions/ke_hardware.h"

namespace rsl::ke {

/// A handle, or nullptr without memory. IRQL <= APC_LEVEL.
void* add_nmi_callback(PNMI_CALLBACK routine, void* context);
/// False when the handle is not one. When it returns no call is under way. IRQL <= APC_LEVEL.
bool remove_nmi_callback(void* handle);

/// For arch, in the handler of an NMI that it did not send: the last registered first. Whether one of
/// them says that it was its own.
bool call_nmi_callbacks();

}  // namespace rsl::ke
