// SPDX-License-Identifier: GPL-2.0-only
// Registry callbacks, and the type of keys.
#include "kernel/cm/callbacks.hpp"

#include "abi/functions/export.h"
#include "abi/types/status.h"
#include "kernel/cm/exports/arguments.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ob/query.hpp"

using namespace rsl;

RSL_EXPORT {
constinit rsl::ob::ObjectType* CmKeyObjectType = &rsl::cm::KeyObject::kType;
}

/// CmRegisterCallbackEx (wdm.h) registers a routine that sees every operation on the registry.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_FLT_INSTANCE_ALTITUDE_COLLISION, STATUS_INSUFFICIENT_RESOURCES,
///            STATUS_INVALID_PARAMETER
///   Owner    the driver, until CmUnRegisterCallback
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-cmregistercallbackex
///   Differs  at most 16 callbacks; there are no renames, loads and saves of keys to tell of
RSL_EXPORT NTSTATUS NTAPI CmRegisterCallbackEx(PEX_CALLBACK_FUNCTION Function, PCUNICODE_STRING Altitude,
                                               PVOID, PVOID Context, PLARGE_INTEGER Cookie, PVOID) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto cookie = cm::register_callback(Function, cm::text_of(Altitude), Context);
    if (!cookie) return cookie.failure().nt();
    *Cookie = *cookie;
    return STATUS_SUCCESS;
}
/// CmRegisterCallback (wdm.h): the same without an altitude, below all that have one.
///   IRQL     <= APC_LEVEL
///   Returns  as CmRegisterCallbackEx
///   Owner    the driver, until CmUnRegisterCallback
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-cmregistercallback
///   Differs  as CmRegisterCallbackEx
RSL_EXPORT NTSTATUS NTAPI CmRegisterCallback(PEX_CALLBACK_FUNCTION Function, PVOID Context,
                                             PLARGE_INTEGER Cookie) {
    return CmRegisterCallbackEx(Function, nullptr, nullptr, Context, Cookie, nullptr);
}
/// CmUnRegisterCallback (wdm.h) ends it: the routine does not run any more when this returns.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-cmunregistercallback
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI CmUnRegisterCallback(LARGE_INTEGER Cookie) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return cm::unregister_callback(Cookie).status().nt();
}
/// CmGetCallbackVersion (wdm.h): the version of this interface.
///   IRQL     <= APC_LEVEL
///   Returns  1.0
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-cmgetcallbackversion
///   Differs  nothing known
RSL_EXPORT VOID NTAPI CmGetCallbackVersion(PULONG Major, PULONG Minor) {
    if (Major != nullptr) *Major = 1;
    if (Minor != nullptr) *Minor = 0;
}

/// CmCallbackGetKeyObjectIDEx (wdm.h): the name and an identity of a key that a callback sees.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller frees the name by CmCallbackReleaseKeyObjectIDEx
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-cmcallbackgetkeyobjectidex
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI CmCallbackGetKeyObjectIDEx(PLARGE_INTEGER, PVOID Object, PULONG_PTR ObjectID,
                                                     PCUNICODE_STRING* ObjectName, ULONG Flags) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (Object == nullptr || !ob::is_a<cm::KeyObject>(Object) || Flags != 0) return STATUS_INVALID_PARAMETER;
    if (ObjectID != nullptr)
        *ObjectID = reinterpret_cast<ULONG_PTR>(&static_cast<cm::KeyObject*>(Object)->key());
    if (ObjectName == nullptr) return STATUS_SUCCESS;
    auto path = ob::PathText::of(Object);
    if (!path) return path.failure().nt();
    const auto text = path->text();
    const auto bytes = static_cast<USHORT>(text.size() * sizeof(WCHAR));
    auto* name = static_cast<UNICODE_STRING*>(mm::allocate(sizeof(UNICODE_STRING) + bytes, mm::pool_tag("CmId")));
    if (name == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    *name = {.Length = bytes, .MaximumLength = bytes, .Buffer = reinterpret_cast<PWSTR>(name + 1)};
    std::copy(text.begin(), text.end(), name->Buffer);
    *ObjectName = name;
    return STATUS_SUCCESS;
}
/// CmCallbackGetKeyObjectID (wdm.h): the same; the name stays the kernel's, until the key's handles close.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER
///   Owner    the caller must not write to the name nor free it
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-cmcallbackgetkeyobjectid
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI CmCallbackGetKeyObjectID(PLARGE_INTEGER, PVOID Object, PULONG_PTR ObjectID,
                                                   PCUNICODE_STRING* ObjectName) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (Object == nullptr || !ob::is_a<cm::KeyObject>(Object)) return STATUS_INVALID_PARAMETER;
    auto& key = *static_cast<cm::KeyObject*>(Object);
    if (ObjectID != nullptr) *ObjectID = reinterpret_cast<ULONG_PTR>(&key.key());
    if (ObjectName == nullptr) return STATUS_SUCCESS;
    auto name = key.identity_name();
    if (!name) return name.failure().nt();
    *ObjectName = *name;
    return STATUS_SUCCESS;
}
/// CmCallbackReleaseKeyObjectIDEx (wdm.h) frees the name.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-cmcallbackreleasekeyobjectidex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI CmCallbackReleaseKeyObjectIDEx(PCUNICODE_STRING ObjectName) {
    if (ObjectName != nullptr) mm::free(const_cast<UNICODE_STRING*>(ObjectName));
}
