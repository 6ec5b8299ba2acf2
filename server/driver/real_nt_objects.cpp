// SPDX-License-Identifier: GPL-2.0-only
#include "abi/functions/system_information.h"
#include "server/driver/handles.hpp"
#include "server/driver/real_nt.hpp"

namespace rsl::server {
namespace {

constexpr ULONG kDirectoryEntryBytes = 4096;  // of one name and its type
const HANDLE kThisProcess = reinterpret_cast<HANDLE>(~uintptr_t{0});

/// Pool memory for the length of a function.
class Scratch {
  public:
    explicit Scratch(SIZE_T bytes) : memory_(ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, kPoolTag)) {}
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        if (memory_ != nullptr) ExFreePoolWithTag(memory_, kPoolTag);
    }
    void* get() const { return memory_; }

  private:
    void* memory_;
};

/// A reference that lasts as long as the scope.
class Referenced {
  public:
    Referenced(uint32_t handle, POBJECT_TYPE type) {
        status_ = ObReferenceObjectByHandle(handle_from(handle), SYNCHRONIZE, type, UserMode, &object_, nullptr);
    }
    Referenced(const Referenced&) = delete;
    Referenced& operator=(const Referenced&) = delete;
    ~Referenced() {
        if (status_ >= 0) ObDereferenceObject(object_);
    }
    NTSTATUS status() const { return status_; }
    PVOID object() const { return object_; }

  private:
    PVOID object_ = nullptr;
    NTSTATUS status_;
};

UNICODE_STRING name_of(Bytes utf16) {
    const auto bytes = static_cast<USHORT>(utf16.size());
    return {bytes, bytes, const_cast<PWSTR>(reinterpret_cast<const WCHAR*>(utf16.data()))};
}

}  // namespace

Outcome RealNt::close(uint32_t handle) { return {NtClose(handle_from(handle))}; }

Outcome RealNt::duplicate(Target target, const protocol::Duplicate& body) {
    if (body.source_process != 0) {
        PEPROCESS source = nullptr;
        const NTSTATUS status = PsLookupProcessByProcessId(handle_from(body.source_process), &source);
        if (status < 0) return {status};
        const Outcome outcome = duplicate_from(source, target, body);
        ObDereferenceObject(source);
        return outcome;
    }
    return handle_of(target, NtDuplicateObject(kThisProcess, handle_from(target.handle), kThisProcess,
                                               &frame(target).handle, body.desired_access,
                                               body.attributes & ~ULONG{OBJ_KERNEL_HANDLE}, body.options));
}

/// Every client of the VM is of one user, who may open all of them (docs/nt/processes.md).
Outcome RealNt::duplicate_from(PEPROCESS source, Target target, const protocol::Duplicate& body) {
    // Asked as the kernel, which has handles of its own: those are nobody's to name.
    if (static_cast<int32_t>(target.handle) <= 0) return {STATUS_INVALID_HANDLE};
    HANDLE process = nullptr, copy = nullptr;
    NTSTATUS status = ObOpenObjectByPointer(source, OBJ_KERNEL_HANDLE, nullptr, PROCESS_DUP_HANDLE, *RslImportedProcessType,
                                            KernelMode, &process);
    if (status < 0) return {status};
    status = ZwDuplicateObject(process, handle_from(target.handle), kThisProcess, &copy, body.desired_access,
                               body.attributes & ~ULONG{OBJ_KERNEL_HANDLE}, body.options);
    ZwClose(process);
    frame(target).handle = copy;
    return handle_of(target, status);
}

Outcome RealNt::query_object(Target target, const protocol::Information& body) {
    Frame& mine = frame(target);
    mine.length = 0;
    const NTSTATUS status = NtQueryObject(handle_from(target.handle),
                                          static_cast<OBJECT_INFORMATION_CLASS>(body.information_class),
                                          user(body.buffer), body.buffer.bytes, &mine.length);
    const bool has_name = body.information_class == ObjectNameInformation ||
                          body.information_class == ObjectTypeInformation;
    if (status >= 0 && has_name && body.buffer.bytes >= sizeof(UNICODE_STRING)) {
        // A pointer into the process means nothing to the client: an offset does.
        UNICODE_STRING name;
        std::memcpy(&name, kernel(body.buffer), sizeof(name));
        const auto distance = reinterpret_cast<std::byte*>(name.Buffer) - static_cast<std::byte*>(user(body.buffer));
        name.Buffer = reinterpret_cast<PWSTR>(name.Buffer != nullptr ? distance : 0);
        std::memcpy(kernel(body.buffer), &name, sizeof(name));
    }
    return {status, mine.length};
}

/// The lists of modules alone: everything else that this call tells is about the client's own system.
Outcome RealNt::query_system(Target target, const protocol::Information& body) {
    if (body.information_class != SystemModuleInformation && body.information_class != SystemModuleInformationEx) {
        return {STATUS_INVALID_INFO_CLASS};
    }
    Frame& mine = frame(target);
    mine.length = 0;
    const NTSTATUS status = NtQuerySystemInformation(static_cast<SYSTEM_INFORMATION_CLASS>(body.information_class), user(body.buffer),
                                                     body.buffer.bytes, &mine.length);
    return {status, mine.length};
}

Outcome RealNt::wait(Target target, const protocol::Wait& body) {
    LARGE_INTEGER timeout;
    timeout.QuadPart = body.timeout_100ns;
    KEVENT& cancelled = wait_cancelled_[target.slot];
    KeClearEvent(&cancelled);
    for (POBJECT_TYPE type : {*RslImportedEventType, *RslImportedFileType, *RslImportedThreadType,
                              *RslImportedProcessType, *RslImportedSemaphoreType}) {
        const Referenced object{target.handle, type};
        if (object.status() == STATUS_OBJECT_TYPE_MISMATCH) continue;
        if (object.status() < 0) return {object.status()};
        PVOID waitable = object.object();
        if (type == *RslImportedFileType) waitable = &static_cast<PFILE_OBJECT>(waitable)->Event;
        PVOID both[] = {waitable, &cancelled};
        const NTSTATUS status = KeWaitForMultipleObjects(
            2, both, WaitAny, UserRequest, KernelMode, FALSE,
            (body.flags & protocol::kHasTimeout) != 0 ? &timeout : nullptr, nullptr);
        return {status == STATUS_WAIT_1 ? STATUS_CANCELLED : status};
    }
    return {STATUS_OBJECT_TYPE_MISMATCH};
}

Outcome RealNt::create_event(Target target, const protocol::CreateEvent& body) {
    return handle_of(target, NtCreateEvent(&frame(target).handle, body.desired_access, nullptr,
                                           static_cast<EVENT_TYPE>(body.type), body.initial != 0));
}

Outcome RealNt::signal_event(Target target, const protocol::SignalEvent& body) {
    auto* before = reinterpret_cast<PLONG>(&frame(target).length);
    *before = 0;
    const HANDLE event = handle_from(target.handle);
    const NTSTATUS status = body.operation == protocol::SignalOperation::kSet ? NtSetEvent(event, before)
                                                                              : NtResetEvent(event, before);
    return {status, 0, static_cast<uint64_t>(*before)};
}

Outcome RealNt::signal_own_object(const protocol::SignalOwnObject& body) {
    constexpr RSL_OBJECT_SIGNAL kSignals[] = {RslSignalSet, RslSignalReset, RslSignalPulse};
    BOOLEAN taken = FALSE;
    const NTSTATUS status = RslSignalClientObject(process_, body.id, kSignals[static_cast<uint32_t>(body.signal)], &taken);
    return {status, 0, taken};
}

Outcome RealNt::open_directory(Target target, const protocol::OpenNamed& body) {
    return handle_of(target, NtOpenDirectoryObject(&frame(target).handle, body.desired_access,
                                                   attributes_of(target, body.attributes, body.path)));
}

Outcome RealNt::open_symbolic_link(Target target, const protocol::OpenNamed& body) {
    return handle_of(target, NtOpenSymbolicLinkObject(&frame(target).handle, body.desired_access,
                                                      attributes_of(target, body.attributes, body.path)));
}

Outcome RealNt::query_symbolic_link(Target target, const protocol::QuerySymbolicLink& body) {
    Frame& mine = frame(target);
    const auto most = static_cast<USHORT>(body.buffer.bytes < 65534 ? body.buffer.bytes : 65534);
    mine.name = {0, most, static_cast<PWSTR>(user(body.buffer))};
    mine.length = 0;
    const NTSTATUS status = NtQuerySymbolicLinkObject(handle_from(target.handle), &mine.name, &mine.length);
    return {status, status >= 0 ? mine.name.Length : mine.length};
}

Outcome RealNt::query_directory(Target target, const protocol::QueryDirectory& body) {
    // Checked as the user's first: ours below would be let in anywhere.
    const HANDLE directory = handle_from(target.handle);
    Frame& mine = frame(target);
    mine.key = body.context;
    const NTSTATUS status = NtQueryDirectoryObject(directory, nullptr, 0, TRUE, FALSE, &mine.key, &mine.length);
    if (status < 0 && status != STATUS_BUFFER_TOO_SMALL) return {status};
    return list(directory, body.buffer, body.context);
}

/// Packs as many entries as fit, from `context` on.
Outcome RealNt::list(HANDLE directory, protocol::ArenaSpan buffer, uint32_t context) {
    const Scratch entry{kDirectoryEntryBytes};
    if (entry.get() == nullptr) return {STATUS_INSUFFICIENT_RESOURCES};
    const auto* found = static_cast<const OBJECT_DIRECTORY_INFORMATION*>(entry.get());
    uint64_t used = 0;
    for (ULONG next = context;; context = next) {
        ULONG length = 0;
        const NTSTATUS status =
            ZwQueryDirectoryObject(directory, entry.get(), kDirectoryEntryBytes, TRUE, FALSE, &next, &length);
        if (status < 0) {
            if (status == STATUS_NO_MORE_ENTRIES && used != 0) break;
            return {status};
        }
        const protocol::DirectoryRecord record{found->Name.Length, found->TypeName.Length};
        if (record.total_bytes() > buffer.bytes - used) {
            if (used == 0) return {STATUS_BUFFER_TOO_SMALL, record.total_bytes()};
            break;
        }
        std::byte* at = kernel(buffer) + used;
        std::memset(at, 0, record.total_bytes());
        std::memcpy(at, &record, sizeof(record));
        std::memcpy(at + sizeof(record), found->Name.Buffer, record.name_bytes);
        std::memcpy(at + sizeof(record) + record.name_bytes, found->TypeName.Buffer, record.type_bytes);
        used += record.total_bytes();
    }
    return {STATUS_SUCCESS, used, context};
}

Outcome RealNt::list_drivers(const protocol::ListDrivers& body) {
    UNICODE_STRING path = {14, 14, const_cast<PWSTR>(u"\\Driver")};
    OBJECT_ATTRIBUTES attributes = {sizeof(attributes), nullptr, &path, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE,
                                    nullptr, nullptr};
    HANDLE directory;
    const NTSTATUS status = ZwOpenDirectoryObject(&directory, DIRECTORY_QUERY, &attributes);
    if (status < 0) return {status};
    const Outcome outcome = list(directory, body.buffer, body.context);
    ZwClose(directory);
    return outcome;
}

// ---- Drivers and state

Outcome RealNt::load_driver(Bytes service_name, Bytes image, protocol::ArenaSpan buffer) {
    const UNICODE_STRING name = name_of(service_name);
    RSL_LOAD_REPORT loaded{};
    const NTSTATUS status = RslLoadDriverImage(&name, image.data(), image.size(), &loaded);
    return report(status, loaded, buffer);
}

Outcome RealNt::unload_driver(Bytes service_name, protocol::ArenaSpan buffer) {
    const UNICODE_STRING name = name_of(service_name);
    RSL_LOAD_REPORT left{};
    const NTSTATUS status = RslUnloadDriver(&name, &left);
    return report(status, left, buffer);
}

Outcome RealNt::verify_driver(Bytes service_name, const protocol::VerifyDriver& body) {
    const UNICODE_STRING name = name_of(service_name);
    return {RslVerifyDriver(&name, body.flags, body.seed, body.rate)};
}

Outcome RealNt::report(NTSTATUS status, const RSL_LOAD_REPORT& loaded, protocol::ArenaSpan buffer) {
    protocol::DriverReport head{.status = status,
                                .entry_status = loaded.EntryStatus,
                                .image_base = loaded.ImageBase,
                                .image_bytes = loaded.ImageBytes,
                                .entry_ns = loaded.EntryNanoseconds,
                                .missing_imports = loaded.MissingImports,
                                .text_bytes = 0};
    if (buffer.bytes < sizeof(head)) return {status};
    while (head.text_bytes < sizeof(loaded.Text) && loaded.Text[head.text_bytes] != '\0') ++head.text_bytes;
    const auto room = static_cast<uint32_t>(buffer.bytes - sizeof(head));
    if (head.text_bytes > room) head.text_bytes = room;
    std::memcpy(kernel(buffer), &head, sizeof(head));
    std::memcpy(kernel(buffer) + sizeof(head), loaded.Text, head.text_bytes);
    return {status, sizeof(head) + head.text_bytes};
}

Outcome RealNt::inspect(Bytes path, protocol::ArenaSpan buffer) {
    char text[protocol::kMaxInspectPathBytes + 1];
    std::memcpy(text, path.data(), path.size());
    text[path.size()] = '\0';
    SIZE_T needed = 0;
    const NTSTATUS status = RslInspect(text, reinterpret_cast<PSTR>(kernel(buffer)), buffer.bytes, &needed);
    return {status, status >= 0 ? needed : 0, needed};
}

void* RealNt::allocate(uint64_t bytes) { return ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, kPoolTag); }
void RealNt::free(void* memory) { ExFreePoolWithTag(memory, kPoolTag); }

}  // namespace rsl::server
