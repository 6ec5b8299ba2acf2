// SPDX-License-Identifier: GPL-2.0-only
#include "classes/wmilib/wmilib.hpp"

#include <cstring>


namespace {

using rsl::wmilib::location_of;

constexpr ULONG kTag = 0x696D5752;  // "RWmi"

ULONG align8(ULONG bytes) { return (bytes + 7) & ~7u; }

/// The index of a block in the driver's list; GuidCount when it is not there.
ULONG find_guid(const WMILIB_CONTEXT& context, const GUID& guid) {
    ULONG index = 0;
    while (index < context.GuidCount && std::memcmp(context.GuidList[index].Guid, &guid, sizeof(GUID)) != 0) ++index;
    return index;
}

/// Whether the buffer of a request holds the structure that its minor code has.
bool holds(const IO_STACK_LOCATION& location, size_t bytes) {
    return location.Parameters.WMI.BufferSize >= bytes;
}

NTSTATUS query_all(WMILIB_CONTEXT& context, DEVICE_OBJECT& device, IRP& irp, ULONG index) {
    const IO_STACK_LOCATION& location = location_of(irp);
    auto& node = *static_cast<WNODE_ALL_DATA*>(location.Parameters.WMI.Buffer);
    const ULONG instances = context.GuidList[index].InstanceCount;
    const auto lengths = static_cast<ULONG>(offsetof(WNODE_ALL_DATA, OffsetInstanceDataAndLength));
    const ULONG data = align8(lengths + instances * static_cast<ULONG>(sizeof(OFFSETINSTANCEDATAANDLENGTH)));
    node.WnodeHeader.BufferSize = location.Parameters.WMI.BufferSize;
    if (!holds(location, data)) {
        return context.QueryWmiDataBlock(&device, &irp, index, 0, instances, nullptr, 0, nullptr);
    }
    node.InstanceCount = instances;
    node.DataBlockOffset = data;
    node.WnodeHeader.Flags &= ~static_cast<ULONG>(WNODE_FLAG_FIXED_INSTANCE_SIZE);
    auto* array = reinterpret_cast<ULONG*>(reinterpret_cast<UCHAR*>(&node) + lengths);
    std::memset(array, 0, instances * sizeof(ULONG));
    return context.QueryWmiDataBlock(&device, &irp, index, 0, instances, array, location.Parameters.WMI.BufferSize - data,
                                     reinterpret_cast<UCHAR*>(&node) + data);
}

NTSTATUS query_single(WMILIB_CONTEXT& context, DEVICE_OBJECT& device, IRP& irp, ULONG index) {
    const IO_STACK_LOCATION& location = location_of(irp);
    auto& node = *static_cast<WNODE_SINGLE_INSTANCE*>(location.Parameters.WMI.Buffer);
    const ULONG bytes = location.Parameters.WMI.BufferSize;
    const ULONG room = node.DataBlockOffset < bytes ? bytes - node.DataBlockOffset : 0;
    UCHAR* const data = room == 0 ? nullptr : reinterpret_cast<UCHAR*>(&node) + node.DataBlockOffset;
    return context.QueryWmiDataBlock(&device, &irp, index, node.InstanceIndex, 1, room == 0 ? nullptr : &node.SizeDataBlock,
                                     room, data);
}

/// A block of data inside the request's buffer; nullptr when it does not lie there.
UCHAR* data_of(void* node, const IO_STACK_LOCATION& location, ULONG offset, ULONG bytes) {
    const ULONG all = location.Parameters.WMI.BufferSize;
    if (offset > all || bytes > all - offset) return nullptr;
    return static_cast<UCHAR*>(node) + offset;
}

NTSTATUS refuse(DEVICE_OBJECT& device, IRP& irp, NTSTATUS status) {
    return WmiCompleteRequest(&device, &irp, status, 0, IO_NO_INCREMENT);
}

NTSTATUS change_instance(WMILIB_CONTEXT& context, DEVICE_OBJECT& device, IRP& irp, ULONG index) {
    if (context.SetWmiDataBlock == nullptr) return refuse(device, irp, STATUS_WMI_READ_ONLY);
    const IO_STACK_LOCATION& location = location_of(irp);
    auto& node = *static_cast<WNODE_SINGLE_INSTANCE*>(location.Parameters.WMI.Buffer);
    UCHAR* const data = data_of(&node, location, node.DataBlockOffset, node.SizeDataBlock);
    if (data == nullptr) return refuse(device, irp, STATUS_INVALID_PARAMETER);
    return context.SetWmiDataBlock(&device, &irp, index, node.InstanceIndex, node.SizeDataBlock, data);
}

NTSTATUS change_item(WMILIB_CONTEXT& context, DEVICE_OBJECT& device, IRP& irp, ULONG index) {
    if (context.SetWmiDataItem == nullptr) return refuse(device, irp, STATUS_WMI_READ_ONLY);
    const IO_STACK_LOCATION& location = location_of(irp);
    auto& node = *static_cast<WNODE_SINGLE_ITEM*>(location.Parameters.WMI.Buffer);
    UCHAR* const data = data_of(&node, location, node.DataBlockOffset, node.SizeDataItem);
    if (data == nullptr) return refuse(device, irp, STATUS_INVALID_PARAMETER);
    return context.SetWmiDataItem(&device, &irp, index, node.InstanceIndex, node.ItemId, node.SizeDataItem, data);
}

NTSTATUS execute_method(WMILIB_CONTEXT& context, DEVICE_OBJECT& device, IRP& irp, ULONG index) {
    if (context.ExecuteWmiMethod == nullptr) return refuse(device, irp, STATUS_INVALID_DEVICE_REQUEST);
    const IO_STACK_LOCATION& location = location_of(irp);
    auto& node = *static_cast<WNODE_METHOD_ITEM*>(location.Parameters.WMI.Buffer);
    UCHAR* const data = data_of(&node, location, node.DataBlockOffset, node.SizeDataBlock);
    if (data == nullptr) return refuse(device, irp, STATUS_INVALID_PARAMETER);
    const ULONG room = location.Parameters.WMI.BufferSize - node.DataBlockOffset;
    return context.ExecuteWmiMethod(&device, &irp, index, node.InstanceIndex, node.MethodId, node.SizeDataBlock, room, data);
}

NTSTATUS control(WMILIB_CONTEXT& context, DEVICE_OBJECT& device, IRP& irp, ULONG index, WMIENABLEDISABLECONTROL what, bool enable) {
    // A driver without the routine has nothing to turn on or off.
    if (context.WmiFunctionControl == nullptr) return refuse(device, irp, STATUS_SUCCESS);
    return context.WmiFunctionControl(&device, &irp, index, what, enable ? TRUE : FALSE);
}

NTSTATUS dispatch(WMILIB_CONTEXT& context, DEVICE_OBJECT& device, IRP& irp, ULONG index) {
    switch (location_of(irp).MinorFunction) {
        case IRP_MN_QUERY_ALL_DATA: return query_all(context, device, irp, index);
        case IRP_MN_QUERY_SINGLE_INSTANCE: return query_single(context, device, irp, index);
        case IRP_MN_CHANGE_SINGLE_INSTANCE: return change_instance(context, device, irp, index);
        case IRP_MN_CHANGE_SINGLE_ITEM: return change_item(context, device, irp, index);
        case IRP_MN_EXECUTE_METHOD: return execute_method(context, device, irp, index);
        case IRP_MN_ENABLE_EVENTS: return control(context, device, irp, index, WmiEventControl, true);
        case IRP_MN_DISABLE_EVENTS: return control(context, device, irp, index, WmiEventControl, false);
        case IRP_MN_ENABLE_COLLECTION: return control(context, device, irp, index, WmiDataBlockControl, true);
        default: return control(context, device, irp, index, WmiDataBlockControl, false);
    }
}

/// Bytes that the structure of a minor code takes, before its data.
size_t fixed_bytes(UCHAR minor) {
    switch (minor) {
        case IRP_MN_QUERY_ALL_DATA: return sizeof(WNODE_TOO_SMALL);
        case IRP_MN_QUERY_SINGLE_INSTANCE:
        case IRP_MN_CHANGE_SINGLE_INSTANCE: return sizeof(WNODE_SINGLE_INSTANCE);
        case IRP_MN_CHANGE_SINGLE_ITEM: return offsetof(WNODE_SINGLE_ITEM, VariableData);
        case IRP_MN_EXECUTE_METHOD: return offsetof(WNODE_METHOD_ITEM, VariableData);
        default: return sizeof(WNODE_HEADER);
    }
}

void say_too_small(void* buffer, ULONG needed) {
    auto& node = *static_cast<WNODE_TOO_SMALL*>(buffer);
    node.WnodeHeader.BufferSize = sizeof(WNODE_TOO_SMALL);
    node.WnodeHeader.Flags = WNODE_FLAG_TOO_SMALL;
    node.SizeNeeded = needed;
}

/// Lengths, which the driver wrote one behind the other, become pairs of offset and length.
ULONG finish_all(WNODE_ALL_DATA& node, ULONG used) {
    const auto* lengths = reinterpret_cast<const ULONG*>(&node.OffsetInstanceDataAndLength[0]);
    ULONG offset = node.DataBlockOffset;
    for (ULONG i = 0; i < node.InstanceCount; ++i) offset += align8(lengths[i]);
    for (ULONG i = node.InstanceCount; i-- > 0;) {  // from behind: a pair takes the room of two lengths
        const ULONG length = lengths[i];
        offset -= align8(length);
        node.OffsetInstanceDataAndLength[i] = {offset, length};
    }
    node.WnodeHeader.BufferSize = node.DataBlockOffset + used;
    return node.WnodeHeader.BufferSize;
}

/// The same for a node with one block of data; 0 when that does not fit, which the node then says.
template <typename Node>
ULONG finish_one(Node& node, NTSTATUS status, ULONG used) {
    const ULONG whole = node.DataBlockOffset + used;
    if (status == STATUS_BUFFER_TOO_SMALL) {
        say_too_small(&node, whole);
        return 0;
    }
    node.SizeDataBlock = used;
    node.WnodeHeader.BufferSize = whole;
    return whole;
}

/// Puts the answer of a query or a method together; its bytes.
ULONG finish_answer(const IO_STACK_LOCATION& location, NTSTATUS& status, ULONG used) {
    void* const buffer = location.Parameters.WMI.Buffer;
    if (location.MinorFunction == IRP_MN_QUERY_ALL_DATA) {
        auto& node = *static_cast<WNODE_ALL_DATA*>(buffer);
        if (status != STATUS_BUFFER_TOO_SMALL) return finish_all(node, used);
        const ULONG before = align8(static_cast<ULONG>(offsetof(WNODE_ALL_DATA, OffsetInstanceDataAndLength)) +
                                    node.InstanceCount * static_cast<ULONG>(sizeof(OFFSETINSTANCEDATAANDLENGTH)));
        say_too_small(buffer, before + used);
    } else if (location.MinorFunction == IRP_MN_QUERY_SINGLE_INSTANCE) {
        if (const ULONG whole = finish_one(*static_cast<WNODE_SINGLE_INSTANCE*>(buffer), status, used)) return whole;
    } else {
        if (const ULONG whole = finish_one(*static_cast<WNODE_METHOD_ITEM*>(buffer), status, used)) return whole;
    }
    status = STATUS_SUCCESS;
    return sizeof(WNODE_TOO_SMALL);
}

bool has_answer(UCHAR minor) {
    return minor == IRP_MN_QUERY_ALL_DATA || minor == IRP_MN_QUERY_SINGLE_INSTANCE || minor == IRP_MN_EXECUTE_METHOD;
}

}  // namespace

/// WmiSystemControl (wmilib.h) handles a WMI IRP by calling the driver's routines.
///   IRQL     PASSIVE_LEVEL
///   Returns  what the routine returned; STATUS_WMI_GUID_NOT_FOUND; STATUS_INVALID_DEVICE_REQUEST for no WMI IRP
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wmilib/nf-wmilib-wmisystemcontrol
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI WmiSystemControl(PWMILIB_CONTEXT WmiLibInfo, PDEVICE_OBJECT DeviceObject, PIRP Irp,
                                           PSYSCTL_IRP_DISPOSITION IrpDisposition) {
    const IO_STACK_LOCATION& location = location_of(*Irp);
    const UCHAR minor = location.MinorFunction;
    *IrpDisposition = IrpNotWmi;
    if (minor > IRP_MN_REGINFO_EX || minor == 0x0a) return STATUS_INVALID_DEVICE_REQUEST;
    *IrpDisposition = IrpForward;
    if (location.Parameters.WMI.ProviderId != reinterpret_cast<ULONG_PTR>(DeviceObject)) return STATUS_INVALID_DEVICE_REQUEST;
    *IrpDisposition = IrpNotCompleted;
    if (minor == IRP_MN_REGINFO || minor == IRP_MN_REGINFO_EX) {
        return rsl::wmilib::answer_registration(*WmiLibInfo, *DeviceObject, *Irp, location);
    }
    const auto fail = [&](NTSTATUS status) {
        Irp->IoStatus.Status = status;
        Irp->IoStatus.Information = 0;
        return status;
    };
    if (!holds(location, fixed_bytes(minor))) return fail(STATUS_INVALID_PARAMETER);
    const ULONG index = find_guid(*WmiLibInfo, *static_cast<const GUID*>(location.Parameters.WMI.DataPath));
    if (index == WmiLibInfo->GuidCount) return fail(STATUS_WMI_GUID_NOT_FOUND);
    *IrpDisposition = IrpProcessed;
    return dispatch(*WmiLibInfo, *DeviceObject, *Irp, index);
}

/// WmiCompleteRequest (wmilib.h) completes a WMI IRP with what the driver's routine came to.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  Status; STATUS_SUCCESS for STATUS_BUFFER_TOO_SMALL, of which the IRP's buffer tells then
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wmilib/nf-wmilib-wmicompleterequest
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI WmiCompleteRequest(PDEVICE_OBJECT DeviceObject, PIRP Irp, NTSTATUS Status, ULONG BufferUsed,
                                             CCHAR PriorityBoost) {
    const IO_STACK_LOCATION& location = location_of(*Irp);
    ULONG_PTR information = 0;
    if (has_answer(location.MinorFunction) && (NT_SUCCESS(Status) || Status == STATUS_BUFFER_TOO_SMALL)) {
        information = finish_answer(location, Status, BufferUsed);
    }
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = information;
    IofCompleteRequest(Irp, PriorityBoost);
    return Status;
}

/// WmiFireEvent (wmilib.h) sends an event with the driver's data.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  what IoWMIWriteEvent returns; STATUS_INSUFFICIENT_RESOURCES
///   Owner    EventData is freed here
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wmilib/nf-wmilib-wmifireevent
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI WmiFireEvent(PDEVICE_OBJECT DeviceObject, LPCGUID Guid, ULONG InstanceIndex, ULONG EventDataSize,
                                       PVOID EventData) {
    if (EventData == nullptr) EventDataSize = 0;
    const ULONG bytes = static_cast<ULONG>(sizeof(WNODE_SINGLE_INSTANCE)) + EventDataSize;
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    if (auto* node = static_cast<WNODE_SINGLE_INSTANCE*>(ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, kTag))) {
        node->WnodeHeader.BufferSize = bytes;
        node->WnodeHeader.ProviderId = IoWMIDeviceObjectToProviderId(DeviceObject);
        node->WnodeHeader.Guid = *Guid;
        node->WnodeHeader.Flags = WNODE_FLAG_SINGLE_INSTANCE | WNODE_FLAG_EVENT_ITEM | WNODE_FLAG_STATIC_INSTANCE_NAMES;
        KeQuerySystemTimePrecise(&node->WnodeHeader.TimeStamp);
        node->InstanceIndex = InstanceIndex;
        node->DataBlockOffset = static_cast<ULONG>(sizeof(WNODE_SINGLE_INSTANCE));
        node->SizeDataBlock = EventDataSize;
        if (EventDataSize != 0) std::memcpy(node->VariableData, EventData, EventDataSize);
        status = IoWMIWriteEvent(node);
        if (!NT_SUCCESS(status)) ExFreePool(node);
    }
    if (EventData != nullptr) ExFreePool(EventData);
    return status;
}

extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT, PUNICODE_STRING) { return STATUS_SUCCESS; }
