// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/lock_graph.hpp"

#include "base/testing/test.hpp"

namespace rsl::vf {
namespace {

constexpr uint64_t kA = 0x1000, kB = 0x2000, kC = 0x3000;
constexpr LockKind kSpin = LockKind::kSpinLock;

struct Locks {
    LockGraph graph;
    ~Locks() { graph.clear(); }
    LockProblem take(uint64_t owner, uint64_t lock, LockKind kind = kSpin, uint64_t caller = 7) {
        const LockProblem problem = graph.will_take(lock, kind, {owner, caller});
        if (!problem) graph.taken(lock, kind, {owner, caller});
        return problem;
    }
    LockProblem release(uint64_t owner, uint64_t lock, LockKind kind = kSpin, bool lowers = false) {
        return graph.will_release(lock, kind, {owner, 8}, lowers);
    }
    void pair(uint64_t owner, uint64_t first, uint64_t second) {
        RSL_EXPECT(!take(owner, first));
        RSL_EXPECT(!take(owner, second));
        RSL_EXPECT(!release(owner, second));
        RSL_EXPECT(!release(owner, first));
    }
};

RSL_TEST(LockGraph, TheSameOrderIsFine)
{
    Locks locks;
    for (int i = 0; i < 3; ++i) {
        locks.pair(1, kA, kB);
        locks.pair(2, kA, kB);
    }
    RSL_EXPECT_EQ(locks.graph.arrows(), 1u);
}

RSL_TEST(LockGraph, FindsTwoLocksInBothOrders)
{
    Locks locks;
    locks.pair(1, kA, kB);
    RSL_EXPECT(!locks.take(2, kB, kSpin, 0x22));
    const LockProblem problem = locks.take(2, kA, kSpin, 0x33);
    RSL_EXPECT(problem.issue == LockIssue::kDeadlock);
    RSL_EXPECT_EQ(problem.lock, kA);
    LockStep steps[8];
    RSL_EXPECT_EQ(locks.graph.cycle(steps, 8), 2u);
    RSL_EXPECT_EQ(steps[0].from, kB);
    RSL_EXPECT_EQ(steps[0].to, kA);
    RSL_EXPECT_EQ(steps[0].held_since, 0x22u);
    RSL_EXPECT_EQ(steps[0].taken_at, 0x33u);
    RSL_EXPECT_EQ(steps[1].from, kA);
    RSL_EXPECT_EQ(steps[1].to, kB);
}

RSL_TEST(LockGraph, FindsACycleOfThree)
{
    Locks locks;
    locks.pair(1, kA, kB);
    locks.pair(2, kB, kC);
    RSL_EXPECT(!locks.take(3, kC));
    RSL_EXPECT(locks.take(3, kA).issue == LockIssue::kDeadlock);
    LockStep steps[8];
    RSL_EXPECT_EQ(locks.graph.cycle(steps, 8), 3u);
    RSL_EXPECT_EQ(steps[0].from, kC);
    RSL_EXPECT_EQ(steps[1].from, kA);
    RSL_EXPECT_EQ(steps[1].to, kB);
    RSL_EXPECT_EQ(steps[2].to, kC);
}

RSL_TEST(LockGraph, WhoOnlyTriesDrawsNoArrow)
{
    Locks locks;
    locks.pair(1, kA, kB);
    RSL_EXPECT(!locks.take(2, kB));
    locks.graph.taken(kA, kSpin, {2, 9});  // tried, and got it
    RSL_EXPECT(!locks.release(2, kA));
    RSL_EXPECT(!locks.release(2, kB));
}

RSL_TEST(LockGraph, FindsALockTakenTwice)
{
    Locks locks;
    RSL_EXPECT(!locks.take(1, kA));
    RSL_EXPECT(locks.take(1, kA).issue == LockIssue::kSelfDeadlock);
    RSL_EXPECT(!locks.take(1, kB, LockKind::kMutex));
    RSL_EXPECT(!locks.take(1, kB, LockKind::kMutex));  // mutexes may
    RSL_EXPECT(!locks.release(1, kB, LockKind::kMutex));
    RSL_EXPECT(locks.graph.is_held(kB));
    RSL_EXPECT(!locks.release(1, kB, LockKind::kMutex));
    RSL_EXPECT(!locks.graph.is_held(kB));
}

RSL_TEST(LockGraph, RefusesWrongReleases)
{
    Locks locks;
    RSL_EXPECT(locks.release(1, kA).issue == LockIssue::kUnacquired);
    RSL_EXPECT(!locks.take(1, kA));
    RSL_EXPECT(locks.release(2, kA).issue == LockIssue::kUnexpectedThread);
    RSL_EXPECT(locks.release(1, kA, LockKind::kQueuedSpinLock).issue ==
               LockIssue::kMismatchedRelease);
    RSL_EXPECT(!locks.take(1, kB));
    const LockProblem problem = locks.release(1, kA, kSpin, true);
    RSL_EXPECT(problem.issue == LockIssue::kUnexpectedRelease);
    RSL_EXPECT_EQ(problem.other, kB);
    RSL_EXPECT(!locks.release(1, kA));  // hand over hand, the level stays
    RSL_EXPECT(!locks.release(1, kB, kSpin, true));
    RSL_EXPECT(locks.release(1, kB).issue == LockIssue::kUnacquired);
}

RSL_TEST(LockGraph, ForgetsLocksWhoseMemoryGoes)
{
    Locks locks;
    locks.pair(1, kA, kB);
    RSL_EXPECT(!locks.graph.forget(kA, 0x10));
    RSL_EXPECT_EQ(locks.graph.arrows(), 0u);
    locks.pair(1, kB, kA);  // other locks, by the same names
    RSL_EXPECT(!locks.take(1, kC));
    const LockProblem problem = locks.graph.forget(kC - 8, 0x10);
    RSL_EXPECT(problem.issue == LockIssue::kDeletedWhileOwned);
    RSL_EXPECT_EQ(problem.lock, kC);
}

RSL_TEST(LockGraph, ALockOfAnotherKindIsRefused)
{
    Locks locks;
    locks.pair(1, kA, kB);
    RSL_EXPECT(locks.take(1, kA, LockKind::kQueuedSpinLock).issue == LockIssue::kMismatchedAcquire);
    RSL_EXPECT(!locks.graph.initialized(kA, LockKind::kMutex));  // becomes something new
    RSL_EXPECT(!locks.take(1, kA, LockKind::kMutex));
    RSL_EXPECT(locks.graph.initialized(kA, LockKind::kMutex).issue ==
               LockIssue::kMultipleInitialization);
}

RSL_TEST(LockGraph, AThreadThatEndsMustHoldNothing)
{
    Locks locks;
    RSL_EXPECT(!locks.graph.ended(1));
    RSL_EXPECT(!locks.take(1, kA));
    RSL_EXPECT(locks.graph.ended(1).issue == LockIssue::kThreadEnded);
    RSL_EXPECT(!locks.graph.ended(2));
}

RSL_TEST(LockGraph, ManyLocksStayQuick)
{
    Locks locks;
    for (uint64_t i = 1; i < 500; ++i) locks.pair(1, i * 0x40, (i + 1) * 0x40);
    RSL_EXPECT(!locks.take(1, 500 * 0x40));
    RSL_EXPECT(locks.take(1, 0x40).issue == LockIssue::kDeadlock);
    LockStep steps[4];
    RSL_EXPECT_EQ(locks.graph.cycle(steps, 4), 500u);
}

}  // namespace
}  // namespace rsl::vf
