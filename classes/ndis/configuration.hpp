// SPDX-License-Identifier: GPL-2.0-only
// What an INF has put into the registry for an adapter or a driver.
#pragma once

#include "classes/ndis/handles.hpp"

namespace rsl::ndis {

/// The adapter's NetCfgInstanceId, "{GUID}" in memory of our own. Windows' class installer of class
/// Net writes it; here the first start does, so that it stays the same.
NTSTATUS read_instance(DEVICE_OBJECT& physical, UNICODE_STRING& instance);

}  // namespace rsl::ndis
