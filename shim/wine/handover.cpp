// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/handover.hpp"

#include <algorithm>
#include <mutex>

#include "abi/types/status.h"
#include "shim/wine/completion.hpp"
#include "shim/wine/hook.hpp"
#include "shim/wine/page.hpp"
#include "shim/wine/session.hpp"
#include "shim/wine/signal_guard.hpp"
#include "shim/wine/supervisor_link.hpp"

namespace rsl::wine {

namespace {

constexpr uint64_t kCurrentProcess = ~uint64_t{0};
constexpr uint64_t kSynchronize = 0x100000;
constexpr uint32_t kDuplicateCloseSource = 1, kDuplicateSameAccess = 2;
constexpr uint32_t kFileModeInformation = 16, kObjectHandleFlagInformation = 4;

constinit std::mutex unparking;

bool is_inheritable(uint64_t handle) {
    struct {
        uint8_t inherit, protect_from_close;
    } flags{};
    return original(Call::kNtQueryObject,
                    {handle, kObjectHandleFlagInformation, word(&flags), sizeof(flags), 0}) >= 0 &&
           flags.inherit != 0;
}

/// FILE_SYNCHRONOUS_IO_*: the opener's, who told the VM.
uint32_t options_of(rsl_client* client, rsl_handle handle) {
    uint32_t mode = 0;
    rsl_request request{};
    request.size = sizeof(request);
    request.operation = RSL_OP_QUERY_INFORMATION;
    request.handle = handle;
    request.code = kFileModeInformation;
    request.out = &mode;
    request.out_bytes = sizeof(mode);
    return rsl_call(client, &request, nullptr) >= 0 ? mode : 0x20;
}

/// Of another process of the VM into ours; 0: it did not work.
rsl_handle duplicate(rsl_client* client, uint32_t vm_process, uint32_t vm_handle) {
    rsl_request request{};
    request.size = sizeof(request);
    request.operation = RSL_OP_DUPLICATE;
    request.handle = vm_handle;
    request.key = vm_process;
    request.options = kDuplicateSameAccess;
    rsl_result result{};
    return rsl_call(client, &request, &result) >= 0 ? result.handle : 0;
}

}  // namespace

void receive_handles() {
    SignalGuard guard;
    uint32_t vm_process = 0;
    std::vector<wire::TakenHandle> given;
    if (take_given(given, vm_process) < 0) return expect_nothing();
    for (const auto& taken : given) {
        if (taken.vm_handle == 0) {
            bool last = false;
            const FileReference closed = remove_handle(taken.handle, last);
            if (closed && last) close_file(*closed);
            continue;
        }
        FileReference file{make_file(nullptr, 0, 0)};
        if (file) {
            file->parked = {vm_process, taken.vm_handle, taken.handle};
            if (add_handle(taken.handle, *file)) continue;
        }
        drop_taken(taken.vm_handle);
    }
}

FileReference copy_in_vm(uint32_t vm_process, uint32_t vm_handle) {
    rsl_client* client = session();
    const rsl_handle handle = client != nullptr ? duplicate(client, vm_process, vm_handle) : 0;
    if (handle == 0) return {};
    FileReference file{make_file(client, handle, options_of(client, handle))};
    if (!file) (void)rsl_close(client, handle);
    return file;
}

bool unpark(File& file) {
    SignalGuard guard;
    const std::lock_guard lock{unparking};
    if (file.client != nullptr) return true;
    rsl_client* client = session();
    const rsl_handle handle =
        client != nullptr ? duplicate(client, file.parked.vm_process, file.parked.vm_handle) : 0;
    if (handle == 0) return false;
    file.nt_handle = handle;
    file.options = options_of(client, handle);
    file.client.store(client, std::memory_order_release);  // pairs with find_file()
    show_handle(file.parked.handle, file);
    drop_taken(file.parked.vm_handle);
    return true;
}

void close_parked(File& file) { drop_taken(file.parked.vm_handle); }

uint32_t process_id_of(uint64_t process) {
    if (process == kCurrentProcess) return windows_process_id();
    struct {
        uint64_t exit_status, peb, affinity, priority, id, parent;
    } information{};
    static const uint64_t query = ntdll_function("NtQueryInformationProcess");
    return call_ntdll(query, {process, 0, word(&information), sizeof(information), 0}) >= 0
               ? static_cast<uint32_t>(information.id)
               : 0;
}

NTSTATUS plant(UniqueFd socket, uint64_t process) {
    uint64_t handle = 0, planted = 0;
    const NTSTATUS status = call_ntdll("wine_server_fd_to_handle",
                                       {word(socket.get()), kSynchronize, 0, word(&handle)});
    if (status < 0) return status;
    return original(Call::kNtDuplicateObject, {kCurrentProcess, handle, process, word(&planted), 0,
                                               0, kDuplicateCloseSource | kDuplicateSameAccess});
}

NTSTATUS hand_over(uint64_t process, uint32_t process_id,
                   const std::vector<wire::GivenHandle>& handles) {
    for (size_t at = 0; at < handles.size(); at += wire::kMostGiven) {
        const size_t count = std::min<size_t>(handles.size() - at, wire::kMostGiven);
        UniqueFd anchor;
        NTSTATUS status = give(process_id, {handles.data() + at, count}, anchor);
        if (status >= 0) status = plant(std::move(anchor), process);
        if (status < 0) return status;
    }
    return STATUS_SUCCESS;
}

std::vector<wire::GivenHandle> inherited_handles(const uint64_t* list, size_t count) {
    std::vector<wire::GivenHandle> given;
    each_handle([&](uint64_t handle, File& file) {
        if (list != nullptr && std::find(list, list + count, handle) == list + count) return;
        if (!is_inheritable(handle) || (file.client == nullptr && !unpark(file))) return;
        given.push_back(
            {rsl_process_id(file.client), file.nt_handle, static_cast<uint32_t>(handle), 0});
    });
    return given;
}

}  // namespace rsl::wine
