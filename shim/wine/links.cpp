// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/links.hpp"

#include "shim/wine/hook.hpp"
#include "shim/wine/registry.hpp"

namespace rsl::wine {

std::u16string link_target(std::u16string name) {
    constexpr uint64_t kLinkQuery = 1;  // SYMBOLIC_LINK_QUERY
    constexpr size_t kMostUnits = 1024;
    UNICODE_STRING path = string_of(name);
    OBJECT_ATTRIBUTES attributes{};
    attributes.Length = sizeof(attributes);
    attributes.ObjectName = &path;
    attributes.Attributes = OBJ_CASE_INSENSITIVE;
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
