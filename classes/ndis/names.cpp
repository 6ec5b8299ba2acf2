// SPDX-License-Identifier: GPL-2.0-only
#include "classes/ndis/names.hpp"

#include <cstring>

#include "abi/functions/cm.h"
#include "abi/functions/rtl_string.h"
#include "classes/ndis/handles.hpp"

namespace rsl::ndis {
namespace {

/// The value in pool memory, to be released; null: it is not there.
KEY_VALUE_PARTIAL_INFORMATION* read(HANDLE key, UNICODE_STRING& name) {
    KEY_VALUE_PARTIAL_INFORMATION head;
    ULONG bytes = 0;
    ZwQueryValueKey(key, &name, KeyValuePartialInformation, &head, sizeof(head), &bytes);
    if (bytes == 0) return nullptr;
    auto* value = static_cast<KEY_VALUE_PARTIAL_INFORMATION*>(allocate(bytes + sizeof(head), kTag));
    if (value == nullptr) return nullptr;
    if (ZwQueryValueKey(key, &name, KeyValuePartialInformation, value, bytes + sizeof(head),
                        &bytes) >= 0)
        return value;
    release(value);
    return nullptr;
}

}  // namespace

NTSTATUS join(Text first, Text second, UNICODE_STRING& out) {
    const size_t bytes = (first.size() + second.size()) * sizeof(WCHAR);
    out = {};
    if (bytes > UINT16_MAX - sizeof(WCHAR)) return STATUS_NAME_TOO_LONG;
    auto* text = static_cast<char16_t*>(allocate(bytes + sizeof(WCHAR), kTag));
    if (text == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    first.copy(text, first.size());
    second.copy(text + first.size(), second.size());
    out = {.Length = static_cast<USHORT>(bytes),
           .MaximumLength = static_cast<USHORT>(bytes + sizeof(WCHAR)),
           .Buffer = reinterpret_cast<WCHAR*>(text)};
    return STATUS_SUCCESS;
}

void read_allowed_adapters(const UNICODE_STRING& service, WCHAR*& names, ULONG& bytes) {
    UNICODE_STRING half, path, name;
    if (join(u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\", service, half) < 0)
        return;
    const NTSTATUS joined = join(half, u"\\Linkage", path);
    release(half.Buffer);
    if (joined < 0) return;
    OBJECT_ATTRIBUTES attributes = {};
    attributes.Length = sizeof(attributes);
    attributes.ObjectName = &path;
    attributes.Attributes = OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE;
    HANDLE key;
    const NTSTATUS opened = ZwOpenKey(&key, KEY_READ, &attributes);
    release(path.Buffer);
    if (opened < 0) return;
    RtlInitUnicodeString(&name, reinterpret_cast<PCWSTR>(u"Bind"));
    KEY_VALUE_PARTIAL_INFORMATION* const value = read(key, name);
    if (value != nullptr && value->Type == REG_MULTI_SZ) {
        names = static_cast<WCHAR*>(allocate(value->DataLength + sizeof(WCHAR), kTag));
        if (names != nullptr) std::memcpy(names, value->Data, value->DataLength);
        bytes = value->DataLength;
    }
    release(value);
    ZwClose(key);
}

}  // namespace rsl::ndis
