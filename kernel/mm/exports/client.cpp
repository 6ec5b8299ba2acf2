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

/// RslMapClientMemory maps a client's shared memory into its process, readable and writable, if possible where the
/// client has it.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_NO_MEMORY, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the process, until RslFreeClientMemory or its end
///   Source   abi/private/rsl_kernel.h
///   Differs  -
RSL_EXPORT NTSTATUS NTAPI RslMapClientMemory(PEPROCESS Process, PHYSICAL_ADDRESS Physical, SIZE_T Bytes,
                                             PVOID* UserAddress) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    mm::AddressSpace* space = client_space(Process);
    const auto wanted = reinterpret_cast<uint64_t>(*UserAddress);
    if (space == nullptr || Physical.QuadPart % PAGE_SIZE != 0 || wanted % PAGE_SIZE != 0) return STATUS_INVALID_PARAMETER;
    mm::AddressSpace::Request request{.kind = mm::RegionKind::kPhysical,
                                      .wanted = wanted,
                                      .bytes = Bytes,
                                      .protect = PAGE_READWRITE,
                                      .offset = static_cast<uint64_t>(Physical.QuadPart)};
    auto mapped = space->map(request);
    if (!mapped && wanted != 0) {
        request.wanted = 0;
        mapped = space->map(request);
    }
    return finish(mapped, UserAddress);
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

/// RslBorrowClientMemory has pages of a client's own memory asked for where its process has nothing mapped; without a
/// lender it ends that.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the lender is copied; its context has to last until the call without one
///   Source   abi/private/rsl_kernel.h
///   Differs  -
RSL_EXPORT NTSTATUS NTAPI RslBorrowClientMemory(PEPROCESS Process, const RSL_LENDER* Lender) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    mm::AddressSpace* space = client_space(Process);
    if (space == nullptr) return STATUS_INVALID_PARAMETER;
    if (Lender != nullptr) return space->start_borrowing(*Lender).status().nt();
    space->stop_borrowing();
    return STATUS_SUCCESS;
}

/// RslReturnClientMemory gives back what was borrowed and written.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Owner    pages that an MDL holds stay
///   Source   abi/private/rsl_kernel.h
///   Differs  -
RSL_EXPORT VOID NTAPI RslReturnClientMemory(PEPROCESS Process) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (mm::AddressSpace* space = client_space(Process)) space->return_borrowed();
}

/// RslBeginLoans lets a request see the client's memory as it is now, and maps shared memory at the addresses of the
/// client's pages that it holds.
///   IRQL     <= APC_LEVEL
///   Returns  nothing; what cannot be mapped is asked for when it is touched
///   Owner    the memory stays the lender's; RslEndLoans ends the use
///   Source   abi/private/rsl_kernel.h
///   Differs  -
RSL_EXPORT VOID NTAPI RslBeginLoans(PEPROCESS Process, ULONG64 Tag, ULONG Count, const RSL_LOAN* Loans) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (mm::AddressSpace* space = client_space(Process)) space->begin_loans(Tag, {Loans, Count});
}

/// RslEndLoans ends the loans of a request.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Owner    the memory is the lender's again; pages that an MDL holds stay, as copies
///   Source   abi/private/rsl_kernel.h
///   Differs  -
RSL_EXPORT VOID NTAPI RslEndLoans(PEPROCESS Process, ULONG64 Tag) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (mm::AddressSpace* space = client_space(Process)) space->end_loans(Tag);
}
