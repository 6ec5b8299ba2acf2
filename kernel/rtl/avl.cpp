// SPDX-License-Identifier: GPL-2.0-only
// After D. Knuth, "The Art of Computer Programming" 6.2.3.
#include "kernel/rtl/avl.hpp"

namespace rsl::rtl {
namespace {

AvlLinks*& child(AvlLinks& node, Side side) { return side == Side::kLeft ? node.LeftChild : node.RightChild; }
Side other(Side side) { return side == Side::kLeft ? Side::kRight : Side::kLeft; }
int weight(Side side) { return side == Side::kLeft ? -1 : 1; }
Side side_of(const AvlLinks& node) { return node.Parent->LeftChild == &node ? Side::kLeft : Side::kRight; }

void hang(AvlLinks& parent, Side side, AvlLinks* node) {
    child(parent, side) = node;
    if (node != nullptr) node->Parent = &parent;
}

/// Lifts the child of `node` on `heavy` above it. Balances are the caller's business.
AvlLinks& rotate(AvlLinks& node, Side heavy) {
    AvlLinks& lifted = *child(node, heavy);
    AvlLinks& parent = *node.Parent;
    const Side side = side_of(node);
    hang(node, heavy, child(lifted, other(heavy)));
    hang(lifted, other(heavy), &node);
    hang(parent, side, &lifted);
    return lifted;
}

/// `node` leans two levels to `heavy`. Returns the top of the mended part, and whether it is one level
/// lower than before the change.
struct Mended {
    AvlLinks& top;
    bool lower;
};
Mended mend(AvlLinks& node, Side heavy) {
    AvlLinks& below = *child(node, heavy);
    const int sign = weight(heavy);
    if (below.Balance == -sign) {  // it leans the other way: lift its inner child twice
        AvlLinks& inner = *child(below, other(heavy));
        const int inner_balance = inner.Balance;
        rotate(below, other(heavy));
        rotate(node, heavy);
        node.Balance = static_cast<CHAR>(inner_balance == sign ? -sign : 0);
        below.Balance = static_cast<CHAR>(inner_balance == -sign ? sign : 0);
        inner.Balance = 0;
        return {inner, true};
    }
    const bool even = below.Balance == 0;  // only after a removal; the height stays then
    rotate(node, heavy);
    node.Balance = static_cast<CHAR>(even ? sign : 0);
    below.Balance = static_cast<CHAR>(even ? -sign : 0);
    return {below, !even};
}

}  // namespace

bool avl_insert(AvlLinks& header, AvlLinks& parent, Side side, AvlLinks& node) {
    node.LeftChild = node.RightChild = nullptr;
    node.Balance = 0;
    hang(parent, side, &node);
    // Up from the new node: each part grew by one level, until one takes it up.
    for (AvlLinks* at = &node; at->Parent != &header; at = at->Parent) {
        AvlLinks& above = *at->Parent;
        const Side grown = side_of(*at);
        if (above.Balance == weight(grown)) {
            mend(above, grown);
            return false;
        }
        above.Balance = static_cast<CHAR>(above.Balance + weight(grown));
        if (above.Balance == 0) return false;
    }
    return true;
}

bool avl_remove(AvlLinks& header, AvlLinks& node) {
    AvlLinks* parent;
    Side side;
    if (node.LeftChild != nullptr && node.RightChild != nullptr) {
        // The next node in order has no left child; it takes the place.
        AvlLinks* stand_in = node.RightChild;
        while (stand_in->LeftChild != nullptr) stand_in = stand_in->LeftChild;
        side = side_of(*stand_in);
        parent = stand_in->Parent == &node ? stand_in : stand_in->Parent;
        hang(*stand_in->Parent, side, stand_in->RightChild);
        hang(*stand_in, Side::kLeft, node.LeftChild);
        hang(*stand_in, Side::kRight, node.RightChild);
        stand_in->Balance = node.Balance;
        hang(*node.Parent, side_of(node), stand_in);
    } else {
        parent = node.Parent;
        side = side_of(node);
        hang(*parent, side, node.LeftChild != nullptr ? node.LeftChild : node.RightChild);
    }
    // Up from the gap: each part lost a level, until one makes up for it.
    for (AvlLinks* at = parent; at != &header;) {
        AvlLinks* above = at->Parent;
        const Side at_side = side_of(*at);
        const int lost = weight(side);
        if (at->Balance == 0) {
            at->Balance = static_cast<CHAR>(-lost);
            return false;
        }
        if (at->Balance == lost) {
            at->Balance = 0;
        } else if (!mend(*at, other(side)).lower) {
            return false;
        }
        at = above;
        side = at_side;
    }
    return true;
}

AvlLinks* avl_first(AvlLinks& header) {
    AvlLinks* node = header.RightChild;
    while (node != nullptr && node->LeftChild != nullptr) node = node->LeftChild;
    return node;
}

AvlLinks* avl_next(AvlLinks& header, AvlLinks& node) {
    if (node.RightChild != nullptr) {
        AvlLinks* next = node.RightChild;
        while (next->LeftChild != nullptr) next = next->LeftChild;
        return next;
    }
    for (AvlLinks* at = &node; at->Parent != &header; at = at->Parent) {
        if (side_of(*at) == Side::kLeft) return at->Parent;
    }
    return nullptr;
}

AvlLinks* avl_previous(AvlLinks& header, AvlLinks& node) {
    if (node.LeftChild != nullptr) {
        AvlLinks* previous = node.LeftChild;
        while (previous->RightChild != nullptr) previous = previous->RightChild;
        return previous;
    }
    for (AvlLinks* at = &node; at->Parent != &header; at = at->Parent) {
        if (side_of(*at) == Side::kRight) return at->Parent;
    }
    return nullptr;
}

}  // namespace rsl::rtl
