// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/processes.hpp"

#include <optional>
#include <string>

#include "abi/types/status.h"
#include "shim/wine/client_id.hpp"
#include "shim/wine/file_table.hpp"
#include "shim/wine/handover.hpp"
#include "shim/wine/page.hpp"
#include "shim/wine/placement.hpp"
#include "shim/wine/signal_guard.hpp"
#include "shim/wine/supervisor_link.hpp"
#include "shim/wine/user_memory.hpp"

namespace rsl::wine {

namespace {

// PS_ATTRIBUTE_IMAGE_NAME, _HANDLE_LIST, _PARENT_PROCESS
constexpr uint64_t kImageName = 0x20005, kHandleList = 0x2000B, kParentProcess = 0x60000;
constexpr uint64_t kInheritHandles = 4;   // PROCESS_CREATE_FLAGS_INHERIT_HANDLES
constexpr uint64_t kCreateSuspended = 1;  // THREAD_CREATE_FLAGS_CREATE_SUSPENDED
constexpr uint64_t kCurrentProcess = ~uint64_t{0}, kCurrentThread = ~uint64_t{1};
// In the process parameters of x64.
constexpr uint64_t kImagePathOffset = 0x60, kCommandLineOffset = 0x70;
constexpr auto kStarter = u"start.exe";  // what Wine runs for a program that its loader does not find

/// NtCreateUserProcess' arguments by number.
enum Argument : size_t {
    kProcess = 0,
    kThread = 1,
    kProcessFlags = 6,
    kThreadFlags = 7,
    kParameters = 8,
    kAttributes = 10
};

std::u16string_view parameter(uint64_t parameters, uint64_t offset) {
    return parameters != 0 ? text_of(pointer<const UNICODE_STRING*>(parameters + offset))
                           : std::u16string_view{};
}

/// It does not run yet. Drivers may refuse it.
NTSTATUS announce(const Words& words, uint64_t process, uint64_t thread) {
    const ClientId id = id_of_thread(thread);
    const ProcessAttribute* name = find_attribute(words, kImageName);
    const std::u16string_view image =
        name != nullptr ? std::u16string_view{pointer<const char16_t*>(name->value),
                                              name->bytes / sizeof(char16_t)}
                        : std::u16string_view{};
    if (id.process == 0) return STATUS_SUCCESS;  // a Unix program: none of Windows'
    const ProcessAttribute* parent = find_attribute(words, kParentProcess);
    const wire::ProcessStarted started{
        .process = id.process,
        .thread = id.thread,
        .parent = parent != nullptr ? process_id_of(parent->value) : windows_process_id(),
        .creator_process = windows_process_id(),
        .creator_thread = windows_thread_id(),
        .flags = 0,
        .image_bytes = 0,
        .command_line_bytes = 0};
    UniqueFd anchor;
    const NTSTATUS status = tell_process_started(
        started, image, parameter(words[kParameters], kCommandLineOffset), &anchor);
    // Where it cannot be planted, the process ends at once for drivers.
    if (status >= 0 && anchor) (void)plant(std::move(anchor), process);
    return status;
}

/// What it will inherit of our handles. Those of another parent are that one's.
std::vector<wire::GivenHandle> legacy(const Words& words) {
    if ((words[kProcessFlags] & kInheritHandles) == 0 || next_handle(4) == 0 ||
        find_attribute(words, kParentProcess) != nullptr)
        return {};
    const ProcessAttribute* list = find_attribute(words, kHandleList);
    SignalGuard guard;
    return list != nullptr ? inherited_handles(pointer<const uint64_t*>(list->value),
                                               list->bytes / sizeof(uint64_t))
                           : inherited_handles(nullptr, 0);
}

NTSTATUS equip(uint64_t process, const std::vector<wire::GivenHandle>& handles) {
    const uint32_t id = handles.empty() ? 0 : process_id_of(process);
    if (id == 0) return STATUS_SUCCESS;
    const NTSTATUS status = hand_over(process, id, handles);
    return status == STATUS_INVALID_HANDLE ? STATUS_SUCCESS : status;  // closed meanwhile
}

uint64_t peb_of_this_process() {
    uint64_t peb;
    asm("movq %%gs:0x60, %0" : "=r"(peb));
    return peb;
}

/// SizeOfImage of a mapped PE file.
uint64_t image_bytes(uint64_t base) {
    const uint32_t header = *pointer<const uint32_t*>(base + 0x3C);
    return *pointer<const uint32_t*>(base + header + 24 + 56);
}

/// The file that is mapped there, in NT form; empty when it is not known.
std::u16string mapped_file(uint64_t address) {
    constexpr uint32_t kMappedFileName = 2;  // MemoryMappedFilenameInformation
    alignas(UNICODE_STRING) char buffer[2048];
    static const uint64_t query = ntdll_function("NtQueryVirtualMemory");
    if (call_ntdll(query, {kCurrentProcess, address, kMappedFileName, word(&buffer), sizeof(buffer),
                           0}) < 0)
        return {};
    return std::u16string(text_of(reinterpret_cast<const UNICODE_STRING*>(buffer)));
}

void note_start() {
    if (is_placed() && !this_program_is(kStarter)) program_has_started();
}

NTSTATUS start_and_tell(const Words& words) {
    const auto handles = legacy(words);
    const bool told = listeners() != 0;
    if (handles.empty() && !told) return original(Call::kNtCreateUserProcess, words);
    Words suspended = words;
    suspended[kThreadFlags] |= kCreateSuspended;
    NTSTATUS status = original(Call::kNtCreateUserProcess, suspended);
    if (status < 0) return status;
    const uint64_t process = *pointer<uint64_t*>(words[kProcess]),
                   thread = *pointer<uint64_t*>(words[kThread]);
    {
        SignalGuard guard;
        if (told) status = announce(words, process, thread);
        if (status >= 0) status = equip(process, handles);
    }
    if (status < 0) {  // refused, or without its files: not the process that was asked for
        (void)call_ntdll("NtTerminateProcess", {process, static_cast<uint32_t>(status)});
        (void)original(Call::kNtClose, {thread});
        (void)original(Call::kNtClose, {process});
        return status;
    }
    if ((words[kThreadFlags] & kCreateSuspended) == 0)
        (void)call_ntdll("NtResumeThread", {thread, 0});
    return STATUS_SUCCESS;
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
    if (!is_placed() || !this_program_is(kStarter)) return start_and_tell(words);
    pass_placement_on();
    const NTSTATUS status = start_and_tell(words);
    status >= 0 ? program_has_started() : run_anywhere();
    return status;
}

uint32_t parent_process_id() {
    struct {
        uint64_t exit_status, peb, affinity, priority, id, parent;
    } information{};
    (void)call_ntdll("NtQueryInformationProcess",
                     {kCurrentProcess, 0, word(&information), sizeof(information), 0});
    return static_cast<uint32_t>(information.parent);
}

void announce_this_process(uint32_t wanted) {
    const uint64_t peb = peb_of_this_process();
    const uint64_t parameters = *pointer<const uint64_t*>(peb + 0x20),
                   base = *pointer<const uint64_t*>(peb + 0x10);
    const std::u16string image =
        u"\\??\\" + std::u16string(parameter(parameters, kImagePathOffset));
    const wire::ProcessStarted started{.process = windows_process_id(),
                                       .thread = windows_thread_id(),
                                       .parent = parent_process_id(),
                                       .creator_process = 0,
                                       .creator_thread = 0,
                                       .flags = wire::kUnlessKnown,
                                       .image_bytes = 0,
                                       .command_line_bytes = 0};
    const NTSTATUS status =
        tell_process_started(started, image, parameter(parameters, kCommandLineOffset), nullptr);
    if (status < 0)
        (void)call_ntdll("NtTerminateProcess", {kCurrentProcess, static_cast<uint32_t>(status)});
    if ((wanted & wire::kListensImage) != 0 && base != 0)
        tell_image(base, image_bytes(base), image);
}

/// How Wine begins a thread's own code, once its libraries are there; it does not come back.
NTSTATUS handle_NtContinue(const Words& words) {
    note_start();
    return original(Call::kNtContinue, words);
}

/// The same of a 32-bit thread.
NTSTATUS handle_NtTestAlert(const Words& words) {
    note_start();
    return original(Call::kNtTestAlert, words);
}

NTSTATUS handle_NtCreateThreadEx(const Words& words) {
    constexpr size_t kFlags = 6;
    if ((listeners() & wire::kListensThread) == 0) return original(Call::kNtCreateThreadEx, words);
    Words suspended = words;
    suspended[kFlags] |= kCreateSuspended;
    const NTSTATUS status = original(Call::kNtCreateThreadEx, suspended);
    if (status < 0) return status;
    const uint64_t thread = *pointer<uint64_t*>(words[0]);
    {
        SignalGuard guard;
        if (const ClientId id = id_of_thread(thread); id.thread != 0)
            tell_thread(id.process, id.thread, true);
    }
    if ((words[kFlags] & kCreateSuspended) == 0) (void)call_ntdll("NtResumeThread", {thread, 0});
    return status;
}

NTSTATUS handle_NtTerminateThread(const Words& words) {
    if ((listeners() & wire::kListensThread) == 0) return original(Call::kNtTerminateThread, words);
    const bool own = words[0] == kCurrentThread || words[0] == 0;
    const ClientId id =
        own ? ClientId{windows_process_id(), windows_thread_id()} : id_of_thread(words[0]);
    const auto tell = [&] {
        SignalGuard guard;
        if (id.thread != 0) tell_thread(id.process, id.thread, false);
    };
    if (own) tell();  // it does not come back
    const NTSTATUS status = original(Call::kNtTerminateThread, words);
    if (!own && status >= 0) tell();
    return status;
}

NTSTATUS handle_NtMapViewOfSection(const Words& words) {
    const NTSTATUS status = original(Call::kNtMapViewOfSection, words);
    if (status < 0 || words[1] != kCurrentProcess || (listeners() & wire::kListensImage) == 0)
        return status;
    struct {
        uint64_t base, allocation_base, protection, bytes;
        uint32_t state, protect, type, reserved;
    } memory{};
    constexpr uint32_t kImage = 0x1000000;  // MEM_IMAGE
    const uint64_t base = *pointer<const uint64_t*>(words[2]);
    SignalGuard guard;
    static const uint64_t query = ntdll_function("NtQueryVirtualMemory");
    if (call_ntdll(query, {kCurrentProcess, base, 0, word(&memory), sizeof(memory), 0}) < 0 ||
        memory.type != kImage)
        return status;
    tell_image(base, image_bytes(base), mapped_file(base));
    return status;
}

}  // namespace rsl::wine
