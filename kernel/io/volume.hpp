// SPDX-License-Identifier: GPL-2.0-only
// Volumes as drivers ask for them: the lock of volume parameter blocks, drive letters, and who wants to
// hear of file systems.
#pragma once

#include <span>

#include "base/core/result.hpp"
#include "kernel/io/device.hpp"

namespace rsl::io {

/// Guards the members of every VPB that say what is mounted.
extern constinit ke::SpinLock vpb_lock;

/// The drive letter of a volume's device: a link \??\X: that leads to its name. kInvalidParameter when
/// there is none. PASSIVE_LEVEL.
Result<char16_t> drive_letter_of(DEVICE_OBJECT& device);

/// File systems, and filters that want to know of them.
Result<void> register_file_system(Device& device);
void unregister_file_system(Device& device);
/// The registered ones of a type, the last first; how many of them fit.
size_t file_systems_of(DEVICE_TYPE type, std::span<Ref<Device>> out);
/// kNotFound: STATUS_DEVICE_ALREADY_ATTACHED, the last to register was the same.
Result<void> register_file_system_notice(Driver& driver, PDRIVER_FS_NOTIFICATION routine);
void unregister_file_system_notice(Driver& driver, PDRIVER_FS_NOTIFICATION routine);

}  // namespace rsl::io
