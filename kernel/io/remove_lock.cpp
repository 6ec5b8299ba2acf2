// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/remove_lock.hpp"

#include "abi/functions/ke.h"
#include "base/core/check.hpp"

namespace rsl::io {

void initialize_remove_lock(IO_REMOVE_LOCK_COMMON_BLOCK& lock) {
    lock.Removed = FALSE;
    lock.IoCount = 1;  // the device's own, dropped by begin_removal()
    KeInitializeEvent(&lock.RemoveEvent, SynchronizationEvent, FALSE);
}

bool acquire_remove_lock(IO_REMOVE_LOCK_COMMON_BLOCK& lock) {
    // Pairs with begin_removal(): count first, then the flag; there the other way round.
    __atomic_add_fetch(&lock.IoCount, 1, __ATOMIC_SEQ_CST);
    if (!__atomic_load_n(&lock.Removed, __ATOMIC_SEQ_CST)) return true;
    release_remove_lock(lock);
    return false;
}

void release_remove_lock(IO_REMOVE_LOCK_COMMON_BLOCK& lock) {
    const LONG left = __atomic_sub_fetch(&lock.IoCount, 1, __ATOMIC_SEQ_CST);
    RSL_CHECK(left >= 0);  // more releases than acquisitions
    if (left == 0) KeSetEvent(&lock.RemoveEvent, IO_NO_INCREMENT, FALSE);
}

bool begin_removal(IO_REMOVE_LOCK_COMMON_BLOCK& lock) {
    __atomic_store_n(&lock.Removed, static_cast<BOOLEAN>(TRUE), __ATOMIC_SEQ_CST);
    const LONG left = __atomic_sub_fetch(&lock.IoCount, 2, __ATOMIC_SEQ_CST);
    RSL_CHECK(left >= 0);
    return left != 0;
}

}  // namespace rsl::io
