// SPDX-License-Identifier: GPL-2.0-only
#include "classes/ndis/configuration.hpp"

#include <cstring>
#include <optional>
#include <string_view>

#include "abi/functions/cm.h"
#include "abi/functions/rtl_string.h"
#include "abi/functions/rtl_system.h"
#include "classes/ndis/conversions.hpp"
#include "classes/ndis/names.hpp"

namespace rsl::ndis {
namespace {

/// One answer to the driver; lives until the handle is closed.
struct Answer {
    Answer* next;
    NDIS_CONFIGURATION_PARAMETER parameter;
    std::byte data[];
};
struct Configuration {
    HANDLE key;
    const UNICODE_STRING* adapter;  // its instance; null: not an adapter's own key
    Answer* answers;                // NdisReadConfiguration is serial by its documentation
};

std::u16string_view text_of(const UNICODE_STRING& text) {
    return {reinterpret_cast<const char16_t*>(text.Buffer), text.Length / sizeof(WCHAR)};
}

/// A value in pool memory, to be released; nullptr when it is not there.
KEY_VALUE_PARTIAL_INFORMATION* read_value(HANDLE key, const UNICODE_STRING& name) {
    UNICODE_STRING copy = name;
    ULONG bytes = 0;
    KEY_VALUE_PARTIAL_INFORMATION none;
    const NTSTATUS status =
        ZwQueryValueKey(key, &copy, KeyValuePartialInformation, &none, sizeof(none), &bytes);
    if (status < 0 && status != STATUS_BUFFER_OVERFLOW && status != STATUS_BUFFER_TOO_SMALL)
        return nullptr;
    auto* value = static_cast<KEY_VALUE_PARTIAL_INFORMATION*>(allocate(bytes + sizeof(none), kTag));
    if (value == nullptr) return nullptr;
    if (ZwQueryValueKey(key, &copy, KeyValuePartialInformation, value, bytes + sizeof(none),
                        &bytes) >= 0)
        return value;
    release(value);
    return nullptr;
}

/// A text value without its NUL.
std::u16string_view text_of(const KEY_VALUE_PARTIAL_INFORMATION& value) {
    std::u16string_view text{reinterpret_cast<const char16_t*>(value.Data),
                             value.DataLength / sizeof(char16_t)};
    while (!text.empty() && text.back() == u'\0') text.remove_suffix(1);
    return text;
}

bool is_text(const KEY_VALUE_PARTIAL_INFORMATION& value) {
    return value.Type == REG_SZ || value.Type == REG_EXPAND_SZ;
}
bool is_number(NDIS_PARAMETER_TYPE type) {
    return type == NdisParameterInteger || type == NdisParameterHexInteger;
}

Answer* new_answer(Configuration& configuration, const void* data, size_t bytes) {
    auto* answer = static_cast<Answer*>(allocate(sizeof(Answer) + bytes + sizeof(WCHAR), kTag));
    if (answer == nullptr) return nullptr;
    if (bytes != 0) std::memcpy(answer->data, data, bytes);
    answer->next = configuration.answers;
    configuration.answers = answer;
    return answer;
}

/// The answer of a value as the driver wants it.
NDIS_STATUS convert(Configuration& configuration, const KEY_VALUE_PARTIAL_INFORMATION& value,
                    NDIS_PARAMETER_TYPE wanted, NDIS_CONFIGURATION_PARAMETER*& out) {
    if (value.DataLength > UINT16_MAX) return NDIS_STATUS_FAILURE;
    if (value.Type == REG_DWORD && value.DataLength != sizeof(ULONG)) return NDIS_STATUS_FAILURE;
    Answer* const answer = new_answer(configuration, value.Data, value.DataLength);
    if (answer == nullptr) return NDIS_STATUS_RESOURCES;
    NDIS_CONFIGURATION_PARAMETER& parameter = answer->parameter;
    out = &parameter;
    if (value.Type == REG_DWORD) {
        parameter.ParameterType = wanted == NdisParameterHexInteger ? wanted : NdisParameterInteger;
        std::memcpy(&parameter.ParameterData.IntegerData, value.Data, sizeof(ULONG));
    } else if (is_text(value) && is_number(wanted)) {
        const auto number =
            parse_number(text_of(value), wanted == NdisParameterHexInteger ? 16 : 10);
        if (!number) return NDIS_STATUS_FAILURE;
        parameter.ParameterType = wanted;
        parameter.ParameterData.IntegerData = *number;
    } else if (is_text(value) || value.Type == REG_MULTI_SZ) {
        const size_t bytes =
            is_text(value) ? text_of(value).size() * sizeof(WCHAR) : value.DataLength;
        parameter.ParameterType = is_text(value) ? NdisParameterString : NdisParameterMultiString;
        parameter.ParameterData.StringData = {.Length = static_cast<USHORT>(bytes),
                                              .MaximumLength = static_cast<USHORT>(bytes),
                                              .Buffer = reinterpret_cast<WCHAR*>(answer->data)};
    } else if (value.Type == REG_BINARY) {
        parameter.ParameterType = NdisParameterBinary;
        parameter.ParameterData.BinaryData = {.Length = static_cast<USHORT>(value.DataLength),
                                              .Buffer = answer->data};
    } else {
        return NDIS_STATUS_FAILURE;
    }
    return NDIS_STATUS_SUCCESS;
}

/// Names with a meaning of their own. Nothing: an ordinary one.
std::optional<ULONG> predefined(std::u16string_view name) {
    constexpr ULONG kWindowsNt = 1;  // NdisEnvironmentWindowsNt
    constexpr ULONG kAmd64 = 6;      // NdisProcessorAmd64
    if (name == u"Environment") return kWindowsNt;
    if (name == u"ProcessorType") return kAmd64;
    if (name == u"NdisVersion") return NdisGetVersion();
    return std::nullopt;
}

NDIS_STATUS answer_number(Configuration& configuration, ULONG number,
                          NDIS_CONFIGURATION_PARAMETER*& out) {
    Answer* const answer = new_answer(configuration, nullptr, 0);
    if (answer == nullptr) return NDIS_STATUS_RESOURCES;
    answer->parameter.ParameterType = NdisParameterInteger;
    answer->parameter.ParameterData.IntegerData = number;
    out = &answer->parameter;
    return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS answer_text(Configuration& configuration, const UNICODE_STRING& text,
                        NDIS_CONFIGURATION_PARAMETER*& out) {
    Answer* const answer = new_answer(configuration, text.Buffer, text.Length);
    if (answer == nullptr) return NDIS_STATUS_RESOURCES;
    answer->parameter.ParameterType = NdisParameterString;
    answer->parameter.ParameterData.StringData = {
        .Length = text.Length,
        .MaximumLength = text.Length,
        .Buffer = reinterpret_cast<WCHAR*>(answer->data)};
    out = &answer->parameter;
    return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS read(Configuration& configuration, const UNICODE_STRING& name, NDIS_PARAMETER_TYPE type,
                 NDIS_CONFIGURATION_PARAMETER*& out) {
    if (const auto known = predefined(text_of(name)))
        return answer_number(configuration, *known, out);
    // Has no page: tap0901.sys of NDIS 5 names its device after it.
    if (configuration.adapter != nullptr && text_of(name) == u"MiniportName")
        return answer_text(configuration, *configuration.adapter, out);
    KEY_VALUE_PARTIAL_INFORMATION* const value = read_value(configuration.key, name);
    if (value == nullptr) return NDIS_STATUS_FAILURE;
    const NDIS_STATUS status = convert(configuration, *value, type, out);
    release(value);
    return status;
}

/// With the NUL behind it that a value of text has.
NDIS_STATUS write_text(HANDLE key, UNICODE_STRING& name, const UNICODE_STRING& text, ULONG type) {
    const size_t bytes = text.Length + sizeof(WCHAR);
    auto* copy = static_cast<std::byte*>(allocate(bytes, kTag));
    if (copy == nullptr) return NDIS_STATUS_RESOURCES;
    if (text.Length != 0) std::memcpy(copy, text.Buffer, text.Length);
    const NTSTATUS status = ZwSetValueKey(key, &name, 0, type, copy, static_cast<ULONG>(bytes));
    release(copy);
    return status < 0 ? NDIS_STATUS_FAILURE : NDIS_STATUS_SUCCESS;
}

NDIS_STATUS write(HANDLE key, UNICODE_STRING name, NDIS_CONFIGURATION_PARAMETER& value) {
    auto& data = value.ParameterData;
    NTSTATUS status = STATUS_SUCCESS;
    switch (value.ParameterType) {
        case NdisParameterInteger:
        case NdisParameterHexInteger:
            status = ZwSetValueKey(key, &name, 0, REG_DWORD, &data.IntegerData, sizeof(ULONG));
            break;
        case NdisParameterString:
            return write_text(key, name, data.StringData, REG_SZ);
        case NdisParameterMultiString:
            return write_text(key, name, data.StringData, REG_MULTI_SZ);
        case NdisParameterBinary:
            status = ZwSetValueKey(key, &name, 0, REG_BINARY, data.BinaryData.Buffer,
                                   data.BinaryData.Length);
            break;
        default:
            return NDIS_STATUS_NOT_SUPPORTED;
    }
    return status < 0 ? NDIS_STATUS_FAILURE : NDIS_STATUS_SUCCESS;
}

NDIS_STATUS new_configuration(HANDLE key, const UNICODE_STRING* adapter, NDIS_HANDLE* handle) {
    auto* configuration = static_cast<Configuration*>(allocate(sizeof(Configuration), kTag));
    if (configuration == nullptr) {
        ZwClose(key);
        return NDIS_STATUS_RESOURCES;
    }
    configuration->key = key;
    configuration->adapter = adapter;
    *handle = configuration;
    return NDIS_STATUS_SUCCESS;
}

NTSTATUS open_below(HANDLE root, const UNICODE_STRING& name, HANDLE& key) {
    UNICODE_STRING copy = name;
    OBJECT_ATTRIBUTES attributes = {};
    attributes.Length = sizeof(attributes);
    attributes.RootDirectory = root;
    attributes.ObjectName = &copy;
    attributes.Attributes = OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE;
    return ZwOpenKey(&key, KEY_READ | KEY_WRITE, &attributes);
}

NTSTATUS keep_text(std::u16string_view text, UNICODE_STRING& out) {
    const size_t bytes = text.size() * sizeof(WCHAR);
    auto* buffer = static_cast<WCHAR*>(allocate(bytes + sizeof(WCHAR), kTag));
    if (buffer == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    std::memcpy(buffer, text.data(), bytes);
    out = {.Length = static_cast<USHORT>(bytes),
           .MaximumLength = static_cast<USHORT>(bytes + sizeof(WCHAR)),
           .Buffer = buffer};
    return STATUS_SUCCESS;
}

NTSTATUS make_instance(HANDLE key, UNICODE_STRING& name, UNICODE_STRING& instance) {
    GUID guid;
    NTSTATUS status = ExUuidCreate(&guid);
    if (status < 0) return status;
    UNICODE_STRING text;
    status = RtlStringFromGUID(&guid, &text);
    if (status < 0) return status;
    status = ZwSetValueKey(key, &name, 0, REG_SZ, text.Buffer, text.Length + sizeof(WCHAR));
    if (status >= 0) status = keep_text(text_of(text), instance);
    RtlFreeUnicodeString(&text);
    return status;
}

}  // namespace

NTSTATUS read_instance(DEVICE_OBJECT& physical, UNICODE_STRING& instance) {
    HANDLE key;
    NTSTATUS status =
        IoOpenDeviceRegistryKey(&physical, PLUGPLAY_REGKEY_DRIVER, KEY_READ | KEY_WRITE, &key);
    if (status < 0) return status;
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, reinterpret_cast<PCWSTR>(u"NetCfgInstanceId"));
    KEY_VALUE_PARTIAL_INFORMATION* const value = read_value(key, name);
    if (value != nullptr && is_text(*value) && !text_of(*value).empty()) {
        status = keep_text(text_of(*value), instance);
    } else {
        status = make_instance(key, name, instance);
    }
    release(value);
    ZwClose(key);
    return status;
}

}  // namespace rsl::ndis

using namespace rsl::ndis;

/// NdisOpenConfigurationEx (ndis.h) opens an adapter's software key, where its INF has put the
/// parameters, or a driver's Parameters key.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_FAILURE, NDIS_STATUS_RESOURCES, what opening the key
///   came to Owner    the driver, until NdisCloseConfiguration Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisopenconfigurationex Differs
///   nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisOpenConfigurationEx(PNDIS_CONFIGURATION_OBJECT ConfigObject,
                                                     PNDIS_HANDLE ConfigurationHandle) {
    *ConfigurationHandle = nullptr;
    if (ConfigObject->NdisHandle == nullptr ||
        ConfigObject->Header.Type != NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT) {
        return NDIS_STATUS_FAILURE;
    }
    HANDLE key;
    NTSTATUS status;
    const UNICODE_STRING* instance = nullptr;
    if (*static_cast<HandleKind*>(ConfigObject->NdisHandle) == HandleKind::kAdapter) {
        Adapter& adapter = *adapter_of(ConfigObject->NdisHandle);
        instance = &adapter.instance;
        status = IoOpenDeviceRegistryKey(adapter.physical, PLUGPLAY_REGKEY_DRIVER,
                                         KEY_READ | KEY_WRITE, &key);
    } else {
        status = open_parameters(ConfigObject->NdisHandle, key);
    }
    return status < 0 ? status : new_configuration(key, instance, ConfigurationHandle);
}

/// NdisOpenConfigurationKeyByName (ndis.h) opens a key below.
///   IRQL     PASSIVE_LEVEL
///   Returns  in Status: NDIS_STATUS_SUCCESS, NDIS_STATUS_FAILURE, NDIS_STATUS_RESOURCES
///   Owner    the driver, until NdisCloseConfiguration
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisopenconfigurationkeybyname
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisOpenConfigurationKeyByName(PNDIS_STATUS Status,
                                                     NDIS_HANDLE ConfigurationHandle,
                                                     PNDIS_STRING SubKeyName,
                                                     PNDIS_HANDLE SubKeyHandle) {
    *SubKeyHandle = nullptr;
    HANDLE key;
    const NTSTATUS opened =
        open_below(static_cast<Configuration*>(ConfigurationHandle)->key, *SubKeyName, key);
    *Status = opened < 0 ? NDIS_STATUS_FAILURE : new_configuration(key, nullptr, SubKeyHandle);
}

/// NdisReadConfiguration (ndis.h) reads a value. A text is made a number if the driver wants one.
///   IRQL     PASSIVE_LEVEL
///   Returns  in Status: NDIS_STATUS_SUCCESS, NDIS_STATUS_FAILURE, NDIS_STATUS_RESOURCES
///   Owner    NDIS; the answer goes with the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreadconfiguration
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisReadConfiguration(PNDIS_STATUS Status,
                                            PNDIS_CONFIGURATION_PARAMETER* ParameterValue,
                                            NDIS_HANDLE ConfigurationHandle, PNDIS_STRING Keyword,
                                            NDIS_PARAMETER_TYPE ParameterType) {
    *ParameterValue = nullptr;
    NDIS_CONFIGURATION_PARAMETER* answer = nullptr;
    *Status =
        read(*static_cast<Configuration*>(ConfigurationHandle), *Keyword, ParameterType, answer);
    if (*Status == NDIS_STATUS_SUCCESS) *ParameterValue = answer;
}

/// NdisWriteConfiguration (ndis.h) writes a value. What is read afterwards is the new one.
///   IRQL     PASSIVE_LEVEL
///   Returns  in Status: NDIS_STATUS_SUCCESS, NDIS_STATUS_NOT_SUPPORTED: no such type,
///   NDIS_STATUS_RESOURCES, NDIS_STATUS_FAILURE
///   Owner    the parameter stays the driver's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiswriteconfiguration
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisWriteConfiguration(PNDIS_STATUS Status, NDIS_HANDLE ConfigurationHandle,
                                             PNDIS_STRING Keyword,
                                             PNDIS_CONFIGURATION_PARAMETER ParameterValue) {
    *Status =
        write(static_cast<Configuration*>(ConfigurationHandle)->key, *Keyword, *ParameterValue);
}

/// NdisReadNetworkAddress (ndis.h) reads the address that somebody configured in place of the
/// hardware's.
///   IRQL     PASSIVE_LEVEL
///   Returns  in Status: NDIS_STATUS_SUCCESS, NDIS_STATUS_FAILURE, NDIS_STATUS_RESOURCES
///   Owner    NDIS; the bytes go with the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreadnetworkaddress
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisReadNetworkAddress(PNDIS_STATUS Status, PVOID* NetworkAddress,
                                             PNDIS_UINT NetworkAddressLength,
                                             NDIS_HANDLE ConfigurationHandle) {
    *NetworkAddress = nullptr;
    *NetworkAddressLength = 0;
    *Status = NDIS_STATUS_FAILURE;
    auto& configuration = *static_cast<Configuration*>(ConfigurationHandle);
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, reinterpret_cast<PCWSTR>(u"NetworkAddress"));
    KEY_VALUE_PARTIAL_INFORMATION* const value = read_value(configuration.key, name);
    if (value == nullptr) return;
    uint8_t bytes[NDIS_MAX_PHYS_ADDRESS_LENGTH];
    const auto length =
        is_text(*value) ? parse_network_address(text_of(*value), bytes) : std::nullopt;
    release(value);
    if (!length) return;
    Answer* const answer = new_answer(configuration, bytes, *length);
    *Status = answer == nullptr ? NDIS_STATUS_RESOURCES : NDIS_STATUS_SUCCESS;
    if (answer == nullptr) return;
    *NetworkAddress = answer->data;
    *NetworkAddressLength = static_cast<NDIS_UINT>(*length);
}

/// NdisCloseConfiguration (ndis.h) closes a key and frees all that was read from it.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscloseconfiguration
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisCloseConfiguration(NDIS_HANDLE ConfigurationHandle) {
    auto* configuration = static_cast<Configuration*>(ConfigurationHandle);
    ZwClose(configuration->key);
    while (Answer* const answer = configuration->answers) {
        configuration->answers = answer->next;
        release(answer);
    }
    release(configuration);
}
