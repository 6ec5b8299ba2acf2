// SPDX-License-Identifier: GPL-2.0-only
#include "server/driver/registry_walk.hpp"

#include <algorithm>

namespace rsl::server {

NTSTATUS open_registry_child(HANDLE parent, std::u16string_view name, HANDLE& child) {
    const auto bytes = static_cast<USHORT>(name.size() * sizeof(char16_t));
    UNICODE_STRING text = {bytes, bytes,
                           reinterpret_cast<PWSTR>(const_cast<char16_t*>(name.data()))};
    OBJECT_ATTRIBUTES attributes = {sizeof(attributes),
                                    parent,
                                    &text,
                                    OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE,
                                    nullptr,
                                    nullptr};
    return ZwOpenKeyEx(&child, KEY_ALL_ACCESS, &attributes, REG_OPTION_OPEN_LINK);
}

/// From the leaves up, without recursion: down to the first key without subkeys, again and again.
NTSTATUS delete_registry_tree(HANDLE key) {
    RegistryWalk walk;
    if (!walk) return STATUS_INSUFFICIENT_RESOURCES;
    std::u16string_view name;
    while (walk.subkey(key, 0, name)) {
        HANDLE at = key;
        NTSTATUS status = STATUS_SUCCESS;
        while (status >= 0 && walk.subkey(at, 0, name)) {
            HANDLE below;
            status = open_registry_child(at, name, below);
            if (at != key) ZwClose(at);
            at = below;
        }
        if (status < 0) return status;
        status = ZwDeleteKey(at);
        ZwClose(at);
        if (status < 0) return status;
    }
    return ZwDeleteKey(key);
}

RegistryWalk::RegistryWalk()
    : memory_(static_cast<char16_t*>(ExAllocatePool2(
          POOL_FLAG_NON_PAGED, kPathUnits * sizeof(char16_t) + kBufferBytes, kPoolTag))) {}

RegistryWalk::~RegistryWalk() {
    if (memory_ != nullptr) ExFreePoolWithTag(memory_, kPoolTag);
}

bool RegistryWalk::subkey(HANDLE key, ULONG index, std::u16string_view& name) {
    ULONG needed;
    if (ZwEnumerateKey(key, index, KeyBasicInformation, buffer(), kBufferBytes, &needed) < 0)
        return false;
    const auto* found = static_cast<const KEY_BASIC_INFORMATION*>(buffer());
    name = {reinterpret_cast<const char16_t*>(found->Name), found->NameLength / sizeof(WCHAR)};
    return true;
}

bool RegistryWalk::value(HANDLE key, ULONG index, UNICODE_STRING& name) {
    ULONG needed;
    if (ZwEnumerateValueKey(key, index, KeyValueBasicInformation, buffer(), kBufferBytes, &needed) <
        0)
        return false;
    auto* found = static_cast<KEY_VALUE_BASIC_INFORMATION*>(buffer());
    const auto bytes = static_cast<USHORT>(found->NameLength);
    name = {bytes, bytes, found->Name};
    return true;
}

bool RegistryWalk::enter(std::u16string_view name) {
    const size_t separator = length_ == 0 ? 0 : 1;
    if (length_ + separator + name.size() > kPathUnits) return false;
    if (separator != 0) memory_[length_++] = u'\\';
    std::copy(name.begin(), name.end(), memory_ + length_);
    length_ += name.size();
    return true;
}

}  // namespace rsl::server
