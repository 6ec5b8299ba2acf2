// SPDX-License-Identifier: GPL-2.0-only
// The accessors. Every walk stays bounds-checked although parse.cpp has seen all of it: they also run
// on mapped images, which a driver may have scribbled on.
#include "kernel/ldr/image.hpp"

#include <cstring>

namespace rsl::ldr {

Image Image::mapped_at(const std::byte* memory) const {
    Image mapped = *this;
    mapped.bytes_ = {memory, image_bytes()};
    mapped.layout_ = Layout::kMapped;
    return mapped;
}

Image Image::of_kernel(const std::byte* base) {
    IMAGE_DOS_HEADER dos;
    IMAGE_NT_HEADERS64 headers;
    std::memcpy(&dos, base, sizeof(dos));
    std::memcpy(&headers, base + dos.e_lfanew, sizeof(headers));
    Image image;
    image.file_ = headers.FileHeader;
    image.optional_ = headers.OptionalHeader;
    image.section_table_ = static_cast<uint32_t>(dos.e_lfanew) +
                           static_cast<uint32_t>(offsetof(IMAGE_NT_HEADERS64, OptionalHeader)) +
                           headers.FileHeader.SizeOfOptionalHeader;
    return image.mapped_at(base);
}

Section Image::section(uint32_t index) const {
    const auto header = read_at<IMAGE_SECTION_HEADER>(
        bytes_, section_table_ + uint64_t{index} * sizeof(IMAGE_SECTION_HEADER));
    Section section{};
    if (!header) return section;
    __builtin_memcpy(section.name_bytes, header->Name, sizeof(header->Name));
    section.rva = header->VirtualAddress;
    section.bytes = header->Misc.VirtualSize != 0 ? header->Misc.VirtualSize : header->SizeOfRawData;
    section.file_offset = header->PointerToRawData;
    const bool in_file = header->PointerToRawData != 0;
    section.file_bytes = !in_file ? 0
                         : header->SizeOfRawData < section.bytes ? header->SizeOfRawData : section.bytes;
    section.characteristics = header->Characteristics;
    return section;
}

std::optional<IMAGE_DATA_DIRECTORY> Image::directory(uint32_t index) const {
    if (index >= optional_.NumberOfRvaAndSizes || index >= IMAGE_NUMBEROF_DIRECTORY_ENTRIES) {
        return std::nullopt;
    }
    const IMAGE_DATA_DIRECTORY directory = optional_.DataDirectory[index];
    if (directory.VirtualAddress == 0 || directory.Size == 0) return std::nullopt;
    return directory;
}

std::span<const std::byte> Image::at(uint32_t rva, uint32_t length) const {
    if (layout_ == Layout::kMapped) {
        return in_bounds(rva, length, bytes_.size()) ? bytes_.subspan(rva, length)
                                                     : std::span<const std::byte>{};
    }
    if (in_bounds(rva, length, header_bytes())) return bytes_.subspan(rva, length);
    for (uint32_t i = 0; i < section_count(); ++i) {
        const Section s = section(i);
        if (rva < s.rva || !in_bounds(rva - s.rva, length, s.file_bytes)) continue;
        return bytes_.subspan(s.file_offset + (rva - s.rva), length);
    }
    return {};
}

std::span<const std::byte> Image::from(uint32_t rva) const {
    if (layout_ == Layout::kMapped) return rva < bytes_.size() ? bytes_.subspan(rva) : std::span<const std::byte>{};
    if (rva < header_bytes()) return bytes_.subspan(rva, header_bytes() - rva);
    for (uint32_t i = 0; i < section_count(); ++i) {
        const Section s = section(i);
        if (rva < s.rva || rva - s.rva >= s.file_bytes) continue;
        return bytes_.subspan(s.file_offset + (rva - s.rva), s.file_bytes - (rva - s.rva));
    }
    return {};
}

std::optional<std::string_view> Image::string_at(uint32_t rva) const {
    const auto rest = from(rva);
    const auto* text = reinterpret_cast<const char*>(rest.data());
    for (size_t i = 0; i < rest.size(); ++i) {
        if (text[i] == '\0') return std::string_view(text, i);
    }
    return std::nullopt;
}

std::optional<int> Image::compare_string(uint32_t rva, std::string_view text) const {
    const auto rest = from(rva);
    for (size_t i = 0; i < rest.size(); ++i) {
        const auto here = static_cast<unsigned char>(rest[i]);
        const auto wanted = static_cast<unsigned char>(i < text.size() ? text[i] : '\0');
        if (here != wanted) return here < wanted ? -1 : 1;
        if (i == text.size()) return 0;
    }
    return std::nullopt;
}

// ---- Imports --------------------------------------------------------------------------------------

namespace {

/// Walks one module's names; `names` and `addresses` are RVAs of parallel tables.
template <typename Visit>
bool walk_thunks(const Image& image, std::string_view module, uint32_t names, uint32_t addresses,
                 bool delayed, Visit&& visit) {
    for (uint32_t i = 0;; ++i) {
        const auto thunk = image.read<uint64_t>(names + i * 8);
        if (!thunk) return false;
        if (*thunk == 0) return true;
        Import import{.module = module, .name = {}, .ordinal = 0, .hint = 0,
                      .slot_rva = addresses + i * 8, .delayed = delayed};
        if (IMAGE_SNAP_BY_ORDINAL64(*thunk)) {
            import.ordinal = static_cast<uint16_t>(IMAGE_ORDINAL64(*thunk));
        } else {
            const auto rva = static_cast<uint32_t>(*thunk);
            const auto hint = image.read<uint16_t>(rva);
            const auto name = image.string_at(rva + 2);
            if (*thunk > UINT32_MAX || !hint || !name) return false;
            import.hint = *hint;
            import.name = *name;
        }
        if (!visit(import)) return false;
    }
}

}  // namespace

bool Image::walk_imports(ImportVisitor visit, void* context) const {
    const auto call = [&](const Import& import) { return visit(context, import); };
    if (const auto table = directory(IMAGE_DIRECTORY_ENTRY_IMPORT)) {
        for (uint32_t i = 0;; ++i) {
            const auto entry = read<IMAGE_IMPORT_DESCRIPTOR>(
                table->VirtualAddress + i * static_cast<uint32_t>(sizeof(IMAGE_IMPORT_DESCRIPTOR)));
            if (!entry) return false;
            if (entry->Name == 0 || entry->FirstThunk == 0) break;
            const auto module = string_at(entry->Name);
            if (!module) return false;
            const uint32_t names = entry->OriginalFirstThunk != 0 ? entry->OriginalFirstThunk : entry->FirstThunk;
            if (!walk_thunks(*this, *module, names, entry->FirstThunk, false, call)) return false;
        }
    }
    if (const auto table = directory(IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT)) {
        for (uint32_t i = 0;; ++i) {
            const auto entry = read<IMAGE_DELAYLOAD_DESCRIPTOR>(
                table->VirtualAddress + i * static_cast<uint32_t>(sizeof(IMAGE_DELAYLOAD_DESCRIPTOR)));
            if (!entry) return false;
            if (entry->DllNameRVA == 0) break;
            const auto module = string_at(entry->DllNameRVA);
            if (!module) return false;
            if (!walk_thunks(*this, *module, entry->ImportNameTableRVA, entry->ImportAddressTableRVA, true,
                             call)) {
                return false;
            }
        }
    }
    return true;
}

// ---- Relocations ----------------------------------------------------------------------------------

bool Image::walk_relocations(RelocationVisitor visit, void* context) const {
    const auto table = directory(IMAGE_DIRECTORY_ENTRY_BASERELOC);
    if (!table) return true;
    for (uint32_t done = 0; done + sizeof(IMAGE_BASE_RELOCATION) <= table->Size;) {
        const auto block = read<IMAGE_BASE_RELOCATION>(table->VirtualAddress + done);
        if (!block) return false;
        if (block->SizeOfBlock == 0) return true;  // padding that some linkers count in
        if (block->SizeOfBlock < sizeof(*block) || block->SizeOfBlock > table->Size - done) return false;
        const uint32_t entries = (block->SizeOfBlock - static_cast<uint32_t>(sizeof(*block))) / 2;
        for (uint32_t i = 0; i < entries; ++i) {
            const auto entry = read<uint16_t>(table->VirtualAddress + done +
                                              static_cast<uint32_t>(sizeof(*block)) + i * 2);
            if (!entry) return false;
            const unsigned type = *entry >> 12;
            if (type == IMAGE_REL_BASED_ABSOLUTE) continue;
            if (type != IMAGE_REL_BASED_DIR64) return false;
            const uint64_t rva = uint64_t{block->VirtualAddress} + (*entry & 0xFFF);
            if (!in_bounds(rva, 8, image_bytes())) return false;
            if (!visit(context, static_cast<uint32_t>(rva))) return false;
        }
        done += block->SizeOfBlock;
    }
    return true;
}

// ---- Exports --------------------------------------------------------------------------------------

namespace {

std::optional<IMAGE_EXPORT_DIRECTORY> export_directory(const Image& image) {
    const auto table = image.directory(IMAGE_DIRECTORY_ENTRY_EXPORT);
    return table ? image.read<IMAGE_EXPORT_DIRECTORY>(table->VirtualAddress) : std::nullopt;
}

std::optional<std::string_view> export_name_at(const Image& image, const IMAGE_EXPORT_DIRECTORY& exports,
                                               uint32_t index) {
    if (index >= exports.NumberOfNames) return std::nullopt;
    const auto rva = image.read<uint32_t>(exports.AddressOfNames + index * 4);
    return rva ? image.string_at(*rva) : std::nullopt;
}

std::optional<Export> export_at(const Image& image, const IMAGE_EXPORT_DIRECTORY& exports, uint32_t index,
                                std::string_view name) {
    if (index >= exports.NumberOfFunctions) return std::nullopt;
    const auto rva = image.read<uint32_t>(exports.AddressOfFunctions + index * 4);
    if (!rva) return std::nullopt;
    Export result{.name = name, .ordinal = exports.Base + index, .rva = *rva, .forwarder = {}};
    // An address inside the export table itself is the name of another module's export.
    const auto table = image.directory(IMAGE_DIRECTORY_ENTRY_EXPORT);
    if (*rva - table->VirtualAddress < table->Size && *rva >= table->VirtualAddress) {
        const auto forwarder = image.string_at(*rva);
        if (!forwarder) return std::nullopt;
        result.forwarder = *forwarder;
    }
    return result;
}

std::optional<Export> named_export_at(const Image& image, const IMAGE_EXPORT_DIRECTORY& exports,
                                      uint32_t index) {
    const auto name = export_name_at(image, exports, index);
    const auto function = image.read<uint16_t>(exports.AddressOfNameOrdinals + index * 2);
    if (!name || !function) return std::nullopt;
    return export_at(image, exports, *function, *name);
}

}  // namespace

std::string_view Image::export_name() const {
    const auto exports = export_directory(*this);
    return exports ? string_at(exports->Name).value_or(std::string_view{}) : std::string_view{};
}
uint32_t Image::export_count() const {
    const auto exports = export_directory(*this);
    return exports ? exports->NumberOfFunctions : 0;
}
uint32_t Image::named_export_count() const {
    const auto exports = export_directory(*this);
    return exports ? exports->NumberOfNames : 0;
}

std::optional<Export> Image::named_export(uint32_t index) const {
    const auto exports = export_directory(*this);
    return exports ? named_export_at(*this, *exports, index) : std::nullopt;
}

std::optional<Export> Image::find_export(std::string_view name, uint16_t hint) const {
    const auto exports = export_directory(*this);
    if (!exports) return std::nullopt;
    const auto compare = [&](uint32_t index) -> std::optional<int> {  // most differ early: no name is measured
        const auto rva = read<uint32_t>(exports->AddressOfNames + index * 4);
        return rva ? compare_string(*rva, name) : std::nullopt;
    };
    if (hint != 0 && hint < exports->NumberOfNames && compare(hint) == 0) return named_export_at(*this, *exports, hint);
    uint32_t low = 0, high = exports->NumberOfNames;  // linkers sort names by their bytes
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const auto order = compare(middle);
        if (!order) return std::nullopt;
        if (*order == 0) return named_export_at(*this, *exports, middle);
        if (*order < 0) low = middle + 1;
        else high = middle;
    }
    return std::nullopt;
}

std::optional<Export> Image::find_export(uint32_t ordinal) const {
    const auto exports = export_directory(*this);
    if (!exports || ordinal < exports->Base) return std::nullopt;
    return export_at(*this, *exports, ordinal - exports->Base, {});
}

// ---- Other tables ---------------------------------------------------------------------------------

uint32_t Image::function_count() const {
    const auto table = directory(IMAGE_DIRECTORY_ENTRY_EXCEPTION);
    return table ? table->Size / static_cast<uint32_t>(sizeof(RUNTIME_FUNCTION)) : 0;
}

std::optional<IMAGE_LOAD_CONFIG_DIRECTORY64> Image::load_config() const {
    const auto table = directory(IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG);
    if (!table) return std::nullopt;
    const auto own_size = read<uint32_t>(table->VirtualAddress);
    if (!own_size) return std::nullopt;
    // The directory's size was a fixed number once; the structure's own says how much there is.
    IMAGE_LOAD_CONFIG_DIRECTORY64 config{};
    const uint32_t bytes = *own_size < sizeof(config) ? *own_size : static_cast<uint32_t>(sizeof(config));
    const auto data = at(table->VirtualAddress, bytes);
    if (data.size() != bytes) return std::nullopt;
    if (bytes != 0) std::memcpy(&config, data.data(), bytes);
    return config;
}

}  // namespace rsl::ldr
