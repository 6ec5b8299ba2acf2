// SPDX-License-Identifier: GPL-2.0-only
// Pool as drivers know it. All pool is resident here: PagedPool differs from NonPagedPoolNx in name.
#include <bit>
#include <cstring>

#include "abi/functions/export.h"
#include "abi/functions/mm.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool_internal.hpp"
#include "kernel/rtl/exception.hpp"

using namespace rsl;

namespace {

constexpr ULONG kDefaultTag = mm::pool_tag("None");

enum class OnFailure : uint8_t { kReturnNull, kRaise };

struct Request {
    bool executable, cache_aligned, zero, paged;
    OnFailure on_failure;
};

void* allocate_from_pools(const mm::PoolRequest& request, void*) { return mm::allocate_for(request); }
constexpr mm::PoolBackend kBackend{&allocate_from_pools};

void* fail(OnFailure on_failure, NTSTATUS status) {
    if (on_failure == OnFailure::kRaise) rtl::raise_status(status);
    return nullptr;
}

void* allocate(const Request& what, SIZE_T bytes, ULONG tag, const void* caller, const mm::PoolBackend& backend) {
    void* memory = backend.allocate({.bytes = bytes,
                                     .tag = tag,
                                     .alignment = what.cache_aligned ? size_t{64} : size_t{16},
                                     .executable = what.executable,
                                     .owner = mm::pool_owner(caller),
                                     .paged = what.paged},
                                    backend.context);
    if (memory == nullptr) [[unlikely]] return fail(what.on_failure, STATUS_INSUFFICIENT_RESOURCES);
    if (what.zero) std::memset(memory, 0, bytes);
    return memory;
}

/// What a POOL_TYPE with its flag bits asks for.
Request request_of(POOL_TYPE type) {
    const auto bits = static_cast<ULONG>(type);
    return {.executable = (bits & (PagedPool | POOL_NX_ALLOCATION)) == 0,
            .cache_aligned = (bits & NonPagedPoolCacheAligned) != 0,
            .zero = (bits & POOL_ZERO_ALLOCATION) != 0,
            .paged = (bits & PagedPool) != 0,
            .on_failure = (bits & POOL_RAISE_IF_ALLOCATION_FAILURE) != 0 ? OnFailure::kRaise
                                                                         : OnFailure::kReturnNull};
}

/// Of the flags that must be understood, exactly one names the pool.
bool flags_are_valid(POOL_FLAGS flags) {
    constexpr POOL_FLAGS kPools = POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED;
    constexpr POOL_FLAGS kKnown = kPools | POOL_FLAG_USE_QUOTA | POOL_FLAG_UNINITIALIZED |
                                  POOL_FLAG_SESSION | POOL_FLAG_CACHE_ALIGNED |
                                  POOL_FLAG_RAISE_ON_FAILURE;
    constexpr POOL_FLAGS kRequired = POOL_FLAG_OPTIONAL_START - 1;
    return (flags & kRequired & ~kKnown) == 0 && std::has_single_bit(flags & kPools);
}

bool parameters_are_valid(PCPOOL_EXTENDED_PARAMETER parameters, ULONG count) {
    if (count != 0 && parameters == nullptr) return false;
    for (ULONG i = 0; i < count; ++i) {
        if (parameters[i].Optional || parameters[i].Type == PoolExtendedParameterPriority) continue;
        if (parameters[i].Type != PoolExtendedParameterNumaNode) return false;
        if ((parameters[i].PreferredNode & 0x7FFFFFFF) != 0) return false;  // there is node 0 only
    }
    return true;
}

}  // namespace

void* mm::allocate_by_type(POOL_TYPE type, size_t bytes, PoolTag tag, const void* caller, const PoolBackend& backend) {
    return ::allocate(request_of(type), bytes, tag, caller, backend);
}

void* mm::allocate_with_quota(POOL_TYPE type, size_t bytes, PoolTag tag, const void* caller,
                              const PoolBackend& backend) {
    Request request = request_of(type);
    const bool returns = (static_cast<ULONG>(type) & POOL_QUOTA_FAIL_INSTEAD_OF_RAISE) != 0;
    request.on_failure = returns ? OnFailure::kReturnNull : OnFailure::kRaise;
    return ::allocate(request, bytes, tag, caller, backend);
}

void* mm::allocate_by_flags(POOL_FLAGS flags, size_t bytes, PoolTag tag, const void* caller,
                            const PoolBackend& backend) {
    const auto on_failure =
        (flags & POOL_FLAG_RAISE_ON_FAILURE) != 0 ? OnFailure::kRaise : OnFailure::kReturnNull;
    if (tag == 0 || !flags_are_valid(flags)) return fail(on_failure, STATUS_INVALID_PARAMETER);
    return ::allocate({.executable = (flags & POOL_FLAG_NON_PAGED_EXECUTE) != 0,
                       .cache_aligned = (flags & POOL_FLAG_CACHE_ALIGNED) != 0,
                       .zero = (flags & POOL_FLAG_UNINITIALIZED) == 0,
                       .paged = (flags & POOL_FLAG_PAGED) != 0,
                       .on_failure = on_failure},
                      bytes, tag, caller, backend);
}

/// ExAllocatePool (wdm.h) allocates pool without a tag of the caller's.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the memory, or NULL
///   Owner    the caller, until ExFreePool
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatepool
///   Differs  PagedPool is resident
RSL_EXPORT PVOID NTAPI ExAllocatePool(POOL_TYPE PoolType, SIZE_T NumberOfBytes) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return mm::allocate_by_type(PoolType, NumberOfBytes, kDefaultTag, __builtin_return_address(0), kBackend);
}

/// ExAllocatePoolWithTag (wdm.h) allocates pool.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the memory, or NULL; raises with POOL_RAISE_IF_ALLOCATION_FAILURE
///   Owner    the caller, until ExFreePoolWithTag or ExFreePool
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatepoolwithtag
///   Differs  PagedPool is resident
RSL_EXPORT PVOID NTAPI ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return mm::allocate_by_type(PoolType, NumberOfBytes, Tag, __builtin_return_address(0), kBackend);
}

/// ExAllocatePoolWithTagPriority (wdm.h) allocates pool and says how much it matters.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the memory, or NULL; raises with POOL_RAISE_IF_ALLOCATION_FAILURE
///   Owner    the caller, until ExFreePoolWithTag or ExFreePool
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatepoolwithtagpriority
///   Differs  every priority is served while there is memory; the special pool hints do nothing
RSL_EXPORT PVOID NTAPI ExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                                     EX_POOL_PRIORITY) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return mm::allocate_by_type(PoolType, NumberOfBytes, Tag, __builtin_return_address(0), kBackend);
}

/// ExAllocatePoolWithQuota (wdm.h) is ExAllocatePoolWithQuotaTag without a tag.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the memory; raises STATUS_INSUFFICIENT_RESOURCES, or NULL with
///            POOL_QUOTA_FAIL_INSTEAD_OF_RAISE
///   Owner    the caller, until ExFreePool
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatepoolwithquota
///   Differs  processes have no quota here: only lack of memory fails
RSL_EXPORT PVOID NTAPI ExAllocatePoolWithQuota(POOL_TYPE PoolType, SIZE_T NumberOfBytes) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return mm::allocate_with_quota(PoolType, NumberOfBytes, kDefaultTag, __builtin_return_address(0), kBackend);
}

/// ExAllocatePoolWithQuotaTag (wdm.h) allocates pool on the account of the running process.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the memory; raises STATUS_INSUFFICIENT_RESOURCES, or NULL with
///            POOL_QUOTA_FAIL_INSTEAD_OF_RAISE
///   Owner    the caller, until ExFreePoolWithTag or ExFreePool
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatepoolwithquotatag
///   Differs  processes have no quota here: only lack of memory fails
RSL_EXPORT PVOID NTAPI ExAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return mm::allocate_with_quota(PoolType, NumberOfBytes, Tag, __builtin_return_address(0), kBackend);
}

/// ExAllocatePool2 (wdm.h) allocates pool, zeroed unless told otherwise.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the memory; NULL for no memory, tag 0 or flags that are not valid, or raises then with
///            POOL_FLAG_RAISE_ON_FAILURE
///   Owner    the caller, until ExFreePool or ExFreePoolWithTag
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatepool2
///   Differs  POOL_FLAG_PAGED is resident, quota is not charged
RSL_EXPORT PVOID NTAPI ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return mm::allocate_by_flags(Flags, NumberOfBytes, Tag, __builtin_return_address(0), kBackend);
}

/// ExAllocatePool3 (wdm.h) is ExAllocatePool2 with more parameters.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  as ExAllocatePool2; fails for a parameter that is neither optional nor known
///   Owner    the caller, until ExFreePool2 or ExFreePool
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatepool3
///   Differs  no secure pool; priorities change nothing
RSL_EXPORT PVOID NTAPI ExAllocatePool3(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag,
                                       PCPOOL_EXTENDED_PARAMETER ExtendedParameters,
                                       ULONG ExtendedParametersCount) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (!parameters_are_valid(ExtendedParameters, ExtendedParametersCount)) {
        const bool raises = (Flags & POOL_FLAG_RAISE_ON_FAILURE) != 0;
        return fail(raises ? OnFailure::kRaise : OnFailure::kReturnNull, STATUS_INVALID_PARAMETER);
    }
    return mm::allocate_by_flags(Flags, NumberOfBytes, Tag, __builtin_return_address(0), kBackend);
}

/// ExFreePool (ntddk.h) frees pool, whatever its tag.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing; bug check BAD_POOL_CALLER or BAD_POOL_HEADER for what is not live pool
///   Owner    the memory is gone
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exfreepool
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExFreePool(PVOID P) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    mm::free(P);
}

/// ExFreePoolWithTag (wdm.h) frees pool that was allocated with a tag; 0 stands for any.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing; bug check BAD_POOL_CALLER for another tag or what is not live pool
///   Owner    the memory is gone
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exfreepoolwithtag
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExFreePoolWithTag(PVOID P, ULONG Tag) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    mm::free_tagged(P, Tag);
}

/// ExFreePool2 (wdm.h) frees pool of ExAllocatePool2 and ExAllocatePool3.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing; bug check as ExFreePoolWithTag
///   Owner    the memory is gone
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exfreepool2
///   Differs  its parameters serve secure pool, which we have not: they are ignored
RSL_EXPORT VOID NTAPI ExFreePool2(PVOID P, ULONG Tag, PCPOOL_EXTENDED_PARAMETER, ULONG) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    mm::free_tagged(P, Tag);
}

/// ExQueryPoolBlockSize (ntifs.h, obsolete) tells how large a pool block is.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the bytes that were asked for; 0 when it is no pool
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-exquerypoolblocksize
///   Differs  Windows may answer with a little more than was asked for
RSL_EXPORT SIZE_T NTAPI ExQueryPoolBlockSize(PVOID PoolBlock, PBOOLEAN QuotaCharged) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    *QuotaCharged = FALSE;
    return mm::pool_block_bytes(PoolBlock);
}
