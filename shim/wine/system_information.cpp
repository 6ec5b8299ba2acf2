// SPDX-License-Identifier: GPL-2.0-only
// NtQuerySystemInformation: the list of kernel modules is the VM's, where drivers are; the time zone is
// remembered (time_zone.hpp).
#include <cstring>
#include <ctime>

#include "abi/types/status.h"
#include "shim/client/attach.hpp"
#include "shim/wine/hook.hpp"
#include "shim/wine/prefix.hpp"
#include "shim/wine/session.hpp"
#include "shim/wine/signal_guard.hpp"
#include "shim/wine/time_zone.hpp"
#include "shim/wine/user_memory.hpp"
#include "transport/link/message_socket.hpp"

namespace rsl::wine {

namespace {

enum InformationClass : uint32_t {
    kSystemModuleInformation = 11,
    kSystemCurrentTimeZoneInformation = 44,
    kSystemModuleInformationEx = 77,
    kSystemDynamicTimeZoneInformation = 102
};

NTSTATUS query_modules(const Words& words) {
    auto* const needed = pointer<uint32_t*>(words[3]);
    rsl_request request{};
    request.size = sizeof(request);
    request.operation = RSL_OP_QUERY_SYSTEM;
    request.code = static_cast<uint32_t>(words[0]);
    request.out = pointer<void*>(words[1]);
    request.out_bytes = static_cast<uint32_t>(words[2]);
    probe_writable(request.out, request.out_bytes);
    if (needed != nullptr) probe_writable(needed, sizeof(*needed));
    rsl_result result{};
    rsl_status status = STATUS_NOT_SUPPORTED;
    {
        SignalGuard guard;
        if (rsl_client* client = session(); client != nullptr) status = rsl_call(client, &request, &result);
    }
    const bool answered = status >= 0 || status == STATUS_INFO_LENGTH_MISMATCH;
    if (!answered) return original(Call::kNtQuerySystemInformation, words);  // there is no VM
    if (needed != nullptr) *needed = static_cast<uint32_t>(result.information);
    return status;
}

/// Where the session remembers it; empty: nowhere.
std::string time_zone_file() {
    const auto path = transport::vm_time_zone_path(client::chosen_vm());
    return path ? *path : std::string();
}

/// Nothing but the usual question is answered from memory.
NTSTATUS query_time_zone(const Words& words, uint32_t bytes) {
    auto* const information = pointer<std::byte*>(words[1]);
    auto* const needed = pointer<uint32_t*>(words[3]);
    if (information == nullptr || words[2] != bytes) return original(Call::kNtQuerySystemInformation, words);
    std::optional<TimeZoneKey> key;
    std::optional<TimeZoneAnswer> answer;
    {
        SignalGuard guard;
        key = time_zone_key(own_prefix(), std::time(nullptr));
        if (key) answer = recall_time_zone(time_zone_file(), *key);
    }
    if (answer) {
        std::memcpy(information, answer->data(), bytes);
        if (needed != nullptr) *needed = bytes;
        return STATUS_SUCCESS;
    }
    const NTSTATUS status = original(Call::kNtQuerySystemInformation, words);
    if (status != STATUS_SUCCESS || !key || bytes != sizeof(TimeZoneAnswer)) return status;
    TimeZoneAnswer fresh;
    std::memcpy(fresh.data(), information, bytes);
    SignalGuard guard;
    remember_time_zone(time_zone_file(), *key, fresh);
    return status;
}

}  // namespace

/// Arguments: class, buffer, its bytes, where the bytes needed go.
NTSTATUS handle_NtQuerySystemInformation(const Words& words) {
    switch (static_cast<uint32_t>(words[0])) {
        case kSystemModuleInformation:
        case kSystemModuleInformationEx:
            return query_modules(words);
        case kSystemCurrentTimeZoneInformation:
            return query_time_zone(words, kShortTimeZoneBytes);
        case kSystemDynamicTimeZoneInformation:
            return query_time_zone(words, sizeof(TimeZoneAnswer));
        default:
            return original(Call::kNtQuerySystemInformation, words);
    }
}

}  // namespace rsl::wine
