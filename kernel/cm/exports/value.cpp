// SPDX-License-Identifier: GPL-2.0-only
// Values of keys.
#include "abi/functions/cm.h"
#include "abi/functions/export.h"
#include "abi/types/status.h"
#include "kernel/cm/callbacks.hpp"
#include "kernel/cm/exports/arguments.hpp"
#include "kernel/ke/irql.hpp"

using namespace rsl;

/// ZwQueryValueKey (wdm.h) reads a value.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_BUFFER_TOO_SMALL,
///            STATUS_BUFFER_OVERFLOW, STATUS_INVALID_PARAMETER, STATUS_KEY_DELETED, STATUS_INVALID_HANDLE
///   Owner    the caller owns the buffer
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwqueryvaluekey
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwQueryValueKey(HANDLE KeyHandle, PUNICODE_STRING ValueName,
                                          KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass,
                                          PVOID KeyValueInformation, ULONG Length, PULONG ResultLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const cm::ByHandle key(KeyHandle);
    if (!key) return key.status();
    REG_QUERY_VALUE_KEY_INFORMATION information = {&*key, ValueName, KeyValueInformationClass,
                                                   KeyValueInformation, Length, ResultLength};
    return cm::watched(RegNtPreQueryValueKey, RegNtPostQueryValueKey, information, &*key, [&] {
        return cm::answer(cm::query_value(*key, cm::text_of(ValueName), KeyValueInformationClass,
                                          cm::buffer(KeyValueInformation, Length)),
                          Length, ResultLength);
    });
}

/// ZwEnumerateValueKey (wdm.h) reads the Index-th value.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NO_MORE_ENTRIES, STATUS_BUFFER_TOO_SMALL, STATUS_BUFFER_OVERFLOW,
///            STATUS_INVALID_PARAMETER, STATUS_KEY_DELETED, STATUS_INVALID_HANDLE
///   Owner    the caller owns the buffer
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwenumeratevaluekey
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwEnumerateValueKey(HANDLE KeyHandle, ULONG Index,
                                              KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass,
                                              PVOID KeyValueInformation, ULONG Length, PULONG ResultLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const cm::ByHandle key(KeyHandle);
    if (!key) return key.status();
    REG_ENUMERATE_VALUE_KEY_INFORMATION information = {
        &*key, Index, KeyValueInformationClass, KeyValueInformation, Length, ResultLength};
    return cm::watched(RegNtPreEnumerateValueKey, RegNtPostEnumerateValueKey, information, &*key, [&] {
        return cm::answer(cm::enumerate_value(*key, Index, KeyValueInformationClass,
                                              cm::buffer(KeyValueInformation, Length)),
                          Length, ResultLength);
    });
}

/// ZwSetValueKey (wdm.h) makes or replaces a value.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_KEY_DELETED, STATUS_INVALID_HANDLE,
///            STATUS_INSUFFICIENT_RESOURCES
///   Owner    the data stays the caller's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwsetvaluekey
///   Differs  at most 16 MB of data
RSL_EXPORT NTSTATUS NTAPI ZwSetValueKey(HANDLE KeyHandle, PUNICODE_STRING ValueName, ULONG TitleIndex,
                                        ULONG Type, PVOID Data, ULONG DataSize) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const cm::ByHandle key(KeyHandle);
    if (!key) return key.status();
    REG_SET_VALUE_KEY_INFORMATION information = {&*key, ValueName, TitleIndex, Type, Data, DataSize};
    return cm::watched(RegNtPreSetValueKey, RegNtPostSetValueKey, information, &*key, [&] {
        return cm::set_value(*key, cm::text_of(ValueName), Type, cm::buffer(Data, DataSize)).status().nt();
    });
}

/// ZwDeleteValueKey (wdm.h) deletes a value.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_KEY_DELETED, STATUS_INVALID_HANDLE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwdeletevaluekey
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwDeleteValueKey(HANDLE KeyHandle, PUNICODE_STRING ValueName) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const cm::ByHandle key(KeyHandle);
    if (!key) return key.status();
    REG_DELETE_VALUE_KEY_INFORMATION information = {.Object = &*key, .ValueName = ValueName};
    return cm::watched(RegNtPreDeleteValueKey, RegNtPostDeleteValueKey, information, &*key,
                       [&] { return cm::delete_value(*key, cm::text_of(ValueName)).status().nt(); });
}
