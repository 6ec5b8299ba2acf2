// SPDX-License-Identifier: GPL-2.0-only
// A PE32+ image as bytes: parsed, checked and described, nothing loaded. Pure: no allocation, no
// kernel behind it, so that `rsl check` and the fuzzer use it on the host. A damaged file gets a
// sentence that says what is wrong. Not for mapping and binding: module.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "abi/types/exception.h"
#include "abi/types/pe.h"
#include "base/core/bytes.hpp"
#include "base/core/status.hpp"

namespace rsl::ldr {

/// Why an image is refused. The text goes on after the file's name: "echo.sys" + " " + text.
struct Refusal {
    Status status = Status::kInvalidImageFormat;
    char text[232] = {};
};

/// One section, as its header says; checked to lie inside the image.
struct Section {
    char name_bytes[IMAGE_SIZEOF_SHORT_NAME + 1];
    uint32_t rva;
    uint32_t bytes;  // in memory, not rounded
    uint32_t file_offset;
    uint32_t file_bytes;  // of them from the file; the rest is zero
    uint32_t characteristics;
    std::string_view name() const { return name_bytes; }
    bool has(uint32_t flag) const { return (characteristics & flag) != 0; }
};

/// One imported function.
struct Import {
    std::string_view module;  // as written: "HAL.dll"
    std::string_view name;    // empty: by ordinal
    uint16_t ordinal;
    uint16_t hint;
    uint32_t slot_rva;  // of the address table's entry
    bool delayed;
};

/// One exported function or variable.
struct Export {
    std::string_view name;  // empty: by ordinal only
    uint32_t ordinal;
    uint32_t rva;                // 0: an unused ordinal
    std::string_view forwarder;  // "ntoskrnl.IoCreateDevice", or empty
};

class Image;

/// An Image, or why there is none.
class ParseResult;

/// Checks a whole .sys (or .dll) file. Every table that Image's accessors walk has been checked.
ParseResult parse(std::span<const std::byte> file);

class Image {
  public:
    enum class Layout : uint8_t { kFile, kMapped };

    /// The running kernel's own image, which the boot shim has mapped at `base`. Trusted, not checked.
    static Image of_kernel(const std::byte* base);
    /// The same image where the loader has laid it out; `memory` has image_bytes().
    Image mapped_at(const std::byte* memory) const;

    std::span<const std::byte> bytes() const { return bytes_; }
    uint64_t preferred_base() const { return optional_.ImageBase; }
    uint32_t image_bytes() const { return optional_.SizeOfImage; }
    uint32_t header_bytes() const { return optional_.SizeOfHeaders; }
    uint32_t entry_rva() const { return optional_.AddressOfEntryPoint; }
    uint32_t section_alignment() const { return optional_.SectionAlignment; }
    uint32_t time_stamp() const { return file_.TimeDateStamp; }
    uint32_t checksum() const { return optional_.CheckSum; }
    uint16_t subsystem() const { return optional_.Subsystem; }
    uint16_t dll_characteristics() const { return optional_.DllCharacteristics; }
    bool relocations_stripped() const {
        return (file_.Characteristics & IMAGE_FILE_RELOCS_STRIPPED) != 0;
    }
    /// Whether there is an address in our kernel where it can run (arch::kFixedRangeBase).
    bool can_be_placed() const {
        return !relocations_stripped() ||
               (preferred_base() >= kFixedBase && preferred_base() < kFixedEnd &&
                image_bytes() <= kFixedEnd - preferred_base());
    }
    static constexpr uint64_t kFixedBase = 0xFFFFF80040000000, kFixedEnd = 0xFFFFF88000000000;
    bool is_dll() const { return (file_.Characteristics & IMAGE_FILE_DLL) != 0; }
    /// Whether sections share pages, so that file and memory layout are one.
    bool is_flat() const { return optional_.SectionAlignment < 4096; }

    uint32_t section_count() const { return file_.NumberOfSections; }
    Section section(uint32_t index) const;
    /// Nothing when the image has no such table.
    std::optional<IMAGE_DATA_DIRECTORY> directory(uint32_t index) const;

    /// Bytes at an RVA, if all of them come from one section's file data (or the headers).
    std::span<const std::byte> at(uint32_t rva, uint32_t length) const;
    template <typename T>
    std::optional<T> read(uint32_t rva) const {
        return read_at<T>(at(rva, sizeof(T)), 0);
    }
    /// The NUL-terminated string at an RVA; nothing when it does not end inside its section.
    std::optional<std::string_view> string_at(uint32_t rva) const;

    /// Calls visit(const Import&) for each import, delayed ones last. Stops when it returns false.
    template <typename Visit>
    bool each_import(Visit&& visit) const {
        return walk_imports([](void* opaque, const Import& import) {
            return (*static_cast<std::remove_reference_t<Visit>*>(opaque))(import);
        }, &visit);
    }
    /// Calls visit(rva) for each 64-bit word that holds an absolute address.
    template <typename Visit>
    bool each_relocation(Visit&& visit) const {
        return walk_relocations([](void* opaque, uint32_t rva) {
            return (*static_cast<std::remove_reference_t<Visit>*>(opaque))(rva);
        }, &visit);
    }

    std::string_view export_name() const;  // the module's own name in its export table
    uint32_t export_count() const;         // ordinals, unused ones included
    uint32_t named_export_count() const;
    /// The index-th named export, in the table's (sorted) order.
    std::optional<Export> named_export(uint32_t index) const;
    std::optional<Export> find_export(std::string_view name, uint16_t hint = 0) const;
    std::optional<Export> find_export(uint32_t ordinal) const;

    /// .pdata: sorted by address.
    uint32_t function_count() const;
    /// The load configuration as far as the image has it; missing fields are zero.
    std::optional<IMAGE_LOAD_CONFIG_DIRECTORY64> load_config() const;

  private:
    friend class Parser;
    using ImportVisitor = bool (*)(void* context, const Import& import);
    using RelocationVisitor = bool (*)(void* context, uint32_t rva);
    /// All that follows an RVA in its section; empty: there is nothing.
    std::span<const std::byte> from(uint32_t rva) const;
    /// How the NUL-terminated string at an RVA compares with `text`: below zero, zero or above, byte by byte.
    std::optional<int> compare_string(uint32_t rva, std::string_view text) const;
    bool walk_imports(ImportVisitor visit, void* context) const;
    bool walk_relocations(RelocationVisitor visit, void* context) const;

    std::span<const std::byte> bytes_;
    Layout layout_ = Layout::kFile;
    uint32_t section_table_ = 0;  // file offset
    IMAGE_FILE_HEADER file_{};
    IMAGE_OPTIONAL_HEADER64 optional_{};
};

class ParseResult {
  public:
    ParseResult(const Image& image) : image_(image), ok_(true) {}
    ParseResult(const Refusal& refusal) : refusal_(refusal), ok_(false) {}
    explicit operator bool() const { return ok_; }
    const Image& image() const { return image_; }
    const Refusal& refusal() const { return refusal_; }

  private:
    Image image_;
    Refusal refusal_;
    bool ok_;
};

}  // namespace rsl::ldr
