// SPDX-License-Identifier: GPL-2.0-only
// The boot shim: from a PVH loader to KiSystemStartup. It finds memory and the boot archive, lays out
// the kernel, makes page tables and hands over. Whatever is wrong ends the VM with its cause.
#include <algorithm>
#include <cstring>

#include "base/archive/cpio.hpp"
#include "base/core/bytes.hpp"
#include "boot/boot_info.h"
#include "boot/kernel_image.hpp"
#include "boot/memory_map.hpp"
#include "boot/shim/console.hpp"
#include "boot/shim/page_tables.hpp"
#include "boot/shim/pvh.hpp"

extern "C" {
extern const char shim_start[], shim_end[];
extern const char identity_pdpt[];
}

namespace rsl::boot {
namespace {

constexpr uint64_t kMegabyte = 1u << 20;
constexpr uint64_t kIdentityMapped = uint64_t{4} << 30;
constexpr uint64_t kLowReserved = 0x10000;  // no page 0, and room to start other processors
constexpr uint32_t kMaxFirmwareEntries = 128;

constinit RslBootInfo info = {};
constinit PvhMemoryEntry firmware_map[kMaxFirmwareEntries] = {};
constinit uint32_t firmware_map_count = 0;

template <typename T>
T* at(uint64_t physical) {
    return reinterpret_cast<T*>(physical);
}

const char* reason(Status status) {
    if (status == Status::kNoSuchFile) return "it is not in the archive";
    if (status == Status::kInvalidImageNotMz) return "it is not a program file";
    if (status == Status::kImageMachineTypeMismatch) return "it is for another kind of processor";
    if (status == Status::kInvalidImageProtect) return "a part of it is writable and executable";
    if (status == Status::kConflictingAddresses) return "it cannot be relocated";
    if (status == Status::kInsufficientResources) return "there are more ranges than the shim can keep";
    if (status == Status::kNoMemory) return "there is not enough memory";
    return "it is damaged";
}

template <typename T>
T must(Result<T> result, std::string_view what) {
    if (!result) fail(what, reason(result.failure()));
    if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

// Everything that lies in memory which may be overwritten is copied first: some firmware leaves the
// start info in low RAM.
PvhModule copy_start_info(const PvhStartInfo* start) {
    if (start == nullptr || start->magic != kPvhMagic) fail("the loader passed no PVH start information");
    if (start->version < kPvhMemoryMapVersion || start->memory_map_entries == 0) {
        fail("the loader passed no memory map");
    }
    if (start->memory_map_entries > kMaxFirmwareEntries) fail("the loader's memory map has too many entries");
    firmware_map_count = start->memory_map_entries;
    std::memcpy(firmware_map, at<const void>(start->memory_map), firmware_map_count * sizeof(PvhMemoryEntry));

    if (start->command_line != 0) {
        const auto* text = at<const char>(start->command_line);
        uint32_t length = 0;
        while (length < sizeof(info.command_line) && text[length] != '\0') ++length;
        if (length == sizeof(info.command_line)) fail("the command line is longer than 1023 characters");
        std::memcpy(info.command_line, text, length);
    }
    info.rsdp = start->rsdp;
    if (start->module_count != 1) {
        fail(start->module_count == 0 ? "there is no boot archive (-initrd)" : "there is more than one boot module");
    }
    return *at<const PvhModule>(start->modules);
}

void build_memory_map(MemoryMap& map, const PvhModule& archive) {
    constexpr std::string_view kWhat = "the memory map cannot be used";
    const std::span<const PvhMemoryEntry> entries(firmware_map, firmware_map_count);
    for (const PvhMemoryEntry& entry : entries) {
        if (entry.type == kPvhTypeRam) must(map.add_free(entry.address, entry.bytes), kWhat);
    }
    for (const PvhMemoryEntry& entry : entries) {  // some loaders add entries of no length
        if (entry.type != kPvhTypeRam && entry.bytes != 0) {
            must(map.assign(entry.address, entry.bytes, kRslMemoryReserved), kWhat);
        }
    }
    must(map.assign(0, kLowReserved, kRslMemoryReserved), kWhat);
    const auto shim = reinterpret_cast<uint64_t>(shim_start);
    must(map.assign(shim, reinterpret_cast<uint64_t>(shim_end) - shim, kRslMemoryShim), kWhat);
    must(map.assign(archive.address, archive.bytes, kRslMemoryArchive), kWhat);
}

bool is_memory(const PvhMemoryEntry& entry) {
    return entry.bytes != 0 &&
           (entry.type == kPvhTypeRam || entry.type == kPvhTypeAcpi || entry.type == kPvhTypeNvs);
}

uint64_t highest_memory() {
    uint64_t highest = 0;
    for (uint32_t i = 0; i < firmware_map_count; ++i) {
        const PvhMemoryEntry& entry = firmware_map[i];
        if (is_memory(entry)) highest = std::max(highest, entry.address + entry.bytes);
    }
    return highest;
}

void map_direct(PageTables& tables) {
    for (uint32_t i = 0; i < firmware_map_count; ++i) {
        const PvhMemoryEntry& entry = firmware_map[i];
        if (!is_memory(entry)) continue;
        const uint64_t end = entry.address + entry.bytes;
        for (uint64_t page = align_down(entry.address, PageTables::kLargePageBytes); page < end;
             page += PageTables::kLargePageBytes) {
            tables.map_large(RSL_DIRECT_MAP_BASE + page, page,
                             PageTables::kWritable | PageTables::kNoExecute | PageTables::kGlobal);
        }
    }
}

void map_kernel(PageTables& tables, const KernelImage& image, uint64_t physical) {
    for (uint64_t offset = 0; offset < image.image_bytes(); offset += kPageBytes) {
        const auto access = must(image.access_of_page(offset), "the kernel cannot be loaded");
        tables.map_small(RSL_KERNEL_IMAGE_BASE + offset, physical + offset,
                         PageTables::kGlobal | (access.writable ? PageTables::kWritable : 0) |
                             (access.executable ? 0 : PageTables::kNoExecute));
    }
}

/// The kernel's file has served. Its pages are the host's memory already, so the kernel shall use them before
/// any that nobody has written yet; the archive's other files keep their place.
void free_kernel_file(MemoryMap& map, std::span<const std::byte> file) {
    const auto begin = reinterpret_cast<uint64_t>(file.data());
    const uint64_t first = align_up(begin, kPageBytes), last = align_down(begin + file.size(), kPageBytes);
    if (first < last) must(map.assign(first, last - first, kRslMemoryFree), "the memory map cannot be used");
}

using KernelEntry = void(NTAPI*)(RslBootInfo*);

[[noreturn]] void boot(const PvhStartInfo* start) {
    const PvhModule module = copy_start_info(start);
    if (module.address >= kIdentityMapped || module.bytes > kIdentityMapped - module.address) {
        fail("the boot archive lies above 4 GB");
    }
    MemoryMap map(info.ranges);
    build_memory_map(map, module);

    const CpioArchive archive({at<const std::byte>(module.address), module.bytes});
    const auto file = must(archive.find("ntoskrnl.exe"), "the boot archive has no usable ntoskrnl.exe");
    const KernelImage image = must(KernelImage::parse(file), "ntoskrnl.exe cannot be loaded");
    const uint64_t kernel = must(map.take(image.image_bytes(), kPageBytes, kMegabyte, kIdentityMapped, kRslMemoryKernel),
                                 "there is no place for the kernel");
    const std::span<std::byte> memory(at<std::byte>(kernel), align_up<uint64_t>(image.image_bytes(), kPageBytes));
    std::memset(memory.data(), 0, memory.size());
    must(image.place(memory, RSL_KERNEL_IMAGE_BASE), "ntoskrnl.exe cannot be loaded");

    const uint64_t pages = PageTables::pages_needed(highest_memory(), image.image_bytes());
    const uint64_t block = must(map.take(pages * kPageBytes, kPageBytes, kMegabyte, kIdentityMapped, kRslMemoryPageTables),
                                "there is no place for page tables");
    std::memset(at<void>(block), 0, pages * kPageBytes);
    PageTables tables(block, pages);
    map_direct(tables);
    map_kernel(tables, image, kernel);
    tables.share_lowest(reinterpret_cast<uint64_t>(identity_pdpt));

    free_kernel_file(map, file);

    info.magic = RSL_BOOT_MAGIC;
    info.info_bytes = sizeof(info);
    info.archive_base = module.address;
    info.archive_bytes = module.bytes;
    info.kernel_base = kernel;
    info.kernel_bytes = memory.size();
    info.kernel_virtual_base = RSL_KERNEL_IMAGE_BASE;
    info.page_table_root = tables.root();
    info.range_count = static_cast<uint32_t>(map.ranges().size());
    asm volatile("mov %0, %%cr3" ::"r"(tables.root()) : "memory");
    const auto enter = reinterpret_cast<KernelEntry>(RSL_KERNEL_IMAGE_BASE + image.entry_offset());
    enter(reinterpret_cast<RslBootInfo*>(RSL_DIRECT_MAP_BASE + reinterpret_cast<uint64_t>(&info)));
    fail("the kernel returned to the boot shim");
}

}  // namespace
}  // namespace rsl::boot

extern "C" [[noreturn]] void shim_main(const rsl::boot::PvhStartInfo* start) { rsl::boot::boot(start); }
