// SPDX-License-Identifier: GPL-2.0-only
#include "base/archive/cpio.hpp"

#include "base/core/bytes.hpp"

namespace rsl {
namespace {

// The header is ASCII: "070701" and thirteen fields of eight hexadecimal digits.
constexpr uint64_t kHeaderBytes = 110;
constexpr uint64_t kFileSizeField = 6 + 6 * 8;
constexpr uint64_t kNameSizeField = 6 + 11 * 8;
constexpr std::string_view kMagic = "070701";
constexpr std::string_view kTrailer = "TRAILER!!!";
constexpr uint64_t kAlignment = 4;

std::optional<uint64_t> parse_field(std::string_view header, uint64_t offset) {
    uint64_t value = 0;
    for (const char c : header.substr(offset, 8)) {
        if (c >= '0' && c <= '9') {
            value = value * 16 + static_cast<uint64_t>(c - '0');
        } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
            value = value * 16 + static_cast<uint64_t>((c | 0x20) - 'a' + 10);
        } else {
            return std::nullopt;
        }
    }
    return value;
}

}  // namespace

Result<std::optional<CpioArchive::Entry>> CpioArchive::next(uint64_t& offset) const {
    if (!in_bounds(offset, kHeaderBytes, bytes_.size())) return Status::kInvalidImageFormat;
    const auto* text = reinterpret_cast<const char*>(bytes_.data());
    const std::string_view header{text + offset, kHeaderBytes};
    if (!header.starts_with(kMagic)) return Status::kInvalidImageFormat;
    const auto file_bytes = parse_field(header, kFileSizeField);
    const auto name_bytes = parse_field(header, kNameSizeField);  // with its NUL
    if (!file_bytes || !name_bytes || *name_bytes == 0) return Status::kInvalidImageFormat;

    const uint64_t name_at = offset + kHeaderBytes;
    if (!in_bounds(name_at, *name_bytes, bytes_.size())) return Status::kInvalidImageFormat;
    const std::string_view name{text + name_at, *name_bytes - 1};
    if (name == kTrailer) return std::optional<Entry>{};

    const uint64_t data_at = align_up(name_at + *name_bytes, kAlignment);
    if (!in_bounds(data_at, *file_bytes, bytes_.size())) return Status::kInvalidImageFormat;
    offset = align_up(data_at + *file_bytes, kAlignment);
    return std::optional<Entry>{Entry{name, bytes_.subspan(data_at, *file_bytes)}};
}

Result<std::span<const std::byte>> CpioArchive::find(std::string_view name) const {
    uint64_t offset = 0;
    for (;;) {
        const auto entry = RSL_TRY(next(offset));
        if (!entry) return Status::kNoSuchFile;
        if (entry->name == name) return entry->data;
    }
}

}  // namespace rsl
