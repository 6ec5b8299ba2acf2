// SPDX-License-Identifier: GPL-2.0-only
// The root enumerator: the driver object \Driver\PnpManager, whose devices are the root of the tree and
// a PDO for each instance below Enum\ROOT. For devices that no bus reports.
#pragma once

#include <string_view>

#include "abi/types/io.h"
#include "base/core/result.hpp"
#include "kernel/pnp/text.hpp"

namespace rsl::pnp {

/// Makes driver, root device and root node. PASSIVE_LEVEL, once.
Result<void> start_root_bus();

/// Writes Enum\ROOT\<name>\<next free number> with these hardware ids (REG_MULTI_SZ, NULs included).
/// The name is what follows "ROOT\" in the first id, or that id with '\' and '&' replaced. The device
/// appears at the next enumeration of the root.
NTSTATUS add_root_instance(std::u16string_view hardware_ids, IdText& instance_path);
/// The PDO of a root instance, made now if the root has not reported it yet; one reference.
Result<PDEVICE_OBJECT> root_pdo(std::u16string_view instance_path);
/// Takes the registry key of a root instance away: the next enumeration does not report it any more.
void forget_root_instance(std::u16string_view instance_path);

}  // namespace rsl::pnp
