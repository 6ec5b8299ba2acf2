// SPDX-License-Identifier: GPL-2.0-only
// After D. Sleator and R. Tarjan, "Self-adjusting binary search trees" (1985).
#include "kernel/rtl/splay.hpp"

namespace rsl::rtl {
namespace {

/// Puts `child` where `old` hangs; `child` may be nullptr unless `old` is the root.
void replace(SplayLinks* old, SplayLinks* child) {
    SplayLinks* parent = old->Parent;
    if (is_root(*old)) {
        if (child != nullptr) child->Parent = child;
        return;
    }
    if (parent->LeftChild == old) parent->LeftChild = child;
    else parent->RightChild = child;
    if (child != nullptr) child->Parent = parent;
}

/// Lifts `node` above its parent; order stays.
void rotate_up(SplayLinks* node) {
    SplayLinks* parent = node->Parent;
    replace(parent, node);
    if (parent->LeftChild == node) {
        parent->LeftChild = node->RightChild;
        if (node->RightChild != nullptr) node->RightChild->Parent = parent;
        node->RightChild = parent;
    } else {
        parent->RightChild = node->LeftChild;
        if (node->LeftChild != nullptr) node->LeftChild->Parent = parent;
        node->LeftChild = parent;
    }
    parent->Parent = node;
}

bool is_left(const SplayLinks* node) { return node->Parent->LeftChild == node; }

}  // namespace

SplayLinks* splay(SplayLinks* node) {
    while (!is_root(*node)) {
        SplayLinks* parent = node->Parent;
        if (!is_root(*parent)) rotate_up(is_left(node) == is_left(parent) ? parent : node);
        rotate_up(node);
    }
    return node;
}

SplayLinks* leftmost(SplayLinks* node) {
    while (node->LeftChild != nullptr) node = node->LeftChild;
    return node;
}
SplayLinks* rightmost(SplayLinks* node) {
    while (node->RightChild != nullptr) node = node->RightChild;
    return node;
}

SplayLinks* successor(SplayLinks* node) {
    if (node->RightChild != nullptr) return leftmost(node->RightChild);
    while (!is_root(*node)) {
        if (is_left(node)) return node->Parent;
        node = node->Parent;
    }
    return nullptr;
}
SplayLinks* predecessor(SplayLinks* node) {
    if (node->LeftChild != nullptr) return rightmost(node->LeftChild);
    while (!is_root(*node)) {
        if (!is_left(node)) return node->Parent;
        node = node->Parent;
    }
    return nullptr;
}

SplayLinks* remove_node(SplayLinks* node, SplayLinks* root) {
    if (node->LeftChild != nullptr && node->RightChild != nullptr) {
        // Its predecessor, which has no right child, takes its place.
        SplayLinks* stand_in = rightmost(node->LeftChild);
        replace(stand_in, stand_in->LeftChild);
        stand_in->LeftChild = node->LeftChild;  // as it is now
        stand_in->RightChild = node->RightChild;
        if (stand_in->LeftChild != nullptr) stand_in->LeftChild->Parent = stand_in;
        stand_in->RightChild->Parent = stand_in;
        replace(node, stand_in);
        return root == node ? stand_in : root;
    }
    SplayLinks* child = node->LeftChild != nullptr ? node->LeftChild : node->RightChild;
    replace(node, child);
    return root == node ? child : root;
}

}  // namespace rsl::rtl
