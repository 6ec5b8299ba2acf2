// SPDX-License-Identifier: GPL-2.0-only
// NtCreateFile, NtOpenFile and NtClose.
#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "abi/types/status.h"
#include "shim/api/handle.hpp"
#include "shim/wine/completion.hpp"
#include "shim/wine/directories.hpp"
#include "shim/wine/file_table.hpp"
#include "shim/wine/hook.hpp"
#include "shim/wine/links.hpp"
#include "shim/wine/names.hpp"
#include "shim/wine/own_objects.hpp"
#include "shim/wine/session.hpp"
#include "shim/wine/signal_guard.hpp"
#include "shim/wine/user_memory.hpp"

namespace rsl::wine {

namespace {

constexpr uint32_t kFileOpen = 1;  // FILE_OPEN
constexpr uint64_t kEventAllAccess = 0x1F0003;
constexpr uint64_t kNotificationEvent = 0;

/// What NtCreateFile and NtOpenFile ask for, in our own memory.
struct OpenArguments {
    uint64_t* handle;
    uint32_t access;
    std::u16string path;
    uint32_t attributes;
    IO_STATUS_BLOCK* status_block;
    uint32_t file_attributes = 0, share = 0, disposition = kFileOpen, options = 0;
    std::string extended_attributes;
    rsl_handle root = 0;
    bool known = false;  // RSL has it, very likely
};

/// Names that RSL has opened before: asked there first. Small, and only ever grows.
class KnownNames {
  public:
    bool has(std::u16string_view path) {
        if (!any_.load(std::memory_order_relaxed)) return false;
        std::lock_guard guard{mutex_};
        return names_.contains(folded(path));
    }
    void add(std::u16string_view path) {
        std::lock_guard guard{mutex_};
        if (names_.size() < kMost) names_.insert(folded(path));
        any_.store(true, std::memory_order_relaxed);
    }

  private:
    static constexpr size_t kMost = 256;
    static std::u16string folded(std::u16string_view path) {
        std::u16string text(path);
        std::transform(text.begin(), text.end(), text.begin(), [](char16_t c) {
            return c >= u'A' && c <= u'Z' ? static_cast<char16_t>(c + 32) : c;
        });
        return text;
    }
    std::atomic<bool> any_ = false;
    std::mutex mutex_;
    std::set<std::u16string> names_;
};

KnownNames& known_names() {
    static KnownNames names;
    return names;
}

bool is_not_there(NTSTATUS status) {
    switch (status) {
        case STATUS_OBJECT_NAME_NOT_FOUND:
        case STATUS_OBJECT_PATH_NOT_FOUND:
        case STATUS_OBJECT_NAME_INVALID:
        case STATUS_NO_SUCH_DEVICE:
        case STATUS_NO_SUCH_FILE:
        case STATUS_BAD_DEVICE_TYPE:
            return true;
        default:
            return false;
    }
}

NTSTATUS make_placeholder(const OpenArguments& arguments, uint64_t& handle) {
    OBJECT_ATTRIBUTES attributes{};
    attributes.Length = sizeof(attributes);
    attributes.Attributes = arguments.attributes & OBJ_INHERIT;
    static const uint64_t create_event = ntdll_function("NtCreateEvent");
    return call_ntdll(create_event,
                      {word(&handle), kEventAllAccess, word(&attributes), kNotificationEvent, 1});
}

/// A Wine handle of this process for a file in the VM.
class Placeholder {
  public:
    Placeholder() = default;
    Placeholder(const Placeholder&) = delete;
    Placeholder& operator=(const Placeholder&) = delete;
    ~Placeholder() {
        if (made_ && status_ >= 0) (void)original(Call::kNtClose, {handle_});
    }
    NTSTATUS make(const OpenArguments& arguments) {
        if (!std::exchange(made_, true)) status_ = make_placeholder(arguments, handle_);
        return status_;
    }
    uint64_t handle() const { return handle_; }
    void release() { made_ = false; }

  private:
    uint64_t handle_ = 0;
    NTSTATUS status_ = STATUS_SUCCESS;
    bool made_ = false;
};

/// The file in the VM gets a handle of this process.
NTSTATUS publish(const OpenArguments& arguments, rsl_client* client, rsl_handle nt_handle,
                 Placeholder& placeholder, uint64_t& handle) {
    const NTSTATUS status = placeholder.make(arguments);
    FileReference file{status >= 0 ? make_file(client, nt_handle, arguments.options) : nullptr};
    if (file && add_handle(placeholder.handle(), *file)) {
        handle = placeholder.handle();
        placeholder.release();
        return STATUS_SUCCESS;
    }
    (void)rsl_close(client, nt_handle);
    return status < 0 ? status : STATUS_INSUFFICIENT_RESOURCES;
}

NTSTATUS open_in_vm(const OpenArguments& arguments, uint64_t& handle, uint64_t& information) {
    SignalGuard guard;
    rsl_client* client = session();
    if (client == nullptr) return STATUS_OBJECT_NAME_NOT_FOUND;
    rsl_request request{};
    request.size = sizeof(request);
    request.operation = RSL_OP_OPEN;
    request.handle = arguments.root;
    request.access = arguments.access;
    request.attributes = arguments.attributes & OBJ_CASE_INSENSITIVE;
    request.file_attributes = arguments.file_attributes;
    request.share_access = arguments.share;
    request.disposition = arguments.disposition;
    request.options = arguments.options;
    request.text = reinterpret_cast<const uint16_t*>(arguments.path.data());
    request.text_bytes = arguments.path.size() * sizeof(char16_t);
    request.in = arguments.extended_attributes.data();
    request.in_bytes = arguments.extended_attributes.size();
    rsl_result result{};
    Placeholder placeholder;
    client::CallInFlight call{*client->connection, request};
    if (arguments.known) (void)placeholder.make(arguments);  // while the VM opens it
    const rsl_status status = call.end(&result);
    information = result.information;
    if (status < 0) return status;
    if (const NTSTATUS published = publish(arguments, client, result.handle, placeholder, handle); published < 0)
        return published;
    if (!arguments.known) known_names().add(arguments.path);
    return status;
}

/// The name may be a link that a program has made in Wine's name space.
NTSTATUS open_behind_link(OpenArguments arguments, uint64_t& handle, uint64_t& information) {
    arguments.path = link_target(std::move(arguments.path));
    return may_be_device(arguments.path) ? open_in_vm(arguments, handle, information) : STATUS_OBJECT_NAME_NOT_FOUND;
}

NTSTATUS finish_open(const OpenArguments& arguments, NTSTATUS status, uint64_t handle,
                     uint64_t information) {
    if (status >= 0) *arguments.handle = handle;
    arguments.status_block->Status = status;
    arguments.status_block->Information = information;
    return status;
}

/// Wine is asked first unless RSL is known to have the name; RSL when Wine has nothing of that
/// name.
NTSTATUS open(Call call, const Words& words, OpenArguments& arguments) {
    uint64_t handle = 0, information = 0;
    arguments.known = arguments.root != 0 || known_names().has(arguments.path);
    if (!arguments.known) {
        const NTSTATUS status = original(call, words);
        if (!is_not_there(status)) return status;
        NTSTATUS ours = open_in_vm(arguments, handle, information);
        if (is_not_there(ours)) ours = open_behind_link(arguments, handle, information);
        return is_not_there(ours) ? status : finish_open(arguments, ours, handle, information);
    }
    const NTSTATUS ours = open_in_vm(arguments, handle, information);
    if (arguments.root == 0 && is_not_there(ours)) return original(call, words);
    return finish_open(arguments, ours, handle, information);
}

/// Fills in what both calls have; false when it is none of RSL's business.
bool read_name(const Words& words, OpenArguments& arguments) {
    const auto* attributes = pointer<const OBJECT_ATTRIBUTES*>(words[2]);
    if (attributes == nullptr || attributes->ObjectName == nullptr) return false;
    const auto path = text_of(attributes->ObjectName);
    const uint64_t root = word(attributes->RootDirectory);
    if (root != 0) {
        const FileReference file = find_file(root);
        if (!file) return false;
        arguments.root = file->nt_handle;
    } else if (!may_be_device(path)) {
        return false;
    }
    arguments.handle = pointer<uint64_t*>(words[0]);
    arguments.access = static_cast<uint32_t>(words[1]);
    arguments.path = path;
    arguments.attributes = attributes->Attributes;
    arguments.status_block = pointer<IO_STATUS_BLOCK*>(words[3]);
    probe_writable(arguments.handle, sizeof(uint64_t));
    probe_writable(arguments.status_block, sizeof(IO_STATUS_BLOCK));
    return true;
}

}  // namespace

NTSTATUS handle_NtCreateFile(const Words& words) {
    OpenArguments arguments{};
    if (!read_name(words, arguments)) return original(Call::kNtCreateFile, words);
    arguments.file_attributes = static_cast<uint32_t>(words[5]);
    arguments.share = static_cast<uint32_t>(words[6]);
    arguments.disposition = static_cast<uint32_t>(words[7]);
    arguments.options = static_cast<uint32_t>(words[8]);
    if (words[9] != 0)
        arguments.extended_attributes.assign(pointer<const char*>(words[9]),
                                             static_cast<uint32_t>(words[10]));
    return open(Call::kNtCreateFile, words, arguments);
}

NTSTATUS handle_NtOpenFile(const Words& words) {
    OpenArguments arguments{};
    if (!read_name(words, arguments)) return original(Call::kNtOpenFile, words);
    arguments.share = static_cast<uint32_t>(words[4]);
    arguments.options = static_cast<uint32_t>(words[5]);
    return open(Call::kNtOpenFile, words, arguments);
}

NTSTATUS handle_NtClose(const Words& words) {
    forget_directory(words[0]);
    if (lent_events.load(std::memory_order_relaxed) != 0) forget_lent_handle(words[0]);
    if (is_ours(words[0])) {
        SignalGuard guard;
        bool last = false;
        // Off the table first: once Wine has closed the handle, its value can be another object's.
        const FileReference file = remove_handle(words[0], last);
        if (file && last) {
            const ClosingFile closing{*file};  // while Wine closes its part
            return original(Call::kNtClose, words);
        }
    }
    return original(Call::kNtClose, words);
}

}  // namespace rsl::wine
