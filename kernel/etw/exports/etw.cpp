// SPDX-License-Identifier: GPL-2.0-only
// Event providers: registration and writing.
#include <cstring>

#include "abi/functions/etw.h"
#include "abi/functions/export.h"
#include "abi/types/status.h"
#include "kernel/etw/providers.hpp"
#include "kernel/etw/session.hpp"
#include "kernel/etw/thread_activity.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/rtl/exception.hpp"

using namespace rsl;

namespace {

/// What a provider's descriptors come to: payload in one piece, and what describes it.
struct Gathered {
    std::byte payload[etw::kMaxPayload];
    size_t kept = 0;
    uint64_t bytes = 0;
    std::string_view name;
};

NTSTATUS gather(const etw::Provider& provider, ULONG count, const EVENT_DATA_DESCRIPTOR* data, Gathered& out) {
    if (count > MAX_EVENT_DATA_DESCRIPTORS || (count != 0 && data == nullptr)) return STATUS_INVALID_PARAMETER;
    for (ULONG i = 0; i < count; ++i) {
        const auto* at = reinterpret_cast<const std::byte*>(data[i].Ptr);
        const size_t size = data[i].Size;
        if (size == 0) continue;
        // As documented it lies in system space: a user's address is the provider's mistake.
        if (rtl::is_user_range(at, size)) return STATUS_INVALID_PARAMETER;
        const UCHAR type = provider.typed ? data[i].Type : static_cast<UCHAR>(EVENT_DATA_DESCRIPTOR_TYPE_NONE);
        if (type == EVENT_DATA_DESCRIPTOR_TYPE_EVENT_METADATA) out.name = etw::name_in_metadata({at, size});
        if (type != EVENT_DATA_DESCRIPTOR_TYPE_NONE) continue;
        const size_t room = etw::kMaxPayload - out.kept;
        const size_t copied = size < room ? size : room;
        std::memcpy(out.payload + out.kept, at, copied);
        out.kept += copied;
        out.bytes += size;
    }
    return STATUS_SUCCESS;
}

struct Ids {
    LPCGUID activity;
    LPCGUID related;
};

NTSTATUS write(REGHANDLE handle, const EVENT_DESCRIPTOR& about, Ids ids, ULONG count,
               const EVENT_DATA_DESCRIPTOR* data, const void* caller) {
    etw::Provider* provider = etw::find_provider(handle);
    if (provider == nullptr) return STATUS_INVALID_HANDLE;
    Gathered gathered;
    const NTSTATUS status = gather(*provider, count, data, gathered);
    if (status != STATUS_SUCCESS) return status;
    if (!etw::is_kept(about.Level)) {
        etw::count_refused();
        return STATUS_SUCCESS;  // as with any provider that no session has enabled
    }
    provider->written.fetch_add(1, std::memory_order_relaxed);
    etw::keep({.kind = "etw",
               .provider = provider->id,
               .provider_name = provider->name_text(),
               .name = gathered.name,
               .descriptor = about,
               .activity = ids.activity != nullptr ? ids.activity : &etw::thread_activity(),
               .related = ids.related,
               .payload = {gathered.payload, gathered.kept},
               .payload_bytes = gathered.bytes},
              etw::source_of(caller));
    return STATUS_SUCCESS;
}

}  // namespace

/// EtwRegister (wdm.h) registers an event provider.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the driver, until EtwUnregister; what it forgets is taken back when it is unloaded
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-etwregister
///   Differs  the one session is always on: the callback hears of it before this returns, and not again
RSL_EXPORT NTSTATUS NTAPI EtwRegister(LPCGUID ProviderId, PETWENABLECALLBACK EnableCallback,
                                      PVOID CallbackContext, PREGHANDLE RegHandle) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    if (ProviderId == nullptr || RegHandle == nullptr) return STATUS_INVALID_PARAMETER;
    *RegHandle = 0;
    const auto handle = etw::add_provider(*ProviderId, __builtin_return_address(0), false);
    if (!handle) return handle.failure().nt();
    *RegHandle = *handle;
    if (EnableCallback != nullptr) {
        EnableCallback(&etw::kSessionGuid, EVENT_CONTROL_CODE_ENABLE_PROVIDER, etw::kSessionLevel, ~0ull, 0,
                       nullptr, CallbackContext);
    }
    return STATUS_SUCCESS;
}

/// EtwRegisterClassicProvider (exported, without a page) registers a provider of WPP trace messages.
///   IRQL     PASSIVE_LEVEL
///   Returns  as EtwRegister
///   Owner    the driver, until EtwUnregister
///   Source   the name, and that drivers built with the WDK's trace preprocessor look it up
///   Differs  no session ever enables a classic provider, so its callback is not called
RSL_EXPORT NTSTATUS NTAPI EtwRegisterClassicProvider(LPCGUID ProviderId, ULONG Type, PVOID EnableCallback,
                                                     PVOID CallbackContext, PREGHANDLE RegHandle) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    if (ProviderId == nullptr || RegHandle == nullptr) return STATUS_INVALID_PARAMETER;
    *RegHandle = 0;
    const auto handle = etw::add_provider(*ProviderId, __builtin_return_address(0), true);
    if (!handle) return handle.failure().nt();
    *RegHandle = *handle;
    return STATUS_SUCCESS;
}

/// EtwUnregister (wdm.h) takes a registration back.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-etwunregister
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI EtwUnregister(REGHANDLE RegHandle) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return etw::remove_provider(RegHandle) ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}

/// EtwSetInformation (wdm.h) tells more of a provider: its traits, that its data descriptors have types.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER, STATUS_INVALID_DEVICE_REQUEST
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-etwsetinformation
///   Differs  EventProviderBinaryTrackInfo is not supported
RSL_EXPORT NTSTATUS NTAPI EtwSetInformation(REGHANDLE RegHandle, EVENT_INFO_CLASS InformationClass,
                                            PVOID EventInformation, ULONG InformationLength) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    etw::Provider* provider = etw::find_provider(RegHandle);
    if (provider == nullptr) return STATUS_INVALID_HANDLE;
    if (InformationClass >= MaxEventInfo) return STATUS_INVALID_PARAMETER;
    if (InformationClass < EventProviderSetTraits) return STATUS_INVALID_DEVICE_REQUEST;
    if (EventInformation == nullptr) return STATUS_INVALID_PARAMETER;
    if (InformationClass == EventProviderUseDescriptorType) {
        if (InformationLength != sizeof(BOOLEAN)) return STATUS_INVALID_PARAMETER;
        provider->typed = *static_cast<const BOOLEAN*>(EventInformation) != 0;
        return STATUS_SUCCESS;
    }
    const auto* traits = static_cast<const std::byte*>(EventInformation);
    return etw::set_traits(*provider, {traits, InformationLength}) ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

/// EtwEventEnabled (wdm.h): whether an event would be kept.
///   IRQL     any
///   Returns  TRUE for a registered provider's events up to TRACE_LEVEL_INFORMATION
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-etweventenabled
///   Differs  keywords make no difference: the session takes all
RSL_EXPORT BOOLEAN NTAPI EtwEventEnabled(REGHANDLE RegHandle, PCEVENT_DESCRIPTOR EventDescriptor) {
    return etw::find_provider(RegHandle) != nullptr && etw::is_kept(EventDescriptor->Level);
}

/// EtwProviderEnabled (wdm.h): whether events of a level and keyword would be kept.
///   IRQL     any
///   Returns  TRUE for a registered provider up to TRACE_LEVEL_INFORMATION
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-etwproviderenabled
///   Differs  keywords make no difference: the session takes all
RSL_EXPORT BOOLEAN NTAPI EtwProviderEnabled(REGHANDLE RegHandle, UCHAR Level, ULONGLONG Keyword) {
    return etw::find_provider(RegHandle) != nullptr && etw::is_kept(Level);
}

/// EtwWrite (wdm.h) publishes an event.
///   IRQL     any; data above APC_LEVEL is not pageable
///   Returns  STATUS_SUCCESS, also when nobody keeps it; STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-etwwrite
///   Differs  of a payload above 768 bytes the rest is not kept
RSL_EXPORT NTSTATUS NTAPI EtwWrite(REGHANDLE RegHandle, PCEVENT_DESCRIPTOR EventDescriptor, LPCGUID ActivityId,
                                   ULONG UserDataCount, PEVENT_DATA_DESCRIPTOR UserData) {
    return write(RegHandle, *EventDescriptor, {ActivityId, nullptr}, UserDataCount, UserData,
                 __builtin_return_address(0));
}

/// EtwWriteEx (wdm.h): the same, excluding sessions.
///   IRQL     as EtwWrite
///   Returns  as EtwWrite; STATUS_INVALID_PARAMETER for Flags
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-etwwriteex
///   Differs  as EtwWrite
RSL_EXPORT NTSTATUS NTAPI EtwWriteEx(REGHANDLE RegHandle, PCEVENT_DESCRIPTOR EventDescriptor, ULONG64 Filter,
                                     ULONG Flags, LPCGUID ActivityId, LPCGUID RelatedActivityId,
                                     ULONG UserDataCount, PEVENT_DATA_DESCRIPTOR UserData) {
    if (Flags != 0) return STATUS_INVALID_PARAMETER;
    if ((Filter & 1) != 0) {  // ours, the first session
        return etw::find_provider(RegHandle) != nullptr ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
    }
    return write(RegHandle, *EventDescriptor, {ActivityId, RelatedActivityId}, UserDataCount, UserData,
                 __builtin_return_address(0));
}

/// EtwWriteTransfer (wdm.h): the same, with the activity that this one follows.
///   IRQL     as EtwWrite
///   Returns  as EtwWrite
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-etwwritetransfer
///   Differs  as EtwWrite
RSL_EXPORT NTSTATUS NTAPI EtwWriteTransfer(REGHANDLE RegHandle, PCEVENT_DESCRIPTOR EventDescriptor,
                                           LPCGUID ActivityId, LPCGUID RelatedActivityId, ULONG UserDataCount,
                                           PEVENT_DATA_DESCRIPTOR UserData) {
    return write(RegHandle, *EventDescriptor, {ActivityId, RelatedActivityId}, UserDataCount, UserData,
                 __builtin_return_address(0));
}

/// EtwWriteString (wdm.h) publishes a string.
///   IRQL     as EtwWrite
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-etwwritestring
///   Differs  of a string above 384 characters the rest is not kept
RSL_EXPORT NTSTATUS NTAPI EtwWriteString(REGHANDLE RegHandle, UCHAR Level, ULONGLONG Keyword,
                                         LPCGUID ActivityId, PCWSTR String) {
    etw::Provider* provider = etw::find_provider(RegHandle);
    if (provider == nullptr) return STATUS_INVALID_HANDLE;
    if (String == nullptr) return STATUS_INVALID_PARAMETER;
    if (!etw::is_kept(Level)) {
        etw::count_refused();
        return STATUS_SUCCESS;
    }
    const std::u16string_view whole(String);
    provider->written.fetch_add(1, std::memory_order_relaxed);
    etw::keep({.kind = "string",
               .provider = provider->id,
               .provider_name = provider->name_text(),
               .descriptor = {.Level = Level, .Keyword = Keyword},
               .activity = ActivityId != nullptr ? ActivityId : &etw::thread_activity(),
               .text = whole.substr(0, etw::kMaxPayload / 2),
               .payload_bytes = whole.size() * sizeof(char16_t)},
              etw::source_of(__builtin_return_address(0)));
    return STATUS_SUCCESS;
}
