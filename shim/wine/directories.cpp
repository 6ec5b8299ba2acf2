// SPDX-License-Identifier: GPL-2.0-only
// NtOpenDirectoryObject, NtQueryDirectoryObject and NtOpenSymbolicLinkObject.
#include "shim/wine/directories.hpp"

#include <array>
#include <atomic>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "abi/types/status.h"
#include "shim/client/text.hpp"
#include "shim/wine/hook.hpp"
#include "shim/wine/links.hpp"
#include "shim/wine/names.hpp"
#include "shim/wine/session.hpp"
#include "shim/wine/signal_guard.hpp"
#include "shim/wine/user_memory.hpp"

namespace rsl::wine {

namespace {

/// Where the VM has objects that programs look for. Links (\??) are in Wine's directory already.
constexpr std::array<std::u16string_view, 3> kShared{u"\\Device", u"\\Driver", u"\\FileSystem"};
/// A context from here on counts entries of the VM's; below, Wine's.
constexpr uint32_t kOurs = 0x80000000;

struct Entry {
    std::u16string name, type;
};
/// OBJECT_DIRECTORY_INFORMATION (ntifs.h).
struct DirectoryInformation {
    UNICODE_STRING Name, TypeName;
};

constinit std::atomic<uint32_t> open_count = 0;
constinit std::mutex open_lock;
std::map<uint64_t, std::string>& open_directories() {
    static std::map<uint64_t, std::string> directories;
    return directories;
}

/// The VM's directory behind a handle of Wine's; empty for others.
std::string directory_of(uint64_t handle) {
    if (open_count.load(std::memory_order_relaxed) == 0) return {};
    std::lock_guard guard{open_lock};
    const auto found = open_directories().find(handle);
    return found == open_directories().end() ? std::string() : found->second;
}

std::vector<Entry> list(const std::string& directory) {
    std::vector<Entry> entries;
    const auto collect = [](void* context, const char* name, const char* type) {
        const auto wide_name = client::to_utf16(name), wide_type = client::to_utf16(type);
        if (wide_name && wide_type) static_cast<std::vector<Entry>*>(context)->push_back({*wide_name, *wide_type});
        return 0;
    };
    SignalGuard guard;
    if (rsl_client* vm = session(); vm != nullptr) (void)rsl_list_directory(vm, directory.c_str(), collect, &entries);
    return entries;
}

size_t text_bytes(const Entry& entry) { return (entry.name.size() + entry.type.size() + 2) * sizeof(char16_t); }

UNICODE_STRING put(char*& at, const std::u16string& text) {
    const size_t bytes = (text.size() + 1) * sizeof(char16_t);
    std::memcpy(at, text.c_str(), bytes);
    UNICODE_STRING string{};
    string.Length = static_cast<uint16_t>(bytes - sizeof(char16_t));
    string.MaximumLength = static_cast<uint16_t>(bytes);
    string.Buffer = reinterpret_cast<decltype(string.Buffer)>(at);
    at += bytes;
    return string;
}

/// As many entries from `first` on as fit, one if only one is wanted: structures, one of zeroes, then the texts.
NTSTATUS answer(const std::vector<Entry>& entries, uint32_t first, bool single, char* buffer, uint32_t room, uint32_t& next,
                uint32_t& used) {
    if (first >= entries.size()) return STATUS_NO_MORE_ENTRIES;
    size_t count = 0, bytes = sizeof(DirectoryInformation);
    while (first + count < entries.size() && (count == 0 || !single)) {
        const size_t more = sizeof(DirectoryInformation) + text_bytes(entries[first + count]);
        if (bytes + more > room) break;
        bytes += more;
        ++count;
    }
    used = static_cast<uint32_t>(bytes);
    if (count == 0) {
        used += static_cast<uint32_t>(sizeof(DirectoryInformation) + text_bytes(entries[first]));
        return STATUS_BUFFER_TOO_SMALL;
    }
    std::memset(buffer, 0, (count + 1) * sizeof(DirectoryInformation));
    char* text = buffer + (count + 1) * sizeof(DirectoryInformation);
    for (size_t i = 0; i < count; ++i) {
        const Entry& entry = entries[first + i];
        const DirectoryInformation information{put(text, entry.name), put(text, entry.type)};
        std::memcpy(buffer + i * sizeof(information), &information, sizeof(information));
    }
    next = static_cast<uint32_t>(first + count);
    return next < entries.size() && !single ? STATUS_MORE_ENTRIES : STATUS_SUCCESS;
}

}  // namespace

void forget_directory(uint64_t handle) {
    if (open_count.load(std::memory_order_relaxed) == 0) return;
    std::lock_guard guard{open_lock};
    if (open_directories().erase(handle) != 0) open_count.fetch_sub(1, std::memory_order_relaxed);
}

/// Arguments: where the handle goes, access, attributes.
NTSTATUS handle_NtOpenDirectoryObject(const Words& words) {
    const NTSTATUS status = original(Call::kNtOpenDirectoryObject, words);
    const auto* attributes = pointer<const OBJECT_ATTRIBUTES*>(words[2]);
    if (status < 0 || attributes->RootDirectory != nullptr) return status;
    const auto path = text_of(attributes->ObjectName);
    for (const auto shared : kShared) {
        if (!same_name(path, shared)) continue;
        SignalGuard guard;
        std::lock_guard lock{open_lock};
        if (open_directories().insert_or_assign(*pointer<const uint64_t*>(words[0]), client::to_utf8(shared)).second)
            open_count.fetch_add(1, std::memory_order_relaxed);
    }
    return status;
}

/// Arguments: handle, buffer, its bytes, one entry only, from the beginning, context, where the bytes go.
NTSTATUS handle_NtQueryDirectoryObject(const Words& words) {
    const std::string directory = directory_of(words[0]);
    if (directory.empty()) return original(Call::kNtQueryDirectoryObject, words);
    auto* const context = pointer<uint32_t*>(words[5]);
    auto* const length = pointer<uint32_t*>(words[6]);
    const bool single = (words[3] & 0xFF) != 0, restart = (words[4] & 0xFF) != 0;
    probe_writable(context, sizeof(*context));
    uint32_t first = 0;
    if (restart || (*context & kOurs) == 0) {
        const NTSTATUS status = original(Call::kNtQueryDirectoryObject, words);
        // A whole listing that ended with Wine's entries is not whole.
        if (status == STATUS_SUCCESS) return single ? status : STATUS_MORE_ENTRIES;
        if (status != STATUS_NO_MORE_ENTRIES) return status;
    } else {
        first = *context & ~kOurs;
    }
    const auto room = static_cast<uint32_t>(words[2]);
    probe_writable(pointer<void*>(words[1]), room);
    uint32_t next = 0, used = 0;
    const NTSTATUS status = answer(list(directory), first, single, pointer<char*>(words[1]), room, next, used);
    if (length != nullptr) *length = used;
    if (status >= 0) *context = next | kOurs;
    return status;
}

/// Arguments: where the handle goes, access, attributes. A link of the VM's that came after its driver's start is made in
/// Wine's name space when somebody asks for it.
NTSTATUS handle_NtOpenSymbolicLinkObject(const Words& words) {
    const NTSTATUS status = original(Call::kNtOpenSymbolicLinkObject, words);
    if (status != STATUS_OBJECT_NAME_NOT_FOUND) return status;
    const auto* attributes = pointer<const OBJECT_ATTRIBUTES*>(words[2]);
    const std::u16string path(text_of(attributes->ObjectName));
    if (attributes->RootDirectory != nullptr || !may_be_device(path)) return status;
    char target[512];
    {
        SignalGuard guard;
        rsl_client* vm = session();
        if (vm == nullptr || rsl_read_link(vm, client::to_utf8(path).c_str(), target, sizeof(target)) < 0) return status;
    }
    const auto wide = client::to_utf16(target);
    if (!wide) return status;
    publish_link(std::u16string(last_component(path)), *wide);
    return original(Call::kNtOpenSymbolicLinkObject, words);
}

}  // namespace rsl::wine
