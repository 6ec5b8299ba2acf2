// SPDX-License-Identifier: GPL-2.0-only
// Power settings that drivers watch, and what they say about the system's use. Our machine is a virtual
// one on mains power that never sleeps: the values do not change while it runs.
#pragma once

#include "abi/types/io.h"
#include "base/core/result.hpp"

namespace rsl::po {

/// Registers a callback; it is called once, before this returns, if the setting has a value here.
Result<void*> watch_setting(DEVICE_OBJECT* device, const GUID& setting, PPOWER_SETTING_CALLBACK callback, void* context);
/// kInvalidParameter for what is no handle of watch_setting().
Result<void> unwatch_setting(void* handle);

/// PoRegisterSystemState and kin: ES_* flags that somebody wants kept, counted.
void* register_system_state(void* handle, uint32_t flags);
void unregister_system_state(void* handle);
void note_system_use(uint32_t flags);

}  // namespace rsl::po
