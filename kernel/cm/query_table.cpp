// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/cm/query_table.hpp"

#include <algorithm>
#include <cstring>

#include "abi/types/status.h"
#include "kernel/cm/environment.hpp"

namespace rsl::cm {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("CmQt");
constexpr std::u16string_view kPrefixes[RTL_REGISTRY_MAXIMUM] = {
    u"",
    u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\",
    u"\\Registry\\Machine\\System\\CurrentControlSet\\Control\\",
    u"\\Registry\\Machine\\Software\\Microsoft\\Windows NT\\CurrentVersion\\",
    u"\\Registry\\Machine\\Hardware\\DeviceMap\\",
    u"\\Registry\\User\\.Default\\",
};

/// Memory that grows, for a value's structure.
class Buffer {
  public:
    ~Buffer() {
        if (memory_ != nullptr) mm::free_tagged(memory_, kTag);
    }
    Result<void> reserve(size_t bytes) {
        if (bytes <= bytes_) return {};
        void* fresh = mm::allocate(bytes, kTag);
        if (fresh == nullptr) return Status::kInsufficientResources;
        if (memory_ != nullptr) mm::free_tagged(memory_, kTag);
        memory_ = fresh;
        bytes_ = bytes;
        return {};
    }
    std::span<std::byte> span() const { return {static_cast<std::byte*>(memory_), bytes_}; }

  private:
    void* memory_ = nullptr;
    size_t bytes_ = 0;
};

/// A value as routines see it: its name with a NUL, its data with two bytes of zero behind.
struct Found {
    char16_t* name;
    uint32_t type;
    std::byte* data;
    uint32_t bytes;
};
bool is_string(uint32_t type) { return type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ; }

class Reader {
  public:
    /// Reads a value; the result lives until the next read.
    template <typename Query>
    Result<Found> read(Query&& query) {
        RSL_TRY(buffer_.reserve(256));
        for (;;) {
            const Answer answer = RSL_TRY(query(buffer_.span()));
            // Room for the NUL behind the name and behind the data, which are moved apart below.
            if (answer.bytes + 16 <= buffer_.span().size()) break;
            RSL_TRY(buffer_.reserve(answer.bytes + 16));
        }
        auto& full = *reinterpret_cast<KEY_VALUE_FULL_INFORMATION*>(buffer_.span().data());
        auto* data = buffer_.span().data() + (full.DataLength == 0 ? 0 : full.DataOffset);
        const uint32_t bytes = full.DataLength;
        if (bytes == 0) data = buffer_.span().data() + sizeof(KEY_VALUE_FULL_INFORMATION) + full.NameLength;
        std::memmove(data + 4, data, bytes);  // 4: keeps numbers aligned
        std::memset(data + 4 + bytes, 0, sizeof(char16_t));
        full.Name[full.NameLength / sizeof(char16_t)] = 0;
        return Found{full.Name, full.Type, data + 4, bytes};
    }

  private:
    Buffer buffer_;
};

class TableRun {
  public:
    TableRun(const Ref<KeyObject>& top, void* context, const void* environment)
        : top_(top), current_(top), context_(context), environment_(static_cast<const char16_t*>(environment)) {}

    Result<void> run(RTL_QUERY_REGISTRY_TABLE* table) {
        for (; !is_end(*table); ++table) RSL_TRY(entry(*table));
        return {};
    }

  private:
    /// Documented: neither routine nor name. An entry with a name alone has nothing to do either,
    /// unless its flags say so.
    static bool is_end(const RTL_QUERY_REGISTRY_TABLE& entry) {
        constexpr ULONG kWithoutRoutine = RTL_QUERY_REGISTRY_SUBKEY | RTL_QUERY_REGISTRY_DIRECT;
        return entry.QueryRoutine == nullptr &&
               (entry.Name == nullptr || (entry.Flags & kWithoutRoutine) == 0);
    }

    Result<void> entry(RTL_QUERY_REGISTRY_TABLE& entry) {
        const bool direct = (entry.Flags & RTL_QUERY_REGISTRY_DIRECT) != 0;
        if (direct && (entry.Name == nullptr || (entry.Flags & RTL_QUERY_REGISTRY_SUBKEY) != 0 ||
                       entry.QueryRoutine != nullptr))
            return Status::kInvalidParameter;
        if ((entry.Flags & (RTL_QUERY_REGISTRY_TOPKEY | RTL_QUERY_REGISTRY_SUBKEY)) != 0) current_ = top_;
        if ((entry.Flags & RTL_QUERY_REGISTRY_SUBKEY) != 0) {
            if (entry.Name == nullptr) return Status::kInvalidParameter;
            RSL_TRY(descend(entry));
            if (entry.QueryRoutine == nullptr || !current_) return {};
            return every_value(entry);
        }
        if (!current_) return missing(entry);  // below a subkey that does not exist
        if (entry.Name != nullptr) return one_value(entry);
        if ((entry.Flags & RTL_QUERY_REGISTRY_NOVALUE) != 0)
            return Result<void>(verdict(entry.QueryRoutine(nullptr, REG_NONE, nullptr, 0, context_, entry.EntryContext)));
        return every_value(entry);
    }

    Result<void> descend(const RTL_QUERY_REGISTRY_TABLE& entry) {
        OpenRequest request;
        auto body = ob::open_relative(top_.get(), entry.Name, &KeyObject::kType, OBJ_CASE_INSENSITIVE, 0,
                                      KernelMode, &request);
        if (body) {
            current_ = Ref<KeyObject>::adopt(static_cast<KeyObject*>(*body));
            return {};
        }
        current_ = {};
        if ((entry.Flags & RTL_QUERY_REGISTRY_REQUIRED) != 0) return body.failure();
        return {};
    }

    Result<void> one_value(RTL_QUERY_REGISTRY_TABLE& entry) {
        auto found = reader_.read([&](std::span<std::byte> out) {
            return query_value(*current_, entry.Name, KeyValueFullInformation, out);
        });
        if (!found) {
            if (found.failure() != Status::kObjectNameNotFound) return found.failure();
            return missing(entry);
        }
        RSL_TRY(deliver(entry, *found));
        if ((entry.Flags & RTL_QUERY_REGISTRY_DELETE) != 0)
            delete_value(*current_, entry.Name).ignore("deleted meanwhile");
        return {};
    }

    Result<void> every_value(RTL_QUERY_REGISTRY_TABLE& entry) {
        uint32_t index = 0, seen = 0;
        for (;; ++index, ++seen) {
            auto found = reader_.read([&](std::span<std::byte> out) {
                return enumerate_value(*current_, index, KeyValueFullInformation, out);
            });
            if (!found && found.failure().nt() == STATUS_NO_MORE_ENTRIES) break;
            if (!found) return found.failure();
            RSL_TRY(deliver(entry, *found));
            if ((entry.Flags & RTL_QUERY_REGISTRY_DELETE) == 0) continue;
            if (delete_value(*current_, found->name)) --index;
        }
        if (seen == 0 && (entry.Flags & RTL_QUERY_REGISTRY_REQUIRED) != 0) return Status::kObjectNameNotFound;
        return {};
    }

    /// No such value: the default, or nothing, or the end.
    Result<void> missing(RTL_QUERY_REGISTRY_TABLE& entry) {
        const uint32_t type = entry.DefaultType & ~RTL_QUERY_REGISTRY_TYPECHECK_MASK;
        if ((entry.Flags & RTL_QUERY_REGISTRY_REQUIRED) != 0) return Status::kObjectNameNotFound;
        if (type == REG_NONE) return {};
        uint32_t bytes = entry.DefaultLength;
        const auto* text = static_cast<const char16_t*>(entry.DefaultData);
        if (bytes == 0 && is_string(type) && text != nullptr) {
            const char16_t* end = text;
            if (type == REG_MULTI_SZ) {
                while (*end != 0) end += std::u16string_view(end).size() + 1;
            } else {
                end += std::u16string_view(end).size();
            }
            bytes = static_cast<uint32_t>((end - text + 1) * sizeof(char16_t));
        }
        Found found{entry.Name, type, static_cast<std::byte*>(entry.DefaultData), bytes};
        return deliver(entry, found, Origin::kDefault);
    }

    enum class Origin : uint8_t { kStored, kDefault };
    Result<void> deliver(RTL_QUERY_REGISTRY_TABLE& entry, const Found& as_stored, Origin origin = Origin::kStored) {
        Found found = as_stored;
        const bool expands = found.type == REG_EXPAND_SZ && (entry.Flags & RTL_QUERY_REGISTRY_NOEXPAND) == 0;
        if ((entry.Flags & RTL_QUERY_REGISTRY_DIRECT) != 0) {
            const uint32_t expected = entry.DefaultType >> RTL_QUERY_REGISTRY_TYPECHECK_SHIFT;
            if ((entry.Flags & RTL_QUERY_REGISTRY_TYPECHECK) != 0 && origin == Origin::kStored &&
                expected != found.type)
                return Status::kObjectTypeMismatch;
            if (expands) RSL_TRY(expand(found));
            return store(entry, found);
        }
        if (expands) RSL_TRY(expand(found));
        if (found.type == REG_MULTI_SZ && (entry.Flags & RTL_QUERY_REGISTRY_NOEXPAND) == 0)
            return each_string(entry, found);
        return Result<void>(verdict(entry.QueryRoutine(found.name, found.type, found.data, found.bytes, context_,
                                                       entry.EntryContext)));
    }

    /// A REG_EXPAND_SZ becomes the REG_SZ that it stands for.
    Result<void> expand(Found& found) {
        std::u16string_view text(reinterpret_cast<const char16_t*>(found.data), found.bytes / sizeof(char16_t));
        text = text.substr(0, text.find(u'\0'));
        const size_t length = expand_variables(text, environment_, {});
        RSL_TRY(expanded_.reserve((length + 1) * sizeof(char16_t)));
        auto* out = reinterpret_cast<char16_t*>(expanded_.span().data());
        expand_variables(text, environment_, {out, length});
        out[length] = 0;
        found.type = REG_SZ;
        found.data = expanded_.span().data();
        found.bytes = static_cast<uint32_t>((length + 1) * sizeof(char16_t));
        return {};
    }

    Result<void> each_string(RTL_QUERY_REGISTRY_TABLE& entry, const Found& found) {
        auto* text = reinterpret_cast<char16_t*>(found.data);
        const char16_t* end = text + found.bytes / sizeof(char16_t);
        while (text < end && *text != 0) {
            char16_t* stop = std::find(text, const_cast<char16_t*>(end), u'\0');
            const auto bytes = static_cast<ULONG>((stop - text + 1) * sizeof(char16_t));
            RSL_TRY(Result<void>(verdict(
                entry.QueryRoutine(found.name, REG_SZ, text, bytes, context_, entry.EntryContext))));
            text = stop + 1;
        }
        return {};
    }

    /// Into the caller's memory; the documentation's table of formats.
    Result<void> store(RTL_QUERY_REGISTRY_TABLE& entry, const Found& found) {
        if (is_string(found.type)) {
            if (found.type == REG_MULTI_SZ && (entry.Flags & RTL_QUERY_REGISTRY_NOEXPAND) == 0)
                return Status::kInvalidParameter;
            return store_string(*static_cast<UNICODE_STRING*>(entry.EntryContext), found);
        }
        if (found.bytes <= sizeof(ULONG)) {
            std::memcpy(entry.EntryContext, found.data, found.bytes);
            return {};
        }
        auto* out = static_cast<ULONG*>(entry.EntryContext);
        const auto room = static_cast<LONG>(*out);
        const auto magnitude = static_cast<uint32_t>(room < 0 ? -static_cast<int64_t>(room) : room);
        if (room < 0) {
            if (magnitude < found.bytes) return Status::kBufferTooSmall;
            std::memcpy(out, found.data, found.bytes);
            return {};
        }
        if (magnitude < found.bytes + 2 * sizeof(ULONG)) return Status::kBufferTooSmall;
        out[0] = found.bytes;
        out[1] = found.type;
        std::memcpy(out + 2, found.data, found.bytes);
        return {};
    }

    static Result<void> store_string(UNICODE_STRING& out, const Found& found) {
        // Writers often leave the NUL out; the string handed on has one, not counted in Length.
        uint32_t characters = found.bytes / sizeof(char16_t);
        const auto* text = reinterpret_cast<const char16_t*>(found.data);
        if (characters != 0 && text[characters - 1] == 0) --characters;
        const uint32_t bytes = characters * static_cast<uint32_t>(sizeof(char16_t));
        const uint32_t all = bytes + static_cast<uint32_t>(sizeof(char16_t));
        if (all > UNICODE_STRING_MAX_BYTES) return Status::kBufferTooSmall;
        if (out.Buffer == nullptr) {
            void* memory = mm::allocate(all, kTag);
            if (memory == nullptr) return Status::kNoMemory;
            out.Buffer = static_cast<PWSTR>(memory);  // the caller's, by RtlFreeUnicodeString
            out.MaximumLength = static_cast<USHORT>(all);
        } else if (out.MaximumLength < all) {
            return Status::kBufferTooSmall;
        }
        std::memcpy(out.Buffer, text, bytes);
        out.Buffer[characters] = 0;
        out.Length = static_cast<USHORT>(bytes);
        return {};
    }

    /// What a routine's answer means: STATUS_BUFFER_TOO_SMALL is ignored, as documented.
    static Status verdict(NTSTATUS status) {
        return status >= 0 || status == STATUS_BUFFER_TOO_SMALL ? Status::kSuccess : Status(status);
    }

    const Ref<KeyObject>& top_;
    Ref<KeyObject> current_;
    void* context_;
    const char16_t* environment_;
    Reader reader_;
    Buffer expanded_;
};

}  // namespace

Result<Ref<KeyObject>> relative_key(uint32_t relative_to, const char16_t* path, Missing missing) {
    if ((relative_to & RTL_REGISTRY_HANDLE) != 0) {
        void* body = RSL_TRY(ob::reference_handle(const_cast<char16_t*>(path), &KeyObject::kType, 0, KernelMode));
        return Ref<KeyObject>::adopt(static_cast<KeyObject*>(body));
    }
    const uint32_t where = relative_to & ~RTL_REGISTRY_OPTIONAL;
    if (where >= RTL_REGISTRY_MAXIMUM || path == nullptr) return Status::kInvalidParameter;
    const std::u16string_view prefix = kPrefixes[where], tail = path;
    Buffer buffer;
    RSL_TRY(buffer.reserve((prefix.size() + tail.size() + 1) * sizeof(char16_t)));
    auto* text = reinterpret_cast<char16_t*>(buffer.span().data());
    std::copy(prefix.begin(), prefix.end(), text);
    std::copy(tail.begin(), tail.end(), text + prefix.size());
    std::u16string_view full{text, prefix.size() + tail.size()};
    while (full.size() > 1 && full.back() == u'\\') full.remove_suffix(1);
    return missing == Missing::kMake ? make_last_key(full) : open_key(full);
}

Result<void> query_table(const Ref<KeyObject>& top, RTL_QUERY_REGISTRY_TABLE* table, void* context,
                         const void* environment) {
    return TableRun(top, context, environment).run(table);
}

}  // namespace rsl::cm
