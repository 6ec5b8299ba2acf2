// SPDX-License-Identifier: GPL-2.0-only
// NtQuerySystemInformation: the list of kernel modules is the VM's, where drivers are.
#include "abi/types/status.h"
#include "shim/wine/hook.hpp"
#include "shim/wine/session.hpp"
#include "shim/wine/signal_guard.hpp"
#include "shim/wine/user_memory.hpp"

namespace rsl::wine {

/// Arguments: class, buffer, its bytes, where the bytes needed go.
NTSTATUS handle_NtQuerySystemInformation(const Words& words) {
    constexpr uint32_t kModules = 11, kModulesEx = 77;  // SystemModuleInformation, SystemModuleInformationEx
    const auto information_class = static_cast<uint32_t>(words[0]);
    if (information_class != kModules && information_class != kModulesEx) return original(Call::kNtQuerySystemInformation, words);
    auto* const needed = pointer<uint32_t*>(words[3]);
    rsl_request request{};
    request.size = sizeof(request);
    request.operation = RSL_OP_QUERY_SYSTEM;
    request.code = information_class;
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

}  // namespace rsl::wine
