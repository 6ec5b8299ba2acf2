// SPDX-License-Identifier: GPL-2.0-only
// Who may open a file beside whom: the counts behind IoCheckShareAccess and kin. Pure: the driver
// that owns the counts locks them.
#pragma once

#include "abi/types/io_device.h"
#include "abi/types/status.h"

namespace rsl::io {

/// What one opener does, and lets others do.
struct Sharing {
    bool reads, writes, deletes;
    bool shares_read, shares_write, shares_delete;
    bool uses() const { return reads || writes || deletes; }
};

Sharing sharing_of(ACCESS_MASK access, ULONG share);
Sharing sharing_of(const FILE_OBJECT& file);
void note_sharing(FILE_OBJECT& file, const Sharing& sharing);

/// Whether a new opener gets on with those there are. One that only reads attributes always does.
bool can_share(const SHARE_ACCESS& counts, const Sharing& wanted);
void add_sharing(SHARE_ACCESS& counts, const Sharing& opener);
void remove_sharing(SHARE_ACCESS& counts, const Sharing& opener);

}  // namespace rsl::io
