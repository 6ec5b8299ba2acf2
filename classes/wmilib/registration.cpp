// SPDX-License-Identifier: GPL-2.0-only
#include <cstring>

#include "classes/wmilib/wmilib.hpp"

namespace rsl::wmilib {
namespace {

ULONG align8(ULONG bytes) { return (bytes + 7) & ~7u; }

/// A counted string in the answer: its length in a USHORT, then the text.
ULONG counted_bytes(const UNICODE_STRING& text) { return static_cast<ULONG>(sizeof(USHORT) + text.Length); }
void write_counted(UCHAR* buffer, ULONG offset, const UNICODE_STRING& text) {
    std::memcpy(buffer + offset, &text.Length, sizeof(USHORT));
    if (text.Length != 0) std::memcpy(buffer + offset + sizeof(USHORT), text.Buffer, text.Length);
}

/// What the driver says of all its blocks.
struct Description {
    ULONG flags = 0;
    UNICODE_STRING instance = {};
    UNICODE_STRING* registry_path = nullptr;
    UNICODE_STRING mof = {};
    PDEVICE_OBJECT pdo = nullptr;
};

/// Where each part of the answer goes.
struct Layout {
    ULONG mof, registry_path, instance, total;
};
Layout lay_out(const WMILIB_CONTEXT& context, const Description& description) {
    Layout layout;
    layout.mof = static_cast<ULONG>(offsetof(WMIREGINFOW, WmiRegGuid) + context.GuidCount * sizeof(WMIREGGUIDW));
    layout.registry_path = align8(layout.mof + counted_bytes(description.mof));
    const UNICODE_STRING none = {};
    const UNICODE_STRING& path = description.registry_path != nullptr ? *description.registry_path : none;
    layout.instance = align8(layout.registry_path + counted_bytes(path));
    layout.total = align8(layout.instance + counted_bytes(description.instance));
    return layout;
}

void write_guids(const WMILIB_CONTEXT& context, const Description& description, const Layout& layout, WMIREGINFOW& info) {
    for (ULONG i = 0; i < context.GuidCount; ++i) {
        WMIREGGUIDW& guid = info.WmiRegGuid[i];
        guid = {};
        guid.Guid = *context.GuidList[i].Guid;
        guid.InstanceCount = context.GuidList[i].InstanceCount;
        guid.Flags = context.GuidList[i].Flags | description.flags;
        if ((description.flags & WMIREG_FLAG_INSTANCE_PDO) != 0) {
            // The reference goes with the answer: whoever asked drops it.
            ObfReferenceObject(description.pdo);
            guid.Pdo = reinterpret_cast<ULONG_PTR>(description.pdo);
        } else if ((description.flags & WMIREG_FLAG_INSTANCE_BASENAME) != 0) {
            guid.BaseNameOffset = layout.instance;
        }
    }
}

NTSTATUS finish(IRP& irp, NTSTATUS status, ULONG_PTR information) {
    irp.IoStatus.Status = status;
    irp.IoStatus.Information = information;
    return status;
}

}  // namespace

NTSTATUS answer_registration(WMILIB_CONTEXT& context, DEVICE_OBJECT& device, IRP& irp, const IO_STACK_LOCATION& location) {
    Description description;
    const NTSTATUS asked = context.QueryWmiRegInfo(&device, &description.flags, &description.instance,
                                                   &description.registry_path, &description.mof, &description.pdo);
    if (!NT_SUCCESS(asked)) return finish(irp, asked, 0);
    if ((description.flags & WMIREG_FLAG_INSTANCE_PDO) != 0 && description.pdo == nullptr) {
        return finish(irp, STATUS_INVALID_PARAMETER, 0);
    }
    const Layout layout = lay_out(context, description);
    auto* buffer = static_cast<UCHAR*>(location.Parameters.WMI.Buffer);
    auto& info = *reinterpret_cast<WMIREGINFOW*>(buffer);
    NTSTATUS status = STATUS_SUCCESS;
    ULONG_PTR written = layout.total;
    if (location.Parameters.WMI.BufferSize < layout.total) {
        status = STATUS_BUFFER_TOO_SMALL;  // the needed size is all that is said
        written = location.Parameters.WMI.BufferSize < sizeof(ULONG) ? 0 : sizeof(ULONG);
        if (written != 0) info.BufferSize = layout.total;
    } else {
        std::memset(buffer, 0, layout.total);
        info.BufferSize = layout.total;
        info.GuidCount = context.GuidCount;
        info.MofResourceName = layout.mof;
        info.RegistryPath = layout.registry_path;
        write_counted(buffer, layout.mof, description.mof);
        if (description.registry_path != nullptr) write_counted(buffer, layout.registry_path, *description.registry_path);
        write_counted(buffer, layout.instance, description.instance);
        write_guids(context, description, layout, info);
    }
    if ((description.flags & WMIREG_FLAG_INSTANCE_BASENAME) != 0 && description.instance.Buffer != nullptr) {
        ExFreePool(description.instance.Buffer);  // as documented
    }
    return finish(irp, status, written);
}

}  // namespace rsl::wmilib
