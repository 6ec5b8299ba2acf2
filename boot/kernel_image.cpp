// SPDX-License-Identifier: GPL-2.0-only
#include "boot/kernel_image.hpp"

#include <cstring>

#include "base/core/bytes.hpp"

namespace rsl::boot {
namespace {

constexpr uint64_t kPageBytes = 4096;
constexpr uint32_t kMaxImageBytes = 64u << 20;  // far above any kernel of ours

struct RelocationBlock {
    uint32_t page;
    uint32_t bytes;
};

}  // namespace

Result<KernelImage> KernelImage::parse(std::span<const std::byte> file) {
    const auto dos = read_at<IMAGE_DOS_HEADER>(file, 0);
    if (!dos || dos->e_magic != IMAGE_DOS_SIGNATURE) return Status::kInvalidImageNotMz;
    const auto nt_at = static_cast<uint32_t>(dos->e_lfanew);
    const auto headers = read_at<IMAGE_NT_HEADERS64>(file, nt_at);
    if (!headers || headers->Signature != IMAGE_NT_SIGNATURE) return Status::kInvalidImageFormat;
    if (headers->FileHeader.Machine != IMAGE_FILE_MACHINE_AMD64) return Status::kImageMachineTypeMismatch;
    const IMAGE_OPTIONAL_HEADER64& optional = headers->OptionalHeader;
    if (optional.Magic != IMAGE_NT_OPTIONAL_HDR64_MAGIC) return Status::kInvalidImageFormat;
    if (optional.SectionAlignment != kPageBytes) return Status::kInvalidImageFormat;
    if (optional.SizeOfImage == 0 || optional.SizeOfImage > kMaxImageBytes) return Status::kInvalidImageFormat;
    if (optional.SizeOfHeaders > file.size() || optional.SizeOfHeaders > optional.SizeOfImage) {
        return Status::kInvalidImageFormat;
    }
    if (optional.AddressOfEntryPoint == 0 || optional.AddressOfEntryPoint >= optional.SizeOfImage) {
        return Status::kInvalidImageFormat;
    }

    KernelImage image;
    image.file_ = file;
    image.headers_ = *headers;
    image.sections_at_ = uint64_t{nt_at} + offsetof(IMAGE_NT_HEADERS64, OptionalHeader) +
                         headers->FileHeader.SizeOfOptionalHeader;
    const uint64_t table_bytes = uint64_t{headers->FileHeader.NumberOfSections} * sizeof(IMAGE_SECTION_HEADER);
    if (!in_bounds(image.sections_at_, table_bytes, file.size())) return Status::kInvalidImageFormat;
    for (uint32_t i = 0; i < headers->FileHeader.NumberOfSections; ++i) {
        const IMAGE_SECTION_HEADER section = image.section(i);
        const bool in_image = in_bounds(section.VirtualAddress, section.Misc.VirtualSize, optional.SizeOfImage);
        const bool in_file = in_bounds(section.PointerToRawData, section.SizeOfRawData, file.size());
        if (!in_image || !in_file || !is_aligned<uint64_t>(section.VirtualAddress, kPageBytes)) {
            return Status::kInvalidImageFormat;
        }
    }
    return image;
}

IMAGE_SECTION_HEADER KernelImage::section(uint32_t index) const {
    IMAGE_SECTION_HEADER section;
    std::memcpy(&section, file_.data() + sections_at_ + index * sizeof(section), sizeof(section));
    return section;
}

Result<void> KernelImage::place(std::span<std::byte> memory, uint64_t virtual_base) const {
    if (memory.size() < image_bytes()) return Status::kBufferTooSmall;
    std::memcpy(memory.data(), file_.data(), headers_.OptionalHeader.SizeOfHeaders);
    for (uint32_t i = 0; i < headers_.FileHeader.NumberOfSections; ++i) {
        const IMAGE_SECTION_HEADER from = section(i);
        const uint32_t bytes = from.SizeOfRawData < from.Misc.VirtualSize ? from.SizeOfRawData : from.Misc.VirtualSize;
        std::memcpy(memory.data() + from.VirtualAddress, file_.data() + from.PointerToRawData, bytes);
    }
    return relocate(memory.first(image_bytes()), virtual_base - headers_.OptionalHeader.ImageBase);
}

Result<void> KernelImage::relocate(std::span<std::byte> memory, uint64_t delta) const {
    if (delta == 0) return {};
    const IMAGE_DATA_DIRECTORY table = headers_.OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_BASERELOC];
    if ((headers_.FileHeader.Characteristics & IMAGE_FILE_RELOCS_STRIPPED) != 0 || table.Size == 0) {
        return Status::kConflictingAddresses;
    }
    if (!in_bounds(table.VirtualAddress, table.Size, memory.size())) return Status::kInvalidImageFormat;
    const auto blocks = std::span<const std::byte>(memory).subspan(table.VirtualAddress, table.Size);
    for (uint64_t at = 0; at < blocks.size();) {
        const auto block = read_at<RelocationBlock>(blocks, at);
        if (!block || block->bytes < sizeof(*block) || !in_bounds(at, block->bytes, blocks.size())) {
            return Status::kInvalidImageFormat;
        }
        for (uint64_t i = sizeof(*block); i + 2 <= block->bytes; i += 2) {
            const uint16_t entry = *read_at<uint16_t>(blocks, at + i);
            const uint16_t kind = entry >> 12;
            if (kind == IMAGE_REL_BASED_ABSOLUTE) continue;
            const uint64_t target = uint64_t{block->page} + (entry & 0xFFF);
            auto value = read_at<uint64_t>(memory, target);
            if (kind != IMAGE_REL_BASED_DIR64 || !value) return Status::kInvalidImageFormat;
            *value += delta;
            std::memcpy(memory.data() + target, &*value, sizeof(*value));
        }
        at += block->bytes;
    }
    return {};
}

Result<KernelImage::Access> KernelImage::access_of_page(uint64_t offset) const {
    for (uint32_t i = 0; i < headers_.FileHeader.NumberOfSections; ++i) {
        const IMAGE_SECTION_HEADER candidate = section(i);
        const uint64_t end = align_up<uint64_t>(uint64_t{candidate.VirtualAddress} + candidate.Misc.VirtualSize, kPageBytes);
        if (offset < candidate.VirtualAddress || offset >= end) continue;
        const Access access{(candidate.Characteristics & IMAGE_SCN_MEM_WRITE) != 0,
                            (candidate.Characteristics & IMAGE_SCN_MEM_EXECUTE) != 0};
        if (access.writable && access.executable) return Status::kInvalidImageProtect;
        return access;
    }
    return Access{false, false};
}

}  // namespace rsl::boot
