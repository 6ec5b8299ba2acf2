// SPDX-License-Identifier: GPL-2.0-only
// WMI data providers: devices that registered, and what events they sent. Drivers can ask them
// (wmi_query.hpp), programs cannot: registering asks a driver for its blocks (IRP_MN_REGINFO_EX) and remembers how many there are;
// events are kept for `rsl inspect kernel/pnp/wmi`.
#pragma once

#include "abi/types/wmi.h"
#include "base/core/result.hpp"
#include "kernel/io/device.hpp"

namespace rsl::pnp {

enum class WmiAction : uint8_t { kRegister, kAgain };
Result<void> register_provider(DEVICE_OBJECT& device, WmiAction action);
/// A driver's trace provider: a routine, which would be called for a consumer of traces. There is none.
Result<void> register_tracer(const void* routine);
/// kInvalidParameter when the device or routine is not registered.
Result<void> deregister_provider(const void* device_or_routine);
/// Devices that are registered, at most `most`.
size_t collect_providers(Ref<io::Device>* out, size_t most);
uint32_t provider_id(const DEVICE_OBJECT* device);
/// Takes an event over; its memory is freed. IRQL <= DISPATCH_LEVEL.
void take_event(WNODE_HEADER& event);

}  // namespace rsl::pnp
