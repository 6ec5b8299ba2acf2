// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/processes.hpp"

#include "abi/types/status.h"
#include "shim/wine/file_table.hpp"
#include "shim/wine/handover.hpp"
#include "shim/wine/signal_guard.hpp"

namespace rsl::wine {

namespace {

constexpr uint64_t kHandleList = 0x2000B;  // PS_ATTRIBUTE_HANDLE_LIST
constexpr uint64_t kInheritHandles = 4;    // PROCESS_CREATE_FLAGS_INHERIT_HANDLES
constexpr uint64_t kCreateSuspended = 1;   // THREAD_CREATE_FLAGS_CREATE_SUSPENDED

/// NtCreateUserProcess' arguments by number.
enum Argument : size_t { kProcess = 0, kThread = 1, kProcessFlags = 6, kThreadFlags = 7, kAttributes = 10 };

/// The process is there and does not run yet.
NTSTATUS equip(const Words& words, uint64_t process) {
    const ProcessAttribute* list = find_attribute(words, kHandleList);
    SignalGuard guard;
    const auto handles = list != nullptr ? inherited_handles(pointer<const uint64_t*>(list->value), list->bytes / sizeof(uint64_t))
                                         : inherited_handles(nullptr, 0);
    if (handles.empty()) return STATUS_SUCCESS;
    return hand_over(process, process_id_of(process), handles);
}

}  // namespace

ProcessAttribute* find_attribute(const Words& words, uint64_t attribute) {
    auto* bytes = pointer<uint64_t*>(words[kAttributes]);  // the list's size, then the attributes
    if (bytes == nullptr) return nullptr;
    auto* attributes = reinterpret_cast<ProcessAttribute*>(bytes + 1);
    const uint64_t count = (*bytes - sizeof(uint64_t)) / sizeof(ProcessAttribute);
    for (uint64_t i = 0; i < count; ++i) {
        if (attributes[i].attribute == attribute) return &attributes[i];
    }
    return nullptr;
}

NTSTATUS start_process(const Words& words) {
    const bool inherits = (words[kProcessFlags] & kInheritHandles) != 0 && next_handle(4) != 0;
    if (!inherits) return original(Call::kNtCreateUserProcess, words);
    Words suspended = words;
    suspended[kThreadFlags] |= kCreateSuspended;
    NTSTATUS status = original(Call::kNtCreateUserProcess, suspended);
    if (status < 0) return status;
    auto& process = *pointer<uint64_t*>(words[kProcess]);
    auto& thread = *pointer<uint64_t*>(words[kThread]);
    status = equip(words, process);
    if (status < 0) {  // without its files it is not the process that was asked for
        (void)call_ntdll("NtTerminateProcess", {process, static_cast<uint32_t>(status)});
        (void)original(Call::kNtClose, {thread});
        (void)original(Call::kNtClose, {process});
        return status;
    }
    if ((words[kThreadFlags] & kCreateSuspended) == 0) (void)call_ntdll("NtResumeThread", {thread, 0});
    return STATUS_SUCCESS;
}

}  // namespace rsl::wine
