// SPDX-License-Identifier: GPL-2.0-only
// Section objects and their views.
#include "abi/functions/export.h"
#include "abi/functions/mm.h"
#include "abi/types/ps.h"
#include "abi/types/status.h"
#include "base/core/bytes.hpp"
#include "kernel/io/file.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/file_pages.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/mm/process_memory.hpp"
#include "kernel/mm/section.hpp"
#include "kernel/ob/attributes.hpp"
#include "kernel/ps/previous_mode.hpp"
#include "kernel/ps/user_memory.hpp"

using namespace rsl;

extern "C" POBJECT_TYPE MmSectionObjectType;
constinit POBJECT_TYPE MmSectionObjectType = nullptr;  // set with \Device\PhysicalMemory

namespace {

Result<Ref<mm::Section>> section_of(HANDLE handle, uint32_t access, KPROCESSOR_MODE mode) {
    void* body = RSL_TRY(ob::reference_handle(handle, &mm::Section::kType, access, mode));
    return Ref<mm::Section>::adopt(static_cast<mm::Section*>(body));
}

Status check_new_section(const LARGE_INTEGER* size, ULONG protect, ULONG attributes, HANDLE file) {
    if (!mm::is_page_protection(protect) || (protect & 0xFF) == PAGE_NOACCESS) {
        return Status(STATUS_INVALID_PAGE_PROTECTION);
    }
    if ((attributes & (SEC_COMMIT | SEC_RESERVE | SEC_IMAGE)) == 0) return Status(STATUS_INVALID_PARAMETER_6);
    if (file != nullptr) return size != nullptr && size->QuadPart < 0 ? Status(STATUS_INVALID_PARAMETER_4) : Status::kSuccess;
    if ((attributes & SEC_IMAGE) != 0) return Status(STATUS_INVALID_FILE_FOR_SECTION);
    if (size == nullptr || size->QuadPart <= 0) return Status(STATUS_INVALID_PARAMETER_4);
    if (size->QuadPart > LONGLONG{1} << 40) return Status(STATUS_SECTION_TOO_BIG);
    return Status::kSuccess;
}

/// What views of this protection do to the file, as rights on it.
uint32_t file_rights(ULONG protect) {
    switch (protect & 0xFF) {
        case PAGE_READWRITE: return FILE_READ_DATA | FILE_WRITE_DATA;
        case PAGE_EXECUTE: return FILE_EXECUTE;
        case PAGE_EXECUTE_READ:
        case PAGE_EXECUTE_WRITECOPY: return FILE_EXECUTE | FILE_READ_DATA;
        case PAGE_EXECUTE_READWRITE: return FILE_EXECUTE | FILE_READ_DATA | FILE_WRITE_DATA;
        default: return FILE_READ_DATA;
    }
}

Result<Ref<mm::Section>> section_of_file(HANDLE handle, uint64_t bytes, ULONG protect, ULONG flags, KPROCESSOR_MODE mode) {
    const bool image = (flags & SEC_IMAGE) != 0;
    const uint32_t needed = file_rights(protect);
    const bool writes = !image && (needed & FILE_WRITE_DATA) != 0;
    auto file = io::file_from_handle(handle, needed, mode);
    if (!file) return file.failure();
    if (((*file)->granted & needed) != needed) return Status::kAccessDenied;  // kernel callers too
    const auto use = image ? mm::FileUse::kImage : writes ? mm::FileUse::kWrite : mm::FileUse::kRead;
    auto* pages = RSL_TRY(mm::take_file_pages(**file, image ? 0 : bytes, use));
    return mm::Section::create_of_file(*pages, image ? 0 : bytes, protect, flags);
}

Result<HANDLE> create_section(ACCESS_MASK access, const OBJECT_ATTRIBUTES* attributes,
                              const LARGE_INTEGER* size, ULONG protect, ULONG flags, HANDLE file,
                              KPROCESSOR_MODE mode, bool& existed) {
    LARGE_INTEGER bytes{};
    if (size != nullptr) bytes = RSL_TRY(ps::read_in(size, mode));
    const Status valid = check_new_section(size != nullptr ? &bytes : nullptr, protect, flags, file);
    if (valid.failed()) return valid;
    const auto captured = RSL_TRY(ob::CapturedAttributes::capture(attributes, mode));
    const auto length = static_cast<uint64_t>(bytes.QuadPart);
    auto section = RSL_TRY(file != nullptr ? section_of_file(file, length, protect, flags, mode)
                                           : mm::Section::create(length, protect, flags));
    const auto created = RSL_TRY(ob::insert_object(section.release(), captured, access));
    existed = created.outcome == ob::Outcome::kExisted;
    return created.handle;
}

/// A view as the caller asked for it, with its numbers checked and rounded.
struct View {
    uint64_t offset, bytes, wanted;
};
Result<View> view_of(const mm::Section& section, uint64_t wanted, uint64_t offset, uint64_t bytes) {
    // Physical memory is mapped by pages: drivers add only the offset in the page to the view's base.
    offset = align_down(offset, section.is_physical() ? arch::kPageBytes : mm::RegionMap::kGranularity);
    if (offset >= section.bytes()) return Status(STATUS_INVALID_VIEW_SIZE);
    if (bytes == 0) bytes = section.bytes() - offset;
    if (!in_bounds(offset, bytes, section.bytes())) return Status(STATUS_INVALID_VIEW_SIZE);
    return View{offset, align_up(bytes, arch::kPageBytes), align_down(wanted, mm::RegionMap::kGranularity)};
}

Result<uint64_t> map_view(mm::AddressSpace& space, mm::Section& section, const View& view,
                          ULONG protect) {
    const bool physical = section.is_physical();
    auto caching = arch::Caching::kCached;
    if (physical && !mm::is_ram(view.offset)) caching = arch::Caching::kUncached;
    if (physical && (protect & PAGE_WRITECOMBINE) != 0 && !mm::is_ram(view.offset)) {
        caching = arch::Caching::kWriteCombined;
    }
    return space.map({.kind = physical ? mm::RegionKind::kPhysical : mm::RegionKind::kSection,
                      .wanted = view.wanted,
                      .bytes = view.bytes,
                      .protect = protect & 0xFF,
                      .offset = view.offset,
                      .section = physical ? nullptr : &section,
                      .caching = caching});
}

/// An image goes where it would like to be, if it can: then `moved` stays false.
Result<uint64_t> map_image(mm::AddressSpace& space, mm::Section& section, View view, bool& moved) {
    if (view.wanted == 0 && view.offset == 0) {
        View preferred = view;
        preferred.wanted = align_down(section.preferred_base(), mm::RegionMap::kGranularity);
        if (auto there = map_view(space, section, preferred, PAGE_READONLY)) return there;
    }
    moved = true;
    return map_view(space, section, view, PAGE_READONLY);
}

Result<void> map_view_of_section(HANDLE section_handle, HANDLE process, PVOID* base,
                                 LARGE_INTEGER* section_offset, SIZE_T* view_size, ULONG protect,
                                 KPROCESSOR_MODE mode, bool& moved) {
    if (!mm::is_page_protection(protect)) return Status(STATUS_INVALID_PAGE_PROTECTION);
    const uint64_t wanted = reinterpret_cast<uint64_t>(RSL_TRY(ps::read_in(base, mode)));
    const uint64_t bytes = RSL_TRY(ps::read_in(view_size, mode));
    LARGE_INTEGER offset{};
    if (section_offset != nullptr) offset = RSL_TRY(ps::read_in(section_offset, mode));
    const uint32_t access = mm::is_writable(protect) ? SECTION_MAP_WRITE : SECTION_MAP_READ;
    auto section = RSL_TRY(section_of(section_handle, access, mode));
    if (!mm::allows_protection(section->protect(), protect)) return Status(STATUS_SECTION_PROTECTION);
    auto target = RSL_TRY(mm::process_of(process, PROCESS_VM_OPERATION, mode));
    const View view =
        RSL_TRY(view_of(*section, wanted, static_cast<uint64_t>(offset.QuadPart), bytes));
    const uint64_t address =
        RSL_TRY(section->preferred_base() != 0 ? map_image(mm::space_of(*target), *section, view, moved)
                                               : map_view(mm::space_of(*target), *section, view, protect));
    RSL_TRY(ps::write_out(base, reinterpret_cast<PVOID>(address), mode));
    RSL_TRY(ps::write_out(view_size, view.bytes, mode));
    if (section_offset == nullptr) return {};
    offset.QuadPart = static_cast<LONGLONG>(view.offset);
    return ps::write_out(section_offset, offset, mode);
}

Result<void> unmap_view_of_section(HANDLE process, PVOID base, KPROCESSOR_MODE mode) {
    auto target = RSL_TRY(mm::process_of(process, PROCESS_VM_OPERATION, mode));
    mm::AddressSpace& space = mm::space_of(*target);
    const mm::RegionInfo info = space.query(reinterpret_cast<uint64_t>(base));
    const bool is_view = info.used && (info.region.kind == mm::RegionKind::kSection ||
                                       info.region.kind == mm::RegionKind::kPhysical);
    if (!is_view) return Status(STATUS_NOT_MAPPED_VIEW);
    return space.unmap(info.region.allocation);
}

}  // namespace

/// NtCreateSection (ntifs.h) makes a section of zeroed pages.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_EXISTS, STATUS_INVALID_PAGE_PROTECTION,
///            STATUS_SECTION_TOO_BIG, STATUS_INVALID_FILE_FOR_SECTION, ...
///   Owner    the caller has a handle, until NtClose
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntcreatesection
///   Differs  SEC_RESERVE commits too; a file's pages are read at once and written back when its last
///            section and view are gone; images are not relocated, and their views are read-only
RSL_EXPORT NTSTATUS NTAPI NtCreateSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                                          POBJECT_ATTRIBUTES ObjectAttributes, PLARGE_INTEGER MaximumSize,
                                          ULONG SectionPageProtection, ULONG AllocationAttributes,
                                          HANDLE FileHandle) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    const KPROCESSOR_MODE mode = ps::previous_mode();
    bool existed = false;
    const auto handle = create_section(DesiredAccess, ObjectAttributes, MaximumSize,
                                       SectionPageProtection, AllocationAttributes, FileHandle, mode,
                                       existed);
    if (!handle) return handle.failure().nt();
    const auto written = ps::write_out(SectionHandle, *handle, mode);
    if (written) return existed ? STATUS_OBJECT_NAME_EXISTS : STATUS_SUCCESS;
    ob::close_handle(*handle, mode).ignore("made a moment ago");
    return written.failure().nt();
}

/// ZwCreateSection (wdm.h): as NtCreateSection, for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtCreateSection
///   Owner    the caller has a handle, until ZwClose
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwcreatesection
///   Differs  as NtCreateSection
RSL_EXPORT NTSTATUS NTAPI ZwCreateSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                                          POBJECT_ATTRIBUTES ObjectAttributes, PLARGE_INTEGER MaximumSize,
                                          ULONG SectionPageProtection, ULONG AllocationAttributes,
                                          HANDLE FileHandle) {
    return ps::as_kernel(NtCreateSection, SectionHandle, DesiredAccess, ObjectAttributes, MaximumSize,
                         SectionPageProtection, AllocationAttributes, FileHandle);
}

/// NtOpenSection (wdm.h) opens a section by name: \Device\PhysicalMemory, for one.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_TYPE_MISMATCH,
///            STATUS_ACCESS_DENIED, ...
///   Owner    the caller has a handle, until NtClose
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwopensection
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtOpenSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                                        POBJECT_ATTRIBUTES ObjectAttributes) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    const KPROCESSOR_MODE mode = ps::previous_mode();
    const auto captured = ob::CapturedAttributes::capture(ObjectAttributes, mode);
    if (!captured) return captured.failure().nt();
    const auto body = ob::open_by_attributes(*captured, &mm::Section::kType, DesiredAccess);
    if (!body) return body.failure().nt();
    const auto handle = ob::create_handle(*body, DesiredAccess, captured->flags(), mode);
    ob::dereference(*body);
    if (!handle) return handle.failure().nt();
    const auto written = ps::write_out(SectionHandle, *handle, mode);
    if (written) return STATUS_SUCCESS;
    ob::close_handle(*handle, mode).ignore("made a moment ago");
    return written.failure().nt();
}

/// ZwOpenSection (wdm.h): as NtOpenSection, for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtOpenSection
///   Owner    the caller has a handle, until ZwClose
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwopensection
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwOpenSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                                        POBJECT_ATTRIBUTES ObjectAttributes) {
    return ps::as_kernel(NtOpenSection, SectionHandle, DesiredAccess, ObjectAttributes);
}

/// NtMapViewOfSection (ntifs.h) maps a part of a section into a process.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_CONFLICTING_ADDRESSES, STATUS_INVALID_PAGE_PROTECTION,
///            STATUS_SECTION_PROTECTION, STATUS_INVALID_VIEW_SIZE
///   Owner    the process, until NtUnmapViewOfSection
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwmapviewofsection
///   Differs  ZeroBits, CommitSize and InheritDisposition are not looked at; views do not execute; RAM in
///            \Device\PhysicalMemory is always cached, other memory never
RSL_EXPORT NTSTATUS NTAPI NtMapViewOfSection(HANDLE SectionHandle, HANDLE ProcessHandle, PVOID* BaseAddress,
                                             ULONG_PTR, SIZE_T, PLARGE_INTEGER SectionOffset,
                                             PSIZE_T ViewSize, SECTION_INHERIT, ULONG,
                                             ULONG Win32Protect) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    bool moved = false;
    const auto mapped = map_view_of_section(SectionHandle, ProcessHandle, BaseAddress, SectionOffset, ViewSize,
                                            Win32Protect, ps::previous_mode(), moved);
    return mapped && moved ? STATUS_IMAGE_NOT_AT_BASE : mapped.status().nt();
}

/// ZwMapViewOfSection (wdm.h): as NtMapViewOfSection, for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtMapViewOfSection
///   Owner    the process, until ZwUnmapViewOfSection
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwmapviewofsection
///   Differs  as NtMapViewOfSection
RSL_EXPORT NTSTATUS NTAPI ZwMapViewOfSection(HANDLE SectionHandle, HANDLE ProcessHandle, PVOID* BaseAddress,
                                             ULONG_PTR ZeroBits, SIZE_T CommitSize,
                                             PLARGE_INTEGER SectionOffset, PSIZE_T ViewSize,
                                             SECTION_INHERIT InheritDisposition, ULONG AllocationType,
                                             ULONG Win32Protect) {
    return ps::as_kernel(NtMapViewOfSection, SectionHandle, ProcessHandle, BaseAddress, ZeroBits,
                         CommitSize, SectionOffset, ViewSize, InheritDisposition, AllocationType,
                         Win32Protect);
}

/// NtUnmapViewOfSection (ntifs.h) takes the view out that an address lies in.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NOT_MAPPED_VIEW
///   Owner    the addresses are gone
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwunmapviewofsection
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtUnmapViewOfSection(HANDLE ProcessHandle, PVOID BaseAddress) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return unmap_view_of_section(ProcessHandle, BaseAddress, ps::previous_mode()).status().nt();
}

/// ZwUnmapViewOfSection (wdm.h): as NtUnmapViewOfSection, for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtUnmapViewOfSection
///   Owner    the addresses are gone
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwunmapviewofsection
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwUnmapViewOfSection(HANDLE ProcessHandle, PVOID BaseAddress) {
    return ps::as_kernel(NtUnmapViewOfSection, ProcessHandle, BaseAddress);
}

/// MmMapViewInSystemSpace (ntddk.h) maps a section, from its beginning, into the system's half.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_VIEW_SIZE, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller, until MmUnmapViewInSystemSpace
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-mmmapviewinsystemspace
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI MmMapViewInSystemSpace(PVOID Section, PVOID* MappedBase, PSIZE_T ViewSize) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto& section = *static_cast<mm::Section*>(Section);
    const auto view = view_of(section, 0, 0, *ViewSize);
    if (!view) return view.failure().nt();
    const auto address = mm::map_view_in_system(section, 0, view->bytes);
    if (!address) return address.failure().nt();
    *MappedBase = reinterpret_cast<PVOID>(*address);
    *ViewSize = view->bytes;
    return STATUS_SUCCESS;
}

/// MmUnmapViewInSystemSpace (ntddk.h) takes such a view out.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NOT_MAPPED_VIEW
///   Owner    the addresses are gone
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-mmunmapviewinsystemspace
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI MmUnmapViewInSystemSpace(PVOID MappedBase) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const auto done = mm::unmap_view_in_system(reinterpret_cast<uint64_t>(MappedBase));
    return done ? STATUS_SUCCESS : STATUS_NOT_MAPPED_VIEW;
}

/// MmFlushImageSection (ntifs.h) lets an image section of a file go, so that the file can change.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE, always
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-mmflushimagesection
///   Differs  mapped views of the file are not asked about
RSL_EXPORT BOOLEAN NTAPI MmFlushImageSection(PSECTION_OBJECT_POINTERS, MMFLUSH_TYPE) { return TRUE; }

/// MmCanFileBeTruncated (ntifs.h) tells whether a view forbids to shorten a file.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE, always
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-mmcanfilebetruncated
///   Differs  mapped views of the file are not asked about
RSL_EXPORT BOOLEAN NTAPI MmCanFileBeTruncated(PSECTION_OBJECT_POINTERS, PLARGE_INTEGER) { return TRUE; }

/// MmDoesFileHaveUserWritableReferences (ntifs.h) counts writable views of a file.
///   IRQL     <= APC_LEVEL
///   Returns  0, always
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-mmdoesfilehaveuserwritablereferences
///   Differs  mapped views of the file are not asked about
RSL_EXPORT ULONG NTAPI MmDoesFileHaveUserWritableReferences(PSECTION_OBJECT_POINTERS) { return 0; }
