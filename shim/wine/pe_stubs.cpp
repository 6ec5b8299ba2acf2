// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/pe_stubs.hpp"

#include <cstring>
#include <optional>
#include <vector>

namespace rsl::wine {

namespace {

// Offsets of the PE format (learn.microsoft.com/windows/win32/debug/pe-format).
constexpr size_t kNewHeaderAt = 0x3C, kFileHeaderBytes = 24, kSectionBytes = 40,
                 kExportDirectory64 = 112;
constexpr uint32_t kMostNames = 0x10000;
constexpr uint16_t kNt = 'N' | 't' << 8;

/// A PE file whose every read is checked.
class PeFile {
  public:
    explicit PeFile(std::span<const std::byte> bytes) : bytes_(bytes) {}

    template <typename T>
    std::optional<T> at(uint64_t offset) const {
        if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) return std::nullopt;
        T value;
        std::memcpy(&value, bytes_.data() + offset, sizeof(T));
        return value;
    }

    bool read_sections() {
        const auto header = at<uint32_t>(kNewHeaderAt);
        if (!header || at<uint32_t>(*header) != 0x4550u) return false;
        const auto count = at<uint16_t>(*header + 6), optional_bytes = at<uint16_t>(*header + 20);
        if (!count || !optional_bytes || at<uint16_t>(*header + kFileHeaderBytes) != 0x20B)
            return false;
        optional_header_ = *header + kFileHeaderBytes;
        for (uint32_t i = 0; i < *count; ++i) {
            const uint64_t section =
                optional_header_ + *optional_bytes + uint64_t{i} * kSectionBytes;
            const auto rva = at<uint32_t>(section + 12), size = at<uint32_t>(section + 16),
                       data = at<uint32_t>(section + 20);
            if (!data) return false;
            sections_.push_back({*rva, *size, *data});
        }
        return true;
    }

    std::optional<uint64_t> offset_of(uint32_t rva) const {
        for (const Section& section : sections_) {
            if (rva >= section.rva && rva - section.rva < section.bytes)
                return uint64_t{section.data} + (rva - section.rva);
        }
        return std::nullopt;
    }
    template <typename T>
    std::optional<T> at_rva(uint32_t rva) const {
        const auto offset = offset_of(rva);
        return offset ? at<T>(*offset) : std::nullopt;
    }
    std::string text_at(uint32_t rva) const {
        std::string text;
        for (auto c = at_rva<char>(rva); c && *c != '\0' && text.size() < 256;
             c = at_rva<char>(++rva))
            text += *c;
        return text;
    }
    std::optional<uint32_t> export_directory() const {
        return at<uint32_t>(optional_header_ + kExportDirectory64);
    }

  private:
    struct Section {
        uint32_t rva, bytes, data;
    };
    std::span<const std::byte> bytes_;
    uint64_t optional_header_ = 0;
    std::vector<Section> sections_;
};

std::optional<uint32_t> stub_number(const PeFile& file, uint32_t code) {
    const auto head = file.at_rva<uint32_t>(code);
    if (!head) return std::nullopt;
    const uint32_t first = *head & 0xFFFFFF;
    const bool moves_first_argument =
        first == 0xD18B4C || first == 0xCA8949;  // mov r10,rcx in both encodings
    if (!moves_first_argument || *head >> 24 != 0xB8) return std::nullopt;  // mov eax,imm32
    return file.at_rva<uint32_t>(code + 4);
}

}  // namespace

HostResult<std::map<std::string, uint32_t>> read_stub_numbers(std::span<const std::byte> bytes) {
    PeFile file{bytes};
    if (!file.read_sections()) return Error("Wine's ntdll.dll is not a 64-bit PE file");
    const auto directory = file.export_directory();
    const auto count = directory ? file.at_rva<uint32_t>(*directory + 24) : std::nullopt;
    const auto functions = directory ? file.at_rva<uint32_t>(*directory + 28) : std::nullopt;
    const auto names = directory ? file.at_rva<uint32_t>(*directory + 32) : std::nullopt;
    const auto ordinals = directory ? file.at_rva<uint32_t>(*directory + 36) : std::nullopt;
    if (!count || !functions || !names || !ordinals || *count > kMostNames) {
        return Error("Wine's ntdll.dll has no export table");
    }
    std::map<std::string, uint32_t> numbers;
    for (uint32_t i = 0; i < *count; ++i) {
        const auto name_at = file.at_rva<uint32_t>(*names + 4 * i);
        const auto ordinal = file.at_rva<uint16_t>(*ordinals + 2 * i);
        if (!name_at || !ordinal) return Error("Wine's ntdll.dll has a damaged export table");
        if (file.at_rva<uint16_t>(*name_at) != kNt) continue;  // most are others: their names are not read
        std::string name = file.text_at(*name_at);
        const auto code = file.at_rva<uint32_t>(*functions + 4 * uint32_t{*ordinal});
        if (const auto number = code ? stub_number(file, *code) : std::nullopt)
            numbers.emplace(std::move(name), *number);
    }
    if (numbers.empty())
        return Error("Wine's ntdll.dll has no system call stubs of a kind that is known");
    return numbers;
}

}  // namespace rsl::wine
