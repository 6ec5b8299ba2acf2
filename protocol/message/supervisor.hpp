// SPDX-License-Identifier: GPL-2.0-only
// What libRSL and the rsl command say to rsld, and back: one datagram a message over a Unix socket
// of type SOCK_SEQPACKET. Never NT calls: those travel over the ring that kAttach hands out.
// One socket is one client: its ring lives as long as the socket. docs/architecture/protocol.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "protocol/codec/wire.hpp"

namespace rsl::protocol::supervisor {

inline constexpr uint32_t kMagic = 0x534C5352;  // "RSLS"
inline constexpr uint16_t kVersion = 1;
inline constexpr size_t kMaxMessageBytes = 16384;
inline constexpr uint32_t kMaxTextBytes = 8192;
inline constexpr uint32_t kMaxClientsListed = 128;

enum class Id : uint16_t {
    // Client to rsld; each is answered by kFailure or by what stands behind it.
    kPing = 1,          // kDone
    kAttach = 2,        // kAttached, with kAttachedFds descriptors
    kStatus = 3,        // kStatusReply
    kListClients = 4,   // kClients
    kStop = 5,          // kStopped once the VM has ended
    kLogSubscribe = 6,  // kLogLine..., then kLogEnd
    // Of Wine's programs: wine.hpp.
    kHandleTable = 7,
    kGiveHandles = 8,
    kFindHandle = 9,
    kTakeHandles = 10,
    kDropHandle = 11,
    kHandleClosed = 12,
    kProcessStarted = 13,
    kThreadChanged = 14,
    kImageLoaded = 15,
    kPullDisk = 16,     // kDone once the disk is out of the VM
    kSetLink = 17,      // kDone once the adapter's cable is in or out
    // rsld to client.
    kDone = 64,
    kFailure = 65,
    kAttached = 66,
    kStatusReply = 67,
    kClients = 68,
    kLogLine = 69,
    kLogEnd = 70,
    kVmGone = 71,  // unasked, sequence 0: the VM has ended; the socket closes next
    kStopped = 72,
    kFoundHandle = 73,
    kHandlesTaken = 74,
};

/// In front of every message.
struct Header {
    uint32_t magic;     // kMagic
    uint16_t version;   // kVersion; another one is answered by kFailure
    Id id;
    uint32_t sequence;  // chosen by the client, echoed in the answers
    uint32_t reserved;  // 0
};
static_assert(sizeof(Header) == 16 && WireType<Header>);

struct Ping {
    static constexpr Id kId = Id::kPing;
    uint64_t cookie;
    uint64_t tail_bytes() const { return 0; }
};

/// Asks for a ring. rsld takes pid and uid from the socket, not from here.
struct Attach {
    static constexpr Id kId = Id::kAttach;
    uint64_t wanted_bytes;  // of the whole ring memory; a power of two, or 0: rsld's choice
    uint32_t protocol_version;  // of the ring protocol: protocol::kVersion
    uint32_t name_bytes;    // of the program's name, UTF-8, which follows; for lists
    uint64_t tail_bytes() const { return name_bytes; }
};
static_assert(sizeof(Attach) == 16);

enum StatusFlags : uint64_t {
    kStatusQuick = 1,  // without private_bytes, which stay 0: counting them costs more than all else, and stalls the VM
};
struct StatusRequest {
    static constexpr Id kId = Id::kStatus;
    uint64_t flags;  // StatusFlags
    uint64_t tail_bytes() const { return 0; }
};
struct ListClients {
    static constexpr Id kId = Id::kListClients;
    uint64_t reserved;
    uint64_t tail_bytes() const { return 0; }
};

struct Stop {
    static constexpr Id kId = Id::kStop;
    uint32_t grace_ms;  // how long drivers get for their shutdown routines; 0: they hear of nothing
    uint32_t reserved;
    uint64_t tail_bytes() const { return 0; }
};

/// Pulls a disk out of the running VM, whether its drivers like it or not.
struct PullDisk {
    static constexpr Id kId = Id::kPullDisk;
    uint32_t index;  // as the VM was started with them, from 0
    uint32_t reserved;
    uint64_t tail_bytes() const { return 0; }
};
static_assert(sizeof(PullDisk) == 8 && WireType<PullDisk>);

/// Pulls a network adapter's cable, or puts it back.
struct SetLink {
    static constexpr Id kId = Id::kSetLink;
    uint32_t index;  // of the VM's devices, as it was started with them, from 0
    uint32_t up;     // 1, or 0: down
    uint64_t tail_bytes() const { return 0; }
};
static_assert(sizeof(SetLink) == 8 && WireType<SetLink>);

enum LogFlags : uint32_t {
    kLogFollow = 1,       // do not end: new lines as they come
    kLogFromStart = 2,    // kept lines first
    kLogEvents = 4,       // events (level 5) instead of lines
};
struct LogSubscribe {
    static constexpr Id kId = Id::kLogSubscribe;
    uint32_t flags;       // LogFlags
    uint32_t level_least; // 0 debug .. 4 error
    uint64_t tail_bytes() const { return 0; }
};

struct Done {
    static constexpr Id kId = Id::kDone;
    uint64_t cookie;  // of a Ping; else 0
    uint64_t tail_bytes() const { return 0; }
};

/// A refusal, with a sentence for people.
struct Failure {
    static constexpr Id kId = Id::kFailure;
    int32_t exit_code;   // rsl::ExitCode
    int32_t nt_status;   // 0 when there is none
    uint32_t text_bytes; // UTF-8, follows
    uint32_t reserved;
    uint64_t tail_bytes() const { return text_bytes; }
};
static_assert(sizeof(Failure) == 16);

/// The descriptors that come with kAttached, in this order.
enum AttachedFd : size_t {
    kFdMemory = 0,     // the sealed memfd
    kFdRingGuest = 1,  // eventfd: write to wake the VM
    kFdWake = 2,       // eventfd: readable when the VM woke us
    kAttachedFds = 3,
};
struct Attached {
    static constexpr Id kId = Id::kAttached;
    uint64_t memory_bytes;
    uint32_t client_id;  // rsld's number for this client
    uint32_t spin_limit_us;  // longest time that waiting may burn a processor; 0: never spin
    uint64_t tail_bytes() const { return 0; }
};
static_assert(sizeof(Attached) == 16);

enum class VmState : uint32_t { kStarting = 0, kRunning = 1, kStopping = 2, kDead = 3 };
enum class Accelerator : uint16_t { kTcg = 0, kKvm = 1 };
enum class Profile : uint16_t { kMicro = 0, kQ35 = 1 };

struct StatusReply {
    static constexpr Id kId = Id::kStatusReply;
    VmState state;
    Accelerator accelerator;
    Profile profile;
    uint32_t supervisor_pid;
    uint32_t qemu_pid;
    uint32_t processors;
    uint32_t clients;
    uint64_t memory_bytes;
    uint64_t uptime_ns;
    uint64_t boot_ns;        // QEMU's start to the server's ready signal
    uint64_t private_bytes;  // of all our processes of this VM
    uint32_t name_bytes;     // the VM's name, UTF-8, follows
    uint32_t detail_bytes;   // then a JSON object with what else there is; may be empty
    uint64_t tail_bytes() const { return uint64_t{name_bytes} + detail_bytes; }
};
static_assert(sizeof(StatusReply) == 64 && WireType<StatusReply>);

struct ClientRecord {
    uint32_t client_id;
    uint32_t pid;
    uint64_t connected_ns;  // how long ago
    char name[48];          // NUL-padded
};
static_assert(sizeof(ClientRecord) == 64 && WireType<ClientRecord>);
struct Clients {
    static constexpr Id kId = Id::kClients;
    uint32_t count;  // ClientRecords that follow, at most kMaxClientsListed
    uint32_t total;  // how many there are
    uint64_t tail_bytes() const { return uint64_t{count} * sizeof(ClientRecord); }
};

struct LogLine {
    static constexpr Id kId = Id::kLogLine;
    uint64_t time_ns;       // since the VM's boot
    uint32_t level;         // 0 debug .. 4 error, 5 an event: its text is a JSON object
    uint32_t lost;          // lines dropped before this one
    uint32_t source_bytes;  // "kernel" or a driver's name, follows
    uint32_t text_bytes;    // then the line
    uint64_t tail_bytes() const { return uint64_t{source_bytes} + text_bytes; }
};
static_assert(sizeof(LogLine) == 24 && WireType<LogLine>);
struct LogEnd {
    static constexpr Id kId = Id::kLogEnd;
    uint64_t lines;
    uint64_t tail_bytes() const { return 0; }
};
/// The VM has ended because somebody asked for it.
struct Stopped {
    static constexpr Id kId = Id::kStopped;
    uint32_t text_bytes;  // what was cut short, for people; follows, mostly empty
    uint32_t reserved;
    uint64_t tail_bytes() const { return text_bytes; }
};
static_assert(sizeof(Stopped) == 8 && WireType<Stopped>);
struct VmGone {
    static constexpr Id kId = Id::kVmGone;
    int32_t qemu_exit_code;
    uint32_t text_bytes;  // why, for people; follows
    uint64_t tail_bytes() const { return text_bytes; }
};

/// A message taken apart. `tail` points into the datagram.
template <typename T>
struct Received {
    uint32_t sequence;
    T body;
    std::span<const std::byte> tail;
    /// `bytes` of the tail from `offset` on, as text; the decoder has checked the sum.
    std::string_view text(uint64_t offset, uint64_t bytes) const {
        return {reinterpret_cast<const char*>(tail.data()) + offset, bytes};
    }
};

/// The header, checked: magic, size. The version is the caller's to check, so that it can say so.
Result<Header> decode_header(std::span<const std::byte> datagram);

/// Decodes a datagram that has to be a T. Bytes too few or too many are an error.
template <WireType T>
Result<Received<T>> decode(std::span<const std::byte> datagram) {
    const Header header = RSL_TRY(decode_header(datagram));
    if (header.version != kVersion || header.id != T::kId) return Status::kProtocolViolation;
    Reader reader{datagram.subspan(sizeof(Header))};
    const T body = RSL_TRY(reader.read<T>());
    if (body.tail_bytes() > kMaxMessageBytes) return Status::kProtocolViolation;
    const auto tail = RSL_TRY(reader.take(body.tail_bytes()));
    if (!reader.at_end()) return Status::kProtocolViolation;
    return Received<T>{header.sequence, body, tail};
}

/// Writes a message into `buffer` (kMaxMessageBytes always suffice, or kBufferTooSmall).
template <WireType T>
Result<std::span<const std::byte>> encode(std::span<std::byte> buffer, uint32_t sequence,
                                          const T& body, std::span<const std::byte> tail = {}) {
    if (body.tail_bytes() != tail.size()) return Status::kInvalidParameter;
    Writer writer{buffer.first(buffer.size() < kMaxMessageBytes ? buffer.size() : kMaxMessageBytes)};
    writer.write(Header{kMagic, kVersion, T::kId, sequence, 0});
    writer.write(body);
    writer.write(tail);
    return writer.finish();
}

}  // namespace rsl::protocol::supervisor
