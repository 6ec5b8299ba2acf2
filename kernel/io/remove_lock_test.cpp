// SPDX-License-Identifier: GPL-2.0-only
// Host only: the test plays the event.
#include "kernel/io/remove_lock.hpp"

#include "abi/functions/ke.h"
#include "base/testing/test.hpp"

extern "C" VOID NTAPI KeInitializeEvent(PRKEVENT event, EVENT_TYPE, BOOLEAN state) {
    event->Header.SignalState = state;
}
extern "C" LONG NTAPI KeSetEvent(PRKEVENT event, KPRIORITY, BOOLEAN) {
    return __atomic_exchange_n(&event->Header.SignalState, 1, __ATOMIC_SEQ_CST);
}

namespace rsl::io {
namespace {

RSL_TEST(RemoveLock, UsersComeAndGo) {
    IO_REMOVE_LOCK_COMMON_BLOCK lock;
    initialize_remove_lock(lock);
    RSL_EXPECT(acquire_remove_lock(lock));
    release_remove_lock(lock);
    RSL_EXPECT_EQ(lock.RemoveEvent.Header.SignalState, 0);
}

RSL_TEST(RemoveLock, RemovalWithoutOthersNeedNotWait) {
    IO_REMOVE_LOCK_COMMON_BLOCK lock;
    initialize_remove_lock(lock);
    RSL_EXPECT(acquire_remove_lock(lock));  // the remove request's own
    RSL_EXPECT(!begin_removal(lock));
}

RSL_TEST(RemoveLock, TheLastUserWakesTheRemover) {
    IO_REMOVE_LOCK_COMMON_BLOCK lock;
    initialize_remove_lock(lock);
    RSL_EXPECT(acquire_remove_lock(lock));
    RSL_EXPECT(acquire_remove_lock(lock));
    RSL_EXPECT(begin_removal(lock));
    RSL_EXPECT_EQ(lock.RemoveEvent.Header.SignalState, 0);
    release_remove_lock(lock);
    RSL_EXPECT_EQ(lock.RemoveEvent.Header.SignalState, 1);
}

RSL_TEST(RemoveLock, NobodyComesInAfterRemovalBegan) {
    IO_REMOVE_LOCK_COMMON_BLOCK lock;
    initialize_remove_lock(lock);
    RSL_EXPECT(acquire_remove_lock(lock));
    RSL_EXPECT(acquire_remove_lock(lock));
    RSL_EXPECT(begin_removal(lock));
    RSL_EXPECT(!acquire_remove_lock(lock));
    RSL_EXPECT_EQ(lock.RemoveEvent.Header.SignalState, 0);  // one user is still there
    release_remove_lock(lock);
    RSL_EXPECT_EQ(lock.RemoveEvent.Header.SignalState, 1);
}

}  // namespace
}  // namespace rsl::io
