// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ob/query.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "kernel/ob/access.hpp"
#include "kernel/ob/types.hpp"
#include "kernel/ps/user_memory.hpp"

namespace rsl::ob {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("ObQu");

/// A block that is put together here and goes to the caller as a whole.
class Scratch {
  public:
    explicit Scratch(size_t bytes)
        : memory_(static_cast<char*>(mm::allocate(bytes == 0 ? 1 : bytes, kTag))), bytes_(bytes) {
        if (memory_ != nullptr) std::memset(memory_, 0, bytes);
    }
    ~Scratch() {
        if (memory_ != nullptr) mm::free_tagged(memory_, kTag);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    explicit operator bool() const { return memory_ != nullptr; }
    char* data() { return memory_; }
    size_t size() const { return bytes_; }

  private:
    char* memory_;
    size_t bytes_;
};

/// A UNICODE_STRING at `at` of the caller's buffer whose text lies `offset` behind the block's
/// start.
UNICODE_STRING string_at(void* block, size_t offset, std::u16string_view text) {
    const auto bytes = static_cast<USHORT>(text.size() * sizeof(char16_t));
    return {.Length = bytes,
            .MaximumLength = static_cast<USHORT>(bytes + sizeof(char16_t)),
            .Buffer = reinterpret_cast<PWSTR>(static_cast<char*>(block) + offset)};
}

Result<void> answer(const void* data, size_t bytes, void* out, uint32_t length, ULONG* returned,
                    KPROCESSOR_MODE mode) {
    if (returned != nullptr) RSL_TRY(ps::write_out(returned, static_cast<ULONG>(bytes), mode));
    if (length < bytes) return Status::kInfoLengthMismatch;
    return ps::copy_out(out, data, bytes, mode);
}

Result<void> query_type(const ObjectType& type, void* out, uint32_t length, ULONG* returned,
                        KPROCESSOR_MODE mode) {
    const std::u16string_view name = type.name;
    Scratch block(sizeof(PUBLIC_OBJECT_TYPE_INFORMATION) + (name.size() + 1) * sizeof(char16_t));
    if (!block) return Status::kInsufficientResources;
    auto& information = *reinterpret_cast<PUBLIC_OBJECT_TYPE_INFORMATION*>(block.data());
    information.TypeName = string_at(out, sizeof(information), name);
    // The public structure calls these reserved; tools read them: objects, handles, ..., mapping,
    // rights.
    information.Reserved[0] = type.objects.load(std::memory_order_relaxed);
    information.Reserved[1] = type.handles.load(std::memory_order_relaxed);
    std::memcpy(block.data() + sizeof(information), name.data(), name.size() * sizeof(char16_t));
    return answer(block.data(), block.size(), out, length, returned, mode);
}

/// Every type, each entry aligned, as phnt's OBJECT_TYPES_INFORMATION has them.
Result<void> query_types(void* out, uint32_t length, ULONG* returned, KPROCESSOR_MODE mode) {
    constexpr size_t kAlign = 8;
    const auto bytes_of = [](const ObjectType& type) {
        const size_t name = (std::u16string_view(type.name).size() + 1) * sizeof(char16_t);
        return sizeof(PUBLIC_OBJECT_TYPE_INFORMATION) + ((name + kAlign - 1) & ~(kAlign - 1));
    };
    // Types are only ever added, at the front: the list from here on stays as it is.
    const ObjectType* const first = first_type();
    size_t bytes = kAlign;
    ULONG count = 0;
    for (const ObjectType* type = first; type != nullptr; type = type->next_listed, ++count)
        bytes += bytes_of(*type);
    Scratch block(bytes);
    if (!block) return Status::kInsufficientResources;
    std::memcpy(block.data(), &count, sizeof(count));
    size_t offset = kAlign;
    for (const ObjectType* type = first; type != nullptr; type = type->next_listed) {
        auto& information =
            *reinterpret_cast<PUBLIC_OBJECT_TYPE_INFORMATION*>(block.data() + offset);
        const std::u16string_view name = type->name;
        information.TypeName = string_at(out, offset + sizeof(information), name);
        information.Reserved[0] = type->objects.load(std::memory_order_relaxed);
        information.Reserved[1] = type->handles.load(std::memory_order_relaxed);
        std::memcpy(block.data() + offset + sizeof(information), name.data(),
                    name.size() * sizeof(char16_t));
        offset += bytes_of(*type);
    }
    return answer(block.data(), block.size(), out, length, returned, mode);
}

Result<void> query_basic(void* body, const OBJECT_HANDLE_INFORMATION& handle, void* out,
                         uint32_t length, ULONG* returned, KPROCESSOR_MODE mode) {
    const ObjectHeader& header = header_of(body);
    OBJECT_BASIC_INFORMATION information = {};
    information.Attributes = handle.HandleAttributes;
    if ((header.flags.load(std::memory_order_relaxed) & ObjectHeader::kPermanent) != 0)
        information.Attributes |= OBJ_PERMANENT;
    information.GrantedAccess = handle.GrantedAccess;
    information.HandleCount = static_cast<ULONG>(header.handles.load(std::memory_order_relaxed));
    information.PointerCount =
        static_cast<ULONG>(header.references.load(std::memory_order_relaxed));
    const size_t name = path_of(body, {});
    information.NameInfoSize =
        name == 0
            ? 0
            : static_cast<ULONG>(sizeof(OBJECT_NAME_INFORMATION) + (name + 1) * sizeof(char16_t));
    information.TypeInfoSize =
        static_cast<ULONG>(sizeof(PUBLIC_OBJECT_TYPE_INFORMATION) +
                           (std::u16string_view(header.type->name).size() + 1) * sizeof(char16_t));
    return answer(&information, sizeof(information), out, length, returned, mode);
}

}  // namespace

Result<PathText> PathText::of(const void* body) {
    size_t room = 128;
    for (;;) {
        auto* text = static_cast<char16_t*>(mm::allocate(room * sizeof(char16_t), kTag));
        if (text == nullptr) return Status::kInsufficientResources;
        const size_t length = path_of(body, {text, room});
        if (length <= room) return PathText(text, length);
        mm::free_tagged(text, kTag);
        room = length;  // it may grow again meanwhile: then once more
    }
}

Result<void> query_name(const void* body, void* out, uint32_t length, ULONG* returned,
                        KPROCESSOR_MODE mode) {
    const auto path = RSL_TRY(PathText::of(body));
    const auto text = path.text();
    if (text.size() > UNICODE_STRING_MAX_CHARS - 1) return Status::kObjectNameInvalid;
    OBJECT_NAME_INFORMATION empty = {};
    if (text.empty()) return answer(&empty, sizeof(empty), out, length, returned, mode);
    Scratch block(sizeof(empty) + (text.size() + 1) * sizeof(char16_t));
    if (!block) return Status::kInsufficientResources;
    reinterpret_cast<OBJECT_NAME_INFORMATION*>(block.data())->Name =
        string_at(out, sizeof(empty), text);
    std::memcpy(block.data() + sizeof(empty), text.data(), text.size() * sizeof(char16_t));
    return answer(block.data(), block.size(), out, length, returned, mode);
}

Result<void> query_object(HANDLE handle, OBJECT_INFORMATION_CLASS what, void* out, uint32_t length,
                          ULONG* returned, KPROCESSOR_MODE mode) {
    if (what == ObjectTypesInformation)
        return query_types(out, length, returned, mode);  // no handle needed
    OBJECT_HANDLE_INFORMATION information;
    const auto object = adopt(RSL_TRY(reference_handle(handle, nullptr, 0, mode, &information)));
    switch (what) {
        case ObjectBasicInformation:
            return query_basic(object.get(), information, out, length, returned, mode);
        case ObjectNameInformation:
            return query_name(object.get(), out, length, returned, mode);
        case ObjectTypeInformation:
            return query_type(*header_of(object.get()).type, out, length, returned, mode);
        case ObjectHandleFlagInformation: {
            const OBJECT_HANDLE_FLAG_INFORMATION flags = {
                .Inherit = (information.HandleAttributes & OBJ_INHERIT) != 0,
                .ProtectFromClose =
                    (information.HandleAttributes & HandleTable::kProtectClose) != 0};
            return answer(&flags, sizeof(flags), out, length, returned, mode);
        }
        default:
            return Status(STATUS_INVALID_INFO_CLASS);
    }
}

void make_temporary(void* body) {
    ObjectHeader& header = header_of(body);
    header.flags.fetch_and(~ObjectHeader::kPermanent, std::memory_order_relaxed);
    if (header.handles.load(std::memory_order_acquire) == 0) remove_name(body);
}

NTSTATUS query_directory(const DirectoryQuery& query) {
    // Entries from the front, an empty one, then their texts: gathered first, because where the
    // texts begin depends on how many entries fit.
    constexpr uint32_t kEntry = sizeof(OBJECT_DIRECTORY_INFORMATION);
    ULONG index = 0;
    if (!query.restart) {
        auto context = ps::read_in(query.context, query.mode);
        if (!context) return context.failure().nt();
        index = *context;
    }
    Scratch block(query.length);
    if (!block) return STATUS_INSUFFICIENT_RESOURCES;
    if (query.directory.count() <= index) return STATUS_NO_MORE_ENTRIES;

    // First pass: how many fit, and how much all of it would take.
    char16_t name[256];
    uint32_t fitting = 0, needed = kEntry;
    const auto bytes_of = [](size_t characters) {
        return static_cast<uint32_t>((characters + 1) * sizeof(char16_t));
    };
    bool more = false;
    for (uint32_t n = index;; ++n) {
        const auto child = query.directory.child(n, name);
        if (child.body == nullptr) break;
        const uint32_t bytes =
            kEntry + bytes_of(child.name_length) +
            bytes_of(std::u16string_view(header_of(child.body).type->name).size());
        dereference(child.body);
        if (child.name_length > std::size(name) || needed + bytes > query.length ||
            (query.single && fitting == 1)) {
            if (fitting == 0) needed += bytes;
            more = true;
            break;
        }
        needed += bytes;
        ++fitting;
    }
    if (query.returned != nullptr) {
        if (auto told = ps::write_out(query.returned, needed, query.mode); !told)
            return told.failure().nt();
    }
    if (fitting == 0) return query.single ? STATUS_BUFFER_TOO_SMALL : STATUS_MORE_ENTRIES;

    auto* entries = reinterpret_cast<OBJECT_DIRECTORY_INFORMATION*>(block.data());
    uint32_t offset = (fitting + 1) * kEntry, written = 0;
    const auto put = [&](std::u16string_view text) {
        const UNICODE_STRING string = string_at(query.out, offset, text);
        std::memcpy(block.data() + offset, text.data(), text.size() * sizeof(char16_t));
        offset += bytes_of(text.size());
        return string;
    };
    for (; written < fitting; ++written) {
        const auto child = query.directory.child(index + written, name);
        if (child.body == nullptr) break;
        const std::u16string_view type = header_of(child.body).type->name;
        dereference(child.body);
        // Somebody may have renamed the world between the passes: stop where it no longer fits.
        if (child.name_length > std::size(name) ||
            offset + bytes_of(child.name_length) + bytes_of(type.size()) > query.length)
            break;
        entries[written].Name = put({name, child.name_length});
        entries[written].TypeName = put(type);
    }
    auto told = ps::copy_out(query.out, block.data(), offset, query.mode);
    if (told) told = ps::write_out(query.context, index + written, query.mode);
    if (!told) return told.failure().nt();
    return more && !query.single ? STATUS_MORE_ENTRIES : STATUS_SUCCESS;
}

}  // namespace rsl::ob
