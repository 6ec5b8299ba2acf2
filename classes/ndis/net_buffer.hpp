// SPDX-License-Identifier: GPL-2.0-only
// NET_BUFFERs: a window of DataLength bytes, DataOffset into an MDL chain. CurrentMdl and
// CurrentMdlOffset say where the window begins, so that nobody walks from the front. Who owns the
// MDLs is the caller's matter; none is freed here but those that retreat() added.
#pragma once

#include "classes/ndis/memory.hpp"

namespace rsl::ndis {

/// Points a buffer at a chain. False when the offset lies beyond it.
bool set_window(NET_BUFFER& buffer, MDL* chain, ULONG offset, ULONG bytes);

/// Sets CurrentMdl and CurrentMdlOffset by DataOffset, which the caller has changed.
void adjust_current(NET_BUFFER& buffer);

/// The first bytes of the window in one piece: where they lie if that is in one piece and aligned,
/// else copied to storage.
void* contiguous_data(NET_BUFFER& buffer, ULONG bytes, void* storage, ULONG align_multiple,
                      ULONG align_offset);

NDIS_STATUS retreat(NET_BUFFER& buffer, ULONG bytes, ULONG back_fill,
                    NET_BUFFER_ALLOCATE_MDL_HANDLER allocate_mdl);
/// `bytes` is at most DataLength.
void advance(NET_BUFFER& buffer, ULONG bytes, bool free_unused,
             NET_BUFFER_FREE_MDL_HANDLER free_handler);

/// Copies between windows, as far as both have bytes. How many it were.
ULONG copy(NET_BUFFER& to, ULONG to_offset, ULONG bytes, NET_BUFFER& from, ULONG from_offset);
/// Copies out of the window into one piece, and back. The bytes that were there.
ULONG copy_out(NET_BUFFER& from, ULONG offset, void* to, ULONG bytes);
ULONG copy_in(NET_BUFFER& to, ULONG offset, const void* from, ULONG bytes);

}  // namespace rsl::ndis
