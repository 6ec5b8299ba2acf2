// SPDX-License-Identifier: GPL-2.0-only
#include <cstring>

#include "abi/functions/export.h"
#include "abi/functions/wmi_query.h"
#include "abi/types/io.h"
#include "abi/types/status.h"
#include "base/core/bytes.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/pnp/wmi_query.hpp"

using namespace rsl;

namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("PpWq");
constexpr ULONG kMostBytes = 1 << 20;

const GUID& guid_of(PVOID block) { return static_cast<pnp::DataBlock*>(block)->guid; }

/// A request for one instance: a head of `Node`, the name counted in front, then the caller's data.
template <typename Node>
struct InstanceRequest {
    InstanceRequest(const UNICODE_STRING& name, ULONG room, ULONG flags)
        : name_bytes(static_cast<USHORT>(name.Length)),
          data_at(align_up<ULONG>(sizeof(Node) + sizeof(USHORT) + name.Length, 8)),
          bytes(data_at + room),
          buffer(bytes, kTag) {
        if (!buffer) return;
        std::memset(buffer.get(), 0, bytes);
        Node& node = get();
        node.WnodeHeader.BufferSize = bytes;
        node.WnodeHeader.Flags = flags;
        node.OffsetInstanceName = sizeof(Node);
        node.DataBlockOffset = data_at;
        auto* text = reinterpret_cast<std::byte*>(buffer.get()) + sizeof(Node);
        std::memcpy(text, &name_bytes, sizeof(USHORT));
        std::memcpy(text + sizeof(USHORT), name.Buffer, name.Length);
    }
    Node& get() { return *reinterpret_cast<Node*>(buffer.get()); }
    std::byte* data() { return reinterpret_cast<std::byte*>(buffer.get()) + data_at; }

    USHORT name_bytes;
    ULONG data_at, bytes;
    mm::UniqueBytes buffer;
};

}  // namespace

/// IoWMIOpenBlock (wdm.h) opens a WMI class.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller, ObDereferenceObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iowmiopenblock
///   Differs  classes have no security: every access is granted
RSL_EXPORT NTSTATUS NTAPI IoWMIOpenBlock(LPCGUID Guid, ULONG DesiredAccess, PVOID* DataBlockObject) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto block = ob::make_object<pnp::DataBlock>(0, *Guid);
    if (!block) return block.failure().nt();
    *DataBlockObject = block->release();
    return STATUS_SUCCESS;
}

/// IoWMIQueryAllDataMultiple (wdm.h) asks every provider of some classes for all it has.
///   IRQL     <= APC_LEVEL
///   Returns  as IoWMIQueryAllData
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iowmiqueryalldatamultiple
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoWMIQueryAllDataMultiple(PVOID* DataBlockObjectList, ULONG ObjectCount,
                                                    PULONG InOutBufferSize, PVOID OutBuffer) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ULONG room = OutBuffer != nullptr ? *InOutBufferSize : 0;
    pnp::AllData data{.out = {static_cast<std::byte*>(OutBuffer), room}};
    for (ULONG i = 0; i < ObjectCount; ++i) {
        const NTSTATUS status = pnp::query_all(guid_of(DataBlockObjectList[i]), data);
        if (!NT_SUCCESS(status)) return status;
    }
    *InOutBufferSize = static_cast<ULONG>(data.used);
    return data.used <= room ? STATUS_SUCCESS : STATUS_BUFFER_TOO_SMALL;
}

/// IoWMIQueryAllData (wdm.h) asks every provider of a class for all it has.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_WMI_GUID_NOT_FOUND, STATUS_BUFFER_TOO_SMALL with the size needed
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iowmiqueryalldata
///   Differs  only drivers provide classes: there are none of the system's own
RSL_EXPORT NTSTATUS NTAPI IoWMIQueryAllData(PVOID DataBlockObject, PULONG InOutBufferSize, PVOID OutBuffer) {
    return IoWMIQueryAllDataMultiple(&DataBlockObject, 1, InOutBufferSize, OutBuffer);
}

/// IoWMIQuerySingleInstance (wdm.h) asks for an instance by its name.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_WMI_GUID_NOT_FOUND, STATUS_WMI_INSTANCE_NOT_FOUND, STATUS_BUFFER_TOO_SMALL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iowmiquerysingleinstance
///   Differs  providers get the name, never an index: those that know static names only do not find it
RSL_EXPORT NTSTATUS NTAPI IoWMIQuerySingleInstance(PVOID DataBlockObject, PUNICODE_STRING InstanceName,
                                                   PULONG InOutBufferSize, PVOID OutBuffer) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (*InOutBufferSize > kMostBytes) return STATUS_INVALID_PARAMETER;
    InstanceRequest<WNODE_SINGLE_INSTANCE> request(*InstanceName, *InOutBufferSize, WNODE_FLAG_SINGLE_INSTANCE);
    if (!request.buffer) return STATUS_INSUFFICIENT_RESOURCES;
    WNODE_HEADER& head = request.get().WnodeHeader;
    head.Guid = guid_of(DataBlockObject);
    size_t written = 0;
    const NTSTATUS status = pnp::ask_for_instance(head.Guid, IRP_MN_QUERY_SINGLE_INSTANCE, head, written);
    if (!NT_SUCCESS(status) && status != STATUS_BUFFER_TOO_SMALL) return status;
    const bool fits = status == STATUS_SUCCESS && OutBuffer != nullptr && written <= *InOutBufferSize;
    *InOutBufferSize = static_cast<ULONG>(written);
    if (!fits) return STATUS_BUFFER_TOO_SMALL;
    std::memcpy(OutBuffer, &head, written);
    return STATUS_SUCCESS;
}

/// IoWMISetSingleInstance (wdm.h) sets an instance's properties.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_WMI_GUID_NOT_FOUND, STATUS_WMI_INSTANCE_NOT_FOUND, STATUS_WMI_READ_ONLY,
///            STATUS_WMI_SET_FAILURE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iowmisetsingleinstance
///   Differs  as IoWMIQuerySingleInstance
RSL_EXPORT NTSTATUS NTAPI IoWMISetSingleInstance(PVOID DataBlockObject, PUNICODE_STRING InstanceName, ULONG Version,
                                                 ULONG ValueBufferSize, PVOID ValueBuffer) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (Version != 0 || ValueBufferSize > kMostBytes) return STATUS_INVALID_PARAMETER;
    InstanceRequest<WNODE_SINGLE_INSTANCE> request(*InstanceName, ValueBufferSize, WNODE_FLAG_SINGLE_INSTANCE);
    if (!request.buffer) return STATUS_INSUFFICIENT_RESOURCES;
    WNODE_SINGLE_INSTANCE& node = request.get();
    node.WnodeHeader.Guid = guid_of(DataBlockObject);
    node.SizeDataBlock = ValueBufferSize;
    std::memcpy(request.data(), ValueBuffer, ValueBufferSize);
    size_t written = 0;
    return pnp::ask_for_instance(node.WnodeHeader.Guid, IRP_MN_CHANGE_SINGLE_INSTANCE, node.WnodeHeader, written);
}

/// IoWMIExecuteMethod (wdm.h) runs a method of an instance.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_WMI_GUID_NOT_FOUND, STATUS_WMI_INSTANCE_NOT_FOUND,
///            STATUS_WMI_ITEMID_NOT_FOUND, STATUS_BUFFER_TOO_SMALL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iowmiexecutemethod
///   Differs  as IoWMIQuerySingleInstance
RSL_EXPORT NTSTATUS NTAPI IoWMIExecuteMethod(PVOID DataBlockObject, PUNICODE_STRING InstanceName, ULONG MethodId,
                                             ULONG InBufferSize, PULONG OutBufferSize, PUCHAR InOutBuffer) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ULONG room = InBufferSize > *OutBufferSize ? InBufferSize : *OutBufferSize;
    if (room > kMostBytes) return STATUS_INVALID_PARAMETER;
    InstanceRequest<WNODE_METHOD_ITEM> request(*InstanceName, room, WNODE_FLAG_METHOD_ITEM);
    if (!request.buffer) return STATUS_INSUFFICIENT_RESOURCES;
    WNODE_METHOD_ITEM& node = request.get();
    node.WnodeHeader.Guid = guid_of(DataBlockObject);
    node.MethodId = MethodId;
    node.SizeDataBlock = InBufferSize;
    std::memcpy(request.data(), InOutBuffer, InBufferSize);
    size_t written = 0;
    const NTSTATUS status =
        pnp::ask_for_instance(node.WnodeHeader.Guid, IRP_MN_EXECUTE_METHOD, node.WnodeHeader, written);
    if (!NT_SUCCESS(status)) return status;
    const ULONG bytes = node.SizeDataBlock;
    const bool inside = node.DataBlockOffset <= request.bytes && bytes <= request.bytes - node.DataBlockOffset;
    const bool fits = bytes <= *OutBufferSize;
    *OutBufferSize = bytes;
    if (!inside) return STATUS_UNSUCCESSFUL;
    if (!fits) return STATUS_BUFFER_TOO_SMALL;
    std::memcpy(InOutBuffer, reinterpret_cast<std::byte*>(&node) + node.DataBlockOffset, bytes);
    return STATUS_SUCCESS;
}
