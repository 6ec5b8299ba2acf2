// SPDX-License-Identifier: GPL-2.0-only
// Software tracing (WPP): messages written to a trace session by its handle.
#include <cstdarg>
#include <cstring>

#include "abi/functions/etw.h"
#include "abi/functions/export.h"
#include "abi/types/status.h"
#include "kernel/etw/session.hpp"
#include "kernel/etw/thread_activity.hpp"

using namespace rsl;

namespace {

/// The head of a WMI data block (wmistr.h), as far as queries look at it.
struct WnodeHead {
    ULONG BufferSize, ProviderId;
    ULONG64 HistoricalContext;
};

NTSTATUS write_message(TRACEHANDLE session, ULONG flags, LPCGUID message_class, USHORT number,
                       __builtin_ms_va_list parts, const void* caller) {
    if (session != etw::kSessionHandle) return STATUS_INVALID_HANDLE;
    std::byte payload[etw::kMaxPayload];
    size_t kept = 0;
    uint64_t bytes = 0;
    while (const auto* at = static_cast<const std::byte*>(__builtin_va_arg(parts, void*))) {
        // A ULONG or a SIZE_T by caller; the upper half of a vararg's slot is undefined for the first.
        const auto size = static_cast<ULONG>(__builtin_va_arg(parts, ULONG64));
        const size_t copied = size < sizeof(payload) - kept ? size : sizeof(payload) - kept;
        std::memcpy(payload + kept, at, copied);
        kept += copied;
        bytes += size;
    }
    const bool named = (flags & (TRACE_MESSAGE_GUID | TRACE_MESSAGE_COMPONENTID)) != 0 && message_class != nullptr;
    etw::keep({.kind = "wpp",
               .provider = named ? *message_class : GUID{},
               .descriptor = {.Id = number},
               .activity = &etw::thread_activity(),
               .payload = {payload, kept},
               .payload_bytes = bytes},
              etw::source_of(caller));
    return STATUS_SUCCESS;
}

template <typename T>
NTSTATUS answer(const T& value, PVOID out, ULONG room, PULONG needed) {
    if (needed != nullptr) *needed = sizeof(T);
    if (room < sizeof(T)) return STATUS_INFO_LENGTH_MISMATCH;
    std::memcpy(out, &value, sizeof(T));
    return STATUS_SUCCESS;
}

bool names_session(const void* buffer) {
    return buffer != nullptr && static_cast<const WnodeHead*>(buffer)->HistoricalContext == etw::kSessionHandle;
}

/// A session by name, as people write it: case makes no difference.
bool is_session_name(const UNICODE_STRING* name) {
    if (name == nullptr || name->Length != etw::kSessionName.size() * sizeof(char16_t)) return false;
    for (size_t i = 0; i < etw::kSessionName.size(); ++i) {
        if ((name->Buffer[i] & ~u'\x20') != etw::kSessionName[i]) return false;
    }
    return true;
}

}  // namespace

/// WmiTraceMessage (wdm.h) writes a trace message: pairs of an address and a length, ended by NULL.
///   IRQL     any
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-wmitracemessage
///   Differs  sequence, time, process and thread are always kept, whatever the flags
RSL_EXPORT NTSTATUS __attribute__((ms_abi)) WmiTraceMessage(TRACEHANDLE LoggerHandle, ULONG MessageFlags,
                                                            LPCGUID MessageGuid, USHORT MessageNumber, ...) {
    __builtin_ms_va_list parts;
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wvarargs"  // a USHORT, as declared; in this convention it has a slot
    __builtin_ms_va_start(parts, MessageNumber);
#pragma clang diagnostic pop
    const NTSTATUS status = write_message(LoggerHandle, MessageFlags, MessageGuid, MessageNumber, parts,
                                          __builtin_return_address(0));
    __builtin_ms_va_end(parts);
    return status;
}

/// WmiTraceMessageVa (wdm.h): the same with a list.
///   IRQL     any
///   Returns  as WmiTraceMessage
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-wmitracemessageva
///   Differs  as WmiTraceMessage
RSL_EXPORT NTSTATUS NTAPI WmiTraceMessageVa(TRACEHANDLE LoggerHandle, ULONG MessageFlags, LPCGUID MessageGuid,
                                            USHORT MessageNumber, __builtin_ms_va_list MessageArgList) {
    return write_message(LoggerHandle, MessageFlags, MessageGuid, MessageNumber, MessageArgList,
                         __builtin_return_address(0));
}

/// WmiQueryTraceInformation (wdm.h) asks about trace sessions.
///   IRQL     any
///   Returns  STATUS_SUCCESS, STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER,
///            STATUS_INVALID_INFO_CLASS, STATUS_NOT_FOUND
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-wmiquerytraceinformation
///   Differs  there is one session, named RSL; there is no kernel or global logger
RSL_EXPORT NTSTATUS NTAPI WmiQueryTraceInformation(TRACE_INFORMATION_CLASS TraceInformationClass,
                                                   PVOID TraceInformation, ULONG TraceInformationLength,
                                                   PULONG RequiredLength, PVOID Buffer) {
    const auto give = [&](const auto& value) {
        return answer(value, TraceInformation, TraceInformationLength, RequiredLength);
    };
    switch (TraceInformationClass) {
        case TraceIdClass:
            return names_session(Buffer) ? give(ULONG{etw::kSessionId}) : STATUS_INVALID_HANDLE;
        case TraceHandleClass:
            if (Buffer == nullptr || *static_cast<const ULONG*>(Buffer) != etw::kSessionId) return STATUS_INVALID_HANDLE;
            return give(TRACEHANDLE{etw::kSessionHandle});
        case TraceEnableFlagsClass: return names_session(Buffer) ? give(~ULONG{0}) : STATUS_INVALID_HANDLE;
        case TraceEnableLevelClass:
            return names_session(Buffer) ? give(ULONG{etw::kSessionLevel}) : STATUS_INVALID_HANDLE;
        case GlobalLoggerHandleClass: return STATUS_NOT_FOUND;
        case AllLoggerHandlesClass: return give(TRACEHANDLE{etw::kSessionHandle});
        case TraceHandleByNameClass:
            if (!is_session_name(static_cast<const UNICODE_STRING*>(Buffer))) return STATUS_INVALID_PARAMETER;
            return give(TRACEHANDLE{etw::kSessionHandle});
        default: return STATUS_INVALID_INFO_CLASS;
    }
}
