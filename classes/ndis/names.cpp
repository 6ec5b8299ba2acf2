// SPDX-License-Identifier: GPL-2.0-only
#include "classes/ndis/names.hpp"

#include <cstring>

#include "abi/functions/cm.h"
#include "abi/functions/rtl_string.h"
#include "classes/ndis/handles.hpp"

namespace rsl::ndis {
namespace {

NTSTATUS open_key(UNICODE_STRING& path, ACCESS_MASK access, HANDLE& key) {
    OBJECT_ATTRIBUTES attributes = {};
    attributes.Length = sizeof(attributes);
    attributes.ObjectName = &path;
    attributes.Attributes = OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE;
    return ZwOpenKey(&key, access, &attributes);
}

/// A key below all services', by a name in three parts.
NTSTATUS open_service(Text first, Text second, Text third, ACCESS_MASK access, HANDLE& key) {
    UNICODE_STRING half, more, path;
    NTSTATUS status =
        join(u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\", first, half);
    if (status < 0) return status;
    status = join(half, second, more);
    release(half.Buffer);
    if (status < 0) return status;
    status = join(more, third, path);
    release(more.Buffer);
    if (status < 0) return status;
    status = open_key(path, access, key);
    release(path.Buffer);
    return status;
}

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
    UNICODE_STRING name;
    HANDLE key;
    if (open_service(service, u"\\Linkage", u"", KEY_READ, key) < 0) return;
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

NTSTATUS open_parameters(NDIS_HANDLE handle, HANDLE& key) {
    constexpr ACCESS_MASK kAccess = KEY_READ | KEY_WRITE;
    if (static_cast<NDIS_OBJECT_HEADER*>(handle)->Type == NDIS_OBJECT_TYPE_BIND_PARAMETERS)
        return open_service(*static_cast<NDIS_BIND_PARAMETERS*>(handle)->ProtocolSection, u"", u"",
                            kAccess, key);
    switch (kind_of(handle)) {
        case HandleKind::kProtocol:
            return open_service(static_cast<Protocol*>(handle)->calls.Name, u"\\Parameters", u"",
                                kAccess, key);
        case HandleKind::kBinding: {
            const Binding& binding = *binding_of(handle);
            return open_service(binding.protocol->section, binding.adapter->instance, u"", kAccess,
                                key);
        }
        case HandleKind::kFilterModule: {
            const FilterModule& module = *module_of(handle);
            return open_service(module.driver->service, kAdaptersFolder, module.adapter->instance,
                                kAccess, key);
        }
        default: {
            DRIVER_OBJECT* const driver = driver_object_of(handle);
            if (driver == nullptr) return STATUS_INVALID_HANDLE;
            return IoOpenDriverRegistryKey(driver, DriverRegKeyParameters, kAccess, 0, &key);
        }
    }
}

}  // namespace rsl::ndis
