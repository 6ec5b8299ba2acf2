// SPDX-License-Identifier: GPL-2.0-only
// What makes an image loadable, checked top to bottom, with a sentence for each way to be damaged.
// After the "PE Format" specification (learn.microsoft.com/windows/win32/debug/pe-format).
#include <bit>
#include <cstdarg>
#include <cstring>

#include "kernel/ldr/image.hpp"
#include "kernel/ldr/unwind_check.hpp"
#include "kernel/rtl/format.hpp"

namespace rsl::ldr {
namespace {

constexpr uint32_t kMaxSections = 96;  // the specification's limit
constexpr uint32_t kMaxImageBytes = 256u << 20;
constexpr uint32_t kMaxImports = 65536;

/// What a file for another machine is called.
const char* machine_name(uint16_t machine) {
    switch (machine) {
        case IMAGE_FILE_MACHINE_I386: return "a 32-bit driver";
        case IMAGE_FILE_MACHINE_ARMNT: return "a 32-bit ARM driver";
        case IMAGE_FILE_MACHINE_ARM64: return "an ARM64 driver";
        case 0x0200: return "an Itanium driver";
        case 0x0EBC: return "EFI byte code";
        case 0x5064: return "a RISC-V driver";
        default: return nullptr;
    }
}

}  // namespace

class Parser {
  public:
    explicit Parser(std::span<const std::byte> file) { image_.bytes_ = file; }

    ParseResult run() {
        const bool ok = check_headers() && check_kind() && check_layout() && check_sections() &&
                        check_entry() && check_directories() && check_exports() && check_imports() &&
                        check_relocations() && check_functions() && check_load_config();
        if (!ok) return refusal_;
        return image_;
    }

  private:
    bool refuse(Status status, const char* format, ...) __attribute__((format(printf, 3, 4))) {
        va_list list;
        va_start(list, format);
        rtl::format_text(refusal_.text, sizeof(refusal_.text), format, list);
        va_end(list);
        refusal_.status = status;
        return false;
    }
    template <typename... T>
    bool damaged(const char* format, T... values) {
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wformat-security"
        return refuse(Status::kInvalidImageFormat, format, values...);
#pragma clang diagnostic pop
    }
    unsigned long long file_bytes() const { return image_.bytes_.size(); }

    bool check_headers() {
        if (image_.bytes_.empty()) return refuse(Status::kInvalidImageNotMz, "is empty");
        const auto dos = read_at<IMAGE_DOS_HEADER>(image_.bytes_, 0);
        if (read_at<uint16_t>(image_.bytes_, 0) != IMAGE_DOS_SIGNATURE) {
            return refuse(Status::kInvalidImageNotMz, "is not a Windows driver: it does not begin with \"MZ\"");
        }
        if (!dos) return damaged("is cut short: it has %llu bytes, not even its first header", file_bytes());
        const auto offset = static_cast<uint32_t>(dos->e_lfanew);
        const auto signature = read_at<uint32_t>(image_.bytes_, offset);
        if (!signature) {
            return damaged("is cut short: its PE header should be at 0x%x, and it has 0x%llx bytes", offset,
                           file_bytes());
        }
        if ((*signature & 0xFFFF) == 0x454E) return damaged("is a 16-bit program (NE), not a driver for Windows NT");
        if (*signature != IMAGE_NT_SIGNATURE) return damaged("is a DOS program: it has no PE header");
        const auto file = read_at<IMAGE_FILE_HEADER>(image_.bytes_, offset + 4ull);
        if (!file) return damaged("is cut short inside its PE header");
        image_.file_ = *file;
        if (!check_machine()) return false;
        if (file->SizeOfOptionalHeader < offsetof(IMAGE_OPTIONAL_HEADER64, DataDirectory)) {
            return damaged("has an optional header of %u bytes, too short for a 64-bit image",
                           file->SizeOfOptionalHeader);
        }
        return read_optional_header(offset + 4ull + sizeof(IMAGE_FILE_HEADER));
    }

    bool check_machine() {
        const uint16_t machine = image_.file_.Machine;
        if (machine == IMAGE_FILE_MACHINE_AMD64) return true;
        if (const char* name = machine_name(machine)) {
            return refuse(Status::kImageMachineTypeMismatch, "is %s; RSL runs 64-bit (x64) drivers only", name);
        }
        return refuse(Status::kImageMachineTypeMismatch,
                      "is for processor type 0x%04x; RSL runs 64-bit (x64) drivers only", machine);
    }

    bool read_optional_header(uint64_t offset) {
        const uint32_t bytes = image_.file_.SizeOfOptionalHeader;
        if (!in_bounds(offset, bytes, image_.bytes_.size())) return damaged("is cut short inside its optional header");
        const size_t copied = bytes < sizeof(image_.optional_) ? bytes : sizeof(image_.optional_);
        std::memcpy(&image_.optional_, image_.bytes_.data() + offset, copied);
        IMAGE_OPTIONAL_HEADER64& optional = image_.optional_;
        if (optional.Magic == IMAGE_NT_OPTIONAL_HDR32_MAGIC) {
            return damaged("says it is for x64, but has a 32-bit optional header");
        }
        if (optional.Magic != IMAGE_NT_OPTIONAL_HDR64_MAGIC) {
            return damaged("has an optional header of unknown kind 0x%x", optional.Magic);
        }
        const auto room = static_cast<uint32_t>((copied - offsetof(IMAGE_OPTIONAL_HEADER64, DataDirectory)) /
                                                sizeof(IMAGE_DATA_DIRECTORY));
        if (optional.NumberOfRvaAndSizes > room) optional.NumberOfRvaAndSizes = room;
        image_.section_table_ = static_cast<uint32_t>(offset + bytes);
        return true;
    }

    bool check_kind() {
        if ((image_.file_.Characteristics & IMAGE_FILE_EXECUTABLE_IMAGE) == 0) {
            return damaged("was not linked to the end: it is not marked as executable");
        }
        const unsigned subsystem = image_.optional_.Subsystem;
        if (subsystem == IMAGE_SUBSYSTEM_NATIVE) return true;
        if (subsystem >= 10 && subsystem <= 13) return damaged("is an EFI program, not a Windows driver");
        const char* kind = image_.is_dll() ? "a user-mode library (.dll)" : "a user-mode program (.exe)";
        return damaged("is %s: its subsystem is %u, and a kernel driver's is 1 (native)", kind, subsystem);
    }

    bool check_layout() {
        const IMAGE_OPTIONAL_HEADER64& optional = image_.optional_;
        const uint32_t memory = optional.SectionAlignment, file = optional.FileAlignment;
        if (!std::has_single_bit(memory) || !std::has_single_bit(file) || memory < file || file < 16 ||
            memory > (1u << 21)) {
            return damaged("has impossible alignments: 0x%x in memory, 0x%x in the file", memory, file);
        }
        if (image_.is_flat() && memory != file) {
            return damaged("aligns sections to 0x%x in memory and 0x%x in the file; below a page they must be equal",
                           memory, file);
        }
        if (optional.SizeOfImage == 0 || optional.SizeOfImage > kMaxImageBytes) {
            return damaged("claims an image of 0x%x bytes", optional.SizeOfImage);
        }
        if (optional.SizeOfHeaders > file_bytes() || optional.SizeOfHeaders > optional.SizeOfImage) {
            return damaged("is cut short: its headers take 0x%x bytes, and it has 0x%llx", optional.SizeOfHeaders,
                           file_bytes());
        }
        return true;
    }

    bool check_sections() {
        const uint32_t count = image_.file_.NumberOfSections;
        if (count == 0 || count > kMaxSections) return damaged("has %u sections", count);
        if (!in_bounds(image_.section_table_, uint64_t{count} * sizeof(IMAGE_SECTION_HEADER),
                       image_.optional_.SizeOfHeaders)) {
            return damaged("has a section table outside of its headers");
        }
        uint64_t previous_end = image_.optional_.SizeOfHeaders;
        for (uint32_t i = 0; i < count; ++i) {
            if (!check_section(image_.section(i), previous_end)) return false;
        }
        return true;
    }

    bool check_section(const Section& s, uint64_t& previous_end) {
        const char* name = s.name_bytes;
        if (s.rva < previous_end || !is_aligned(s.rva, image_.optional_.SectionAlignment)) {
            return damaged("has section %s at 0x%x, which overlaps another or is not aligned", name, s.rva);
        }
        if (!in_bounds(s.rva, s.bytes, image_.image_bytes())) {
            return damaged("has section %s from 0x%x to 0x%llx, outside of its image of 0x%x bytes", name, s.rva,
                           uint64_t{s.rva} + s.bytes + 0ull, image_.image_bytes());
        }
        previous_end = uint64_t{s.rva} + s.bytes;
        if (s.file_bytes == 0) return true;
        if (!in_bounds(s.file_offset, s.file_bytes, image_.bytes_.size())) {
            return damaged("is cut short at section %s, which needs bytes 0x%x to 0x%llx; the file has 0x%llx", name,
                           s.file_offset, uint64_t{s.file_offset} + s.file_bytes + 0ull, file_bytes());
        }
        if (image_.is_flat() && s.file_offset != s.rva) {
            return damaged("has section %s at 0x%x in the file and 0x%x in memory, below page alignment", name,
                           s.file_offset, s.rva);
        }
        return true;
    }

    bool check_entry() {
        const uint32_t entry = image_.entry_rva();
        if (entry == 0) return true;  // libraries of forwarders have none; who needs one asks
        for (uint32_t i = 0; i < image_.section_count(); ++i) {
            const Section s = image_.section(i);
            if (entry >= s.rva && entry - s.rva < s.bytes && s.has(IMAGE_SCN_MEM_EXECUTE)) return true;
        }
        return damaged("has its entry point at 0x%x, outside of its code", entry);
    }

    bool check_directories() {
        constexpr struct {
            uint32_t index;
            const char* name;
        } kUsed[] = {{IMAGE_DIRECTORY_ENTRY_EXPORT, "export"},      {IMAGE_DIRECTORY_ENTRY_IMPORT, "import"},
                     {IMAGE_DIRECTORY_ENTRY_EXCEPTION, "exception"}, {IMAGE_DIRECTORY_ENTRY_BASERELOC, "relocation"},
                     {IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG, "load configuration"},
                     {IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT, "delay import"}};
        for (const auto& [index, name] : kUsed) {
            const auto table = image_.directory(index);
            if (table && !in_bounds(table->VirtualAddress, table->Size, image_.image_bytes())) {
                return damaged("has its %s table at 0x%x, outside of its image of 0x%x bytes", name,
                               table->VirtualAddress, image_.image_bytes());
            }
        }
        return true;
    }

    bool check_exports() {
        const auto table = image_.directory(IMAGE_DIRECTORY_ENTRY_EXPORT);
        if (!table) return true;
        const auto exports = image_.read<IMAGE_EXPORT_DIRECTORY>(table->VirtualAddress);
        const auto array_fits = [&](uint32_t rva, uint32_t count, uint32_t each) {
            return count == 0 || (count < 65536 && image_.at(rva, count * each).size() == count * each);
        };
        if (!exports || !array_fits(exports->AddressOfFunctions, exports->NumberOfFunctions, 4) ||
            !array_fits(exports->AddressOfNames, exports->NumberOfNames, 4) ||
            !array_fits(exports->AddressOfNameOrdinals, exports->NumberOfNames, 2)) {
            return damaged("has an export table that reaches outside of its sections");
        }
        for (uint32_t i = 0; i < exports->NumberOfNames; ++i) {
            const auto entry = image_.named_export(i);
            if (!entry || entry->rva >= image_.image_bytes()) return damaged("has a damaged export table at entry %u", i);
        }
        return true;
    }

    bool check_imports() {
        // A bound image without its table of names cannot be bound again.
        uint32_t count = 0;
        const bool whole = image_.each_import([&](const Import& import) {
            return ++count <= kMaxImports && import.slot_rva % 8 == 0 &&
                   in_bounds(import.slot_rva, 8, image_.image_bytes());
        });
        if (whole) return true;
        return damaged("has a damaged import table after %u functions: a name, module or slot lies outside of its "
                       "sections", count);
    }

    bool check_relocations() {
        if (image_.each_relocation([](uint32_t) { return true; })) return true;
        return damaged("has a damaged relocation table, or relocations of a kind that x64 images cannot have");
    }

    bool check_functions() {
        const auto table = image_.directory(IMAGE_DIRECTORY_ENTRY_EXCEPTION);
        if (!table) return true;
        uint32_t previous_end = 0;
        for (uint32_t i = 0; i < image_.function_count(); ++i) {
            const auto function = image_.read<RUNTIME_FUNCTION>(
                table->VirtualAddress + i * static_cast<uint32_t>(sizeof(RUNTIME_FUNCTION)));
            if (!function || function->BeginAddress < previous_end ||
                function->EndAddress <= function->BeginAddress || function->EndAddress > image_.image_bytes() ||
                !unwind_info_fits(image_, *function)) {
                return damaged("has a damaged exception table (.pdata) at entry %u", i);
            }
            previous_end = function->EndAddress;
        }
        return true;
    }

    bool check_load_config() {
        if (!image_.directory(IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG)) return true;
        const auto config = image_.load_config();
        if (!config) return damaged("has its load configuration outside of its sections");
        const uint64_t pointers[] = {config->SecurityCookie, config->GuardCFCheckFunctionPointer,
                                     config->GuardCFDispatchFunctionPointer};
        for (const uint64_t pointer : pointers) {
            if (pointer == 0) continue;
            if (!in_bounds(pointer - image_.preferred_base(), 8, image_.image_bytes())) {
                return damaged("has a load configuration that points outside of the image (0x%llx)", pointer);
            }
        }
        return true;
    }

    Image image_;
    Refusal refusal_;
};

ParseResult parse(std::span<const std::byte> file) { return Parser(file).run(); }

}  // namespace rsl::ldr
