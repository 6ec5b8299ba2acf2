// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/mm/file_pages.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "abi/functions/ex.h"
#include "abi/functions/fsrtl.h"
#include "abi/functions/io.h"
#include "abi/functions/ke.h"
#include "abi/types/status.h"
#include "base/core/bytes.hpp"
#include "kernel/arch/paging.hpp"
#include "kernel/io/file.hpp"
#include "kernel/io/services.hpp"
#include "kernel/io/stack_location.hpp"
#include "kernel/ldr/image.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::mm {
namespace {

using arch::kPageBytes;

constexpr PoolTag kTag = pool_tag("MmFp");
constexpr uint64_t kMostBytes = 256ull << 20;  // all of it is resident
constinit EX_PUSH_LOCK the_lock = {};

class Locked {
  public:
    Locked() {
        KeEnterCriticalRegion();
        ExAcquirePushLockExclusiveEx(&the_lock, 0);
    }
    ~Locked() {
        ExReleasePushLockExclusiveEx(&the_lock, 0);
        KeLeaveCriticalRegion();
    }
    Locked(const Locked&) = delete;
};

PVOID& slot_of(FILE_OBJECT& file, FileUse use) {
    return use == FileUse::kImage ? file.SectionObjectPointer->ImageSectionObject
                                  : file.SectionObjectPointer->DataSectionObject;
}

/// One transfer that neither moves the file's position nor asks its locks.
NTSTATUS transfer(FILE_OBJECT& file, ULONG major, uint64_t offset, void* memory, uint32_t bytes, uint64_t& done) {
    DEVICE_OBJECT& device = io::device_for(file);
    KEVENT finished;
    KeInitializeEvent(&finished, NotificationEvent, FALSE);
    LARGE_INTEGER at{.QuadPart = static_cast<LONGLONG>(offset)};
    IO_STATUS_BLOCK outcome = {};
    const LARGE_INTEGER position = file.CurrentByteOffset;
    PIRP irp = IoBuildSynchronousFsdRequest(major, &device, memory, bytes, &at, &finished, &outcome);
    if (irp == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    io::next_location(*irp).FileObject = &file;
    NTSTATUS status = IofCallDriver(&device, irp);
    if (status == STATUS_PENDING) {
        KeWaitForSingleObject(&finished, Executive, KernelMode, FALSE, nullptr);
        status = outcome.Status;
    }
    file.CurrentByteOffset = position;
    done = outcome.Information;
    return status;
}

void* memory_of(const FilePages& set, uint64_t index) {
    return arch::direct_map(set.pages[index].load(std::memory_order_relaxed));
}

Result<void> allocate_pages(FilePages& set, uint64_t bytes) {
    set.count = align_up(bytes, kPageBytes) / kPageBytes;
    set.pages = static_cast<std::atomic<uint64_t>*>(allocate(set.count * sizeof(std::atomic<uint64_t>), kTag));
    if (set.pages == nullptr) return Status::kInsufficientResources;
    for (uint64_t i = 0; i < set.count; ++i) ::new (&set.pages[i]) std::atomic<uint64_t>(0);
    for (uint64_t i = 0; i < set.count; ++i) set.pages[i] = RSL_TRY(allocate_page());  // zeroed
    return {};
}

Result<void> read_pages(FilePages& set) {
    for (uint64_t i = 0; i < set.count; ++i) {
        const uint64_t offset = i * kPageBytes;
        if (offset >= set.file_bytes) return {};
        const auto bytes = static_cast<uint32_t>(std::min<uint64_t>(kPageBytes, set.file_bytes - offset));
        uint64_t got = 0;
        const NTSTATUS status = transfer(*set.file, IRP_MJ_READ, offset, memory_of(set, i), bytes, got);
        if (status == STATUS_END_OF_FILE) return {};  // it became shorter
        if (status < 0) return Status(status);
    }
    return {};
}

void write_pages(FilePages& set) {
    for (uint64_t i = 0; i < set.count; ++i) {
        const uint64_t offset = i * kPageBytes;
        if (offset >= set.file_bytes) return;
        const auto bytes = static_cast<uint32_t>(std::min<uint64_t>(kPageBytes, set.file_bytes - offset));
        uint64_t done = 0;
        if (transfer(*set.file, IRP_MJ_WRITE, offset, memory_of(set, i), bytes, done) < 0) return;
    }
}

/// Copies `from` to where `rva` says.
void place(FilePages& set, uint64_t rva, const std::byte* from, uint64_t bytes) {
    while (bytes != 0 && rva / kPageBytes < set.count) {
        const uint64_t inside = rva % kPageBytes, part = std::min(bytes, kPageBytes - inside);
        std::memcpy(static_cast<std::byte*>(memory_of(set, rva / kPageBytes)) + inside, from, part);
        rva += part;
        from += part;
        bytes -= part;
    }
}

/// The file's sections at their addresses, as a loader lays them out; not relocated.
Result<void> lay_out_image(FilePages& set) {
    UniqueBytes whole(set.file_bytes, kTag);
    if (!whole) return Status::kInsufficientResources;
    auto* bytes = static_cast<std::byte*>(whole.get());
    for (uint64_t offset = 0; offset < set.file_bytes;) {
        constexpr uint64_t kChunk = 128 * 1024;
        uint64_t got = 0;
        const auto want = static_cast<uint32_t>(std::min(kChunk, set.file_bytes - offset));
        const NTSTATUS status = transfer(*set.file, IRP_MJ_READ, offset, bytes + offset, want, got);
        if (status < 0 || got == 0) return Status::kInvalidImageFormat;
        offset += got;
    }
    const auto parsed = ldr::parse({bytes, static_cast<size_t>(set.file_bytes)});
    if (!parsed) return Status::kInvalidImageFormat;
    const ldr::Image& image = parsed.image();
    set.preferred_base = image.preferred_base();
    RSL_TRY(allocate_pages(set, image.image_bytes()));
    place(set, 0, bytes, std::min<uint64_t>(image.header_bytes(), set.file_bytes));
    for (uint32_t i = 0; i < image.section_count(); ++i) {
        const auto section = image.section(i);
        if (!in_bounds(section.file_offset, section.file_bytes, set.file_bytes)) return Status::kInvalidImageFormat;
        place(set, section.rva, bytes + section.file_offset, std::min<uint64_t>(section.file_bytes, align_up<uint64_t>(section.bytes, kPageBytes)));
    }
    return {};
}

void free_set(FilePages& set) {
    for (uint64_t i = 0; i < set.count; ++i) {
        const uint64_t page = set.pages[i].load(std::memory_order_relaxed);
        if (page != 0) dereference_page(page);
    }
    if (set.pages != nullptr) mm::free(set.pages);
    if (set.file != nullptr) io::file_of(*set.file).drop_reference();
    destroy(&set);
}

/// The file's size, after making it larger where that is asked for and allowed.
Result<uint64_t> file_size(FILE_OBJECT& file, uint64_t wanted, FileUse use) {
    LARGE_INTEGER size = {};
    if (const NTSTATUS status = FsRtlGetFileSize(&file, &size); status < 0) return Status(STATUS_INVALID_FILE_FOR_SECTION);
    const auto there = static_cast<uint64_t>(size.QuadPart);
    if (there == 0 && wanted == 0) return Status(STATUS_MAPPED_FILE_SIZE_ZERO);
    if (wanted > kMostBytes || there > kMostBytes) return Status(STATUS_SECTION_TOO_BIG);
    if (wanted <= there) return there;
    if (use != FileUse::kWrite) return Status(STATUS_SECTION_TOO_BIG);
    const std::byte none{};
    uint64_t done = 0;
    const NTSTATUS status = transfer(file, IRP_MJ_WRITE, wanted - 1, const_cast<std::byte*>(&none), 1, done);
    if (status < 0) return Status(status);
    return wanted;
}

}  // namespace

Result<FilePages*> take_file_pages(FILE_OBJECT& file, uint64_t bytes, FileUse use) {
    if (file.SectionObjectPointer == nullptr) return Status(STATUS_INVALID_FILE_FOR_SECTION);
    const Locked guard;
    const uint64_t size = RSL_TRY(file_size(file, bytes, use));
    auto*& there = reinterpret_cast<FilePages*&>(slot_of(file, use));
    if (there != nullptr && (use == FileUse::kImage || there->file_bytes == size)) {
        // The opener whose handle may write does the writing back.
        if (use == FileUse::kWrite && there->use == FileUse::kRead) {
            io::file_of(file).add_reference();
            io::file_of(*std::exchange(there->file, &file)).drop_reference();
            there->use = use;
        }
        ++there->references;
        return there;
    }
    if (there != nullptr) return Status(STATUS_USER_MAPPED_FILE);  // of another size, and still mapped
    auto* set = RSL_TRY(make<FilePages>(kTag));
    io::file_of(file).add_reference();
    set->file = &file;
    set->use = use;
    set->file_bytes = size;
    auto filled = use == FileUse::kImage ? lay_out_image(*set) : allocate_pages(*set, size);
    if (filled && use != FileUse::kImage) filled = read_pages(*set);
    if (!filled) {
        free_set(*set);
        return filled.failure();
    }
    there = set;
    return set;
}

void give_file_pages(FilePages& set) {
    {
        const Locked guard;
        if (--set.references != 0) return;
        slot_of(*set.file, set.use) = nullptr;
        if (set.use == FileUse::kWrite) write_pages(set);
    }
    free_set(set);
}

}  // namespace rsl::mm
