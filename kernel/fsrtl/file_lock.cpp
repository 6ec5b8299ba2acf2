// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/fsrtl/file_lock.hpp"

#include "abi/functions/io.h"
#include "abi/types/status.h"
#include "kernel/io/stack_location.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::fsrtl {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("FsLk");

bool same_owner(const LockOwner& a, const LockOwner& b) {
    return a.file == b.file && a.process == b.process && a.key == b.key;
}

PDRIVER_CANCEL exchange_cancel(IRP& irp, PDRIVER_CANCEL routine) {
    return __atomic_exchange_n(const_cast<PDRIVER_CANCEL*>(&irp.CancelRoutine), routine,
                               __ATOMIC_SEQ_CST);  // pairs with IoCancelIrp
}

}  // namespace

FILE_LOCK_INFO describe(const RangeLock& lock) {
    FILE_LOCK_INFO out = {};
    out.StartingByte.QuadPart = static_cast<LONGLONG>(lock.range.first);
    out.Length.QuadPart = static_cast<LONGLONG>(lock.range.length);
    out.ExclusiveLock = lock.exclusive;
    out.Key = lock.owner.key;
    out.FileObject = lock.owner.file;
    out.ProcessId = lock.owner.process;
    out.EndingByte.QuadPart = static_cast<LONGLONG>(lock.range.last());
    return out;
}

FileLocks* existing_locks(FILE_LOCK& lock) {
    return static_cast<FileLocks*>(__atomic_load_n(&lock.LockInformation, __ATOMIC_ACQUIRE));  // pairs with locks_of()
}

Result<FileLocks*> locks_of(FILE_LOCK& lock) {
    if (FileLocks* there = existing_locks(lock)) return there;
    auto* fresh = RSL_TRY(mm::make<FileLocks>(kTag, lock));
    PVOID none = nullptr;
    if (__atomic_compare_exchange_n(&lock.LockInformation, &none, fresh, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        return fresh;
    }
    mm::destroy(fresh);  // another thread was faster
    return static_cast<FileLocks*>(none);
}

FileLocks::~FileLocks() {
    // Its file system says that nobody uses the file any more.
    for (;;) {
        WaitingLock* waiting = nullptr;
        {
            ke::SpinLockGuard guard{lock_};
            waiting = waiting_.pop_front();
        }
        if (waiting == nullptr) break;
        finish(*waiting, STATUS_RANGE_NOT_LOCKED);
    }
    ke::SpinLockGuard guard{lock_};
    while (RangeLock* held = held_.pop_front()) mm::destroy(held);
}

bool FileLocks::conflicts_locked(const ByteRange& range, const LockOwner&, bool exclusive) {
    // An owner's own locks count as much as anybody's: an exclusive lock excludes every other lock.
    for (const RangeLock& held : held_) {
        if ((exclusive || held.exclusive) && held.range.overlaps(range)) return true;
    }
    return false;
}

Result<NTSTATUS> FileLocks::lock(const ByteRange& range, const LockOwner& owner, bool exclusive, IRP* irp,
                                 void* context) {
    if (!range.is_valid()) return Status(STATUS_INVALID_LOCK_RANGE);
    mm::UniquePool<RangeLock> fresh(RSL_TRY(mm::make<RangeLock>(kTag)));
    fresh->range = range;
    fresh->owner = owner;
    fresh->exclusive = exclusive;
    mm::UniquePool<WaitingLock> waiting;
    if (irp != nullptr) {
        waiting = mm::UniquePool<WaitingLock>(RSL_TRY(mm::make<WaitingLock>(kTag)));
        waiting->irp = irp;
        waiting->range = range;
        waiting->owner = owner;
        waiting->exclusive = exclusive;
        waiting->context = context;
    }
    ke::SpinLockGuard guard{lock_};
    if (!conflicts_locked(range, owner, exclusive)) {
        held_.push_back(*fresh.release());
        return STATUS_SUCCESS;
    }
    if (irp == nullptr) return STATUS_LOCK_NOT_GRANTED;
    irp->Tail.Overlay.DriverContext[0] = this;
    io::mark_pending(*irp);
    exchange_cancel(*irp, &FileLocks::cancel);
    if (irp->Cancel && exchange_cancel(*irp, nullptr) != nullptr) {
        io::current_location(*irp).Control &= static_cast<UCHAR>(~SL_PENDING_RETURNED);
        return STATUS_CANCELLED;
    }
    waiting_.push_back(*waiting.release());
    return STATUS_PENDING;
}

VOID NTAPI FileLocks::cancel(DEVICE_OBJECT*, IRP* irp) {
    auto& self = *static_cast<FileLocks*>(irp->Tail.Overlay.DriverContext[0]);
    IoReleaseCancelSpinLock(irp->CancelIrql);
    WaitingLock* found = nullptr;
    {
        ke::SpinLockGuard guard{self.lock_};
        for (WaitingLock& waiting : self.waiting_) {
            if (waiting.irp == irp) found = &waiting;
        }
        if (found != nullptr) found->hook.unlink();
    }
    if (found != nullptr) self.finish(*found, STATUS_CANCELLED);
}

void FileLocks::finish(WaitingLock& waiting, NTSTATUS status) {
    IRP& irp = *waiting.irp;
    void* context = waiting.context;
    mm::destroy(&waiting);
    irp.IoStatus.Status = status;
    irp.IoStatus.Information = 0;
    if (outside_.CompleteLockIrpRoutine != nullptr) {
        outside_.CompleteLockIrpRoutine(context, &irp);
    } else {
        IofCompleteRequest(&irp, IO_NO_INCREMENT);
    }
}

void FileLocks::grant_waiting() {
    for (;;) {
        mm::UniquePool<RangeLock> fresh;
        WaitingLock* granted = nullptr;
        auto made = mm::make<RangeLock>(kTag);
        if (made) fresh = mm::UniquePool<RangeLock>(*made);
        {
            ke::SpinLockGuard guard{lock_};
            for (WaitingLock& waiting : waiting_) {
                if (fresh && conflicts_locked(waiting.range, waiting.owner, waiting.exclusive)) continue;
                if (exchange_cancel(*waiting.irp, nullptr) == nullptr) continue;  // being cancelled
                waiting.hook.unlink();
                granted = &waiting;
                if (!fresh) break;
                fresh->range = waiting.range;
                fresh->owner = waiting.owner;
                fresh->exclusive = waiting.exclusive;
                held_.push_back(*fresh.release());
                break;
            }
        }
        if (granted == nullptr) return;
        finish(*granted, made ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES);
    }
}

void FileLocks::tell_unlocked(const RangeLock& gone, void* context) {
    if (outside_.UnlockRoutine == nullptr) return;
    FILE_LOCK_INFO info = describe(gone);
    outside_.UnlockRoutine(context, &info);
}

NTSTATUS FileLocks::unlock(const ByteRange& range, const LockOwner& owner, void* context) {
    mm::UniquePool<RangeLock> gone;
    {
        ke::SpinLockGuard guard{lock_};
        for (RangeLock& held : held_) {
            if (!same_owner(held.owner, owner) || held.range.first != range.first || held.range.length != range.length) {
                continue;
            }
            held.hook.unlink();
            gone = mm::UniquePool<RangeLock>(&held);
            break;
        }
    }
    if (!gone) return STATUS_RANGE_NOT_LOCKED;
    tell_unlocked(*gone, context);
    grant_waiting();
    return STATUS_SUCCESS;
}

bool FileLocks::unlock_all(FILE_OBJECT* file, void* process, const ULONG* key, void* context) {
    bool any = false;
    for (;;) {
        mm::UniquePool<RangeLock> gone;
        {
            ke::SpinLockGuard guard{lock_};
            for (RangeLock& held : held_) {
                if (held.owner.file != file || held.owner.process != process) continue;
                if (key != nullptr && held.owner.key != *key) continue;
                held.hook.unlink();
                gone = mm::UniquePool<RangeLock>(&held);
                break;
            }
        }
        if (!gone) break;
        any = true;
        tell_unlocked(*gone, context);
    }
    if (any) grant_waiting();
    return any;
}

bool FileLocks::allows(const ByteRange& range, const LockOwner& owner, Access access) {
    if (range.length == 0) return true;
    ke::SpinLockGuard guard{lock_};
    for (const RangeLock& held : held_) {
        if (!held.range.overlaps(range)) continue;
        // Nobody writes to what is locked shared; only the owner touches what is locked exclusively.
        if (held.exclusive ? !same_owner(held.owner, owner) : access == Access::kWrite) return false;
    }
    return true;
}

bool FileLocks::at(ULONG index, FILE_LOCK_INFO& out) {
    ke::SpinLockGuard guard{lock_};
    for (const RangeLock& held : held_) {
        if (index-- != 0) continue;
        out = describe(held);
        return true;
    }
    return false;
}

bool FileLocks::empty() {
    ke::SpinLockGuard guard{lock_};
    return held_.empty() && waiting_.empty();
}

}  // namespace rsl::fsrtl
