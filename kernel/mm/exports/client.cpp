// SPDX-License-Identifier: GPL-2.0-only
// Memory of client processes, for rslserver.sys (abi/private/rsl_kernel.h).
#include "abi/functions/export.h"
#include "abi/private/rsl_kernel.h"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/address_space.hpp"
#include "kernel/ps/process.hpp"

using namespace rsl;

namespace {

/// Clients have address spaces of their own; the system process is no client.
mm::AddressSpace* client_space(PEPROCESS process) {
    return reinterpret_cast<ps::Process*>(process)->address_space;
}

NTSTATUS finish(const Result<uint64_t>& address, PVOID* out) {
    if (!address) return address.failure().nt();
    *out = reinterpret_cast<PVOID>(*address);
    return STATUS_SUCCESS;
}

}  // namespace

/// RslMapClientMemory maps a client's shared memory into its process, readable and writable.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_NO_MEMORY, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the process, until RslFreeClientMemory or its end
///   Source   abi/private/rsl_kernel.h
///   Differs  -
RSL_EXPORT NTSTATUS NTAPI RslMapClientMemory(PEPROCESS Process, PHYSICAL_ADDRESS Physical, SIZE_T Bytes,
                                             PVOID* UserAddress) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    mm::AddressSpace* space = client_space(Process);
    if (space == nullptr || Physical.QuadPart % PAGE_SIZE != 0) return STATUS_INVALID_PARAMETER;
    return finish(space->map_physical(static_cast<uint64_t>(Physical.QuadPart), Bytes, {.writable = true}),
                  UserAddress);
}

/// RslAllocateClientMemory makes fresh zeroed pages in a client's process.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_NO_MEMORY, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the process, until RslFreeClientMemory or its end
///   Source   abi/private/rsl_kernel.h
///   Differs  -
RSL_EXPORT NTSTATUS NTAPI RslAllocateClientMemory(PEPROCESS Process, SIZE_T Bytes, PVOID* UserAddress) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    mm::AddressSpace* space = client_space(Process);
    if (space == nullptr) return STATUS_INVALID_PARAMETER;
    return finish(space->allocate(0, Bytes, {.writable = true}), UserAddress);
}

/// RslFreeClientMemory takes memory of one of the two above out of its process.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NOT_FOUND, STATUS_INVALID_PARAMETER
///   Owner    the addresses are gone; pages that an MDL holds live on
///   Source   abi/private/rsl_kernel.h
///   Differs  -
RSL_EXPORT NTSTATUS NTAPI RslFreeClientMemory(PEPROCESS Process, PVOID UserAddress) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    mm::AddressSpace* space = client_space(Process);
    if (space == nullptr) return STATUS_INVALID_PARAMETER;
    return space->unmap(reinterpret_cast<uint64_t>(UserAddress)).status().nt();
}
