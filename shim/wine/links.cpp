// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/links.hpp"

#include "shim/wine/hook.hpp"
#include "shim/wine/object_name.hpp"

namespace rsl::wine {

void publish_link(const std::u16string& name, std::u16string target) {
    constexpr uint64_t kLinkAllAccess = 0xF0001;
    std::u16string path = u"\\??\\" + name;
    UNICODE_STRING path_string = string_of(path), target_string = string_of(target);
    OBJECT_ATTRIBUTES attributes = attributes_of(path_string);
    attributes.Attributes |= OBJ_PERMANENT;
    uint64_t handle = 0;
    if (call_ntdll("NtCreateSymbolicLinkObject",
             {word(&handle), kLinkAllAccess, word(&attributes), word(&target_string)}) >= 0) {
        (void)original(Call::kNtClose, {handle});
    }
}

void withdraw_link(const std::u16string& name) {
    constexpr uint64_t kDelete = 0x10000;
    std::u16string path = u"\\??\\" + name;
    UNICODE_STRING path_string = string_of(path);
    OBJECT_ATTRIBUTES attributes = attributes_of(path_string);
    uint64_t handle = 0;
    if (call_ntdll("NtOpenSymbolicLinkObject", {word(&handle), kDelete, word(&attributes)}) < 0) return;
    (void)call_ntdll("NtMakeTemporaryObject", {handle});
    (void)original(Call::kNtClose, {handle});
}

std::u16string link_target(std::u16string name) {
    constexpr uint64_t kLinkQuery = 1;  // SYMBOLIC_LINK_QUERY
    constexpr size_t kMostUnits = 1024;
    UNICODE_STRING path = string_of(name);
    OBJECT_ATTRIBUTES attributes = attributes_of(path);
    uint64_t handle = 0;
    if (call_ntdll("NtOpenSymbolicLinkObject", {word(&handle), kLinkQuery, word(&attributes)}) < 0)
        return {};
    std::u16string target(kMostUnits, 0);
    UNICODE_STRING text = string_of(target);
    text.Length = 0;
    uint32_t bytes = 0;
    const NTSTATUS status =
        call_ntdll("NtQuerySymbolicLinkObject", {handle, word(&text), word(&bytes)});
    (void)original(Call::kNtClose, {handle});
    target.resize(status < 0 ? 0 : text.Length / sizeof(char16_t));
    return target;
}

}  // namespace rsl::wine
