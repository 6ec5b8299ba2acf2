// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/cm/hive/writer.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "base/core/bytes.hpp"
#include "kernel/cm/hive/format.hpp"
#include "kernel/rtl/unicode.hpp"

namespace rsl::cm::hive {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("CmHw");
constexpr uint32_t kMinor = 5;
constexpr uint32_t kListElements = 500;  // of one lh; more keys take an ri above several

/// What every key's security cell holds: SYSTEM and the administrators may do all, everybody may read. The
/// rights are not looked at here (kernel callers only), but other tools expect them to be there.
constexpr uint8_t kDescriptor[] = {
    0x01, 0x00, 0x04, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // patched below
    0x14, 0x00, 0x00, 0x00,                                                                          // DACL at 20
    0x02, 0x00, 0x48, 0x00, 0x03, 0x00, 0x00, 0x00,                                                  // ACL: 72 bytes, 3 entries
    0x00, 0x02, 0x14, 0x00, 0x3F, 0x00, 0x0F, 0x00, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x12, 0x00, 0x00, 0x00,
    0x00, 0x02, 0x18, 0x00, 0x3F, 0x00, 0x0F, 0x00, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x20, 0x00, 0x00, 0x00, 0x20, 0x02, 0x00, 0x00,
    0x00, 0x02, 0x14, 0x00, 0x19, 0x00, 0x02, 0x00, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00,
    // owner and group: the administrators
    0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x20, 0x00, 0x00, 0x00, 0x20, 0x02, 0x00, 0x00};
constexpr uint32_t kOwnerOffset = sizeof(kDescriptor) - 16;

/// Subkeys that are stored.
uint32_t stored_subkeys(const Key& key) {
    uint32_t count = 0;
    for (size_t i = 0; i < key.subkey_count(); ++i) count += key.subkey(i)->lifetime() == Lifetime::kStored;
    return count;
}

bool is_narrow(std::u16string_view text) {
    for (const char16_t unit : text) {
        if (unit > 0xFF) return false;
    }
    return true;
}
uint16_t stored_bytes(std::u16string_view text, bool narrow) {
    return static_cast<uint16_t>(narrow ? text.size() : text.size() * sizeof(char16_t));
}

uint32_t hash_of(std::u16string_view name) {
    uint32_t hash = 0;
    for (const char16_t unit : name) hash = hash * 37 + rtl::upcase(unit);
    return hash;
}

class Writing {
  public:
    explicit Writing(const Facts& facts) : facts_(facts) {}
    ~Writing() {
        if (pending_ != nullptr) mm::free(pending_);
    }
    Writing(const Writing&) = delete;
    Result<void> run(const Key& root);
    Image& image() { return image_; }

  private:
    /// A key whose cell is there and whose subkeys are not.
    struct Pending {
        const Key* key;
        uint32_t cell;
    };
    Result<uint32_t> allocate(uint32_t data_bytes);
    Result<void> close_bin();
    Result<uint32_t> put_security();
    Result<uint32_t> put_key(const Key& key, uint32_t parent, bool is_root);
    Result<void> put_values(const Key& key, KeyCell& cell);
    Result<uint32_t> put_value(const Value& value);
    Result<uint32_t> put_data(std::span<const std::byte> data);
    Result<uint32_t> put_big_data(std::span<const std::byte> data);
    Result<void> put_subkeys(const Pending& parent);
    Result<uint32_t> put_list(const uint32_t* cells, const Key* const* keys, uint32_t count);
    void put_name(uint64_t at, std::u16string_view name, bool narrow);
    Result<void> push(const Key& key, uint32_t cell);
    void put_base(uint32_t root);
    template <typename T>
    void put(uint32_t cell, const T& value) {
        image_.put(data_of(cell), value);
    }
    static uint64_t data_of(uint32_t cell) { return uint64_t{kBaseBlockBytes} + cell + 4; }

    const Facts& facts_;
    Image image_;
    uint32_t bin_begin_ = 0, bin_end_ = 0, next_ = 0;  // offsets as in cells
    uint32_t security_ = kNone;
    Pending* pending_ = nullptr;
    size_t pending_count_ = 0, pending_room_ = 0, pending_done_ = 0;
};

Result<void> Writing::close_bin() {
    if (next_ < bin_end_) image_.put(uint64_t{kBaseBlockBytes} + next_, static_cast<int32_t>(bin_end_ - next_));  // a free cell
    return {};
}

/// A cell in the last bin, or in a new one behind it. Pointers into the image do not survive this.
Result<uint32_t> Writing::allocate(uint32_t data_bytes) {
    const uint32_t bytes = align_up(std::max(data_bytes, 4u) + 4, 8u);
    if (bytes > bin_end_ - next_) {
        RSL_TRY(close_bin());
        const uint32_t bin_bytes = align_up(bytes + kBinHeaderBytes, kBinAlignment);
        if (bin_bytes > kMostHiveBytes - bin_end_) return Status(STATUS_SYSTEM_HIVE_TOO_LARGE);
        RSL_TRY(image_.grow(bin_bytes));
        bin_begin_ = bin_end_;
        bin_end_ += bin_bytes;
        BinHeader header = {{'h', 'b', 'i', 'n'}, bin_begin_, bin_bytes, 0, 0, 0};
        if (bin_begin_ == 0) header.time = static_cast<uint64_t>(facts_.now);
        image_.put(uint64_t{kBaseBlockBytes} + bin_begin_, header);
        next_ = bin_begin_ + kBinHeaderBytes;
    }
    const uint32_t cell = next_;
    next_ += bytes;
    image_.put(uint64_t{kBaseBlockBytes} + cell, -static_cast<int32_t>(bytes));
    return cell;
}

void Writing::put_name(uint64_t at, std::u16string_view name, bool narrow) {
    if (!narrow) return image_.put_bytes(at, name.data(), name.size() * sizeof(char16_t));
    for (const char16_t unit : name) image_.put(at++, static_cast<uint8_t>(unit));
}

Result<uint32_t> Writing::put_security() {
    const uint32_t cell = RSL_TRY(allocate(sizeof(SecurityCell) + sizeof(kDescriptor)));
    put(cell, SecurityCell{{'s', 'k'}, 0, cell, cell, 0, sizeof(kDescriptor)});
    image_.put_bytes(data_of(cell) + sizeof(SecurityCell), kDescriptor, sizeof(kDescriptor));
    for (const uint32_t member : {4u, 8u}) image_.put(data_of(cell) + sizeof(SecurityCell) + member, kOwnerOffset);
    image_.put(data_of(cell) + sizeof(SecurityCell) + 12, uint32_t{0});
    return cell;
}

Result<uint32_t> Writing::put_big_data(std::span<const std::byte> data) {
    const auto segments = static_cast<uint32_t>((data.size() + kSegmentBytes - 1) / kSegmentBytes);
    const uint32_t list = RSL_TRY(allocate(segments * 4));
    for (uint32_t i = 0; i < segments; ++i) {
        const auto part = data.subspan(size_t{i} * kSegmentBytes, std::min<size_t>(kSegmentBytes, data.size() - size_t{i} * kSegmentBytes));
        const uint32_t cell = RSL_TRY(allocate(kSegmentBytes + 4));  // as other writers make them: 4 bytes of padding
        image_.put_bytes(data_of(cell), part.data(), part.size());
        image_.put(data_of(list) + i * 4ull, cell);
    }
    const uint32_t head = RSL_TRY(allocate(sizeof(BigDataCell)));
    put(head, BigDataCell{{'d', 'b'}, static_cast<uint16_t>(segments), list});
    return head;
}

Result<uint32_t> Writing::put_data(std::span<const std::byte> data) {
    if (data.size() > kSegmentBytes) return put_big_data(data);
    const uint32_t cell = RSL_TRY(allocate(static_cast<uint32_t>(data.size())));
    image_.put_bytes(data_of(cell), data.data(), data.size());
    return cell;
}

Result<uint32_t> Writing::put_value(const Value& value) {
    const auto name = value.name();
    const bool narrow = is_narrow(name);
    const auto data = value.data();
    ValueCell out = {{'v', 'k'}, stored_bytes(name, narrow), static_cast<uint32_t>(data.size()), kNone, value.type(), 0, 0};
    if (narrow && !name.empty()) out.flags = kValueNameIsNarrow;
    if (data.size() <= 4) {
        out.data_bytes |= kInline;
        out.data = 0;
        if (!data.empty()) std::memcpy(&out.data, data.data(), data.size());
    } else {
        out.data = RSL_TRY(put_data(data));
    }
    const uint32_t cell = RSL_TRY(allocate(sizeof(ValueCell) + out.name_bytes));
    put(cell, out);
    put_name(data_of(cell) + sizeof(ValueCell), name, narrow);
    return cell;
}

Result<void> Writing::put_values(const Key& key, KeyCell& cell) {
    cell.values = static_cast<uint32_t>(key.value_count());
    cell.value_list = kNone;
    if (cell.values == 0) return {};
    cell.value_list = RSL_TRY(allocate(cell.values * 4));
    for (uint32_t i = 0; i < cell.values; ++i) {
        const uint32_t value = RSL_TRY(put_value(*key.value(i)));
        image_.put(data_of(cell.value_list) + i * 4ull, value);
    }
    return {};
}

Result<uint32_t> Writing::put_key(const Key& key, uint32_t parent, bool is_root) {
    const auto name = key.name();
    const bool narrow = is_narrow(name);
    const auto longest = key.longest();
    KeyCell out = {};
    out.signature[0] = 'n';
    out.signature[1] = 'k';
    out.flags = static_cast<uint16_t>((is_root ? kKeyIsRoot : 0) | (key.is_link() ? kKeyIsLink : 0) | (narrow ? kKeyNameIsNarrow : 0));
    out.last_written = static_cast<uint64_t>(key.last_write());
    out.parent = parent;
    out.subkeys = stored_subkeys(key);
    out.subkey_list = out.volatile_list = out.key_class = kNone;
    out.security = security_;
    out.longest_subkey_name = longest.subkey_name;
    out.longest_subkey_class = longest.subkey_class;
    out.longest_value_name = longest.value_name;
    out.longest_value_data = longest.value_data;
    out.name_bytes = stored_bytes(name, narrow);
    const auto key_class = key.key_class();
    if (!key_class.empty()) {
        out.class_bytes = stored_bytes(key_class, false);
        out.key_class = RSL_TRY(allocate(out.class_bytes));
        put_name(data_of(out.key_class), key_class, false);
    }
    RSL_TRY(put_values(key, out));
    const uint32_t cell = RSL_TRY(allocate(sizeof(KeyCell) + out.name_bytes));
    put(cell, out);
    put_name(data_of(cell) + sizeof(KeyCell), name, narrow);
    uint32_t references = *read_at<uint32_t>(image_.bytes(), data_of(security_) + offsetof(SecurityCell, references));
    image_.put(data_of(security_) + offsetof(SecurityCell, references), ++references);
    return cell;
}

Result<void> Writing::push(const Key& key, uint32_t cell) {
    if (pending_count_ == pending_room_) {
        const size_t room = pending_room_ == 0 ? 64 : pending_room_ * 2;
        auto* fresh = static_cast<Pending*>(mm::allocate(room * sizeof(Pending), kTag));
        if (fresh == nullptr) return Status::kInsufficientResources;
        std::copy(pending_, pending_ + pending_count_, fresh);
        if (pending_ != nullptr) mm::free(pending_);
        pending_ = fresh;
        pending_room_ = room;
    }
    pending_[pending_count_++] = {&key, cell};
    return {};
}

/// An lh of these keys.
Result<uint32_t> Writing::put_list(const uint32_t* cells, const Key* const* keys, uint32_t count) {
    const uint32_t list = RSL_TRY(allocate(sizeof(ListCell) + count * sizeof(HashedElement)));
    put(list, ListCell{{'l', 'h'}, static_cast<uint16_t>(count)});
    for (uint32_t i = 0; i < count; ++i) {
        image_.put(data_of(list) + sizeof(ListCell) + i * sizeof(HashedElement), HashedElement{cells[i], hash_of(keys[i]->name())});
    }
    return list;
}

Result<void> Writing::put_subkeys(const Pending& parent) {
    const uint32_t count = stored_subkeys(*parent.key);
    if (count == 0) return {};
    struct Part {
        uint32_t cells[kListElements];
        const Key* keys[kListElements];
    };
    const mm::UniquePool<Part> part(RSL_TRY(mm::make<Part>(kTag)));
    const uint32_t lists = (count + kListElements - 1) / kListElements;
    uint32_t top = kNone;
    if (lists > 1) {
        top = RSL_TRY(allocate(sizeof(ListCell) + lists * 4));
        put(top, ListCell{{'r', 'i'}, static_cast<uint16_t>(lists)});
    }
    uint32_t filled = 0, list = 0;
    const auto finish = [&]() -> Result<void> {
        if (filled == 0) return {};
        const uint32_t leaf = RSL_TRY(put_list(part->cells, part->keys, filled));
        filled = 0;
        if (lists > 1) image_.put(data_of(top) + sizeof(ListCell) + list++ * 4ull, leaf);
        else top = leaf;
        return {};
    };
    for (size_t i = 0; i < parent.key->subkey_count(); ++i) {
        const Key& subkey = *parent.key->subkey(i);
        if (subkey.lifetime() != Lifetime::kStored) continue;
        part->cells[filled] = RSL_TRY(put_key(subkey, parent.cell, false));
        part->keys[filled] = &subkey;
        RSL_TRY(push(subkey, part->cells[filled]));
        if (++filled == kListElements) RSL_TRY(finish());
    }
    RSL_TRY(finish());
    image_.put(data_of(parent.cell) + offsetof(KeyCell, subkey_list), top);
    return {};
}

void Writing::put_base(uint32_t root) {
    BaseBlock base = {};
    std::memcpy(base.signature, "regf", 4);
    base.primary_sequence = base.secondary_sequence = facts_.sequence;
    base.last_written = static_cast<uint64_t>(facts_.now);
    base.major = 1;
    base.minor = kMinor;
    base.format = 1;
    base.root_cell = root;
    base.bins_bytes = bin_end_;
    base.cluster = 1;
    facts_.file_name.substr(0, 31).copy(base.file_name, 31);
    image_.put(0, base);
    image_.put(offsetof(BaseBlock, checksum), checksum_of(image_.bytes()));
}

Result<void> Writing::run(const Key& root) {
    RSL_TRY(image_.grow(kBaseBlockBytes));
    security_ = RSL_TRY(put_security());
    const uint32_t top = RSL_TRY(put_key(root, kNone, true));
    RSL_TRY(push(root, top));
    while (pending_done_ < pending_count_) {
        const Pending next = pending_[pending_done_++];
        RSL_TRY(put_subkeys(next));
    }
    RSL_TRY(close_bin());
    put_base(top);
    return {};
}

}  // namespace

Result<void> Image::grow(uint32_t more) {
    if (more > room_ - bytes_) {
        const uint32_t room = std::max(room_ * 2, bytes_ + more);
        auto* fresh = static_cast<std::byte*>(mm::allocate(room, kTag));
        if (fresh == nullptr) return Status::kInsufficientResources;
        if (at_ != nullptr) {
            std::memcpy(fresh, at_, bytes_);
            mm::free(at_);
        }
        at_ = fresh;
        room_ = room;
    }
    std::memset(at_ + bytes_, 0, more);
    bytes_ += more;
    return {};
}

void Image::put_bytes(uint64_t offset, const void* from, size_t count) {
    RSL_CHECK(in_bounds(offset, count, bytes_));
    if (count != 0) std::memcpy(at_ + offset, from, count);
}

Result<Image> write(const Key& root, const Facts& facts) {
    Writing* writing = RSL_TRY(mm::make<Writing>(kTag, facts));
    const mm::UniquePool<Writing> holder(writing);
    RSL_TRY(writing->run(root));
    return std::move(writing->image());
}

}  // namespace rsl::cm::hive
