// SPDX-License-Identifier: GPL-2.0-only
// Pool quotas. No process has a limit, so charging never fails; what is charged is counted, and returning
// more than that is a driver's bug.
#include "abi/functions/export.h"
#include "abi/functions/ps_object.h"
#include "abi/types/bugcheck.h"
#include "abi/types/status.h"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ps/process.hpp"

using namespace rsl;

namespace {

std::atomic<uint64_t>& used(PEPROCESS process, POOL_TYPE type) {
    constexpr int kPagedBit = 1;
    return reinterpret_cast<ps::Process*>(process)->settings.quota_used[static_cast<int>(type) & kPagedBit];
}

void charge(PEPROCESS process, POOL_TYPE type, ULONG_PTR amount) {
    used(process, type).fetch_add(amount, std::memory_order_relaxed);  // a counter
}

void give_back(PEPROCESS process, POOL_TYPE type, ULONG_PTR amount) {
    std::atomic<uint64_t>& counter = used(process, type);
    uint64_t before = counter.load(std::memory_order_relaxed);
    do {
        if (before < amount) {
            ke::bug_check(QUOTA_UNDERFLOW, reinterpret_cast<uint64_t>(process), type, before, amount,
                          {.explanation = "a driver returned more pool quota than was charged"});
        }
    } while (!counter.compare_exchange_weak(before, before - amount, std::memory_order_relaxed));
}

}  // namespace

/// PsChargePoolQuota (ntifs.h) charges pool to a process.
///   IRQL     < DISPATCH_LEVEL
///   Returns  nothing; would raise STATUS_QUOTA_EXCEEDED
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-pschargepoolquota
///   Differs  there is no limit
RSL_EXPORT VOID NTAPI PsChargePoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    charge(Process, PoolType, Amount);
}
/// PsChargeProcessPoolQuota is PsChargePoolQuota with a status instead of an exception.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS
///   Source   public headers
///   Differs  there is no limit
RSL_EXPORT NTSTATUS NTAPI PsChargeProcessPoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount) {
    charge(Process, PoolType, Amount);
    return STATUS_SUCCESS;
}
/// PsChargeProcessNonPagedPoolQuota is the same for nonpaged pool.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS
///   Source   public headers
///   Differs  there is no limit
RSL_EXPORT NTSTATUS NTAPI PsChargeProcessNonPagedPoolQuota(PEPROCESS Process, ULONG_PTR Amount) {
    charge(Process, NonPagedPool, Amount);
    return STATUS_SUCCESS;
}
/// PsChargeProcessPagedPoolQuota is the same for paged pool.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS
///   Source   public headers
///   Differs  there is no limit
RSL_EXPORT NTSTATUS NTAPI PsChargeProcessPagedPoolQuota(PEPROCESS Process, ULONG_PTR Amount) {
    charge(Process, PagedPool, Amount);
    return STATUS_SUCCESS;
}
/// PsReturnPoolQuota (ntifs.h) gives back what was charged.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing; bug checks QUOTA_UNDERFLOW
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psreturnpoolquota
///   Differs  nothing known
RSL_EXPORT VOID NTAPI PsReturnPoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount) {
    give_back(Process, PoolType, Amount);
}
/// PsReturnProcessNonPagedPoolQuota is the same for nonpaged pool.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing; bug checks QUOTA_UNDERFLOW
///   Source   public headers
///   Differs  nothing known
RSL_EXPORT VOID NTAPI PsReturnProcessNonPagedPoolQuota(PEPROCESS Process, ULONG_PTR Amount) {
    give_back(Process, NonPagedPool, Amount);
}
/// PsReturnProcessPagedPoolQuota is the same for paged pool.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing; bug checks QUOTA_UNDERFLOW
///   Source   public headers
///   Differs  nothing known
RSL_EXPORT VOID NTAPI PsReturnProcessPagedPoolQuota(PEPROCESS Process, ULONG_PTR Amount) {
    give_back(Process, PagedPool, Amount);
}
