// SPDX-License-Identifier: GPL-2.0-only
// Which parts of the registry are kept in hive files, and when they are written. The files lie on the volume
// \Device\RegistryVolume, a folder of the host (docs/adr/0015-hive-files.md); without one nothing is kept.
//
//   NAME        the hive; replaced as a whole by renaming NAME.new
//   NAME.bak    the hive as it was when this VM started: written before the first replacement
#pragma once

#include "base/core/result.hpp"

namespace rsl::cm {

class Key;

/// Reads the hives that are there. Once, when the volume is there (or will never be). Fails with a status and
/// `why`, a sentence that says what to do: a hive that cannot be read is not touched.
Result<void> load_hives(const char*& why);

/// Writes every hive that has changed. For an orderly stop. PASSIVE_LEVEL.
Result<void> flush_hives();
/// Writes the hive that holds this key, if it has changed. PASSIVE_LEVEL, not under the registry lock.
Result<void> flush_hive_of(const Key& key);

}  // namespace rsl::cm
