// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/resources.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "kernel/hal/device_messages.hpp"
#include "kernel/hal/interrupt.hpp"
#include "kernel/hal/pci/bus.hpp"
#include "kernel/pnp/request.hpp"

namespace rsl::pnp {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("PpRs");
constexpr uint32_t kMaxDescriptors = 32;
constexpr KAFFINITY kFirstProcessor = 1;  // where every line goes (kernel/hal)

using Partial = CM_PARTIAL_RESOURCE_DESCRIPTOR;

/// A device's share while it is being put together.
struct Share {
    Partial raw[kMaxDescriptors];
    Partial translated[kMaxDescriptors];
    uint32_t count = 0;
    hal::DeviceMessages* messages = nullptr;
    uint32_t messages_given = 0;
};

bool is_range(uint8_t type) {
    return type == CmResourceTypePort || type == CmResourceTypeMemory || type == CmResourceTypeMemoryLarge;
}
bool is_exclusive(const Partial& descriptor) { return descriptor.ShareDisposition != CmResourceShareShared; }

uint64_t start_of(const Partial& descriptor) { return static_cast<uint64_t>(descriptor.u.Generic.Start.QuadPart); }
/// Of CmResourceTypeMemoryLarge the length is in units, by flag.
uint64_t length_of(const Partial& descriptor) {
    const uint64_t length = descriptor.u.Generic.Length;
    if (descriptor.Type != CmResourceTypeMemoryLarge) return length;
    if ((descriptor.Flags & CM_RESOURCE_MEMORY_LARGE_40) != 0) return length << 8;
    if ((descriptor.Flags & CM_RESOURCE_MEMORY_LARGE_48) != 0) return length << 16;
    return length << 32;
}

struct Conflict {
    const DeviceNode* self;
    const Partial* wanted;
    uint64_t behind = 0;  // where the range that is in the way ends
};

bool look_for_conflict(void* context, DeviceNode& node) {
    auto& state = *static_cast<Conflict*>(context);
    if (&node == state.self || !node.raw_resources) return true;
    const auto& list = node.raw_resources->List[0].PartialResourceList;
    const bool ports = state.wanted->Type == CmResourceTypePort;
    for (ULONG i = 0; i < list.Count; ++i) {
        const Partial& other = list.PartialDescriptors[i];
        if (!is_range(other.Type) || (other.Type == CmResourceTypePort) != ports) continue;
        if (!is_exclusive(other) && !is_exclusive(*state.wanted)) continue;
        const uint64_t end = start_of(other) + length_of(other);
        if (start_of(*state.wanted) < end && start_of(other) < start_of(*state.wanted) + length_of(*state.wanted)) {
            if (end > state.behind) state.behind = end;
        }
    }
    return true;
}

/// Where a range goes: at the lowest address that nobody has.
bool place_range(const DeviceNode& node, const IO_RESOURCE_DESCRIPTOR& wanted, Partial& raw) {
    const uint64_t alignment = wanted.u.Generic.Alignment == 0 ? 1 : wanted.u.Generic.Alignment;
    const auto most = static_cast<uint64_t>(wanted.u.Generic.MaximumAddress.QuadPart);
    auto start = static_cast<uint64_t>(wanted.u.Generic.MinimumAddress.QuadPart);
    raw.u.Generic.Length = wanted.u.Generic.Length;
    constexpr int kTries = 256;
    for (int i = 0; i < kTries; ++i) {
        start = (start + alignment - 1) / alignment * alignment;
        const uint64_t length = length_of(raw);
        if (length == 0 || start + length - 1 > most || start + length - 1 < start) return false;
        raw.u.Generic.Start.QuadPart = static_cast<LONGLONG>(start);
        Conflict conflict{&node, &raw};
        each_node(root_node(), &look_for_conflict, &conflict);
        if (conflict.behind == 0) return true;
        start = conflict.behind;
    }
    return false;
}

bool give_messages(DeviceNode& node, Share& share, const IO_RESOURCE_REQUIREMENTS_LIST& list,
                   const IO_RESOURCE_DESCRIPTOR& wanted, Partial& raw, Partial& translated) {
    if (share.messages == nullptr) {
        PCI_SLOT_NUMBER slot;
        slot.u.AsULONG = list.SlotNumber;
        const int function = list.InterfaceType != PCIBus ? hal::pci::kNoParent
                                 : hal::pci::topology().find({static_cast<uint8_t>(list.BusNumber),
                                                              static_cast<uint8_t>(slot.u.bits.DeviceNumber),
                                                              static_cast<uint8_t>(slot.u.bits.FunctionNumber)});
        if (function == hal::pci::kNoParent) return false;
        // Vectors from MinimumVector to MaximumVector stand for messages: as many as there are numbers.
        const uint32_t asked = wanted.u.Interrupt.MaximumVector - wanted.u.Interrupt.MinimumVector + 1;
        auto reserved = hal::DeviceMessages::reserve(function, asked);
        if (!reserved) return false;
        share.messages = *reserved;
    }
    if (share.messages_given == share.messages->count()) return false;
    const uint32_t index = share.messages_given++;
    raw.u.MessageInterrupt.Raw.MessageCount = 1;
    raw.u.MessageInterrupt.Raw.Vector = CM_RESOURCE_INTERRUPT_MESSAGE_TOKEN;
    raw.u.MessageInterrupt.Raw.Affinity = kFirstProcessor;
    translated.u.MessageInterrupt.Translated.Level = share.messages->irql(index);
    translated.u.MessageInterrupt.Translated.Vector = share.messages->vector(index);
    translated.u.MessageInterrupt.Translated.Affinity = kFirstProcessor;
    return true;
}

bool give_line(const IO_RESOURCE_DESCRIPTOR& wanted, Partial& raw, Partial& translated) {
    const bool latched = (wanted.Flags & CM_RESOURCE_INTERRUPT_LATCHED) != 0;
    const ULONG line = wanted.u.Interrupt.MinimumVector;
    if (line > wanted.u.Interrupt.MaximumVector) return false;
    const auto vector = hal::vector_of_line(line, latched ? hal::Trigger::kEdge : hal::Trigger::kLevel, hal::Polarity::kHigh);
    if (!vector) return false;
    raw.u.Interrupt.Level = static_cast<USHORT>(line);
    raw.u.Interrupt.Vector = line;
    raw.u.Interrupt.Affinity = ~KAFFINITY{0};
    translated.u.Interrupt.Level = vector->irql;
    translated.u.Interrupt.Vector = vector->vector;
    translated.u.Interrupt.Affinity = kFirstProcessor;
    return true;
}

/// One descriptor of the requirements; false when it cannot be met.
bool give(DeviceNode& node, Share& share, const IO_RESOURCE_REQUIREMENTS_LIST& list,
          const IO_RESOURCE_DESCRIPTOR& wanted) {
    if (share.count == kMaxDescriptors) return false;
    Partial& raw = share.raw[share.count];
    Partial& translated = share.translated[share.count];
    raw = {};
    raw.Type = wanted.Type;
    raw.ShareDisposition = wanted.ShareDisposition;
    raw.Flags = wanted.Flags;
    translated = raw;
    if (is_range(wanted.Type)) {
        if (!place_range(node, wanted, raw)) return false;
        translated = raw;  // on every bus that we have
    } else if (wanted.Type == CmResourceTypeInterrupt) {
        const bool message = (wanted.Flags & CM_RESOURCE_INTERRUPT_MESSAGE) != 0;
        if (!(message ? give_messages(node, share, list, wanted, raw, translated) : give_line(wanted, raw, translated))) return false;
    } else if (wanted.Type == CmResourceTypeDevicePrivate) {
        std::memcpy(raw.u.DevicePrivate.Data, wanted.u.DevicePrivate.Data, sizeof(raw.u.DevicePrivate.Data));
        translated = raw;
    } else if (wanted.Type == CmResourceTypeBusNumber) {
        raw.u.BusNumber.Start = wanted.u.BusNumber.MinBusNumber;
        raw.u.BusNumber.Length = wanted.u.BusNumber.Length;
        translated = raw;
    } else if (wanted.Type == CmResourceTypeNull || wanted.Type == CmResourceTypeConfigData) {
        return true;  // nothing that a driver is given
    } else {
        return false;  // DMA channels and connections: no machine of ours has them
    }
    ++share.count;
    return true;
}

/// One alternative list. Descriptors that follow with IO_RESOURCE_ALTERNATIVE stand in for the one before.
bool try_list(DeviceNode& node, Share& share, const IO_RESOURCE_REQUIREMENTS_LIST& all, const IO_RESOURCE_LIST& list) {
    for (ULONG i = 0; i < list.Count;) {
        bool met = false;
        do {
            met = met || give(node, share, all, list.Descriptors[i]);
            ++i;
        } while (i < list.Count && (list.Descriptors[i].Option & IO_RESOURCE_ALTERNATIVE) != 0);
        if (!met) return false;
    }
    return true;
}

CM_RESOURCE_LIST* make_list(const DeviceNode& node, const Partial* descriptors, uint32_t count) {
    const size_t bytes = offsetof(CM_RESOURCE_LIST, List) + offsetof(CM_FULL_RESOURCE_DESCRIPTOR, PartialResourceList) +
                         offsetof(CM_PARTIAL_RESOURCE_LIST, PartialDescriptors) + count * sizeof(Partial);
    auto* list = static_cast<CM_RESOURCE_LIST*>(
        mm::allocate(bytes < sizeof(CM_RESOURCE_LIST) ? sizeof(CM_RESOURCE_LIST) : bytes, kTag));
    if (list == nullptr) return nullptr;
    std::memset(list, 0, bytes);
    list->Count = 1;
    list->List[0].InterfaceType = node.has_bus ? node.bus.LegacyBusType : InterfaceTypeUndefined;
    list->List[0].BusNumber = node.has_bus ? node.bus.BusNumber : 0;
    list->List[0].PartialResourceList.Version = 1;
    list->List[0].PartialResourceList.Revision = 1;
    list->List[0].PartialResourceList.Count = count;
    std::memcpy(list->List[0].PartialResourceList.PartialDescriptors, descriptors, count * sizeof(Partial));
    return list;
}

const IO_RESOURCE_LIST* next_list(const IO_RESOURCE_LIST* list) {
    return reinterpret_cast<const IO_RESOURCE_LIST*>(&list->Descriptors[list->Count]);
}

/// Hands a copy of the requirements round the drivers; they may put another list in its place.
IO_RESOURCE_REQUIREMENTS_LIST* filter(DeviceNode& node) {
    IO_RESOURCE_REQUIREMENTS_LIST* copy = nullptr;
    if (node.requirements) {
        copy = static_cast<IO_RESOURCE_REQUIREMENTS_LIST*>(mm::allocate(node.requirements->ListSize, kTag));
        if (copy != nullptr) std::memcpy(copy, node.requirements.get(), node.requirements->ListSize);
    }
    IO_STACK_LOCATION location = pnp_location(IRP_MN_FILTER_RESOURCE_REQUIREMENTS);
    location.Parameters.FilterResourceRequirements.IoResourceRequirementList = copy;
    const Answer answer = send(node.pdo, location, reinterpret_cast<ULONG_PTR>(copy));
    if (!NT_SUCCESS(answer.status)) return copy;
    auto* filtered = reinterpret_cast<IO_RESOURCE_REQUIREMENTS_LIST*>(answer.information);
    if (filtered != copy && copy != nullptr && filtered == nullptr) return copy;
    return filtered;  // a driver that replaces the list frees the old one
}

Result<void> keep(DeviceNode& node, const Share& share) {
    CM_RESOURCE_LIST* raw = make_list(node, share.raw, share.count);
    CM_RESOURCE_LIST* translated = make_list(node, share.translated, share.count);
    ke::MutexGuard guard{tree_lock()};
    node.raw_resources.reset(raw);
    node.translated.reset(translated);
    node.messages = share.messages;
    return raw != nullptr && translated != nullptr ? Result<void>() : Status::kInsufficientResources;
}

/// A device that states no requirements keeps what firmware gave it.
Result<void> keep_boot(DeviceNode& node, Share& share) {
    if (!node.boot) return {};
    const auto& list = node.boot->List[0].PartialResourceList;
    for (ULONG i = 0; i < list.Count && share.count < kMaxDescriptors; ++i) {
        const Partial& from = list.PartialDescriptors[i];
        Partial& translated = share.translated[share.count];
        share.raw[share.count] = translated = from;
        if (from.Type == CmResourceTypeInterrupt) {
            const bool latched = (from.Flags & CM_RESOURCE_INTERRUPT_LATCHED) != 0;
            const auto vector = RSL_TRY(hal::vector_of_line(
                from.u.Interrupt.Vector, latched ? hal::Trigger::kEdge : hal::Trigger::kLevel, hal::Polarity::kHigh));
            translated.u.Interrupt.Level = vector.irql;
            translated.u.Interrupt.Vector = vector.vector;
            translated.u.Interrupt.Affinity = kFirstProcessor;
        }
        ++share.count;
    }
    return keep(node, share);
}

}  // namespace

uint32_t descriptor_count(const CM_RESOURCE_LIST* list) {
    return list == nullptr || list->Count == 0 ? 0 : list->List[0].PartialResourceList.Count;
}

size_t list_bytes(const CM_RESOURCE_LIST* list) {
    if (list == nullptr) return 0;
    // One full descriptor is all that buses of ours and drivers of one device report.
    return offsetof(CM_RESOURCE_LIST, List) + offsetof(CM_FULL_RESOURCE_DESCRIPTOR, PartialResourceList) +
           offsetof(CM_PARTIAL_RESOURCE_LIST, PartialDescriptors) + descriptor_count(list) * sizeof(Partial);
}

Result<void> assign_resources(DeviceNode& node) {
    auto memory = RSL_TRY(mm::make<Share>(kTag));
    const mm::UniquePool<Share> share(memory);
    IO_RESOURCE_REQUIREMENTS_LIST* const filtered = filter(node);
    if (filtered == nullptr) return keep_boot(node, *share);
    const IO_RESOURCE_LIST* list = filtered->List;
    for (ULONG i = 0; i < filtered->AlternativeLists; ++i, list = next_list(list)) {
        share->count = 0;
        if (!try_list(node, *share, *filtered, *list)) continue;
        mm::free(filtered);
        return keep(node, *share);
    }
    if (share->messages != nullptr) share->messages->release();
    mm::free(filtered);
    return Status::kConflictingAddresses;
}

Result<void> take_resources(DeviceNode& node, const CM_RESOURCE_LIST& list) {
    const size_t bytes = list_bytes(&list);
    auto* copy = static_cast<CM_RESOURCE_LIST*>(mm::allocate(bytes, kTag));
    if (copy == nullptr) return Status::kInsufficientResources;
    std::memcpy(copy, &list, bytes);
    {
        ke::MutexGuard guard{tree_lock()};
        node.boot.reset(copy);
    }
    auto memory = RSL_TRY(mm::make<Share>(kTag));
    const mm::UniquePool<Share> share(memory);
    return keep_boot(node, *share);
}

void release_resources(DeviceNode& node) {
    hal::DeviceMessages* messages;
    {
        ke::MutexGuard guard{tree_lock()};
        node.raw_resources.reset();
        node.translated.reset();
        messages = std::exchange(node.messages, nullptr);
    }
    if (messages != nullptr) messages->release();
}

}  // namespace rsl::pnp
