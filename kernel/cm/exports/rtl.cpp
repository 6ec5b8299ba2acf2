// SPDX-License-Identifier: GPL-2.0-only
// The run-time library's short ways into the registry.
#include "abi/functions/cm.h"
#include "abi/functions/export.h"
#include "abi/types/status.h"
#include "kernel/cm/query_table.hpp"
#include "kernel/ke/irql.hpp"

using namespace rsl;

/// RtlQueryRegistryValues (wdm.h) reads values by a table.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_INVALID_PARAMETER,
///            STATUS_OBJECT_TYPE_MISMATCH, STATUS_BUFFER_TOO_SMALL, or what a routine returned
///   Owner    a UNICODE_STRING whose buffer was allocated is freed by RtlFreeUnicodeString
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlqueryregistryvalues
///   Differs  the system's environment is SystemRoot, SystemDrive and windir
RSL_EXPORT NTSTATUS NTAPI RtlQueryRegistryValues(ULONG RelativeTo, PCWSTR Path,
                                                 PRTL_QUERY_REGISTRY_TABLE QueryTable, PVOID Context,
                                                 PVOID Environment) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto key = cm::relative_key(RelativeTo, Path, cm::Missing::kFail);
    if (!key) {
        const bool optional = (RelativeTo & RTL_REGISTRY_OPTIONAL) != 0;
        return optional && key.failure() == Status::kObjectNameNotFound ? STATUS_SUCCESS : key.failure().nt();
    }
    return cm::query_table(*key, QueryTable, Context, Environment).status().nt();
}
/// RtlQueryRegistryValuesEx (wdm.h): the same; direct entries without a type check are refused.
///   IRQL     PASSIVE_LEVEL
///   Returns  as RtlQueryRegistryValues
///   Owner    as RtlQueryRegistryValues
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlqueryregistryvalues
///   Differs  it has no page: the refusal is ours, that it takes what RtlQueryRegistryValues takes is known
RSL_EXPORT NTSTATUS NTAPI RtlQueryRegistryValuesEx(ULONG RelativeTo, PCWSTR Path,
                                                   PRTL_QUERY_REGISTRY_TABLE QueryTable, PVOID Context,
                                                   PVOID Environment) {
    for (auto* entry = QueryTable; entry->QueryRoutine != nullptr || entry->Name != nullptr; ++entry) {
        const ULONG both = RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_TYPECHECK;
        if ((entry->Flags & both) == RTL_QUERY_REGISTRY_DIRECT) return STATUS_INVALID_PARAMETER;
    }
    return RtlQueryRegistryValues(RelativeTo, Path, QueryTable, Context, Environment);
}

/// RtlWriteRegistryValue (wdm.h) writes a value, making the key, below one that is there, if need be.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_INVALID_PARAMETER, STATUS_INSUFFICIENT_RESOURCES
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlwriteregistryvalue
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlWriteRegistryValue(ULONG RelativeTo, PCWSTR Path, PCWSTR ValueName,
                                                ULONG ValueType, PVOID ValueData, ULONG ValueLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto key = cm::relative_key(RelativeTo, Path, cm::Missing::kMake);
    if (!key) return key.failure().nt();
    const std::u16string_view name = ValueName != nullptr ? std::u16string_view(ValueName) : std::u16string_view();
    return cm::set_value(**key, name, ValueType, {static_cast<const std::byte*>(ValueData), ValueLength})
        .status()
        .nt();
}

/// RtlDeleteRegistryValue (wdm.h) deletes a value.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-rtldeleteregistryvalue
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlDeleteRegistryValue(ULONG RelativeTo, PCWSTR Path, PCWSTR ValueName) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto key = cm::relative_key(RelativeTo, Path, cm::Missing::kFail);
    if (!key) return key.failure().nt();
    return cm::delete_value(**key, ValueName).status().nt();
}

/// RtlCheckRegistryKey (wdm.h): whether a key exists.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlcheckregistrykey
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlCheckRegistryKey(ULONG RelativeTo, PWSTR Path) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return cm::relative_key(RelativeTo, Path, cm::Missing::kFail).status().nt();
}

/// RtlCreateRegistryKey (wdm.h) makes a key below one that is there.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_INVALID_PARAMETER, STATUS_INSUFFICIENT_RESOURCES
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlcreateregistrykey
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI RtlCreateRegistryKey(ULONG RelativeTo, PWSTR Path) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return cm::relative_key(RelativeTo, Path, cm::Missing::kMake).status().nt();
}
