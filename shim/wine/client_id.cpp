// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/client_id.hpp"

#include "shim/wine/hook.hpp"

namespace rsl::wine {

ClientId id_of_thread(uint64_t thread) {
    struct {
        uint64_t exit_status, teb, process, thread, affinity, priorities;
    } information{};
    static const uint64_t query = ntdll_function("NtQueryInformationThread");
    if (call_ntdll(query, {thread, 0, word(&information), sizeof(information), 0}) < 0) return {};
    return {static_cast<uint32_t>(information.process), static_cast<uint32_t>(information.thread)};
}

}  // namespace rsl::wine
