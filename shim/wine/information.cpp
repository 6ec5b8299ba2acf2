// SPDX-License-Identifier: GPL-2.0-only
// What files and handles say of themselves: NtQueryInformationFile and kin, NtQueryObject.
#include "abi/types/status.h"
#include "shim/wine/completion.hpp"
#include "shim/wine/file_table.hpp"
#include "shim/wine/hook.hpp"
#include "shim/wine/signal_guard.hpp"
#include "shim/wine/user_memory.hpp"

namespace rsl::wine {

namespace {

constexpr uint32_t kFileCompletionInformation = 30, kFileIoCompletionNotificationInformation = 41;
constexpr uint32_t kObjectNameInformation = 1, kObjectTypeInformation = 2;

/// Arguments: handle, status block, buffer, its bytes, class.
NTSTATUS inform(Call call, rsl_operation operation, const Words& words) {
    const FileReference file = find_file(words[0]);
    if (!file) return original(call, words);
    auto* status_block = pointer<IO_STATUS_BLOCK*>(words[1]);
    probe_writable(status_block, sizeof(*status_block));
    rsl_request request{};
    request.operation = operation;
    request.code = static_cast<uint32_t>(words[4]);
    const auto bytes = static_cast<uint32_t>(words[3]);
    if (operation == RSL_OP_SET_INFORMATION) {
        request.in = pointer<const void*>(words[2]);
        request.in_bytes = bytes;
        probe_readable(request.in, bytes);
    } else {
        request.out = pointer<void*>(words[2]);
        request.out_bytes = bytes;
        probe_writable(request.out, bytes);
    }
    return wait_for_request(*file, request, status_block);
}

/// What concerns ports and notification is this side's; the VM knows nothing of Wine's ports.
bool set_here(File& file, uint32_t information_class, const void* buffer, uint32_t bytes,
              NTSTATUS& status) {
    struct CompletionInformation {
        uint64_t port, key;
    };
    if (information_class == kFileCompletionInformation) {
        if (bytes < sizeof(CompletionInformation)) {
            status = STATUS_INFO_LENGTH_MISMATCH;
        } else if (file.synchronous()) {
            status = STATUS_INVALID_PARAMETER;
        } else {
            const auto information = *static_cast<const CompletionInformation*>(buffer);
            SignalGuard guard;
            status = bind_port(file, information.port, information.key);
        }
        return true;
    }
    if (information_class == kFileIoCompletionNotificationInformation) {
        status = bytes < sizeof(uint32_t) ? STATUS_INFO_LENGTH_MISMATCH : STATUS_SUCCESS;
        if (status >= 0)
            file.notification_modes.fetch_or(*static_cast<const uint32_t*>(buffer),
                                             std::memory_order_relaxed);
        return true;
    }
    return false;
}

/// "File" into the caller's OBJECT_TYPE_INFORMATION, which starts with a counted string.
NTSTATUS type_information(const Words& words) {
    static constexpr char16_t kName[] = u"File";
    constexpr uint32_t kStructureBytes = 0x68, kNeeded = kStructureBytes + sizeof(kName);
    auto* needed = pointer<uint32_t*>(words[4]);
    if (needed != nullptr) *needed = kNeeded;
    if (static_cast<uint32_t>(words[3]) < kNeeded) return STATUS_INFO_LENGTH_MISMATCH;
    auto* bytes = pointer<unsigned char*>(words[2]);
    __builtin_memset(bytes, 0, kStructureBytes);
    auto* name = reinterpret_cast<UNICODE_STRING*>(bytes);
    __builtin_memcpy(bytes + kStructureBytes, kName, sizeof(kName));
    name->Buffer = reinterpret_cast<decltype(name->Buffer)>(bytes + kStructureBytes);
    name->Length = sizeof(kName) - sizeof(char16_t);
    name->MaximumLength = sizeof(kName);
    return STATUS_SUCCESS;
}

/// OBJECT_NAME_INFORMATION: the VM answers with an offset where the caller expects a pointer.
NTSTATUS name_information(const File& file, const Words& words) {
    rsl_request request{};
    request.operation = RSL_OP_QUERY_OBJECT;
    request.code = kObjectNameInformation;
    request.out = pointer<void*>(words[2]);
    request.out_bytes = static_cast<uint32_t>(words[3]);
    probe_writable(request.out, request.out_bytes);
    IO_STATUS_BLOCK block{};
    const NTSTATUS status = wait_for_request(file, request, &block);
    if (auto* needed = pointer<uint32_t*>(words[4]); needed != nullptr)
        *needed = static_cast<uint32_t>(block.Information);
    if (status < 0 || request.out_bytes < sizeof(UNICODE_STRING)) return status;
    auto* name = static_cast<UNICODE_STRING*>(request.out);
    const uint64_t offset = word(name->Buffer);
    if (offset > request.out_bytes || name->Length > request.out_bytes - offset)
        return STATUS_INTERNAL_ERROR;
    if (name->Length != 0)
        name->Buffer =
            reinterpret_cast<decltype(name->Buffer)>(static_cast<char*>(request.out) + offset);
    return status;
}

}  // namespace

NTSTATUS handle_NtQueryInformationFile(const Words& words) {
    return inform(Call::kNtQueryInformationFile, RSL_OP_QUERY_INFORMATION, words);
}

NTSTATUS handle_NtQueryVolumeInformationFile(const Words& words) {
    return inform(Call::kNtQueryVolumeInformationFile, RSL_OP_QUERY_VOLUME, words);
}

NTSTATUS handle_NtSetInformationFile(const Words& words) {
    FileReference file = find_file(words[0]);
    if (!file) return original(Call::kNtSetInformationFile, words);
    auto* status_block = pointer<IO_STATUS_BLOCK*>(words[1]);
    NTSTATUS status = STATUS_SUCCESS;
    probe_writable(status_block, sizeof(*status_block));
    const auto bytes = static_cast<uint32_t>(words[3]);
    probe_readable(pointer<const void*>(words[2]), bytes);
    if (!set_here(*file, static_cast<uint32_t>(words[4]), pointer<const void*>(words[2]), bytes,
                  status)) {
        return inform(Call::kNtSetInformationFile, RSL_OP_SET_INFORMATION, words);
    }
    status_block->Status = status;
    status_block->Information = 0;
    return status;
}

NTSTATUS handle_NtQueryObject(const Words& words) {
    const FileReference file = find_file(words[0]);
    if (!file) return original(Call::kNtQueryObject, words);
    switch (static_cast<uint32_t>(words[1])) {
        case kObjectNameInformation:
            return name_information(*file, words);
        case kObjectTypeInformation:
            return type_information(words);
        default:
            return original(Call::kNtQueryObject,
                            words);  // counts and flags are the Wine handle's own
    }
}

}  // namespace rsl::wine
