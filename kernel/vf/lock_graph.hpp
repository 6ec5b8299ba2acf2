// SPDX-License-Identifier: GPL-2.0-only
// Which lock was ever taken while which other one was held. A way back from a new arrow's end to
// its beginning is a lock hierarchy violation: two threads can deadlock there, whether or not they
// ever did. Pure: deadlock.cpp guards it with its lock, and says when locks are taken.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rsl::vf {

enum class LockKind : uint8_t { kSpinLock, kQueuedSpinLock, kFastMutex, kMutex };
const char* name_of(LockKind kind);

enum class LockIssue : uint32_t {
    kNone = 0,
    kSelfDeadlock = 0x1000,  // the values are bug check 0xC4's
    kDeadlock = 0x1001,
    kUnexpectedRelease = 0x1003,
    kUnexpectedThread = 0x1004,
    kMultipleInitialization = 0x1005,
    kUnacquired = 0x1007,
    kMismatchedAcquire = 0x1008,
    kMismatchedRelease = 0x1009,
    kThreadEnded = 0x100A,
    kDeletedWhileOwned = 0x100B,
};

/// What is wrong, and with which lock. `other`: the lock that should have gone first, or the owner.
struct LockProblem {
    LockIssue issue = LockIssue::kNone;
    uint64_t lock = 0, other = 0;
    explicit operator bool() const { return issue != LockIssue::kNone; }
};

/// One arrow of a cycle: `to` was taken at `taken_at` while `from`, taken at `held_since`, was
/// held.
struct LockStep {
    uint64_t from, to;
    uint64_t held_since, taken_at;
    LockKind from_kind, to_kind;
};

/// Who takes a lock, and where: a thread, or a processor's DPC or interrupt.
struct LockTaker {
    uint64_t owner;
    uint64_t caller;
};

class LockGraph {
  public:
    LockGraph() = default;
    LockGraph(const LockGraph&) = delete;
    LockGraph& operator=(const LockGraph&) = delete;
    /// Frees everything. No destructor: the kernel's one lives as long as the machine.
    void clear();

    enum class Manner : uint8_t { kWaits, kTries };  // who only tries never waits for anybody
    /// Before a lock is waited for: draws arrows from all that the taker holds.
    LockProblem will_take(uint64_t lock, LockKind kind, const LockTaker& taker);
    /// Once it has been taken.
    void taken(uint64_t lock, LockKind kind, const LockTaker& taker);
    /// `lowers`: releasing brings the IRQL below DISPATCH_LEVEL, so no other spin lock may be held.
    LockProblem will_release(uint64_t lock, LockKind kind, const LockTaker& taker, bool lowers);
    LockProblem initialized(uint64_t lock, LockKind kind);
    /// Memory that held locks goes: they are forgotten. A lock in it that is held is a problem.
    LockProblem forget(uint64_t start, uint64_t bytes);
    /// The owner ends: kThreadEnded when it holds a lock.
    LockProblem ended(uint64_t owner) const;
    /// Forgets who holds what (the driver goes).
    bool is_held(uint64_t lock) const;

    /// The cycle that the last kDeadlock was about, in order; returns how many arrows it has.
    size_t cycle(LockStep* out, size_t capacity) const;
    size_t locks() const { return node_count_; }
    size_t arrows() const { return edge_count_; }

  private:
    struct Node;
    struct Edge;
    static constexpr size_t kBuckets = 256, kMaxNodes = 8192, kMaxEdges = 32768, kMaxCycle = 16;
    static size_t bucket_of(uint64_t lock) { return (lock >> 3) * 0x9E3779B97F4A7C15 >> 56; }
    Node* find(uint64_t lock) const;
    Node* find_or_make(uint64_t lock, LockKind kind);
    Edge* find_edge(const Node& from, const Node& to) const;
    bool add_edge(Node& from, Node& to, uint64_t taken_at);
    bool find_way(Node& from, const Node& to);
    void keep_cycle(const Node& from, const Node& to, const LockStep& closing);
    void drop_edges_to(const Node& node);
    void remove(Node& node);

    Node* buckets_[kBuckets] = {};
    Node* held_ = nullptr;  // the last one taken first
    size_t node_count_ = 0, edge_count_ = 0;
    uint32_t search_ = 0;
    LockStep cycle_[kMaxCycle] = {};
    size_t cycle_length_ = 0;
};

}  // namespace rsl::vf
