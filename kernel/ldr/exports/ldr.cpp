// SPDX-License-Identifier: GPL-2.0-only
#include "abi/functions/ldr.h"

#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ldr/module.hpp"
#include "kernel/rtl/exception.hpp"

namespace {

/// The headers of a mapped image, or nullptr when there is none at the address.
PIMAGE_NT_HEADERS headers_of(void* base, uint64_t bytes) {
    const auto* dos = static_cast<const IMAGE_DOS_HEADER*>(base);
    if (bytes < sizeof(IMAGE_DOS_HEADER) || dos->e_magic != IMAGE_DOS_SIGNATURE) return nullptr;
    const auto offset = static_cast<uint32_t>(dos->e_lfanew);
    constexpr uint32_t kReasonable = 0x10000000;
    if (offset >= kReasonable || !rsl::in_bounds(offset, sizeof(IMAGE_NT_HEADERS64), bytes)) return nullptr;
    auto* headers = reinterpret_cast<PIMAGE_NT_HEADERS>(static_cast<char*>(base) + offset);
    return headers->Signature == IMAGE_NT_SIGNATURE ? headers : nullptr;
}

}  // namespace

/// MmGetSystemRoutineAddress (wdm.h) finds an export of ntoskrnl or hal by its name.
///   IRQL     PASSIVE_LEVEL
///   Returns  its address, or NULL: a driver asks to learn whether it exists
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmgetsystemroutineaddress
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI MmGetSystemRoutineAddress(PUNICODE_STRING SystemRoutineName) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    const std::u16string_view name{SystemRoutineName->Buffer, SystemRoutineName->Length / sizeof(WCHAR)};
    return reinterpret_cast<PVOID>(rsl::ldr::find_system_routine(name));
}

/// RtlFindExportedRoutineByName (ntddk.h) finds an export of a loaded image.
///   IRQL     PASSIVE_LEVEL
///   Returns  its address, or NULL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-rtlfindexportedroutinebyname
///   Differs  only images that RSL has loaded are asked
RSL_EXPORT PVOID NTAPI RtlFindExportedRoutineByName(PVOID ImageBase, PCSTR RoutineName) {
    const rsl::ldr::Module* module = rsl::ldr::module_of(reinterpret_cast<uint64_t>(ImageBase));
    return module == nullptr ? nullptr : reinterpret_cast<PVOID>(module->find_export(RoutineName));
}

/// RtlPcToFileHeader (ntifs.h) finds the base of the image that an address lies in.
///   IRQL     any
///   Returns  the base, or NULL
///   Source   learn.microsoft.com/windows/win32/api/winnt/nf-winnt-rtlpctofileheader
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI RtlPcToFileHeader(PVOID PcValue, PVOID* BaseOfImage) {
    const rsl::ldr::Module* module = rsl::ldr::module_of(reinterpret_cast<uint64_t>(PcValue));
    *BaseOfImage = module == nullptr ? nullptr : reinterpret_cast<PVOID>(module->base());
    return *BaseOfImage;
}

/// RtlImageNtHeader finds the PE header of a mapped image.
///   IRQL     any, on resident memory
///   Returns  its address, or NULL when there is no image
RSL_EXPORT PIMAGE_NT_HEADERS NTAPI RtlImageNtHeader(PVOID BaseAddress) {
    if (BaseAddress == nullptr) return nullptr;
    return headers_of(BaseAddress, ~uint64_t{0});
}

/// RtlImageNtHeaderEx: the same inside Size bytes, unless flag 1 says that the size is unknown.
RSL_EXPORT NTSTATUS NTAPI RtlImageNtHeaderEx(ULONG Flags, PVOID BaseAddress, ULONG64 Size,
                                             PIMAGE_NT_HEADERS* OutHeaders) {
    constexpr ULONG kNoRangeCheck = 1;
    if (OutHeaders == nullptr || BaseAddress == nullptr || (Flags & ~kNoRangeCheck) != 0) {
        return STATUS_INVALID_PARAMETER;
    }
    *OutHeaders = headers_of(BaseAddress, (Flags & kNoRangeCheck) != 0 ? ~uint64_t{0} : Size);
    return *OutHeaders != nullptr ? STATUS_SUCCESS : STATUS_INVALID_IMAGE_FORMAT;
}

/// RtlImageDirectoryEntryToData finds one of the tables of an image, mapped or as a file.
///   IRQL     any, on resident memory
///   Returns  its address, or NULL
RSL_EXPORT PVOID NTAPI RtlImageDirectoryEntryToData(PVOID BaseAddress, BOOLEAN MappedAsImage, USHORT DirectoryEntry,
                                                    PULONG Size) {
    // The low bits of a module handle say "mapped as a data file".
    const auto bits = reinterpret_cast<uint64_t>(BaseAddress);
    if ((bits & 3) != 0) {
        BaseAddress = reinterpret_cast<PVOID>(bits & ~uint64_t{3});
        MappedAsImage = FALSE;
    }
    *Size = 0;
    const PIMAGE_NT_HEADERS headers = RtlImageNtHeader(BaseAddress);
    if (headers == nullptr || headers->OptionalHeader.Magic != IMAGE_NT_OPTIONAL_HDR64_MAGIC) return nullptr;
    const IMAGE_OPTIONAL_HEADER64& optional = headers->OptionalHeader;
    if (DirectoryEntry >= IMAGE_NUMBEROF_DIRECTORY_ENTRIES || DirectoryEntry >= optional.NumberOfRvaAndSizes) return nullptr;
    const IMAGE_DATA_DIRECTORY& table = optional.DataDirectory[DirectoryEntry];
    if (table.VirtualAddress == 0) return nullptr;
    *Size = table.Size;
    char* base = static_cast<char*>(BaseAddress);
    if (MappedAsImage || table.VirtualAddress < optional.SizeOfHeaders) return base + table.VirtualAddress;
    const auto* section = reinterpret_cast<const IMAGE_SECTION_HEADER*>(
        reinterpret_cast<const char*>(&headers->OptionalHeader) + headers->FileHeader.SizeOfOptionalHeader);
    for (USHORT i = 0; i < headers->FileHeader.NumberOfSections; ++i, ++section) {
        const ULONG offset = table.VirtualAddress - section->VirtualAddress;
        if (table.VirtualAddress >= section->VirtualAddress && offset < section->SizeOfRawData) {
            return base + section->PointerToRawData + offset;
        }
    }
    *Size = 0;
    return nullptr;
}
