// SPDX-License-Identifier: GPL-2.0-only
// The registry: writing values, reading them, and hearing of what drivers change.
// docs/adr/0020-wine-registry.md.
#pragma once

#include "protocol/message/entry.hpp"

namespace rsl::protocol {

inline constexpr uint32_t kMaxKeyBytes = 4096;         // a registry path, UTF-16
inline constexpr uint32_t kMaxValueNameBytes = 32766;  // as long as NT lets it be
inline constexpr uint32_t kMaxValueBytes = 16u << 20;  // of data; what fits into the arena

enum RegistryFlags : uint32_t {
    kKeepExisting = 1,  // a value that is there stays
    kKeyOnly = 2,       // the key is made, no value is set
    kDeleteValue = 4,   // the value is deleted instead
    kDeleteTree = 8,    // the key is deleted instead, with all below it
    kFlush = 16,        // the hive of a key that was not deleted is on disk when this is answered
};

/// Sets a value of a key, making the key and all above it. What is to be deleted is not made.
/// kDone: status.
struct SetRegistryValue {
    ArenaSpan key;   // UTF-16LE, "\\Registry\\Machine\\..."
    ArenaSpan name;  // UTF-16LE; empty: the key's default value
    ArenaSpan data;
    uint32_t type;   // REG_*
    uint32_t flags;  // RegistryFlags
    constexpr bool check(uint64_t arena_bytes) const {
        return key.bytes != 0 && fits_text(key, arena_bytes, kMaxKeyBytes) &&
               fits_text(name, arena_bytes, kMaxValueNameBytes) &&
               fits(data, arena_bytes, kMaxValueBytes) && flags <= 31;
    }
};
static_assert(sizeof(SetRegistryValue) == 32);

/// Reads a value's data, from an offset on. kDone: information is the bytes written; values[0] has
/// the bytes that the data has in its lower half and its type in its upper.
struct QueryRegistryValue {
    ArenaSpan key;   // UTF-16LE, "\\Registry\\Machine\\..."
    ArenaSpan name;  // UTF-16LE; empty: the key's default value
    ArenaSpan buffer;
    uint32_t offset;
    uint32_t reserved;
    constexpr bool check(uint64_t arena_bytes) const {
        return key.bytes != 0 && fits_text(key, arena_bytes, kMaxKeyBytes) &&
               fits_text(name, arena_bytes, kMaxValueNameBytes) && fits(buffer, arena_bytes);
    }
};
static_assert(sizeof(QueryRegistryValue) == 32);

enum WatchRegistryFlags : uint32_t {
    kTellExisting = 1,  // what is there already counts as changed
    kForget = 2,        // the key is not watched any more
};
/// From now on this session hears of changes of a key and all below it, unless it made them itself.
/// kDone: values[0] is the number that records have for the key.
struct WatchRegistry {
    ArenaSpan key;   // UTF-16LE, "\\Registry\\Machine\\..."; made if missing
    uint32_t flags;  // WatchRegistryFlags
    uint32_t watch;  // with kForget: the number; the key is ignored then
    constexpr bool check(uint64_t arena_bytes) const {
        const bool forgets = (flags & kForget) != 0;
        return (forgets || key.bytes != 0) && fits_text(key, arena_bytes, kMaxKeyBytes) &&
               flags <= 3;
    }
};
static_assert(sizeof(WatchRegistry) == 16);

enum RegistryChangesFlags : uint32_t {
    kWaitForChange = 1,  // answer only when there is one; takes none, and needs no buffer
};
/// Takes what has changed since the last time, oldest first. The buffer gets RegistryRecords.
/// kDone: information is the bytes used, values[0] how many changes were lost because nobody took
/// them; STATUS_NO_MORE_ENTRIES when there is none, STATUS_BUFFER_TOO_SMALL when the first does not
/// fit.
struct RegistryChanges {
    ArenaSpan buffer;
    uint32_t flags;  // RegistryChangesFlags
    uint32_t reserved;
    constexpr bool check(uint64_t arena_bytes) const {
        return fits(buffer, arena_bytes) && flags <= 1;
    }
};
static_assert(sizeof(RegistryChanges) == 16);

enum class RegistryChange : uint32_t {
    kKeyMade = 1,
    kKeyDeleted = 2,  // and all that was below it
    kValueSet = 3,    // ask for its data: it may have changed again
    kValueDeleted = 4,
};
/// One change: then the key's path below the watched one, the value's name, UTF-16LE, and zeroes up
/// to 8 bytes' alignment.
struct RegistryRecord {
    uint32_t watch;  // of WatchRegistry
    RegistryChange change;
    uint32_t key_bytes;
    uint32_t name_bytes;
    constexpr uint64_t total_bytes() const {
        return align_up<uint64_t>(sizeof(RegistryRecord) + uint64_t{key_bytes} + name_bytes, 8);
    }
    constexpr bool check() const {
        const auto number = static_cast<uint32_t>(change);
        return number >= 1 && number <= 4 && key_bytes <= kMaxKeyBytes &&
               name_bytes <= kMaxValueNameBytes && key_bytes % 2 == 0 && name_bytes % 2 == 0;
    }
};
static_assert(sizeof(RegistryRecord) == 16 && WireType<RegistryRecord>);
/// A buffer of this size takes any record.
inline constexpr uint32_t kMostRecordBytes = 16 + kMaxKeyBytes + kMaxValueNameBytes + 8;

}  // namespace rsl::protocol
