// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/lock_graph.hpp"

#include "kernel/mm/pool.hpp"

namespace rsl::vf {

struct LockGraph::Edge {
    Node* to;
    Edge* next;
    uint64_t held_since, taken_at;
};

struct LockGraph::Node {
    uint64_t lock;
    LockKind kind;
    Node* next;   // in its bucket
    Edge* edges;  // to locks that were taken while this one was held
    // While it is held.
    uint64_t owner;
    uint64_t held_since;
    uint32_t depth;
    Node* next_held;
    // Of the last search.
    uint32_t search;
    Node* queue_next;
    Node* reached_from;
    Edge* reached_by;
};

const char* name_of(LockKind kind) {
    switch (kind) {
        case LockKind::kSpinLock:
            return "spin lock";
        case LockKind::kQueuedSpinLock:
            return "queued spin lock";
        case LockKind::kFastMutex:
            return "fast mutex";
        default:
            return "mutex";
    }
}

void LockGraph::clear() {
    held_ = nullptr;
    node_count_ = edge_count_ = 0;
    for (Node*& bucket : buckets_) {
        while (bucket != nullptr) {
            Node* gone = bucket;
            bucket = gone->next;
            while (gone->edges != nullptr) {
                Edge* edge = gone->edges;
                gone->edges = edge->next;
                mm::destroy(edge);
            }
            mm::destroy(gone);
        }
    }
}

LockGraph::Node* LockGraph::find(uint64_t lock) const {
    Node* node = buckets_[bucket_of(lock)];
    while (node != nullptr && node->lock != lock) node = node->next;
    return node;
}

LockGraph::Node* LockGraph::find_or_make(uint64_t lock, LockKind kind) {
    if (Node* known = find(lock)) return known;
    if (node_count_ == kMaxNodes) return nullptr;
    const auto made = mm::make<Node>(mm::pool_tag("VfLk"));
    if (!made) return nullptr;
    Node*& bucket = buckets_[bucket_of(lock)];
    **made = {.lock = lock, .kind = kind, .next = bucket};
    bucket = *made;
    ++node_count_;
    return bucket;
}

LockGraph::Edge* LockGraph::find_edge(const Node& from, const Node& to) const {
    Edge* edge = from.edges;
    while (edge != nullptr && edge->to != &to) edge = edge->next;
    return edge;
}

bool LockGraph::add_edge(Node& from, Node& to, uint64_t taken_at) {
    if (edge_count_ == kMaxEdges) return false;
    const auto made = mm::make<Edge>(mm::pool_tag("VfLe"));
    if (!made) return false;
    **made = {.to = &to, .next = from.edges, .held_since = from.held_since, .taken_at = taken_at};
    from.edges = *made;
    ++edge_count_;
    return true;
}

/// Breadth first, so that the cycle it finds is a shortest one.
bool LockGraph::find_way(Node& from, const Node& to) {
    ++search_;
    from.search = search_;
    from.queue_next = nullptr;
    from.reached_from = nullptr;
    Node* last = &from;
    for (Node* at = &from; at != nullptr; at = at->queue_next) {
        if (at == &to) return true;
        for (Edge* edge = at->edges; edge != nullptr; edge = edge->next) {
            Node& there = *edge->to;
            if (there.search == search_) continue;
            there.search = search_;
            there.queue_next = nullptr;
            there.reached_from = at;
            there.reached_by = edge;
            last->queue_next = &there;
            last = &there;
        }
    }
    return false;
}

/// The arrow that closes the cycle, then the way that was there before, from its end back to its
/// beginning.
void LockGraph::keep_cycle(const Node& from, const Node& to, const LockStep& closing) {
    size_t length = 1;
    for (const Node* at = &to; at != &from; at = at->reached_from) ++length;
    cycle_length_ = length;
    cycle_[0] = closing;
    size_t place = length - 1;
    for (const Node* at = &to; at != &from; at = at->reached_from, --place) {
        if (place >= kMaxCycle) continue;
        const Node& before = *at->reached_from;
        cycle_[place] = {
            before.lock, at->lock, at->reached_by->held_since, at->reached_by->taken_at,
            before.kind, at->kind};
    }
}

LockProblem LockGraph::will_take(uint64_t lock, LockKind kind, const LockTaker& taker) {
    Node* node = find_or_make(lock, kind);
    if (node == nullptr) return {};
    if (node->kind != kind) {
        if (node->depth != 0 || node->edges != nullptr)
            return {LockIssue::kMismatchedAcquire, lock};
        node->kind = kind;  // the memory has become another lock
    }
    if (node->depth != 0 && node->owner == taker.owner) {
        if (kind == LockKind::kMutex) return {};
        return {LockIssue::kSelfDeadlock, lock, node->held_since};
    }
    for (Node* held = held_; held != nullptr; held = held->next_held) {
        if (held->owner != taker.owner || find_edge(*held, *node) != nullptr) continue;
        if (find_way(*node, *held)) {
            keep_cycle(*node, *held,
                       {held->lock, lock, held->held_since, taker.caller, held->kind, kind});
            return {LockIssue::kDeadlock, lock, held->lock};
        }
        add_edge(*held, *node, taker.caller);
    }
    return {};
}

void LockGraph::taken(uint64_t lock, LockKind kind, const LockTaker& taker) {
    Node* node = find_or_make(lock, kind);
    if (node == nullptr) return;
    if (node->depth++ != 0) return;
    node->kind = kind;
    node->owner = taker.owner;
    node->held_since = taker.caller;
    node->next_held = held_;
    held_ = node;
}

LockProblem LockGraph::will_release(uint64_t lock, LockKind kind, const LockTaker& taker,
                                    bool lowers) {
    Node* node = find(lock);
    if (node == nullptr || node->depth == 0) {
        return node_count_ == kMaxNodes ? LockProblem{} : LockProblem{LockIssue::kUnacquired, lock};
    }
    if (node->kind != kind) return {LockIssue::kMismatchedRelease, lock};
    if (node->owner != taker.owner) return {LockIssue::kUnexpectedThread, lock, node->owner};
    const bool spins = kind == LockKind::kSpinLock || kind == LockKind::kQueuedSpinLock;
    for (const Node* held = held_; spins && lowers && held != node; held = held->next_held) {
        const bool spin_lock =
            held->kind == LockKind::kSpinLock || held->kind == LockKind::kQueuedSpinLock;
        if (held->owner == taker.owner && spin_lock)
            return {LockIssue::kUnexpectedRelease, lock, held->lock};
    }
    if (--node->depth != 0) return {};
    Node** link = &held_;
    while (*link != node) link = &(*link)->next_held;
    *link = node->next_held;
    return {};
}

LockProblem LockGraph::initialized(uint64_t lock, LockKind kind) {
    Node* node = find(lock);
    if (node == nullptr) return {};
    if (node->depth != 0 && node->kind == kind)
        return {LockIssue::kMultipleInitialization, lock, node->owner};
    remove(*node);  // a new lock in the same memory has no history
    return {};
}

void LockGraph::drop_edges_to(const Node& node) {
    for (Node* bucket : buckets_) {
        for (; bucket != nullptr; bucket = bucket->next) {
            for (Edge** link = &bucket->edges; *link != nullptr;) {
                Edge* edge = *link;
                if (edge->to != &node) {
                    link = &edge->next;
                    continue;
                }
                *link = edge->next;
                mm::destroy(edge);
                --edge_count_;
            }
        }
    }
}

void LockGraph::remove(Node& node) {
    drop_edges_to(node);
    while (node.edges != nullptr) {
        Edge* edge = node.edges;
        node.edges = edge->next;
        mm::destroy(edge);
        --edge_count_;
    }
    if (node.depth != 0) {
        Node** held = &held_;
        while (*held != &node) held = &(*held)->next_held;
        *held = node.next_held;
    }
    Node** link = &buckets_[bucket_of(node.lock)];
    while (*link != &node) link = &(*link)->next;
    *link = node.next;
    --node_count_;
    mm::destroy(&node);
}

LockProblem LockGraph::forget(uint64_t start, uint64_t bytes) {
    LockProblem problem;
    for (Node* bucket : buckets_) {
        while (bucket != nullptr) {
            Node* node = bucket;
            bucket = bucket->next;
            if (node->lock - start >= bytes) continue;
            if (node->depth != 0 && !problem)
                problem = {LockIssue::kDeletedWhileOwned, node->lock, node->owner};
            remove(*node);
        }
    }
    return problem;
}

LockProblem LockGraph::ended(uint64_t owner) const {
    for (const Node* held = held_; held != nullptr; held = held->next_held) {
        if (held->owner == owner) return {LockIssue::kThreadEnded, held->lock, owner};
    }
    return {};
}

bool LockGraph::is_held(uint64_t lock) const {
    const Node* node = find(lock);
    return node != nullptr && node->depth != 0;
}

size_t LockGraph::cycle(LockStep* out, size_t capacity) const {
    for (size_t i = 0; i < cycle_length_ && i < capacity && i < kMaxCycle; ++i) out[i] = cycle_[i];
    return cycle_length_;
}

}  // namespace rsl::vf
