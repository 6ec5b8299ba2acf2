// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/registry.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "abi/types/status.h"
#include "shim/client/text.hpp"

namespace rsl::wine {

namespace {

constexpr uint64_t kKeyRead = 0x20019;
constexpr uint64_t kKeyBasicInformation = 0, kKeyValueFullInformation = 1,
                   kKeyValuePartialInformation = 2;
constexpr size_t kMostBytes = 72 * 1024;  // of a value with its name
constexpr int kDeepest = 8;
constexpr uint32_t kMostEntries = 1024;

template <typename T>
T read(const std::vector<char>& buffer, size_t offset) {
    T value{};
    if (offset + sizeof(T) <= buffer.size()) std::memcpy(&value, buffer.data() + offset, sizeof(T));
    return value;
}

std::u16string text_in(const std::vector<char>& buffer, size_t offset, size_t bytes) {
    std::u16string text(bytes / sizeof(char16_t), u'\0');
    if (offset <= buffer.size() && bytes <= buffer.size() - offset)
        std::memcpy(text.data(), buffer.data() + offset, text.size() * 2);
    return text;
}

void copy_values(rsl_client* client, uint64_t key, const std::string& path) {
    std::vector<char> buffer(kMostBytes);
    for (uint32_t i = 0; i < kMostEntries; ++i) {
        uint32_t needed = 0;
        const NTSTATUS status = call_ntdll(
            "NtEnumerateValueKey",
            {key, i, kKeyValueFullInformation, word(buffer.data()), buffer.size(), word(&needed)});
        if (status == STATUS_BUFFER_OVERFLOW || status == STATUS_BUFFER_TOO_SMALL) continue;
        if (status < 0) return;
        // KEY_VALUE_FULL_INFORMATION: index, type, data's offset and bytes, name's bytes, name
        const auto type = read<uint32_t>(buffer, 4), offset = read<uint32_t>(buffer, 8),
                   bytes = read<uint32_t>(buffer, 12);
        const std::u16string name = text_in(buffer, 20, read<uint32_t>(buffer, 16));
        if (offset > buffer.size() || bytes > buffer.size() - offset) continue;
        (void)rsl_set_registry_value(client, path.c_str(), client::to_utf8(name).c_str(), type,
                                     buffer.data() + offset, bytes, 0);
    }
}

std::vector<std::u16string> names_below(uint64_t key) {
    std::vector<std::u16string> names;
    std::vector<char> buffer(4096);
    for (uint32_t i = 0; i < kMostEntries; ++i) {
        uint32_t needed = 0;
        if (call_ntdll("NtEnumerateKey", {key, i, kKeyBasicInformation, word(buffer.data()),
                                    buffer.size(), word(&needed)}) < 0)
            break;
        names.push_back(text_in(buffer, 16, read<uint32_t>(buffer, 12)));  // KEY_BASIC_INFORMATION
    }
    return names;
}

void copy_below(rsl_client* client, const std::u16string& path, int depth) {
    NTSTATUS status = STATUS_SUCCESS;
    const uint64_t key = open_key(path, status);
    if (key == 0) return;
    const std::string utf8 = client::to_utf8(path);
    (void)rsl_set_registry_value(client, utf8.c_str(), "", 0, nullptr, 0, RSL_REGISTRY_KEY_ONLY);
    copy_values(client, key, utf8);
    const auto names = depth < kDeepest ? names_below(key) : std::vector<std::u16string>{};
    (void)original(Call::kNtClose, {key});
    for (const auto& name : names) copy_below(client, path + u"\\" + name, depth + 1);
}

}  // namespace

UNICODE_STRING string_of(std::u16string& text) {
    UNICODE_STRING string{};
    string.Length = static_cast<uint16_t>(text.size() * sizeof(char16_t));
    string.MaximumLength = string.Length;
    string.Buffer = reinterpret_cast<decltype(string.Buffer)>(text.data());
    return string;
}

uint64_t open_key(std::u16string path, NTSTATUS& status) {
    UNICODE_STRING name = string_of(path);
    OBJECT_ATTRIBUTES attributes{};
    attributes.Length = sizeof(attributes);
    attributes.ObjectName = &name;
    attributes.Attributes = OBJ_CASE_INSENSITIVE;
    uint64_t key = 0;
    status = call_ntdll("NtOpenKey", {word(&key), kKeyRead, word(&attributes)});
    return status < 0 ? 0 : key;
}

std::u16string read_text_value(uint64_t key, std::u16string value_name) {
    std::vector<char> buffer(4096);
    UNICODE_STRING name = string_of(value_name);
    uint32_t needed = 0;
    if (call_ntdll("NtQueryValueKey", {key, word(&name), kKeyValuePartialInformation, word(buffer.data()),
                                 buffer.size(), word(&needed)}) < 0)
        return {};
    const std::u16string text =
        text_in(buffer, 12, std::min<size_t>(read<uint32_t>(buffer, 8), buffer.size() - 12));
    return text.substr(0, text.find(u'\0'));
}

void copy_key(rsl_client* client, const std::u16string& path) { copy_below(client, path, 0); }

}  // namespace rsl::wine
