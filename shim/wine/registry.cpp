// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/object_name.hpp"
#include "shim/wine/registry.hpp"

#include <algorithm>
#include <cstring>

#include "abi/types/status.h"
#include "protocol/message/registry.hpp"
#include "shim/wine/registry_names.hpp"

namespace rsl::wine {

namespace {

constexpr uint64_t kKeyBasicInformation = 0, kKeyValueFullInformation = 1,
                   kKeyValuePartialInformation = 2;
constexpr uint64_t kOptionVolatile = 1;  // REG_OPTION_VOLATILE
constexpr size_t kFirstBytes = 4096;
constexpr size_t kMostBytes = protocol::kMaxValueBytes + 64 * 1024;  // of a value with its name
constexpr int kDeepest = 16;
constexpr uint32_t kMostEntries = 4096;

using Buffer = std::vector<char>;

template <typename T>
T read(const Buffer& buffer, size_t offset) {
    T value{};
    if (offset + sizeof(T) <= buffer.size()) std::memcpy(&value, buffer.data() + offset, sizeof(T));
    return value;
}

std::u16string text_in(const Buffer& buffer, size_t offset, size_t bytes) {
    std::u16string text(bytes / sizeof(char16_t), u'\0');
    if (offset <= buffer.size() && bytes <= buffer.size() - offset)
        std::memcpy(text.data(), buffer.data() + offset, text.size() * 2);
    return text;
}

/// NtEnumerateKey or NtEnumerateValueKey, with a buffer that grows as it has to.
NTSTATUS enumerate(const char* call, uint64_t key, uint32_t index, uint64_t what, Buffer& buffer) {
    for (;;) {
        uint32_t needed = 0;
        const NTSTATUS status =
            call_ntdll(call, {key, index, what, word(buffer.data()), buffer.size(), word(&needed)});
        if (status != STATUS_BUFFER_OVERFLOW && status != STATUS_BUFFER_TOO_SMALL) return status;
        if (needed <= buffer.size() || needed > kMostBytes) return STATUS_BUFFER_OVERFLOW;
        buffer.resize(needed);
    }
}

bool read_values(uint64_t key, WineKey& into) {
    Buffer buffer(kFirstBytes);
    for (uint32_t i = 0; i < kMostEntries; ++i) {
        const NTSTATUS status =
            enumerate("NtEnumerateValueKey", key, i, kKeyValueFullInformation, buffer);
        if (status == STATUS_BUFFER_OVERFLOW) continue;
        if (status < 0) return status == STATUS_NO_MORE_ENTRIES;
        // KEY_VALUE_FULL_INFORMATION: index, type, data's offset and bytes, name's bytes, name
        const auto type = read<uint32_t>(buffer, 4), offset = read<uint32_t>(buffer, 8),
                   bytes = read<uint32_t>(buffer, 12);
        std::u16string name = text_in(buffer, 20, read<uint32_t>(buffer, 16));
        if (type == kRegLink || offset > buffer.size() || bytes > buffer.size() - offset) continue;
        const auto* data = reinterpret_cast<const std::byte*>(buffer.data() + offset);
        auto& value = into.values[folded(name)];
        value = {std::move(name), type, {data, data + bytes}};
    }
    return true;
}

/// A link is opened as itself: all it has is where it leads.
uint64_t open_below(uint64_t parent, std::u16string name, uint64_t access) {
    UNICODE_STRING text = string_of(name);
    OBJECT_ATTRIBUTES attributes = attributes_of(text, parent);
    attributes.Attributes |= OBJ_OPENLINK;
    uint64_t key = 0;
    return call_ntdll("NtOpenKey", {word(&key), access, word(&attributes)}) < 0 ? 0 : key;
}

std::vector<std::u16string> names_below(uint64_t key) {
    std::vector<std::u16string> names;
    Buffer buffer(kFirstBytes);
    for (uint32_t i = 0; i < kMostEntries; ++i) {
        if (enumerate("NtEnumerateKey", key, i, kKeyBasicInformation, buffer) < 0) break;
        names.push_back(text_in(buffer, 16, read<uint32_t>(buffer, 12)));  // KEY_BASIC_INFORMATION
    }
    return names;
}

bool read_below(uint64_t key, const std::u16string& path, int depth, WineTree& tree) {
    if (has_value(key, u"SymbolicLinkValue") && depth > 0) return true;
    WineKey& here = tree[folded(path)];
    here.path = path;
    if (!read_values(key, here)) return false;
    if (depth == kDeepest) return true;
    for (const auto& name : names_below(key)) {
        const uint64_t child = open_below(key, name, kKeyRead);
        if (child == 0) continue;
        (void)read_below(child, path.empty() ? name : path + u"\\" + name, depth + 1, tree);
        (void)original(Call::kNtClose, {child});
    }
    return true;
}

void delete_below(uint64_t key, int depth) {
    for (const auto& name : depth < kDeepest ? names_below(key) : std::vector<std::u16string>{}) {
        const uint64_t child = open_below(key, name, kKeyAllAccess);
        if (child == 0) continue;
        delete_below(child, depth + 1);
        (void)original(Call::kNtClose, {child});
    }
    (void)call_ntdll("NtDeleteKey", {key});
}

}  // namespace

uint64_t open_key(std::u16string path, NTSTATUS& status, uint64_t access) {
    UNICODE_STRING name = string_of(path);
    OBJECT_ATTRIBUTES attributes = attributes_of(name);
    uint64_t key = 0;
    status = call_ntdll("NtOpenKey", {word(&key), access, word(&attributes)});
    return status < 0 ? 0 : key;
}

std::u16string read_text_value(uint64_t key, std::u16string value_name) {
    Buffer buffer(kFirstBytes);
    UNICODE_STRING name = string_of(value_name);
    uint32_t needed = 0;
    if (call_ntdll("NtQueryValueKey", {key, word(&name), kKeyValuePartialInformation,
                                       word(buffer.data()), buffer.size(), word(&needed)}) < 0)
        return {};
    const std::u16string text =
        text_in(buffer, 12, std::min<size_t>(read<uint32_t>(buffer, 8), buffer.size() - 12));
    return text.substr(0, text.find(u'\0'));
}

bool has_value(uint64_t key, std::u16string value_name) {
    UNICODE_STRING name = string_of(value_name);
    uint32_t needed = 0;
    const NTSTATUS status = call_ntdll(
        "NtQueryValueKey", {key, word(&name), kKeyValuePartialInformation, 0, 0, word(&needed)});
    return status >= 0 || status == STATUS_BUFFER_TOO_SMALL || status == STATUS_BUFFER_OVERFLOW;
}

bool read_tree(uint64_t key, WineTree& tree) { return read_below(key, {}, 0, tree); }

uint64_t make_key(const std::u16string& top, std::u16string_view below, KeyLifetime lifetime) {
    NTSTATUS status = STATUS_SUCCESS;
    uint64_t key = open_key(top, status, kKeyAllAccess);
    while (key != 0 && !below.empty()) {
        const size_t end = std::min(below.find(u'\\'), below.size());
        std::u16string name(below.substr(0, end));
        below.remove_prefix(std::min(end + 1, below.size()));
        UNICODE_STRING text = string_of(name);
        OBJECT_ATTRIBUTES attributes = attributes_of(text, key);
        const uint64_t options = lifetime == KeyLifetime::kVolatile ? kOptionVolatile : 0;
        uint64_t child = 0;
        status = call_ntdll("NtCreateKey",
                            {word(&child), kKeyAllAccess, word(&attributes), 0, 0, options, 0});
        (void)original(Call::kNtClose, {key});
        key = status < 0 ? 0 : child;
    }
    return key;
}

NTSTATUS set_value(uint64_t key, std::u16string name, uint32_t type,
                   const std::vector<std::byte>& data) {
    UNICODE_STRING text = string_of(name);
    return call_ntdll("NtSetValueKey", {key, word(&text), 0, type, word(data.data()), data.size()});
}

NTSTATUS delete_value(uint64_t key, std::u16string name) {
    UNICODE_STRING text = string_of(name);
    return call_ntdll("NtDeleteValueKey", {key, word(&text)});
}

void delete_key(const std::u16string& path) {
    NTSTATUS status = STATUS_SUCCESS;
    const uint64_t key = open_key(path, status, kKeyAllAccess);
    if (key == 0) return;
    delete_below(key, 0);
    (void)original(Call::kNtClose, {key});
}

}  // namespace rsl::wine
