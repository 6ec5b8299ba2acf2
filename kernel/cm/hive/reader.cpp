// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/cm/hive/reader.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "base/core/bytes.hpp"
#include "kernel/cm/hive/format.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::cm::hive {

uint32_t checksum_of(std::span<const std::byte> base_block) {
    uint32_t sum = 0;
    for (size_t at = 0; at < 508; at += 4) {
        uint32_t word;
        std::memcpy(&word, base_block.data() + at, sizeof(word));
        sum ^= word;
    }
    if (sum == 0) return 1;
    return sum == 0xFFFFFFFF ? 0xFFFFFFFE : sum;
}

namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("CmHr");
const Status kCorrupt{STATUS_REGISTRY_CORRUPT};

/// Keys whose subkeys have yet to be read.
class WorkList {
  public:
    ~WorkList() {
        if (items_ != nullptr) mm::free(items_);
    }
    struct Item {
        uint32_t cell;
        uint32_t depth;
        Key* key;
    };
    Result<void> push(const Item& item) {
        if (count_ == capacity_) {
            const size_t capacity = capacity_ == 0 ? 64 : capacity_ * 2;
            auto* fresh = static_cast<Item*>(mm::allocate(capacity * sizeof(Item), kTag));
            if (fresh == nullptr) return Status::kInsufficientResources;
            std::copy(items_, items_ + count_, fresh);
            if (items_ != nullptr) mm::free(items_);
            items_ = fresh;
            capacity_ = capacity;
        }
        items_[count_++] = item;
        return {};
    }
    bool empty() const { return count_ == 0; }
    Item pop() { return items_[--count_]; }

  private:
    Item* items_ = nullptr;
    size_t count_ = 0, capacity_ = 0;
};

/// A name of a cell as UTF-16.
class Name {
  public:
    Name() = default;
    ~Name() {
        if (text_ != nullptr) mm::free(text_);
    }
    Name(const Name&) = delete;
    Result<void> decode(std::span<const std::byte> bytes, bool narrow) {
        length_ = narrow ? bytes.size() : bytes.size() / sizeof(char16_t);
        text_ = static_cast<char16_t*>(mm::allocate((length_ + 1) * sizeof(char16_t), kTag));
        if (text_ == nullptr) return Status::kInsufficientResources;
        for (size_t i = 0; i < length_; ++i) {
            if (narrow) text_[i] = static_cast<char16_t>(static_cast<uint8_t>(bytes[i]));
            else std::memcpy(&text_[i], bytes.data() + i * sizeof(char16_t), sizeof(char16_t));
        }
        return {};
    }
    std::u16string_view view() const { return {text_, length_}; }

  private:
    char16_t* text_ = nullptr;
    size_t length_ = 0;
};

class Reading {
  public:
    Reading(std::span<const std::byte> file, Problem& problem) : file_(file), problem_(problem) {}
    Result<void> run(Key& root);

  private:
    Status fail(const char* what, uint64_t offset) {
        problem_ = {what, static_cast<uint32_t>(offset)};
        return kCorrupt;
    }
    Result<void> check_base();
    Result<void> check_bins();
    Result<std::span<const std::byte>> cell(uint32_t offset);
    template <typename T>
    Result<T> cell_as(uint32_t offset, const char (&signature)[3]);
    Result<void> read_key(const WorkList::Item& item);
    Result<void> read_values(const KeyCell& from, Key& to);
    Result<void> read_value(uint32_t offset, Key& to);
    Result<void> read_big_data(uint32_t offset, std::span<std::byte> out);
    Result<void> read_list(uint32_t offset, const WorkList::Item& parent, bool nested);
    Result<void> read_subkey(uint32_t offset, const WorkList::Item& parent);

    std::span<const std::byte> file_;
    std::span<const std::byte> bins_;
    Problem& problem_;
    WorkList work_;
    uint64_t keys_left_ = 0;  // how many can be there: a file that names one key many times has more
};

Result<void> Reading::check_base() {
    const auto base = read_at<BaseBlock>(file_, 0);
    if (!base || file_.size() < kBaseBlockBytes) return fail("it is too short to be a registry hive", 0);
    if (std::memcmp(base->signature, "regf", 4) != 0) return fail("it does not begin with \"regf\"", 0);
    if (base->checksum != checksum_of(file_.first(512))) return fail("its checksum is wrong", 508);
    if (base->major != 1 || base->minor < 2 || base->minor > 6) return fail("it is of a version that is not known here", 20);
    if (base->type != 0 || base->format != 1) return fail("it is no primary hive file", 28);
    if (base->primary_sequence != base->secondary_sequence) return fail("it was not written to the end", 4);
    if (base->bins_bytes == 0 || base->bins_bytes % kBinAlignment != 0 ||
        !in_bounds(kBaseBlockBytes, base->bins_bytes, file_.size())) {
        return fail("it is cut short", 40);
    }
    bins_ = file_.subspan(kBaseBlockBytes, base->bins_bytes);
    keys_left_ = bins_.size() / (sizeof(KeyCell) + 4);
    return {};
}

Result<void> Reading::check_bins() {
    for (uint64_t at = 0; at < bins_.size();) {
        const auto bin = read_at<BinHeader>(bins_, at);
        if (!bin || std::memcmp(bin->signature, "hbin", 4) != 0 || bin->offset != at || bin->bytes == 0 ||
            bin->bytes % kBinAlignment != 0 || !in_bounds(at, bin->bytes, bins_.size())) {
            return fail("a bin's header is damaged", kBaseBlockBytes + at);
        }
        at += bin->bytes;
    }
    return {};
}

Result<std::span<const std::byte>> Reading::cell(uint32_t offset) {
    const auto size = read_at<int32_t>(bins_, offset);
    if (!size || offset % 8 != 0 || *size >= 0 || *size == INT32_MIN) return fail("an offset leads to no cell in use", uint64_t{kBaseBlockBytes} + offset);
    const auto bytes = static_cast<uint32_t>(-*size);
    if (bytes < 8 || !in_bounds(offset, bytes, bins_.size())) return fail("a cell is larger than the file", uint64_t{kBaseBlockBytes} + offset);
    return bins_.subspan(offset + 4, bytes - 4);
}

template <typename T>
Result<T> Reading::cell_as(uint32_t offset, const char (&signature)[3]) {
    const auto bytes = RSL_TRY(cell(offset));
    const auto value = read_at<T>(bytes, 0);
    if (!value || std::memcmp(value->signature, signature, 2) != 0) return fail("a cell is not of the kind it should be", uint64_t{kBaseBlockBytes} + offset);
    return *value;
}

Result<void> Reading::read_big_data(uint32_t offset, std::span<std::byte> out) {
    const auto head = RSL_TRY(cell_as<BigDataCell>(offset, "db"));
    const auto list = RSL_TRY(cell(head.list));
    for (uint32_t i = 0; i < head.segments && !out.empty(); ++i) {
        const auto segment = read_at<uint32_t>(list, i * 4ull);
        if (!segment) return fail("a list of data segments is too short", uint64_t{kBaseBlockBytes} + head.list);
        const auto bytes = RSL_TRY(cell(*segment));
        const size_t want = std::min<size_t>(out.size(), kSegmentBytes);
        if (bytes.size() < want) return fail("a data segment is too short", uint64_t{kBaseBlockBytes} + *segment);
        std::memcpy(out.data(), bytes.data(), want);
        out = out.subspan(want);
    }
    return out.empty() ? Result<void>() : Result<void>(fail("a value has fewer data than it says", uint64_t{kBaseBlockBytes} + offset));
}

Result<void> Reading::read_value(uint32_t offset, Key& to) {
    const auto value = RSL_TRY(cell_as<ValueCell>(offset, "vk"));
    const auto whole = RSL_TRY(cell(offset));
    if (!in_bounds(sizeof(ValueCell), value.name_bytes, whole.size())) return fail("a value's name is too long", uint64_t{kBaseBlockBytes} + offset);
    Name name;
    RSL_TRY(name.decode(whole.subspan(sizeof(ValueCell), value.name_bytes), (value.flags & kValueNameIsNarrow) != 0));
    const auto store = [&](std::span<const std::byte> data) -> Result<void> {
        auto stored = to.set_value(name.view(), value.type, data, to.last_write());
        if (!stored && stored.failure() == Status::kInvalidParameter) return fail("a value cannot be kept", uint64_t{kBaseBlockBytes} + offset);
        return stored;
    };
    const uint32_t bytes = value.data_bytes & ~kInline;
    if ((value.data_bytes & kInline) != 0) {
        if (bytes > 4) return fail("a value's data is too long", uint64_t{kBaseBlockBytes} + offset);
        return store(whole.subspan(offsetof(ValueCell, data), bytes));
    }
    if (bytes == 0) return store({});
    if (bytes > kMaxValueBytes) return fail("a value's data is too long", uint64_t{kBaseBlockBytes} + offset);
    const auto data = RSL_TRY(cell(value.data));
    if (data.size() >= bytes) return store(data.first(bytes));
    if (bytes > bins_.size()) return fail("a value's data is longer than the file", uint64_t{kBaseBlockBytes} + offset);
    mm::UniqueBytes joined(bytes, kTag);
    if (!joined) return Status::kInsufficientResources;
    const std::span<std::byte> all(static_cast<std::byte*>(joined.get()), bytes);
    RSL_TRY(read_big_data(value.data, all));
    return store(all);
}

Result<void> Reading::read_values(const KeyCell& from, Key& to) {
    if (from.values == 0) return {};
    const auto list = RSL_TRY(cell(from.value_list));
    if (list.size() / 4 < from.values) return fail("a list of values is too short", uint64_t{kBaseBlockBytes} + from.value_list);
    for (uint32_t i = 0; i < from.values; ++i) RSL_TRY(read_value(*read_at<uint32_t>(list, i * 4ull), to));
    return {};
}

Result<void> Reading::read_subkey(uint32_t offset, const WorkList::Item& parent) {
    if (keys_left_ == 0 || parent.depth >= kMaxDepth) return fail("keys lead back to keys", uint64_t{kBaseBlockBytes} + offset);
    --keys_left_;
    const auto from = RSL_TRY(cell_as<KeyCell>(offset, "nk"));
    const auto whole = RSL_TRY(cell(offset));
    if (!in_bounds(sizeof(KeyCell), from.name_bytes, whole.size())) return fail("a key's name is too long", uint64_t{kBaseBlockBytes} + offset);
    Name name, key_class;
    RSL_TRY(name.decode(whole.subspan(sizeof(KeyCell), from.name_bytes), (from.flags & kKeyNameIsNarrow) != 0));
    if (from.class_bytes != 0 && from.key_class != kNone) {
        const auto text = RSL_TRY(cell(from.key_class));
        if (text.size() < from.class_bytes) return fail("a key's class is too long", uint64_t{kBaseBlockBytes} + offset);
        RSL_TRY(key_class.decode(text.first(from.class_bytes), false));
    }
    Key* key = parent.key->find(name.view());
    if (key == nullptr) {
        auto made = parent.key->create(name.view(), key_class.view(), Lifetime::kStored, static_cast<int64_t>(from.last_written));
        if (!made && made.failure() == Status::kInsufficientResources) return made.failure();
        if (!made) return fail("a key's name is not allowed", uint64_t{kBaseBlockBytes} + offset);
        key = *made;
    }
    if ((from.flags & kKeyIsLink) != 0) key->make_link();
    RSL_TRY(read_values(from, *key));
    key->touch(static_cast<int64_t>(from.last_written));
    return from.subkeys == 0 ? Result<void>() : work_.push({from.subkey_list, parent.depth + 1, key});
}

Result<void> Reading::read_list(uint32_t offset, const WorkList::Item& parent, bool nested) {
    const auto bytes = RSL_TRY(cell(offset));
    const auto head = read_at<ListCell>(bytes, 0);
    if (!head) return fail("a list of subkeys is too short", uint64_t{kBaseBlockBytes} + offset);
    const auto is = [&](const char* signature) { return std::memcmp(head->signature, signature, 2) == 0; };
    const bool hashed = is("lf") || is("lh"), index = is("ri");
    if (!hashed && !index && !is("li")) return fail("a list of subkeys is of no known kind", uint64_t{kBaseBlockBytes} + offset);
    if (index && nested) return fail("lists of lists lie in one another", uint64_t{kBaseBlockBytes} + offset);
    const uint64_t step = hashed ? sizeof(HashedElement) : 4;
    for (uint32_t i = 0; i < head->count; ++i) {
        const auto element = read_at<uint32_t>(bytes, sizeof(ListCell) + i * step);
        if (!element) return fail("a list of subkeys is too short", uint64_t{kBaseBlockBytes} + offset);
        if (index) RSL_TRY(read_list(*element, parent, true));
        else RSL_TRY(read_subkey(*element, parent));
    }
    return {};
}

Result<void> Reading::run(Key& root) {
    RSL_TRY(check_base());
    RSL_TRY(check_bins());
    const auto base = *read_at<BaseBlock>(file_, 0);
    const auto top = RSL_TRY(cell_as<KeyCell>(base.root_cell, "nk"));
    RSL_TRY(read_values(top, root));
    if (top.subkeys != 0) RSL_TRY(work_.push({top.subkey_list, 1, &root}));
    while (!work_.empty()) {
        const auto item = work_.pop();
        RSL_TRY(read_list(item.cell, item, false));
    }
    return {};
}

}  // namespace

Result<void> read(std::span<const std::byte> file, Key& root, Problem& problem) {
    return Reading(file, problem).run(root);
}

uint32_t sequence_of(std::span<const std::byte> file) {
    const auto base = read_at<BaseBlock>(file, 0);
    return base && std::memcmp(base->signature, "regf", 4) == 0 ? base->primary_sequence : 0;
}

}  // namespace rsl::cm::hive
