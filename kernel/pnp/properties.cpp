// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/properties.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "kernel/pnp/resources.hpp"

namespace rsl::pnp {
namespace {

NTSTATUS answer(std::span<const std::byte> data, std::span<std::byte> out, uint32_t& needed) {
    needed = static_cast<uint32_t>(data.size());
    if (out.size() < data.size()) return STATUS_BUFFER_TOO_SMALL;
    if (!data.empty()) std::memcpy(out.data(), data.data(), data.size());
    return STATUS_SUCCESS;
}
template <typename T>
NTSTATUS answer_value(const T& value, std::span<std::byte> out, uint32_t& needed) {
    return answer(std::as_bytes(std::span(&value, 1)), out, needed);
}
NTSTATUS answer_text(std::u16string_view text, std::span<std::byte> out, uint32_t& needed) {
    const PathText copy(text);  // with its NUL
    return answer(std::as_bytes(std::span(copy.c_str(), copy.view().size() + 1)), out, needed);
}

/// A value of the Enum key. A device without it does not have the property.
NTSTATUS answer_registry(const DeviceNode& node, std::u16string_view name, std::span<std::byte> out, uint32_t& needed) {
    const ValueData value = RegistryKey::open(node.key_path()).value(name);
    if (!value) return STATUS_OBJECT_NAME_NOT_FOUND;
    return answer(value.bytes(), out, needed);
}

NTSTATUS answer_class(const DeviceNode& node, std::span<std::byte> out, uint32_t& needed) {
    const ValueData name = RegistryKey::open(node.key_path()).value(u"Class");
    if (name) return answer(name.bytes(), out, needed);
    const ValueData guid = RegistryKey::open(node.key_path()).value(u"ClassGUID");
    if (!guid) return STATUS_OBJECT_NAME_NOT_FOUND;
    const ValueData of_class = RegistryKey::open(PathText(kClassPath, guid.text())).value(u"Class");
    return of_class ? answer(of_class.bytes(), out, needed) : STATUS_OBJECT_NAME_NOT_FOUND;
}

NTSTATUS answer_resources(const CM_RESOURCE_LIST* list, std::span<std::byte> out, uint32_t& needed) {
    if (list == nullptr) return STATUS_OBJECT_NAME_NOT_FOUND;
    return answer({reinterpret_cast<const std::byte*>(list), list_bytes(list)}, out, needed);
}

NTSTATUS answer_name(DeviceNode& node, std::span<std::byte> out, uint32_t& needed) {
    char16_t name[64];
    const size_t length = ob::path_of(&node.pdo, name);
    if (length == 0 || length > 64) return STATUS_OBJECT_NAME_NOT_FOUND;
    return answer_text({name, length}, out, needed);
}

/// DEVICE_REMOVAL_POLICY of the capabilities: 1 no, 2 orderly, 3 surprise.
uint32_t removal_policy(const DeviceNode& node) {
    if (!node.capabilities.Removable) return 1;
    return node.capabilities.SurpriseRemovalOK ? 3 : 2;
}

NTSTATUS get_bus_property(DeviceNode& node, DEVICE_REGISTRY_PROPERTY property, std::span<std::byte> out, uint32_t& needed) {
    if (!node.has_bus) return STATUS_OBJECT_NAME_NOT_FOUND;
    if (property == DevicePropertyBusTypeGuid) return answer_value(node.bus.BusTypeGuid, out, needed);
    if (property == DevicePropertyLegacyBusType) return answer_value(node.bus.LegacyBusType, out, needed);
    return answer_value(node.bus.BusNumber, out, needed);
}

}  // namespace

NTSTATUS get_property(DeviceNode& node, DEVICE_REGISTRY_PROPERTY property, std::span<std::byte> out, uint32_t& needed) {
    needed = 0;
    switch (property) {
        case DevicePropertyDeviceDescription: return answer_registry(node, u"DeviceDesc", out, needed);
        case DevicePropertyHardwareID: return answer_registry(node, u"HardwareID", out, needed);
        case DevicePropertyCompatibleIDs: return answer_registry(node, u"CompatibleIDs", out, needed);
        case DevicePropertyClassName: return answer_class(node, out, needed);
        case DevicePropertyClassGuid: return answer_registry(node, u"ClassGUID", out, needed);
        case DevicePropertyDriverKeyName: return answer_registry(node, u"Driver", out, needed);
        case DevicePropertyManufacturer: return answer_registry(node, u"Mfg", out, needed);
        case DevicePropertyFriendlyName: return answer_registry(node, u"FriendlyName", out, needed);
        case DevicePropertyLocationInformation: return answer_registry(node, u"LocationInformation", out, needed);
        case DevicePropertyContainerID: return answer_registry(node, u"ContainerID", out, needed);
        case DevicePropertyPhysicalDeviceObjectName: return answer_name(node, out, needed);
        case DevicePropertyBusTypeGuid:
        case DevicePropertyLegacyBusType:
        case DevicePropertyBusNumber: return get_bus_property(node, property, out, needed);
        case DevicePropertyEnumeratorName: {
            const auto path = node.instance_path.view();
            return answer_text(path.substr(0, path.find(u'\\')), out, needed);
        }
        case DevicePropertyAddress: return answer_value(uint32_t{node.capabilities.Address}, out, needed);
        case DevicePropertyUINumber: return answer_value(uint32_t{node.capabilities.UINumber}, out, needed);
        case DevicePropertyInstallState: {
            // DEVICE_INSTALL_STATE: installed, or failed to be.
            return answer_value(uint32_t{node.problem == Problem::kFailedInstall ? 2u : 0u}, out, needed);
        }
        case DevicePropertyRemovalPolicy: return answer_value(removal_policy(node), out, needed);
        default: break;
    }
    ke::MutexGuard guard{tree_lock()};
    switch (property) {
        case DevicePropertyBootConfiguration:
        case DevicePropertyBootConfigurationTranslated:  // the same numbers, as of every bus that we have
            return answer_resources(node.boot.get(), out, needed);
        case DevicePropertyAllocatedResources: return answer_resources(node.raw_resources.get(), out, needed);
        case DevicePropertyResourceRequirements:
            if (!node.requirements) return STATUS_OBJECT_NAME_NOT_FOUND;
            return answer({reinterpret_cast<const std::byte*>(node.requirements.get()), node.requirements->ListSize}, out, needed);
        default: return STATUS_INVALID_PARAMETER_2;
    }
}

namespace {

PathText keyed_path(std::u16string_view owner, const DEVPROPKEY& key) {
    IdText name;
    name.add(u"\\Properties\\").add_guid(key.fmtid).add(u'\\').add_hex(key.pid, 4);
    return PathText(owner, name.view());
}

/// DEVPKEY_Device_*: which value of the Enum key answers {a45c254e-...}, pid.
struct EnumProperty {
    DEVPROPID pid;
    std::u16string_view value;
    DEVPROPTYPE type;
};
constexpr GUID kDeviceProperties = {0xa45c254e, 0xdf1c, 0x4efd, {0x80, 0x20, 0x67, 0xd1, 0x46, 0xa8, 0x50, 0xe0}};
constexpr EnumProperty kEnumProperties[] = {
    {2, u"DeviceDesc", DEVPROP_TYPE_STRING},   {3, u"HardwareID", DEVPROP_TYPE_STRING_LIST},
    {4, u"CompatibleIDs", DEVPROP_TYPE_STRING_LIST}, {6, u"Service", DEVPROP_TYPE_STRING},
    {9, u"Class", DEVPROP_TYPE_STRING},        {11, u"Driver", DEVPROP_TYPE_STRING},
    {12, u"ConfigFlags", DEVPROP_TYPE_UINT32}, {13, u"Mfg", DEVPROP_TYPE_STRING},
    {14, u"FriendlyName", DEVPROP_TYPE_STRING}, {15, u"LocationInformation", DEVPROP_TYPE_STRING},
    {17, u"Capabilities", DEVPROP_TYPE_UINT32}, {18, u"UINumber", DEVPROP_TYPE_UINT32},
};

}  // namespace

NTSTATUS get_keyed(std::u16string_view owner, const DEVPROPKEY& key, std::span<std::byte> out, uint32_t& needed, DEVPROPTYPE& type) {
    needed = 0;
    const RegistryKey at = RegistryKey::open(keyed_path(owner, key));
    const ValueData data = at.value(u"Data");
    if (!data) return STATUS_OBJECT_NAME_NOT_FOUND;
    type = at.number_or(u"Type", 0);
    return answer(data.bytes(), out, needed);
}

NTSTATUS set_keyed(std::u16string_view owner, const DEVPROPKEY& key, DEVPROPTYPE type, std::span<const std::byte> data) {
    if (data.empty()) {  // as documented: no data deletes the property
        RegistryKey at = RegistryKey::open(keyed_path(owner, key));
        if (!at) return STATUS_OBJECT_NAME_NOT_FOUND;
        at.remove_tree();
        return STATUS_SUCCESS;
    }
    RegistryKey at = RegistryKey::make(keyed_path(owner, key));
    const bool set = at.set(u"Data", REG_BINARY, data) && at.set_number(u"Type", type);
    return set ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

NTSTATUS get_device_keyed(DeviceNode& node, const DEVPROPKEY& key, std::span<std::byte> out, uint32_t& needed, DEVPROPTYPE& type) {
    const NTSTATUS status = get_keyed(node.key_path(), key, out, needed, type);
    if (status != STATUS_OBJECT_NAME_NOT_FOUND || !same_guid(key.fmtid, kDeviceProperties)) return status;
    for (const EnumProperty& property : kEnumProperties) {
        if (property.pid != key.pid) continue;
        type = property.type;
        return answer_registry(node, property.value, out, needed);
    }
    return status;
}

RegistryKey device_key(DeviceNode& node, bool driver_key, bool of_profile) {
    constexpr std::u16string_view kProfile = u"Hardware Profiles\\0001\\System\\CurrentControlSet\\";
    const ValueData driver = RegistryKey::open(node.key_path()).value(u"Driver");
    if (driver_key && !driver) return {};
    const PathText below = driver_key ? PathText(u"Control\\Class\\", driver.text())
                                      : PathText(u"Enum\\", node.instance_path.view(), u"\\Device Parameters");
    return RegistryKey::make(of_profile ? PathText(kControlSet, kProfile, below.view()) : PathText(kControlSet, below.view()));
}

}  // namespace rsl::pnp
