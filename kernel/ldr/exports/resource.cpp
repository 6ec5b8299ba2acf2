// SPDX-License-Identifier: GPL-2.0-only
// Resources and messages of loaded images. No page of the kernel's reference describes these; the
// formats are those of learn.microsoft.com/windows/win32/debug/pe-format and
// .../win32/api/winnt/ns-winnt-message_resource_data.
//   IRQL     <= APC_LEVEL, on resident memory
//   Returns  STATUS_SUCCESS, STATUS_RESOURCE_DATA_NOT_FOUND, ..._TYPE_, ..._NAME_,
//   ..._LANG_NOT_FOUND, STATUS_MESSAGE_NOT_FOUND,
//            STATUS_INVALID_PARAMETER
//   Owner    the image keeps what is found
//   Differs  nothing known
#include "kernel/ldr/resource.hpp"
#include "abi/functions/ldr.h"
#include "abi/types/status.h"

namespace {

using namespace rsl;
constexpr ULONG kLevels = 3;

}  // namespace

RSL_EXPORT NTSTATUS NTAPI LdrFindResource_U(PVOID BaseAddress, const ULONG_PTR* ResourceInfo,
                                            ULONG Level,
                                            PIMAGE_RESOURCE_DATA_ENTRY* ResourceDataEntry) {
    if (Level != kLevels) return STATUS_INVALID_PARAMETER;
    const auto found =
        ldr::find_resource(BaseAddress, std::span<const ULONG_PTR, 3>{ResourceInfo, 3});
    if (!found) return found.failure().nt();
    *ResourceDataEntry = const_cast<PIMAGE_RESOURCE_DATA_ENTRY>(*found);
    return STATUS_SUCCESS;
}
RSL_EXPORT NTSTATUS NTAPI LdrFindResourceDirectory_U(PVOID BaseAddress,
                                                     const ULONG_PTR* ResourceInfo, ULONG Level,
                                                     PIMAGE_RESOURCE_DIRECTORY* ResourceDirectory) {
    if (Level > kLevels) return STATUS_INVALID_PARAMETER;
    const auto found = ldr::find_resource_directory(BaseAddress, {ResourceInfo, Level});
    if (!found) return found.failure().nt();
    *ResourceDirectory = const_cast<PIMAGE_RESOURCE_DIRECTORY>(*found);
    return STATUS_SUCCESS;
}
RSL_EXPORT NTSTATUS NTAPI LdrAccessResource(PVOID BaseAddress,
                                            PIMAGE_RESOURCE_DATA_ENTRY ResourceDataEntry,
                                            PVOID* Resource, PULONG Size) {
    const auto bytes = ldr::resource_bytes(BaseAddress, *ResourceDataEntry);
    if (!bytes) return bytes.failure().nt();
    if (Resource != nullptr) *Resource = const_cast<uint8_t*>(bytes->data());
    if (Size != nullptr) *Size = static_cast<ULONG>(bytes->size());
    return STATUS_SUCCESS;
}

/// RtlFindMessage finds a message of an image's message table; `Type` is that table's resource
/// type, 11 as a rule.
RSL_EXPORT NTSTATUS NTAPI RtlFindMessage(PVOID BaseAddress, ULONG Type, ULONG Language,
                                         ULONG MessageId, PVOID* MessageEntry) {
    const ULONG_PTR path[kLevels] = {Type, 1, Language};
    const auto entry = ldr::find_resource(BaseAddress, path);
    if (!entry) return entry.failure().nt();
    const auto bytes = ldr::resource_bytes(BaseAddress, **entry);
    if (!bytes) return bytes.failure().nt();
    const auto message = ldr::find_message(*bytes, MessageId);
    if (!message) return message.failure().nt();
    *MessageEntry = const_cast<uint8_t*>(*message);
    return STATUS_SUCCESS;
}
