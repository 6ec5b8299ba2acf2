// SPDX-License-Identifier: GPL-2.0-only
#include "abi/functions/system_information.h"

#include "abi/types/status.h"
#include "kernel/ex/system_information.hpp"
#include "kernel/ex/system_processors.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ps/previous_mode.hpp"
#include "kernel/rtl/exception.hpp"

namespace {

/// A user's buffer is written from a copy: what is written meanwhile in user memory must not matter.
NTSTATUS query_for_user(SYSTEM_INFORMATION_CLASS which, void* user, ULONG bytes, ULONG& needed) {
    constexpr ULONG kMost = 1u << 20;
    const ULONG copied = bytes < kMost ? bytes : kMost;
    auto* copy = static_cast<std::byte*>(rsl::mm::allocate(copied != 0 ? copied : 1, rsl::mm::pool_tag("ExSi")));
    if (copy == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS status =
        rsl::ex::query_system_information(which, {copy, copied}, reinterpret_cast<uint64_t>(user), needed);
    if (status == STATUS_SUCCESS) status = rsl::rtl::copy_to_user(user, copy, needed).status().nt();
    rsl::mm::free(copy);
    return status;
}

}  // namespace

/// NtQuerySystemInformation, ZwQuerySystemInformation tell facts about the system.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INFO_LENGTH_MISMATCH (ReturnLength says how much), and
///            STATUS_INVALID_INFO_CLASS for classes that RSL does not answer
///   Source   learn.microsoft.com/windows/win32/api/winternl/nf-winternl-ntquerysysteminformation
///   Differs  only the classes of SYSTEM_INFORMATION_CLASS in abi/types/system_information.h
RSL_EXPORT NTSTATUS NTAPI NtQuerySystemInformation(SYSTEM_INFORMATION_CLASS SystemInformationClass,
                                                   PVOID SystemInformation, ULONG SystemInformationLength,
                                                   PULONG ReturnLength) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    ULONG needed = 0;
    if (rsl::ps::previous_mode() == UserMode) {
        const NTSTATUS status =
            query_for_user(SystemInformationClass, SystemInformation, SystemInformationLength, needed);
        if (ReturnLength == nullptr) return status;
        const auto told = rsl::rtl::copy_to_user(ReturnLength, &needed, sizeof(needed));
        return told ? status : told.failure().nt();
    }
    const NTSTATUS status = rsl::ex::query_system_information(
        SystemInformationClass, {static_cast<std::byte*>(SystemInformation), SystemInformationLength},
        reinterpret_cast<uint64_t>(SystemInformation), needed);
    if (ReturnLength != nullptr) *ReturnLength = needed;
    return status;
}
RSL_EXPORT NTSTATUS NTAPI ZwQuerySystemInformation(SYSTEM_INFORMATION_CLASS SystemInformationClass,
                                                   PVOID SystemInformation, ULONG SystemInformationLength,
                                                   PULONG ReturnLength) {
    return rsl::ps::as_kernel(NtQuerySystemInformation, SystemInformationClass, SystemInformation,
                              SystemInformationLength, ReturnLength);
}

/// NtQuerySystemInformationEx tells facts about a part of the system that the input names.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_PARAMETER, STATUS_INVALID_INFO_CLASS
///   Source   learn.microsoft.com/windows/win32/api/sysinfoapi/nf-sysinfoapi-getlogicalprocessorinformationex; public
///            headers
///   Differs  only SystemLogicalProcessorAndGroupInformation, for kernel callers; caches are not described
RSL_EXPORT NTSTATUS NTAPI NtQuerySystemInformationEx(SYSTEM_INFORMATION_CLASS SystemInformationClass,
                                                     PVOID InputBuffer, ULONG InputBufferLength,
                                                     PVOID SystemInformation, ULONG SystemInformationLength,
                                                     PULONG ReturnLength) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    if (SystemInformationClass != SystemLogicalProcessorAndGroupInformation) return STATUS_INVALID_INFO_CLASS;
    if (rsl::ps::previous_mode() == UserMode) return STATUS_NOT_SUPPORTED;
    if (InputBuffer == nullptr || InputBufferLength != sizeof(ULONG)) return STATUS_INVALID_PARAMETER;
    ULONG needed = 0;
    const NTSTATUS status = rsl::ex::query_relations(
        *static_cast<ULONG*>(InputBuffer), ~uint64_t{0},
        {static_cast<std::byte*>(SystemInformation), SystemInformationLength}, needed);
    if (ReturnLength != nullptr) *ReturnLength = needed;
    return status;
}

/// KeQueryLogicalProcessorRelationship (wdm.h) tells how processors belong together.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_INFO_LENGTH_MISMATCH
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerylogicalprocessorrelationship
///   Differs  caches and dies are not described: STATUS_INVALID_PARAMETER
RSL_EXPORT NTSTATUS NTAPI KeQueryLogicalProcessorRelationship(PPROCESSOR_NUMBER ProcessorNumber,
                                                              ULONG RelationshipType,
                                                              PSYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX Information,
                                                              PULONG Length) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    uint64_t mask = ~uint64_t{0};
    if (ProcessorNumber != nullptr) {
        const uint32_t count = rsl::ke::processor_count.load(std::memory_order_acquire);
        if (ProcessorNumber->Group != 0 || ProcessorNumber->Number >= count) return STATUS_INVALID_PARAMETER;
        mask = uint64_t{1} << ProcessorNumber->Number;
    }
    const ULONG room = Information != nullptr ? *Length : 0;
    ULONG needed = 0;
    const NTSTATUS status = rsl::ex::query_relations(RelationshipType, mask,
                                                     {reinterpret_cast<std::byte*>(Information), room}, needed);
    if (status != STATUS_INVALID_PARAMETER) *Length = needed;
    return status;
}

/// NtSetSystemInformation changes a setting of the system.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_INVALID_INFO_CLASS
///   Source   public headers
///   Differs  no class can be set
RSL_EXPORT NTSTATUS NTAPI NtSetSystemInformation(SYSTEM_INFORMATION_CLASS, PVOID, ULONG) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return STATUS_INVALID_INFO_CLASS;
}
/// ZwSetSystemInformation is NtSetSystemInformation for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_INVALID_INFO_CLASS
///   Source   public headers
///   Differs  no class can be set
RSL_EXPORT NTSTATUS NTAPI ZwSetSystemInformation(SYSTEM_INFORMATION_CLASS, PVOID, ULONG) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return STATUS_INVALID_INFO_CLASS;
}
