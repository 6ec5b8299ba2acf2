// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/cm/information.hpp"

#include <algorithm>
#include <cstring>

#include "abi/types/status.h"
#include "base/core/bytes.hpp"

namespace rsl::cm {
namespace {

/// Puts pieces at offsets of the caller's block, cut where the block ends.
class Block {
  public:
    explicit Block(std::span<std::byte> out) : out_(out) {}
    void put(uint32_t offset, const void* data, size_t bytes) {
        if (offset >= out_.size() || bytes == 0) return;
        std::memcpy(out_.data() + offset, data, std::min<size_t>(bytes, out_.size() - offset));
    }
    void put(uint32_t offset, std::u16string_view text) {
        put(offset, text.data(), text.size() * sizeof(char16_t));
    }
    bool holds(uint32_t bytes) const { return out_.size() >= bytes; }

  private:
    std::span<std::byte> out_;
};

uint32_t bytes_of(std::u16string_view text) {
    return static_cast<uint32_t>(text.size() * sizeof(char16_t));
}
LARGE_INTEGER time_of(const Key& key) { return LARGE_INTEGER{.QuadPart = key.last_write()}; }

Answer basic(const Key& key, Block block) {
    constexpr uint32_t kFixed = offsetof(KEY_BASIC_INFORMATION, Name);
    const KEY_BASIC_INFORMATION head = {.LastWriteTime = time_of(key), .NameLength = bytes_of(key.name())};
    if (block.holds(kFixed)) block.put(0, &head, kFixed), block.put(kFixed, key.name());
    return {kFixed, kFixed + head.NameLength};
}
Answer node(const Key& key, Block block) {
    constexpr uint32_t kFixed = offsetof(KEY_NODE_INFORMATION, Name);
    const uint32_t name = bytes_of(key.name()), key_class = bytes_of(key.key_class());
    const uint32_t class_offset = align_up<uint32_t>(kFixed + name, 4);
    const KEY_NODE_INFORMATION head = {.LastWriteTime = time_of(key),
                                       .ClassOffset = key_class == 0 ? MAXULONG : class_offset,
                                       .ClassLength = key_class,
                                       .NameLength = name};
    if (block.holds(kFixed)) {
        block.put(0, &head, kFixed), block.put(kFixed, key.name());
        block.put(class_offset, key.key_class());
    }
    return {kFixed, key_class == 0 ? kFixed + name : class_offset + key_class};
}
Answer full(const Key& key, Block block) {
    constexpr uint32_t kFixed = offsetof(KEY_FULL_INFORMATION, Class);
    const Key::Longest longest = key.longest();
    const uint32_t key_class = bytes_of(key.key_class());
    const KEY_FULL_INFORMATION head = {.LastWriteTime = time_of(key),
                                       .ClassOffset = key_class == 0 ? MAXULONG : kFixed,
                                       .ClassLength = key_class,
                                       .SubKeys = static_cast<ULONG>(key.subkey_count()),
                                       .MaxNameLen = longest.subkey_name,
                                       .MaxClassLen = longest.subkey_class,
                                       .Values = static_cast<ULONG>(key.value_count()),
                                       .MaxValueNameLen = longest.value_name,
                                       .MaxValueDataLen = longest.value_data};
    if (block.holds(kFixed)) block.put(0, &head, kFixed), block.put(kFixed, key.key_class());
    return {kFixed, kFixed + key_class};
}
Answer name(std::u16string_view path, Block block) {
    constexpr uint32_t kFixed = offsetof(KEY_NAME_INFORMATION, Name);
    const ULONG bytes = bytes_of(path);
    if (block.holds(kFixed)) block.put(0, &bytes, sizeof(bytes)), block.put(kFixed, path);
    return {kFixed, kFixed + bytes};
}
Answer cached(const Key& key, Block block) {
    const Key::Longest longest = key.longest();
    const KEY_CACHED_INFORMATION all = {.LastWriteTime = time_of(key),
                                        .SubKeys = static_cast<ULONG>(key.subkey_count()),
                                        .MaxNameLen = longest.subkey_name,
                                        .Values = static_cast<ULONG>(key.value_count()),
                                        .MaxValueNameLen = longest.value_name,
                                        .MaxValueDataLen = longest.value_data,
                                        .NameLength = bytes_of(key.name())};
    if (block.holds(sizeof(all))) block.put(0, &all, sizeof(all));
    return {sizeof(all), sizeof(all)};
}

Answer value_basic(const Value& value, Block block) {
    constexpr uint32_t kFixed = offsetof(KEY_VALUE_BASIC_INFORMATION, Name);
    const KEY_VALUE_BASIC_INFORMATION head = {.Type = value.type(), .NameLength = bytes_of(value.name())};
    if (block.holds(kFixed)) block.put(0, &head, kFixed), block.put(kFixed, value.name());
    return {kFixed, kFixed + head.NameLength};
}
Answer value_full(const Value& value, Block block, uint32_t alignment) {
    constexpr uint32_t kFixed = offsetof(KEY_VALUE_FULL_INFORMATION, Name);
    const uint32_t name_bytes = bytes_of(value.name());
    const auto data_bytes = static_cast<uint32_t>(value.data().size());
    const uint32_t data_offset = align_up(kFixed + name_bytes, alignment);
    const KEY_VALUE_FULL_INFORMATION head = {.Type = value.type(),
                                             .DataOffset = data_bytes == 0 ? MAXULONG : data_offset,
                                             .DataLength = data_bytes,
                                             .NameLength = name_bytes};
    if (block.holds(kFixed)) {
        block.put(0, &head, kFixed), block.put(kFixed, value.name());
        block.put(data_offset, value.data().data(), data_bytes);
    }
    return {kFixed, data_bytes == 0 ? kFixed + name_bytes : data_offset + data_bytes};
}
Answer value_partial(const Value& value, Block block) {
    constexpr uint32_t kFixed = offsetof(KEY_VALUE_PARTIAL_INFORMATION, Data);
    const auto data_bytes = static_cast<uint32_t>(value.data().size());
    const KEY_VALUE_PARTIAL_INFORMATION head = {.Type = value.type(), .DataLength = data_bytes};
    if (block.holds(kFixed)) block.put(0, &head, kFixed), block.put(kFixed, value.data().data(), data_bytes);
    return {kFixed, kFixed + data_bytes};
}
Answer value_partial_aligned(const Value& value, Block block) {
    constexpr uint32_t kFixed = offsetof(KEY_VALUE_PARTIAL_INFORMATION_ALIGN64, Data);
    const auto data_bytes = static_cast<uint32_t>(value.data().size());
    const KEY_VALUE_PARTIAL_INFORMATION_ALIGN64 head = {.Type = value.type(), .DataLength = data_bytes};
    if (block.holds(kFixed)) block.put(0, &head, kFixed), block.put(kFixed, value.data().data(), data_bytes);
    return {kFixed, kFixed + data_bytes};
}

}  // namespace

int32_t status_for(const Answer& answer, uint32_t room) {
    if (room < answer.fixed) return STATUS_BUFFER_TOO_SMALL;
    return room < answer.bytes ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

Result<Answer> describe_key(const Key& key, KEY_INFORMATION_CLASS what, std::u16string_view path,
                            std::span<std::byte> out) {
    const Block block(out);
    switch (what) {
        case KeyBasicInformation: return basic(key, block);
        case KeyNodeInformation: return node(key, block);
        case KeyFullInformation: return full(key, block);
        case KeyNameInformation: return name(path, block);
        case KeyCachedInformation: return cached(key, block);
        default: return Status::kInvalidParameter;
    }
}

Result<Answer> describe_value(const Value& value, KEY_VALUE_INFORMATION_CLASS what,
                              std::span<std::byte> out) {
    const Block block(out);
    switch (what) {
        case KeyValueBasicInformation: return value_basic(value, block);
        case KeyValueFullInformation: return value_full(value, block, 4);
        case KeyValueFullInformationAlign64: return value_full(value, block, 8);
        case KeyValuePartialInformation: return value_partial(value, block);
        case KeyValuePartialInformationAlign64: return value_partial_aligned(value, block);
        default: return Status::kInvalidParameter;
    }
}

}  // namespace rsl::cm
