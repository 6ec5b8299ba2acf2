// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/registry_key.hpp"

#include "abi/types/status.h"
#include "kernel/mm/pool.hpp"

namespace rsl::pnp {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("PpKy");
constexpr size_t kFirstGuess = 128;

const KEY_VALUE_PARTIAL_INFORMATION& information(const void* memory) {
    return *static_cast<const KEY_VALUE_PARTIAL_INFORMATION*>(memory);
}

std::span<std::byte> room(void* memory, size_t bytes) { return {static_cast<std::byte*>(memory), bytes}; }

}  // namespace

ValueData::ValueData(ValueData&& other) noexcept : memory_(std::exchange(other.memory_, nullptr)) {}
ValueData& ValueData::operator=(ValueData other) noexcept {
    std::swap(memory_, other.memory_);
    return *this;
}
ValueData::~ValueData() { mm::free(memory_); }

uint32_t ValueData::type() const { return memory_ == nullptr ? REG_NONE : information(memory_).Type; }

std::span<const std::byte> ValueData::bytes() const {
    if (memory_ == nullptr) return {};
    return {reinterpret_cast<const std::byte*>(information(memory_).Data), information(memory_).DataLength};
}

std::u16string_view ValueData::list() const {
    return {reinterpret_cast<const char16_t*>(bytes().data()), bytes().size() / sizeof(char16_t)};
}

std::u16string_view ValueData::text() const {
    auto rest = list();
    return next_string(rest);
}

uint32_t ValueData::number() const {
    uint32_t number = 0;
    if (type() == REG_DWORD && bytes().size() == sizeof(number)) __builtin_memcpy(&number, bytes().data(), sizeof(number));
    return number;
}

RegistryKey RegistryKey::holding(Result<Ref<cm::KeyObject>> object, std::u16string_view path) {
    RegistryKey key;
    if (!object) return key;
    key.object_ = std::move(*object);
    key.path_.add(path);
    return key;
}

RegistryKey RegistryKey::open(std::u16string_view path) { return holding(cm::open_key(path), path); }
RegistryKey RegistryKey::make(std::u16string_view path) { return holding(cm::make_key(path), path); }

ValueData RegistryKey::value(std::u16string_view name) const {
    ValueData value;
    if (!object_) return value;
    size_t bytes = kFirstGuess;
    for (int attempt = 0; attempt < 3; ++attempt) {
        void* memory = mm::allocate(bytes, kTag);
        if (memory == nullptr) return value;
        const auto answer = cm::query_value(*object_, name, KeyValuePartialInformation, room(memory, bytes));
        if (answer && answer->bytes <= bytes) {
            value.memory_ = memory;
            return value;
        }
        mm::free(memory);
        if (!answer) return value;
        bytes = answer->bytes;
    }
    return value;
}

uint32_t RegistryKey::number_or(std::u16string_view name, uint32_t otherwise) const {
    const ValueData found = value(name);
    return found.type() == REG_DWORD ? found.number() : otherwise;
}

bool RegistryKey::set(std::u16string_view name, uint32_t type, std::span<const std::byte> data) {
    return object_ && cm::set_value(*object_, name, type, data).ok();
}

bool RegistryKey::set_text(std::u16string_view name, std::u16string_view text, uint32_t type) {
    PathText copy(text);  // with its NUL, as the documentation asks writers to store it
    return set(name, type, std::as_bytes(std::span(copy.c_str(), copy.view().size() + 1)));
}

bool RegistryKey::set_list(std::u16string_view name, std::u16string_view list) {
    return set(name, REG_MULTI_SZ, std::as_bytes(std::span(list)));
}

bool RegistryKey::set_number(std::u16string_view name, uint32_t number) {
    return set(name, REG_DWORD, std::as_bytes(std::span(&number, 1)));
}

void RegistryKey::remove(std::u16string_view name) {
    if (object_) cm::delete_value(*object_, name).ignore("gone is gone");
}

bool RegistryKey::subkey(uint32_t index, IdText& name) const {
    if (!object_) return false;
    alignas(KEY_BASIC_INFORMATION) std::byte memory[sizeof(KEY_BASIC_INFORMATION) + 255 * sizeof(char16_t)];
    const auto answer = cm::enumerate_key(*object_, index, KeyBasicInformation, memory);
    if (!answer || answer->bytes > sizeof(memory)) return false;
    const auto& basic = *reinterpret_cast<const KEY_BASIC_INFORMATION*>(memory);
    name.clear();
    name.add({basic.Name, basic.NameLength / sizeof(char16_t)});
    return !name.overflowed();
}

void RegistryKey::copy_values(const RegistryKey& from) {
    if (!object_ || !from) return;
    constexpr size_t kMost = 16 * 1024;  // no INF writes larger values
    const mm::UniqueBytes memory(kMost, kTag);
    if (!memory) return;
    for (uint32_t index = 0;; ++index) {
        const auto answer = cm::enumerate_value(*from.object_, index, KeyValueFullInformation, room(memory.get(), kMost));
        if (!answer) return;
        if (answer->bytes > kMost) continue;
        const auto& full = *static_cast<const KEY_VALUE_FULL_INFORMATION*>(memory.get());
        const auto* data = static_cast<const std::byte*>(memory.get()) + full.DataOffset;
        set({full.Name, full.NameLength / sizeof(char16_t)}, full.Type, {data, full.DataLength});
    }
}

void RegistryKey::copy_tree(const RegistryKey& from) {
    copy_values(from);
    IdText name;
    for (uint32_t index = 0; from.subkey(index, name); ++index) {
        RegistryKey to = make(PathText(path(), u"\\", name.view()));
        to.copy_tree(open(PathText(from.path(), u"\\", name.view())));
    }
}

void RegistryKey::remove_tree() {
    IdText name;
    constexpr int kMostSubkeys = 1000;  // a key that cannot be deleted does not hold us for ever
    for (int i = 0; i < kMostSubkeys && subkey(0, name); ++i) {
        RegistryKey below = open(PathText(path(), u"\\", name.view()));
        if (!below) return;
        below.remove_tree();
    }
    if (object_) cm::delete_key(*object_).ignore("somebody made a key below meanwhile");
    object_ = {};
}

Result<HANDLE> RegistryKey::handle(uint32_t access) const {
    if (!object_) return Status::kObjectNameNotFound;
    return ob::insert_handle(object_.get(), access, OBJ_KERNEL_HANDLE);
}

}  // namespace rsl::pnp
