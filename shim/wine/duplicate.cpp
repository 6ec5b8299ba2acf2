// SPDX-License-Identifier: GPL-2.0-only
// NtDuplicateObject: within this process, into another one, and out of another one; and
// NtOpenProcess, which makes the handles to other processes that it takes.
#include "abi/types/status.h"
#include "shim/wine/completion.hpp"
#include "shim/wine/file_table.hpp"
#include "shim/wine/handover.hpp"
#include "shim/wine/hook.hpp"
#include "shim/wine/own_objects.hpp"
#include "shim/wine/page.hpp"
#include "shim/wine/signal_guard.hpp"
#include "shim/wine/supervisor_link.hpp"

namespace rsl::wine {

namespace {

constexpr uint64_t kCurrentProcess = ~uint64_t{0};
constexpr uint32_t kDuplicateCloseSource = 1;

/// The call's arguments.
struct Arguments {
    uint64_t source_process, source, target_process;
    uint64_t* target;
    uint32_t options;
    bool closes_source() const { return (options & kDuplicateCloseSource) != 0; }
    bool makes_copy() const { return target != nullptr && target_process != 0; }
};

/// The copy cannot be used there: better none.
void take_back(const Arguments& arguments) {
    (void)original(Call::kNtDuplicateObject, {arguments.target_process, *arguments.target, 0, 0, 0,
                                              0, kDuplicateCloseSource});
    *arguments.target = 0;
}

/// The copy lies in another process.
NTSTATUS hand_over_copy(const Arguments& arguments, uint32_t process, uint32_t vm_process,
                        rsl_handle vm_handle) {
    const NTSTATUS status =
        hand_over(arguments.target_process, process,
                  {{vm_process, vm_handle, static_cast<uint32_t>(*arguments.target), 0}});
    if (status < 0) take_back(arguments);
    return status;
}

/// A handle of ours.
NTSTATUS copy_ours(const FileReference& file, const Words& words, const Arguments& arguments) {
    SignalGuard guard;
    // Wine may give the copy the value of the source that it closes: off the table before, as in
    // NtClose.
    bool was_last = false;
    const FileReference closed =
        arguments.closes_source() ? remove_handle(arguments.source, was_last) : FileReference{};
    const uint32_t process = arguments.makes_copy() ? process_id_of(arguments.target_process) : 0;
    if (arguments.makes_copy() && process == 0) {
        if (closed) (void)add_handle(arguments.source, *closed);
        return STATUS_ACCESS_DENIED;  // we cannot tell whose it would be
    }
    NTSTATUS status = original(Call::kNtDuplicateObject, words);
    if (status < 0) {
        if (closed) (void)add_handle(arguments.source, *closed);
        return status;
    }
    const bool here = process == windows_process_id();
    if (here) (void)add_handle(*arguments.target, *file);
    if (process != 0 && !here)
        status = hand_over_copy(arguments, process, rsl_process_id(file->client), file->nt_handle);
    if (closed && was_last && !here) close_file(*closed);
    return status;
}

/// A handle of another process that may lead to a file in the VM: the VM's copy comes first, while
/// the source is open.
NTSTATUS copy_theirs(uint32_t process, const Words& words, const Arguments& arguments) {
    SignalGuard guard;
    wire::FoundHandle found{};
    if (find_in_table(process, static_cast<uint32_t>(arguments.source), found) < 0)
        return original(Call::kNtDuplicateObject, words);
    FileReference file =
        arguments.makes_copy() ? copy_in_vm(found.vm_process, found.vm_handle) : FileReference{};
    if (arguments.makes_copy() && !file) return STATUS_INVALID_HANDLE;
    NTSTATUS status = original(Call::kNtDuplicateObject, words);
    if (status >= 0 && arguments.closes_source())
        tell_closed(process, static_cast<uint32_t>(arguments.source));
    if (!file) return status;
    const uint32_t target = status >= 0 ? process_id_of(arguments.target_process) : 0;
    if (target == windows_process_id()) {
        if (add_handle(*arguments.target, *file)) return status;
        take_back(arguments);
        status = STATUS_INSUFFICIENT_RESOURCES;
    } else if (status >= 0) {
        status = hand_over_copy(arguments, target, rsl_process_id(file->client), file->nt_handle);
    }
    close_file(*file);
    return status;
}

}  // namespace

/// Whoever may duplicate handles into a process may also ask for its id, which handing over takes.
NTSTATUS handle_NtOpenProcess(const Words& words) {
    constexpr uint64_t kDuplicateHandle = 0x40, kQueryLimitedInformation = 0x1000;
    if ((words[1] & kDuplicateHandle) == 0) return original(Call::kNtOpenProcess, words);
    Words wider = words;
    wider[1] |= kQueryLimitedInformation;
    const NTSTATUS status = original(Call::kNtOpenProcess, wider);
    return status == STATUS_ACCESS_DENIED ? original(Call::kNtOpenProcess, words) : status;
}

NTSTATUS handle_NtDuplicateObject(const Words& words) {
    const Arguments arguments{words[0], words[1], words[2], pointer<uint64_t*>(words[3]),
                              static_cast<uint32_t>(words[6])};
    uint32_t process = windows_process_id();
    if (arguments.source_process != kCurrentProcess) {
        const auto* page = wine_page();
        if (page == nullptr || page->all_tables.load(std::memory_order_acquire) == 0)
            return original(Call::kNtDuplicateObject, words);
        process = process_id_of(arguments.source_process);
        if (process != windows_process_id() &&
            page->tables[wire::WinePage::place_of(process)].load(std::memory_order_acquire) == 0)
            return original(Call::kNtDuplicateObject, words);
    }
    if (process != windows_process_id()) return copy_theirs(process, words, arguments);
    if (arguments.closes_source() && lent_events.load(std::memory_order_relaxed) != 0) forget_lent_handle(arguments.source);
    const FileReference file = find_file(arguments.source);
    return file ? copy_ours(file, words, arguments) : original(Call::kNtDuplicateObject, words);
}

}  // namespace rsl::wine
