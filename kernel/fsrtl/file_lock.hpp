// SPDX-License-Identifier: GPL-2.0-only
// Byte-range locks of one file: those that are held, and requests that wait for one. The memory behind
// FILE_LOCK.LockInformation; made with the first lock.
#pragma once

#include "abi/types/fsrtl.h"
#include "base/containers/intrusive_list.hpp"
#include "base/core/result.hpp"
#include "kernel/ke/spin_lock.hpp"

namespace rsl::fsrtl {

/// Who asks.
struct LockOwner {
    FILE_OBJECT* file;
    void* process;
    ULONG key;
};
struct ByteRange {
    uint64_t first = 0;
    uint64_t length = 0;
    uint64_t last() const { return first + length - 1; }
    bool overlaps(const ByteRange& other) const {
        // Of an empty range only a place strictly inside another counts, as documented for LockFile.
        if (length == 0) return other.length != 0 && first > other.first && first <= other.last();
        if (other.length == 0) return other.first > first && other.first <= last();
        return first <= other.last() && other.first <= last();
    }
    /// 64-bit addresses do not wrap around.
    bool is_valid() const { return length == 0 || first + (length - 1) >= first; }
};

struct RangeLock {
    ListHook hook;
    ByteRange range;
    LockOwner owner;
    bool exclusive;
};

/// A request that waits.
struct WaitingLock {
    ListHook hook;
    IRP* irp;
    ByteRange range;
    LockOwner owner;
    bool exclusive;
    void* context;
};

class FileLocks {
  public:
    explicit FileLocks(FILE_LOCK& outside) : outside_(outside) {}
    ~FileLocks();

    /// STATUS_SUCCESS, STATUS_LOCK_NOT_GRANTED, or STATUS_PENDING when `irp` waits.
    Result<NTSTATUS> lock(const ByteRange& range, const LockOwner& owner, bool exclusive, IRP* irp, void* context);
    /// STATUS_RANGE_NOT_LOCKED when there is no such lock.
    NTSTATUS unlock(const ByteRange& range, const LockOwner& owner, void* context);
    /// All of a file object and process; with `key` only those.
    bool unlock_all(FILE_OBJECT* file, void* process, const ULONG* key, void* context);

    enum class Access : uint8_t { kRead, kWrite };
    bool allows(const ByteRange& range, const LockOwner& owner, Access access);
    /// The lock number `index`, if there is one.
    bool at(ULONG index, FILE_LOCK_INFO& out);
    bool empty();

  private:
    bool conflicts_locked(const ByteRange& range, const LockOwner& owner, bool exclusive) RSL_REQUIRES(lock_);
    /// Grants what can be granted now, in the order of asking.
    void grant_waiting();
    void finish(WaitingLock& waiting, NTSTATUS status);
    void tell_unlocked(const RangeLock& gone, void* context);
    static VOID NTAPI cancel(DEVICE_OBJECT* device, IRP* irp);

    FILE_LOCK& outside_;
    ke::SpinLock lock_{ke::LockRank::kObject};
    IntrusiveList<RangeLock, &RangeLock::hook> held_ RSL_GUARDED_BY(lock_);
    IntrusiveList<WaitingLock, &WaitingLock::hook> waiting_ RSL_GUARDED_BY(lock_);
};

/// The locks behind a FILE_LOCK; nullptr when there never were any.
FileLocks* existing_locks(FILE_LOCK& lock);
Result<FileLocks*> locks_of(FILE_LOCK& lock);
FILE_LOCK_INFO describe(const RangeLock& lock);

}  // namespace rsl::fsrtl
