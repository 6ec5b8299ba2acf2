// SPDX-License-Identifier: GPL-2.0-only
// The machine's processors, and this library's exports by name.
#include <cpuid.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

#include "abi/functions/system_information.h"
#include "abi/types/pe.h"
#include "abi/types/system_information.h"
#include "classes/ndis/handles.hpp"

extern "C" const IMAGE_DOS_HEADER __ImageBase;  // the linker's name for where the image begins

namespace rsl::ndis {
namespace {

template <typename T>
const T* in_image(ULONG offset) {
    return reinterpret_cast<const T*>(reinterpret_cast<const std::byte*>(&__ImageBase) + offset);
}

bool same_text(const UNICODE_STRING& text, std::string_view name) {
    if (text.Length != name.size() * sizeof(WCHAR)) return false;
    for (size_t i = 0; i < name.size(); ++i) {
        if (text.Buffer[i] != static_cast<WCHAR>(name[i])) return false;
    }
    return true;
}

/// The export of that name; nullptr: there is none.
const void* find_export(const UNICODE_STRING& name) {
    const auto& headers = *in_image<IMAGE_NT_HEADERS64>(static_cast<ULONG>(__ImageBase.e_lfanew));
    const auto& directory = headers.OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT];
    if (directory.Size == 0) return nullptr;
    const auto& exports = *in_image<IMAGE_EXPORT_DIRECTORY>(directory.VirtualAddress);
    const auto* const names = in_image<ULONG>(exports.AddressOfNames);
    const auto* const ordinals = in_image<USHORT>(exports.AddressOfNameOrdinals);
    const auto* const functions = in_image<ULONG>(exports.AddressOfFunctions);
    for (ULONG i = 0; i < exports.NumberOfNames; ++i) {
        if (same_text(name, in_image<char>(names[i])))
            return in_image<void>(functions[ordinals[i]]);
    }
    return nullptr;
}

NDIS_PROCESSOR_VENDOR vendor() {
    unsigned leaf, part[3];
    if (__get_cpuid(0, &leaf, &part[0], &part[2], &part[1]) == 0) return NdisProcessorVendorUnknown;
    const std::string_view name{reinterpret_cast<const char*>(part), sizeof(part)};
    if (name == "GenuineIntel") return NdisProcessorVendorGenuinIntel;
    return name == "AuthenticAMD" ? NdisProcessorVendorAuthenticAMD : NdisProcessorVendorUnknown;
}

/// Which of the machine's groups of one kind (packages, cores, nodes) a processor is in, and how
/// many there are.
struct Member {
    ULONG index, count;
    KAFFINITY mask;
};
Member member_of(ULONG relationship, ULONG processor) {
    alignas(8) std::byte buffer[3200];  // 64 entries of one group's processors
    ULONG bytes = sizeof(buffer);
    Member found = {0, 0, KAFFINITY{1} << processor};
    if (KeQueryLogicalProcessorRelationship(
            nullptr, relationship,
            reinterpret_cast<SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX*>(buffer), &bytes) < 0)
        return found;
    for (ULONG at = 0; at < bytes;) {
        const auto& entry =
            *reinterpret_cast<SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX*>(buffer + at);
        const KAFFINITY mask = relationship == RSL_RELATION_NUMA_NODE
                                   ? entry.NumaNode.GroupMask.Mask
                                   : entry.Processor.GroupMask[0].Mask;
        if ((mask >> processor & 1) != 0) {
            found.index = found.count;
            found.mask = mask;
        }
        ++found.count;
        at += entry.Size;
    }
    return found;
}

constexpr USHORT kUnknownDistance = 0xFFFF;

void describe(ULONG processor, ULONG cores_per_socket, USHORT distance,
              NDIS_PROCESSOR_INFO_EX& out) {
    const Member core = member_of(RSL_RELATION_CORE, processor);
    const KAFFINITY before = (KAFFINITY{1} << processor) - 1;
    out = {};
    KeGetProcessorNumberFromIndex(processor, &out.ProcNum);
    out.SocketId = member_of(RSL_RELATION_PACKAGE, processor).index;
    out.CoreId = core.index % cores_per_socket;
    out.HyperThreadId = static_cast<ULONG>(std::popcount(core.mask & before));
    out.NodeId = static_cast<USHORT>(member_of(RSL_RELATION_NUMA_NODE, processor).index);
    out.NodeDistance = distance;
}

void describe_system(NDIS_SYSTEM_PROCESSOR_INFO_EX& out, ULONG processors, USHORT distance) {
    out = {};
    out.Header = {NDIS_OBJECT_TYPE_DEFAULT, NDIS_SYSTEM_PROCESSOR_INFO_EX_REVISION_1, sizeof(out)};
    out.ProcessorVendor = vendor();
    out.NumSockets = std::max<ULONG>(member_of(RSL_RELATION_PACKAGE, 0).count, 1);
    out.NumCores = std::max<ULONG>(member_of(RSL_RELATION_CORE, 0).count, 1);
    out.NumCoresPerSocket = std::max<ULONG>(out.NumCores / out.NumSockets, 1);
    out.MaxHyperThreadingProcsPerCore =
        static_cast<ULONG>(std::popcount(member_of(RSL_RELATION_CORE, 0).mask));
    out.ProcessorInfoOffset = sizeof(out);
    out.NumberOfProcessors = processors;
    out.ProcessorInfoEntrySize = sizeof(NDIS_PROCESSOR_INFO_EX);
    auto* const entries = reinterpret_cast<NDIS_PROCESSOR_INFO_EX*>(&out + 1);
    for (ULONG i = 0; i < processors; ++i) describe(i, out.NumCoresPerSocket, distance, entries[i]);
}

}  // namespace
}  // namespace rsl::ndis

using namespace rsl::ndis;

/// NdisSystemProcessorCount (ndis.h) counts the processors that the machine may have.
///   IRQL     any
///   Returns  the count, which never changes
///   Owner    -
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissystemprocessorcount
///   Differs  nothing known
RSL_EXPORT CHAR NTAPI NdisSystemProcessorCount(VOID) {
    return static_cast<CHAR>(KeQueryMaximumProcessorCountEx(ALL_PROCESSOR_GROUPS));
}

/// NdisGetProcessorInformationEx (ndis.h) tells how the machine's processors belong together.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_BUFFER_TOO_SHORT; in Size, the bytes written or
///   wanted
///   Owner    the caller's memory
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgetprocessorinformationex
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisGetProcessorInformationEx(
    NDIS_HANDLE NdisHandle, PNDIS_SYSTEM_PROCESSOR_INFO_EX SystemProcessorInfo, PSIZE_T Size) {
    const ULONG processors = KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS);
    const SIZE_T wanted =
        sizeof(NDIS_SYSTEM_PROCESSOR_INFO_EX) + SIZE_T{processors} * sizeof(NDIS_PROCESSOR_INFO_EX);
    const bool fits = SystemProcessorInfo != nullptr && *Size >= wanted;
    *Size = wanted;
    if (!fits) return NDIS_STATUS_BUFFER_TOO_SHORT;
    // One node: an adapter is as near as can be.
    describe_system(*SystemProcessorInfo, processors,
                    NdisHandle == nullptr ? kUnknownDistance : USHORT{0});
    return NDIS_STATUS_SUCCESS;
}

/// NdisGetRoutineAddress (ndis.h) finds a function of this library, for drivers that also run
/// where it is missing.
///   IRQL     PASSIVE_LEVEL
///   Returns  the address, or NULL
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgetroutineaddress
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI NdisGetRoutineAddress(PUNICODE_STRING NdisRoutineName) {
    return const_cast<void*>(find_export(*NdisRoutineName));
}
