// SPDX-License-Identifier: GPL-2.0-only
// 9P2000.L messages as bytes: little-endian, "size type tag" in front, strings with a 16-bit length.
// Every reply is checked as it is read. Knows no transport and no file system.
// Source: the 9P2000 manual pages (intro(5)) and the protocol notes of the 9P2000.L extension.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "base/core/result.hpp"

namespace rsl::ninep {

inline constexpr uint32_t kHeaderBytes = 7;
inline constexpr uint32_t kNoFid = 0xFFFFFFFF;
inline constexpr uint16_t kNoTag = 0xFFFF;
inline constexpr size_t kMostWalkNames = 16;

enum class Type : uint8_t {
    kError = 7,  // Rlerror
    kStatfs = 8,
    kOpen = 12,
    kCreate = 14,
    kGetAttributes = 24,
    kSetAttributes = 26,
    kReadDirectory = 40,
    kSync = 50,
    kLink = 70,
    kMakeDirectory = 72,
    kRenameAt = 74,
    kUnlinkAt = 76,
    kVersion = 100,
    kAttach = 104,
    kWalk = 110,
    kRead = 116,
    kWrite = 118,
    kClunk = 120,
};  // the reply's is one more

// Linux's numbers, which the protocol uses.
inline constexpr uint32_t kReadOnly = 0, kWriteOnly = 1, kReadWrite = 2, kCreateExclusive = 0300, kTruncate = 01000,
                          kDirectoryOnly = 0200000;
inline constexpr uint32_t kUnlinkDirectory = 0x200;
inline constexpr uint32_t kModeKind = 0170000, kModeDirectory = 0040000, kModeLink = 0120000, kModeFile = 0100000,
                          kModeOwnerWrites = 0200;

enum Error : uint32_t {
    kNotPermitted = 1, kNoEntry = 2, kInterrupted = 4, kIo = 5, kNoDevice = 6, kBadDescriptor = 9, kAgain = 11,
    kNoMemory = 12, kAccess = 13, kBusy = 16, kExists = 17, kCrossDevice = 18, kNotDirectory = 20, kIsDirectory = 21,
    kInvalid = 22, kTooManyInSystem = 23, kTooManyOpen = 24, kTextBusy = 26, kFileTooLarge = 27, kNoSpace = 28,
    kReadOnlySystem = 30, kTooManyLinks = 31, kNameTooLong = 36, kNotEmpty = 39, kLoop = 40, kNoData = 61,
    kProtocol = 71, kOverflow = 75, kNotSupported = 95, kStale = 116, kQuota = 122,
};

/// Which file it is. `path` is unique among the files of a server.
struct Qid {
    uint8_t type = 0;
    uint32_t version = 0;
    uint64_t path = 0;
    bool is_directory() const { return (type & 0x80) != 0; }
    bool is_link() const { return (type & 0x02) != 0; }
};

struct UnixTime {
    uint64_t seconds = 0;
    uint64_t nanoseconds = 0;
};

struct Attributes {
    Qid qid;
    uint32_t mode = 0;
    uint64_t links = 0;
    uint64_t bytes = 0;
    uint64_t blocks = 0;  // of 512 bytes
    UnixTime accessed, modified, changed;
};

/// What a Tsetattr changes.
struct AttributeChange {
    static constexpr uint32_t kMode = 1, kSize = 8, kAccessed = 0x10, kModified = 0x20, kAccessedIsGiven = 0x80,
                              kModifiedIsGiven = 0x100;
    uint32_t valid = 0;
    uint32_t mode = 0;
    uint64_t bytes = 0;
    UnixTime accessed, modified;
};

struct VolumeSize {
    uint32_t block_bytes = 0;
    uint64_t blocks = 0, free_blocks = 0, available_blocks = 0;
    uint64_t id = 0;
};

/// Writes one request. What does not fit is remembered and told by finish().
class Writer {
  public:
    Writer(std::span<std::byte> memory, Type type) : memory_(memory) {
        put<uint32_t>(0);
        put(static_cast<uint8_t>(type));
        put<uint16_t>(0);
    }
    template <typename T>
    Writer& put(T value) {
        if (memory_.size() - used_ < sizeof(T)) {
            overflow_ = true;
        } else {
            std::memcpy(memory_.data() + used_, &value, sizeof(T));
            used_ += sizeof(T);
        }
        return *this;
    }
    Writer& put_text(std::string_view text) {
        put(static_cast<uint16_t>(text.size()));
        if (text.size() > UINT16_MAX || memory_.size() - used_ < text.size()) {
            overflow_ = true;
            return *this;
        }
        std::memcpy(memory_.data() + used_, text.data(), text.size());
        used_ += text.size();
        return *this;
    }
    /// Fills in size and tag. `following`: bytes of data that the transport sends behind. The bytes used.
    Result<uint32_t> finish(uint16_t tag, uint32_t following = 0);

  private:
    std::span<std::byte> memory_;
    size_t used_ = 0;
    bool overflow_ = false;
};

/// Reads a reply's members one after another.
class Reader {
  public:
    explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}
    template <typename T>
    Result<T> take() {
        T value;
        if (bytes_.size() < sizeof(T)) return Status::kProtocolViolation;
        std::memcpy(&value, bytes_.data(), sizeof(T));
        bytes_ = bytes_.subspan(sizeof(T));
        return value;
    }
    Result<std::string_view> take_text();
    Result<Qid> take_qid();
    bool empty() const { return bytes_.empty(); }

  private:
    std::span<const std::byte> bytes_;
};

/// A reply: its type and what follows, or the error number that the server gave.
struct Reply {
    uint32_t error = 0;
    Reader body{{}};
};
/// Checks size, type and tag. `received` is what the transport delivered; of replies with data behind
/// (`data_bytes`), the part in front of the data. kProtocolViolation when it is no answer to the request.
Result<Reply> read_reply(std::span<const std::byte> received, Type request, uint16_t tag);

Result<Attributes> read_attributes(Reader& body);
Result<VolumeSize> read_volume_size(Reader& body);

/// One name of a directory.
struct DirectoryEntry {
    Qid qid;
    uint64_t next_offset = 0;  // where to go on
    std::string_view name;     // borrowed from the data
};
/// The next entry of what Treaddir brought.
Result<DirectoryEntry> read_entry(Reader& data);

}  // namespace rsl::ninep
