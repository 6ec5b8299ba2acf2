// SPDX-License-Identifier: GPL-2.0-only
// A driver's ways to the memory of processes: keeping a range as it is, copying between two.
#include <algorithm>
#include <cstring>

#include "abi/functions/export.h"
#include "abi/functions/ke.h"
#include "abi/functions/mm.h"
#include "abi/types/status.h"
#include "base/core/bytes.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/address_space.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/mm/virtual.hpp"
#include "kernel/rtl/exception.hpp"

using namespace rsl;

namespace {

constexpr mm::PoolTag kCopyTag = mm::pool_tag("MmCp");
constexpr SIZE_T kCopyBytes = 16 * PAGE_SIZE;  // at a time

enum class Direction : uint8_t { kFrom, kTo };

/// Copies between our buffer and a process, in its context.
Status copy_attached(PEPROCESS process, void* buffer, void* theirs, SIZE_T bytes, Direction direction) {
    KAPC_STATE state;
    KeStackAttachProcess(process, &state);
    const Status status = direction == Direction::kFrom ? rtl::copy_guarded(buffer, theirs, bytes).status()
                                                        : rtl::copy_guarded(theirs, buffer, bytes).status();
    KeUnstackDetachProcess(&state);
    return status;
}

Status copy_between(PEPROCESS source, const char* from, PEPROCESS target, char* to, SIZE_T bytes,
                    SIZE_T& done) {
    const SIZE_T at_a_time = std::min(bytes, kCopyBytes);
    void* buffer = mm::allocate(at_a_time, kCopyTag);
    if (buffer == nullptr) return Status::kInsufficientResources;
    Status status = Status::kSuccess;
    while (done < bytes && !status.failed()) {
        const SIZE_T part = std::min(bytes - done, at_a_time);
        status = copy_attached(source, buffer, const_cast<char*>(from) + done, part, Direction::kFrom);
        if (!status.failed()) status = copy_attached(target, buffer, to + done, part, Direction::kTo);
        if (!status.failed()) done += part;
    }
    mm::free(buffer);
    return status;
}

}  // namespace

/// MmSecureVirtualMemory (ntddk.h) keeps a user range of the running process allocated and accessible.
///   IRQL     <= APC_LEVEL
///   Returns  a handle; NULL when the range is not so accessible now
///   Owner    the caller, until MmUnsecureVirtualMemory in that process or its end
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-mmsecurevirtualmemory
///   Differs  nothing known
RSL_EXPORT HANDLE NTAPI MmSecureVirtualMemory(PVOID Address, SIZE_T Size, ULONG ProbeMode) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (ProbeMode != PAGE_READONLY && ProbeMode != PAGE_READWRITE) return nullptr;
    const auto start = reinterpret_cast<uint64_t>(Address);
    if (!in_bounds(start, Size, arch::kUserEnd)) return nullptr;
    return mm::current_address_space().secure(align_down(start, arch::kPageBytes),
                                              align_up(start + Size, arch::kPageBytes), ProbeMode);
}

/// MmUnsecureVirtualMemory (ntddk.h) ends that.
///   IRQL     <= APC_LEVEL, in the process that the range is of
///   Returns  nothing; a handle that is none is ignored
///   Owner    the handle is gone
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-mmunsecurevirtualmemory
///   Differs  nothing known
RSL_EXPORT VOID NTAPI MmUnsecureVirtualMemory(HANDLE SecureHandle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    mm::current_address_space()
        .unsecure(static_cast<mm::AddressSpace::Secured*>(SecureHandle))
        .ignore("the process may have forgotten it already");
}

/// MmCopyVirtualMemory (undocumented, exported) copies between two processes.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_ACCESS_VIOLATION, STATUS_INSUFFICIENT_RESOURCES; ReturnSize tells how
///            much was copied
///   Owner    -
///   Source   its declaration is public knowledge; the calls on top of it are documented:
///            learn.microsoft.com/windows/win32/api/memoryapi/nf-memoryapi-readprocessmemory
///   Differs  what a failed part copied is not counted page by page
RSL_EXPORT NTSTATUS NTAPI MmCopyVirtualMemory(PEPROCESS SourceProcess, PVOID SourceAddress,
                                              PEPROCESS TargetProcess, PVOID TargetAddress,
                                              SIZE_T BufferSize, KPROCESSOR_MODE PreviousMode,
                                              PSIZE_T ReturnSize) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    *ReturnSize = 0;
    if (PreviousMode != KernelMode && (!rtl::is_user_range(SourceAddress, BufferSize) ||
                                       !rtl::is_user_range(TargetAddress, BufferSize))) {
        return STATUS_ACCESS_VIOLATION;
    }
    SIZE_T done = 0;
    const Status status = copy_between(SourceProcess, static_cast<const char*>(SourceAddress), TargetProcess,
                                       static_cast<char*>(TargetAddress), BufferSize, done);
    *ReturnSize = done;
    return status.nt();
}
