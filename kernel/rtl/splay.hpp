// SPDX-License-Identifier: GPL-2.0-only
// Splay trees through RTL_SPLAY_LINKS: a node that was used becomes the root. The root's parent is the
// root itself, which is how NT's macros know it.
#pragma once

#include "abi/types/rtl.h"

namespace rsl::rtl {

using SplayLinks = RTL_SPLAY_LINKS;

inline bool is_root(const SplayLinks& node) { return node.Parent == &node; }

/// Makes `node` the root, halving the depth of the way to it.
SplayLinks* splay(SplayLinks* node);
/// Takes `node` out without splaying; returns the new root, or nullptr when the tree is empty now.
/// `root` is the root before.
SplayLinks* remove_node(SplayLinks* node, SplayLinks* root);
/// The next or previous node of the whole tree, or nullptr.
SplayLinks* successor(SplayLinks* node);
SplayLinks* predecessor(SplayLinks* node);
/// The leftmost or rightmost node below and including `node`.
SplayLinks* leftmost(SplayLinks* node);
SplayLinks* rightmost(SplayLinks* node);

}  // namespace rsl::rtl
