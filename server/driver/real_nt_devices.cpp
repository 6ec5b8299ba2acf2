// SPDX-License-Identifier: GPL-2.0-only
// What an installer asks for: drivers kept, registry values, the device tree.
#include <cstring>

#include "abi/functions/cm.h"
#include "server/driver/handles.hpp"
#include "server/driver/own_text.hpp"
#include "server/driver/real_nt.hpp"

namespace rsl::server {
namespace {

/// Opens a key and makes every one on the way. `path` begins with "\Registry\".
NTSTATUS make_key(UNICODE_STRING path, HANDLE& key) {
    OBJECT_ATTRIBUTES attributes = {sizeof(attributes), nullptr, &path, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, nullptr, nullptr};
    const size_t units = path.Length / sizeof(WCHAR);
    NTSTATUS status = ZwCreateKey(&key, KEY_ALL_ACCESS, &attributes, 0, nullptr, 0, nullptr);
    if (status != STATUS_OBJECT_NAME_NOT_FOUND) return status;
    // From the front: the components of "\Registry\Machine" are there.
    constexpr int kFixedComponents = 2;
    int components = 0;
    for (size_t at = 1; at < units; ++at) {
        if (path.Buffer[at] != u'\\' || ++components < kFixedComponents) continue;
        UNICODE_STRING front = {static_cast<USHORT>(at * sizeof(WCHAR)), static_cast<USHORT>(at * sizeof(WCHAR)), path.Buffer};
        attributes.ObjectName = &front;
        HANDLE above;
        status = ZwCreateKey(&above, KEY_ALL_ACCESS, &attributes, 0, nullptr, 0, nullptr);
        if (status < 0) return status;
        ZwClose(above);
    }
    attributes.ObjectName = &path;
    return ZwCreateKey(&key, KEY_ALL_ACCESS, &attributes, 0, nullptr, 0, nullptr);
}

bool has_value(HANDLE key, UNICODE_STRING& name) {
    ULONG length;
    return ZwQueryValueKey(key, &name, KeyValueBasicInformation, nullptr, 0, &length) != STATUS_OBJECT_NAME_NOT_FOUND;
}

}  // namespace

Outcome RealNt::store_driver(Bytes service_name, Bytes image) {
    const UNICODE_STRING name = text_of(const_cast<std::byte*>(service_name.data()), static_cast<uint32_t>(service_name.size()));
    return {RslStoreDriverImage(&name, image.data(), image.size())};
}

Outcome RealNt::set_registry_value(Target, const protocol::SetRegistryValue& body) {
    const OwnText path(kernel(body.key), body.key.bytes), name(kernel(body.name), body.name.bytes);
    if (!path || !name) return {STATUS_INSUFFICIENT_RESOURCES};
    HANDLE key;
    NTSTATUS status = make_key(path.nt(), key);
    if (status < 0) return {status};
    UNICODE_STRING value = name.nt();
    if ((body.flags & protocol::kDeleteValue) != 0) {
        status = ZwDeleteValueKey(key, &value);
    } else if ((body.flags & protocol::kKeyOnly) == 0 &&
               ((body.flags & protocol::kKeepExisting) == 0 || !has_value(key, value))) {
        status = ZwSetValueKey(key, &value, 0, body.type, kernel(body.data), body.data.bytes);
    }
    ZwClose(key);
    return {status};
}

Outcome RealNt::device_action(Target, const protocol::DeviceAction& body) {
    static_assert(static_cast<int>(protocol::DeviceOperation::kRestart) == RslDeviceRestart);
    const OwnText device(kernel(body.device), body.device.bytes);
    if (!device) return {STATUS_INSUFFICIENT_RESOURCES};
    const UNICODE_STRING text = device.nt();
    UNICODE_STRING path = text_of(kernel(body.path), body.path.bytes);
    path.Length = 0;
    const NTSTATUS status = RslDeviceAction(static_cast<RSL_DEVICE_ACTION>(body.operation), &text, &path);
    return {status, status >= 0 ? path.Length : 0u};
}

}  // namespace rsl::server
