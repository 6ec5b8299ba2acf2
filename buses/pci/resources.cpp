// SPDX-License-Identifier: GPL-2.0-only
#include "buses/pci/pci.hpp"

namespace rsl::pci {
namespace {

constexpr ULONG kMaxRanges = 6;
constexpr ULONG kMaxMessages = 16;

bool has_range(const RSL_PCI_FUNCTION& function, ULONG bar) {
    // A range of 4 GB and more does not fit into a descriptor of this kind; no device of ours has one.
    return function.HeaderType == 0 && function.Bar[bar].Bytes != 0 && function.Bar[bar].Base != 0 &&
           function.Bar[bar].Bytes <= 0xFFFFFFFF;
}

ULONG range_count(const RSL_PCI_FUNCTION& function) {
    ULONG count = 0;
    for (ULONG bar = 0; bar < kMaxRanges; ++bar) count += has_range(function, bar) ? 1 : 0;
    return count;
}

bool has_line(const RSL_PCI_FUNCTION& function) { return function.HeaderType == 0 && function.InterruptPin != 0; }

USHORT range_flags(const RSL_PCI_FUNCTION& function, ULONG bar) {
    if (function.Bar[bar].Io) {
        return CM_RESOURCE_PORT_IO | CM_RESOURCE_PORT_16_BIT_DECODE | CM_RESOURCE_PORT_POSITIVE_DECODE | CM_RESOURCE_PORT_BAR;
    }
    return static_cast<USHORT>(CM_RESOURCE_MEMORY_BAR | (function.Bar[bar].Prefetchable ? CM_RESOURCE_MEMORY_PREFETCHABLE : 0));
}

/// A number below a key, or `otherwise`.
ULONG registry_number(HANDLE key, const char16_t* name, ULONG name_bytes, ULONG otherwise) {
    UNICODE_STRING text = {static_cast<USHORT>(name_bytes), static_cast<USHORT>(name_bytes), const_cast<PWSTR>(name)};
    alignas(8) UCHAR memory[sizeof(KEY_VALUE_PARTIAL_INFORMATION) + sizeof(ULONG)];
    ULONG length;
    const NTSTATUS status = ZwQueryValueKey(key, &text, KeyValuePartialInformation, memory, sizeof(memory), &length);
    const auto& value = *reinterpret_cast<const KEY_VALUE_PARTIAL_INFORMATION*>(memory);
    if (!NT_SUCCESS(status) || value.Type != REG_DWORD || value.DataLength != sizeof(ULONG)) return otherwise;
    ULONG number;
    __builtin_memcpy(&number, value.Data, sizeof(number));
    return number;
}

/// Messages that the device's registry key lets it have: MessageSignaledInterruptProperties, as INF files
/// write it.
ULONG messages_wanted(const Device& device) {
    if (device.function.MessageCount == 0) return 0;
    HANDLE hardware;
    if (!NT_SUCCESS(IoOpenDeviceRegistryKey(device.pdo, PLUGPLAY_REGKEY_DEVICE, KEY_READ, &hardware))) return 0;
    static constexpr char16_t kPath[] = u"Interrupt Management\\MessageSignaledInterruptProperties";
    static constexpr char16_t kSupported[] = u"MSISupported", kLimit[] = u"MessageNumberLimit";
    UNICODE_STRING path = {sizeof(kPath) - sizeof(char16_t), sizeof(kPath), const_cast<PWSTR>(kPath)};
    OBJECT_ATTRIBUTES attributes = {sizeof(attributes), hardware, &path, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, nullptr, nullptr};
    HANDLE properties;
    ULONG wanted = 0;
    if (NT_SUCCESS(ZwOpenKey(&properties, KEY_READ, &attributes))) {
        const bool supported = registry_number(properties, kSupported, sizeof(kSupported) - 2, 0) != 0;
        const ULONG limit = registry_number(properties, kLimit, sizeof(kLimit) - 2, kMaxMessages);
        if (supported) wanted = device.function.MessageCount < limit ? device.function.MessageCount : limit;
        ZwClose(properties);
    }
    ZwClose(hardware);
    return wanted < kMaxMessages ? wanted : kMaxMessages;
}

void add_range(IO_RESOURCE_LIST& list, const RSL_PCI_FUNCTION& function, ULONG bar) {
    IO_RESOURCE_DESCRIPTOR& wanted = list.Descriptors[list.Count++];
    wanted = {};
    wanted.Option = 0;
    wanted.Type = function.Bar[bar].Io ? CmResourceTypePort : CmResourceTypeMemory;
    wanted.ShareDisposition = CmResourceShareDeviceExclusive;
    wanted.Flags = range_flags(function, bar);
    // Where it is now: the kernel has found room for every range at boot, and nobody moves one.
    wanted.u.Generic.Length = static_cast<ULONG>(function.Bar[bar].Bytes);
    wanted.u.Generic.Alignment = 1;
    wanted.u.Generic.MinimumAddress.QuadPart = static_cast<LONGLONG>(function.Bar[bar].Base);
    wanted.u.Generic.MaximumAddress.QuadPart = static_cast<LONGLONG>(function.Bar[bar].Base + function.Bar[bar].Bytes - 1);
}

void add_line(IO_RESOURCE_LIST& list, const RSL_PCI_FUNCTION& function) {
    IO_RESOURCE_DESCRIPTOR& wanted = list.Descriptors[list.Count++];
    wanted = {};
    wanted.Type = CmResourceTypeInterrupt;
    wanted.ShareDisposition = CmResourceShareShared;
    wanted.Flags = CM_RESOURCE_INTERRUPT_LEVEL_SENSITIVE;
    wanted.u.Interrupt.MinimumVector = wanted.u.Interrupt.MaximumVector = function.InterruptLine;
}

void add_messages(IO_RESOURCE_LIST& list, ULONG count) {
    for (ULONG i = 0; i < count; ++i) {
        IO_RESOURCE_DESCRIPTOR& wanted = list.Descriptors[list.Count++];
        wanted = {};
        wanted.Type = CmResourceTypeInterrupt;
        wanted.ShareDisposition = CmResourceShareDeviceExclusive;
        wanted.Flags = CM_RESOURCE_INTERRUPT_LATCHED | CM_RESOURCE_INTERRUPT_MESSAGE;
        wanted.u.Interrupt.MinimumVector = CM_RESOURCE_INTERRUPT_MESSAGE_TOKEN - (count - 1);
        wanted.u.Interrupt.MaximumVector = CM_RESOURCE_INTERRUPT_MESSAGE_TOKEN;
    }
}

IO_RESOURCE_LIST* begin_list(IO_RESOURCE_LIST* at, const RSL_PCI_FUNCTION& function) {
    at->Version = at->Revision = 1;
    at->Count = 0;
    for (ULONG bar = 0; bar < kMaxRanges; ++bar) {
        if (has_range(function, bar)) add_range(*at, function, bar);
    }
    return at;
}

}  // namespace

CM_RESOURCE_LIST* boot_resources(const Device& device) {
    const RSL_PCI_FUNCTION& function = device.function;
    const ULONG count = range_count(function) + (has_line(function) ? 1 : 0);
    if (count == 0) return nullptr;
    auto* list = static_cast<CM_RESOURCE_LIST*>(allocate(sizeof(CM_RESOURCE_LIST) + count * sizeof(CM_PARTIAL_RESOURCE_DESCRIPTOR)));
    if (list == nullptr) return nullptr;
    list->Count = 1;
    list->List[0].InterfaceType = PCIBus;
    list->List[0].BusNumber = device.bus_number;
    CM_PARTIAL_RESOURCE_LIST& partial = list->List[0].PartialResourceList;
    partial.Version = partial.Revision = 1;
    for (ULONG bar = 0; bar < kMaxRanges; ++bar) {
        if (!has_range(function, bar)) continue;
        CM_PARTIAL_RESOURCE_DESCRIPTOR& range = partial.PartialDescriptors[partial.Count++];
        range.Type = function.Bar[bar].Io ? CmResourceTypePort : CmResourceTypeMemory;
        range.ShareDisposition = CmResourceShareDeviceExclusive;
        range.Flags = range_flags(function, bar);
        range.u.Generic.Start.QuadPart = static_cast<LONGLONG>(function.Bar[bar].Base);
        range.u.Generic.Length = static_cast<ULONG>(function.Bar[bar].Bytes);
    }
    if (has_line(function)) {
        CM_PARTIAL_RESOURCE_DESCRIPTOR& line = partial.PartialDescriptors[partial.Count++];
        line.Type = CmResourceTypeInterrupt;
        line.ShareDisposition = CmResourceShareShared;
        line.u.Interrupt.Level = static_cast<USHORT>(function.InterruptLine);
        line.u.Interrupt.Vector = function.InterruptLine;
        line.u.Interrupt.Affinity = ~KAFFINITY{0};
    }
    return list;
}

IO_RESOURCE_REQUIREMENTS_LIST* requirements(const Device& device) {
    const RSL_PCI_FUNCTION& function = device.function;
    const ULONG ranges = range_count(function), messages = messages_wanted(device);
    const bool line = has_line(function);
    if (ranges == 0 && messages == 0 && !line) return nullptr;
    // With messages first and, should they not be had, the line.
    const ULONG lists = messages != 0 && line ? 2 : 1;
    const ULONG bytes = static_cast<ULONG>(offsetof(IO_RESOURCE_REQUIREMENTS_LIST, List) +
                                           lists * offsetof(IO_RESOURCE_LIST, Descriptors) +
                                           (lists * ranges + messages + (line ? 1u : 0u)) * sizeof(IO_RESOURCE_DESCRIPTOR));
    auto* all = static_cast<IO_RESOURCE_REQUIREMENTS_LIST*>(allocate(bytes));
    if (all == nullptr) return nullptr;
    all->ListSize = bytes;
    all->InterfaceType = PCIBus;
    all->BusNumber = device.bus_number;
    all->SlotNumber = device.slot();
    all->AlternativeLists = lists;
    IO_RESOURCE_LIST* list = begin_list(all->List, function);
    if (messages != 0) {
        add_messages(*list, messages);
        if (line) list = begin_list(reinterpret_cast<IO_RESOURCE_LIST*>(&list->Descriptors[list->Count]), function);
    }
    if (line) add_line(*list, function);
    return all;
}

void enable_decoding(const Device& device) {
    if (device.function.HeaderType != 0) return;  // a bridge forwards as the kernel set it up
    USHORT command = 0;
    constexpr ULONG kCommand = 4;
    read_config(device, &command, kCommand, sizeof(command));
    for (ULONG bar = 0; bar < kMaxRanges; ++bar) {
        if (!has_range(device.function, bar)) continue;
        command |= device.function.Bar[bar].Io ? PCI_ENABLE_IO_SPACE : PCI_ENABLE_MEMORY_SPACE;
    }
    command |= PCI_ENABLE_BUS_MASTER;
    write_config(device, &command, kCommand, sizeof(command));
}

}  // namespace rsl::pci
