// SPDX-License-Identifier: GPL-2.0-only
// A PE32+ image made byte by byte, for the tests of parser and loader: a well-formed driver to start
// from, which a test then damages or runs.
#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string_view>

#include "abi/types/exception.h"
#include "abi/types/pe.h"
#include "base/core/bytes.hpp"
#include "base/core/check.hpp"

namespace rsl::ldr {

class TestImage {
  public:
    static constexpr uint32_t kCode = IMAGE_SCN_CNT_CODE | IMAGE_SCN_MEM_EXECUTE | IMAGE_SCN_MEM_READ;
    static constexpr uint32_t kReadOnly = IMAGE_SCN_CNT_INITIALIZED_DATA | IMAGE_SCN_MEM_READ;
    static constexpr uint32_t kData = kReadOnly | IMAGE_SCN_MEM_WRITE;
    static constexpr uint64_t kBase = 0x140000000;
    static constexpr uint32_t kHeaderBytes = 0x400;

    explicit TestImage(uint32_t memory_alignment = 0x1000, uint32_t file_alignment = 0x200) {
        auto& dos = *reinterpret_cast<IMAGE_DOS_HEADER*>(bytes_);
        dos.e_magic = IMAGE_DOS_SIGNATURE;
        dos.e_lfanew = kHeaderOffset;
        IMAGE_NT_HEADERS64& nt = headers();
        nt.Signature = IMAGE_NT_SIGNATURE;
        nt.FileHeader = {.Machine = IMAGE_FILE_MACHINE_AMD64,
                         .SizeOfOptionalHeader = sizeof(IMAGE_OPTIONAL_HEADER64),
                         .Characteristics = IMAGE_FILE_EXECUTABLE_IMAGE | IMAGE_FILE_LARGE_ADDRESS_AWARE};
        IMAGE_OPTIONAL_HEADER64& optional = nt.OptionalHeader;
        optional.Magic = IMAGE_NT_OPTIONAL_HDR64_MAGIC;
        optional.ImageBase = kBase;
        optional.SectionAlignment = memory_alignment;
        optional.FileAlignment = file_alignment;
        optional.SizeOfHeaders = kHeaderBytes;
        optional.SizeOfImage = align_up(kHeaderBytes, memory_alignment);
        optional.Subsystem = IMAGE_SUBSYSTEM_NATIVE;
        optional.NumberOfRvaAndSizes = IMAGE_NUMBEROF_DIRECTORY_ENTRIES;
        file_bytes_ = kHeaderBytes;
    }
    TestImage(const TestImage&) = delete;

    IMAGE_NT_HEADERS64& headers() { return *reinterpret_cast<IMAGE_NT_HEADERS64*>(bytes_ + kHeaderOffset); }
    IMAGE_OPTIONAL_HEADER64& optional() { return headers().OptionalHeader; }
    IMAGE_SECTION_HEADER& section_header(uint32_t index) {
        return reinterpret_cast<IMAGE_SECTION_HEADER*>(&headers() + 1)[index];
    }
    std::span<const std::byte> file() const { return std::as_bytes(std::span(bytes_, file_bytes_)); }
    void cut_to(uint32_t bytes) { file_bytes_ = bytes; }

    /// A new section of zeroes behind the others; returns its RVA.
    uint32_t add_section(std::string_view name, uint32_t characteristics, uint32_t bytes = 0x200) {
        IMAGE_SECTION_HEADER& section = section_header(headers().FileHeader.NumberOfSections++);
        section = {};
        std::memcpy(section.Name, name.data(), name.size());
        section.VirtualAddress = optional().SizeOfImage;
        section.Misc.VirtualSize = bytes;
        section.SizeOfRawData = align_up(bytes, optional().FileAlignment);
        section.PointerToRawData = file_bytes_;
        section.Characteristics = characteristics;
        file_bytes_ += section.SizeOfRawData;
        optional().SizeOfImage = align_up(section.VirtualAddress + bytes, optional().SectionAlignment);
        RSL_CHECK(file_bytes_ <= sizeof(bytes_));
        return section.VirtualAddress;
    }

    unsigned char* at(uint32_t rva) {
        for (uint32_t i = 0; i < headers().FileHeader.NumberOfSections; ++i) {
            const IMAGE_SECTION_HEADER& s = section_header(i);
            if (rva >= s.VirtualAddress && rva - s.VirtualAddress < s.SizeOfRawData) {
                return bytes_ + s.PointerToRawData + (rva - s.VirtualAddress);
            }
        }
        return bytes_ + rva;
    }
    template <typename T>
    void write(uint32_t rva, const T& value) {
        std::memcpy(at(rva), &value, sizeof(value));
    }
    void write_code(uint32_t rva, std::initializer_list<int> code) {
        for (const int byte : code) *at(rva++) = static_cast<unsigned char>(byte);
    }
    /// Writes a terminated string, and returns the RVA behind it, kept even.
    uint32_t write_string(uint32_t rva, std::string_view text) {
        std::memcpy(at(rva), text.data(), text.size());
        *at(rva + static_cast<uint32_t>(text.size())) = 0;
        return align_up(rva + static_cast<uint32_t>(text.size()) + 1, 2u);
    }
    void set_directory(uint32_t index, uint32_t rva, uint32_t bytes) { optional().DataDirectory[index] = {rva, bytes}; }

    struct ImportedModule {
        std::string_view name;
        std::initializer_list<std::string_view> functions;  // "#12" is by ordinal
    };
    /// Lays out an import table at `rva`: descriptors, both thunk tables, names. Returns the RVA of the
    /// first address slot; the slots of all modules follow one another with a zero between modules.
    uint32_t write_imports(uint32_t rva, std::initializer_list<ImportedModule> modules) {
        uint32_t slots = 0;
        for (const auto& module : modules) slots += static_cast<uint32_t>(module.functions.size()) + 1;
        const uint32_t descriptors = rva;
        const uint32_t addresses =
            align_up(rva + static_cast<uint32_t>((modules.size() + 1) * sizeof(IMAGE_IMPORT_DESCRIPTOR)), 8u);
        const uint32_t names = addresses + slots * 8;
        uint32_t text = names + slots * 8, slot = 0, index = 0;
        for (const auto& module : modules) {
            IMAGE_IMPORT_DESCRIPTOR descriptor{};
            descriptor.OriginalFirstThunk = names + slot * 8;
            descriptor.FirstThunk = addresses + slot * 8;
            descriptor.Name = text;
            text = write_string(text, module.name);
            write(descriptors + index++ * static_cast<uint32_t>(sizeof(descriptor)), descriptor);
            for (const std::string_view function : module.functions) {
                uint64_t thunk = text;
                if (function.starts_with('#')) {
                    thunk = IMAGE_ORDINAL_FLAG64;
                    uint64_t ordinal = 0;
                    for (const char digit : function.substr(1)) ordinal = ordinal * 10 + static_cast<uint64_t>(digit - '0');
                    thunk |= ordinal;
                } else {
                    text = write_string(text + 2, function);
                }
                write(names + slot * 8, thunk);
                write(addresses + slot * 8, thunk);
                ++slot;
            }
            write(names + slot * 8, uint64_t{0});
            write(addresses + slot * 8, uint64_t{0});
            ++slot;
        }
        write(descriptors + index * static_cast<uint32_t>(sizeof(IMAGE_IMPORT_DESCRIPTOR)), IMAGE_IMPORT_DESCRIPTOR{});
        set_directory(IMAGE_DIRECTORY_ENTRY_IMPORT, descriptors, addresses - descriptors);
        return addresses;
    }

    struct ExportedName {
        std::string_view name;
        uint32_t rva;                // of the function, or
        std::string_view forwarder;  // what it forwards to
    };
    /// Names in ascending order; ordinals from 10 on.
    void write_exports(uint32_t rva, std::string_view module, std::initializer_list<ExportedName> names) {
        const auto count = static_cast<uint32_t>(names.size());
        IMAGE_EXPORT_DIRECTORY directory{};
        directory.Base = 10;
        directory.NumberOfFunctions = directory.NumberOfNames = count;
        directory.AddressOfFunctions = rva + static_cast<uint32_t>(sizeof(directory));
        directory.AddressOfNames = directory.AddressOfFunctions + count * 4;
        directory.AddressOfNameOrdinals = directory.AddressOfNames + count * 4;
        uint32_t text = align_up(directory.AddressOfNameOrdinals + count * 2, 4u);
        directory.Name = text;
        text = write_string(text, module);
        uint16_t index = 0;
        for (const auto& entry : names) {
            write(directory.AddressOfNames + index * 4u, text);
            text = write_string(text, entry.name);
            write(directory.AddressOfFunctions + index * 4u, entry.forwarder.empty() ? entry.rva : text);
            if (!entry.forwarder.empty()) text = write_string(text, entry.forwarder);
            write(directory.AddressOfNameOrdinals + index * 2u, index);
            ++index;
        }
        write(rva, directory);
        set_directory(IMAGE_DIRECTORY_ENTRY_EXPORT, rva, text - rva);
    }

    /// One block of 64-bit relocations; the places lie in one page.
    void write_relocations(uint32_t rva, std::initializer_list<uint32_t> places) {
        IMAGE_BASE_RELOCATION block{};
        block.VirtualAddress = *places.begin() & ~0xFFFu;
        block.SizeOfBlock = align_up(static_cast<uint32_t>(sizeof(block) + places.size() * 2), 4u);
        write(rva, block);
        uint32_t at_entry = rva + static_cast<uint32_t>(sizeof(block));
        for (const uint32_t place : places) {
            write(at_entry, static_cast<uint16_t>(IMAGE_REL_BASED_DIR64 << 12 | (place & 0xFFF)));
            at_entry += 2;
        }
        set_directory(IMAGE_DIRECTORY_ENTRY_BASERELOC, rva, block.SizeOfBlock);
    }

  private:
    static constexpr uint32_t kHeaderOffset = 0x80;
    alignas(16) unsigned char bytes_[0x1400] = {};
    uint32_t file_bytes_ = 0;
};

/// A small driver: .text with an entry point that returns 42, .rdata with imports, .data, .reloc.
struct TestDriver : TestImage {
    uint32_t text, rdata, data, reloc, slots;
    explicit TestDriver(uint32_t memory_alignment = 0x1000, uint32_t file_alignment = 0x200)
        : TestImage(memory_alignment, file_alignment) {
        text = add_section(".text", kCode);
        rdata = add_section(".rdata", kReadOnly, 0x400);
        data = add_section(".data", kData);
        reloc = add_section(".reloc", kReadOnly | IMAGE_SCN_MEM_DISCARDABLE);
        optional().AddressOfEntryPoint = text;
        write_code(text, {0xB8, 42, 0, 0, 0, 0xC3});  // mov eax, 42; ret
        slots = write_imports(rdata, {{"ntoskrnl.exe", {"RtlUpcaseUnicodeChar", "RtlInitUnicodeString"}}});
        write_relocations(reloc, {data + 0x10});
        write(data + 0x10, kBase + text);
    }
};

}  // namespace rsl::ldr
