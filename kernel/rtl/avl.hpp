// SPDX-License-Identifier: GPL-2.0-only
// Height-balanced trees through RTL_BALANCED_LINKS, as RTL_AVL_TABLE keeps them: a header node whose
// right child is the root, so that the root needs no special case. Balance is right minus left height.
#pragma once

#include "abi/types/rtl.h"

namespace rsl::rtl {

using AvlLinks = RTL_BALANCED_LINKS;

enum class Side : uint8_t { kLeft, kRight };

/// Hangs `node` below `parent` (the header of an empty tree: to the right), and rebalances. True when
/// the tree has become deeper.
bool avl_insert(AvlLinks& header, AvlLinks& parent, Side side, AvlLinks& node);
/// Takes `node` out and rebalances. True when the tree has become shallower.
bool avl_remove(AvlLinks& header, AvlLinks& node);
/// In order; nullptr behind the last or before the first.
AvlLinks* avl_first(AvlLinks& header);
AvlLinks* avl_next(AvlLinks& header, AvlLinks& node);
AvlLinks* avl_previous(AvlLinks& header, AvlLinks& node);

}  // namespace rsl::rtl
