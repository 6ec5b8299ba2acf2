// SPDX-License-Identifier: GPL-2.0-only
// What lies where in the memory that a client and the VM share. One sealed memfd a client; the guest
// sees it as BAR2 of an ivshmem-doorbell device. Both ends compute the offsets below from the kind
// and the size, which each checks; nobody takes an offset from the memory itself. docs/adr/0004.
//
//     0        ChannelHeader      states, sleep flags, ring indices
//     4 KB     submission ring    client to VM, 64-byte entries
//     36 KB    completion ring    VM to client, 64-byte entries
//     100 KB   log ring           VM to host, bytes; control channel only
//     ...      arena              bulk data; requests say offset and length
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace rsl::transport {

inline constexpr uint64_t kChannelMagic = 0x31474E49524C5352;  // "RSLRING1"
inline constexpr uint32_t kLayoutVersion = 1;
inline constexpr uint32_t kHeaderBytes = 4096;
inline constexpr uint32_t kEntryBytes = 64;
inline constexpr uint32_t kSubmissionSlots = 512;
/// A request is answered by at most two entries (pending, done), so this ring cannot overflow as
/// long as at most kMaxOutstanding requests are unanswered.
inline constexpr uint32_t kCompletionSlots = 1024;
inline constexpr uint32_t kMaxOutstanding = 512;
inline constexpr uint32_t kLogBytes = 64 * 1024;
inline constexpr uint64_t kDefaultChannelBytes = 1 << 20;
inline constexpr uint64_t kMinChannelBytes = 256 << 10;
inline constexpr uint64_t kMaxChannelBytes = 1 << 30;
/// The longest that either end may spin, whatever the header says.
inline constexpr uint32_t kSpinCeilingUs = 200;

enum class ChannelKind : uint32_t {
    kClient = 1,
    kControl = 2,  // the supervisor's own: has the log ring and carries the VM's ready signal
};

/// Written by the host's side only.
enum class HostState : uint32_t {
    kVacant = 0,    // nobody yet
    kAttached = 1,  // a client may send
    kGone = 2,      // the client has left: end its session
    kShutDown = 3,  // control channel only: tell the drivers, then turn the VM off
};
/// Written by the guest's side only.
enum class GuestState : uint32_t {
    kAbsent = 0,   // the server has not seen the device
    kWaiting = 1,  // for the client's hello. On the control channel: the VM is up
    kServing = 2,
    kClosed = 3,   // the session ended, close_reason says why; the host may clear the channel and
                   // raise its generation; the guest touches nothing else until then
};
enum class CloseReason : uint32_t {
    kNone = 0,
    kClientLeft = 1,   // the host's state said so, or it said goodbye
    kViolation = 2,    // malformed ring or message
    kResources = 3,    // the VM had none left
    kShutdown = 4,     // the VM is stopping
    kTerminated = 5,   // a driver ended the client's process
};

/// The two words of a ring. Each has one writer and a cache line of its own.
struct RingHeader {
    alignas(64) std::atomic<uint32_t> tail = 0;  // the producer's: next slot it will fill
    alignas(64) std::atomic<uint32_t> head = 0;  // the consumer's: next slot it will empty
};
static_assert(sizeof(RingHeader) == 128);

/// Page 0.
struct ChannelHeader {
    // Written once, before a second party sees the memory.
    uint64_t magic;
    uint32_t version;
    ChannelKind kind;
    uint64_t total_bytes;
    uint32_t spin_limit_us;  // how long waiting may burn a processor here
    uint32_t reserved;

    alignas(64) std::atomic<HostState> host_state;
    // Counts the clients that this memory has served one after the other: a closed session opens
    // again when it changes, everything else being cleared by then.
    std::atomic<uint32_t> generation;
    alignas(64) std::atomic<GuestState> guest_state;
    std::atomic<CloseReason> close_reason;  // valid from kClosed on
    std::atomic<uint64_t> boot_ns;          // control channel: when the server was ready
    // Whether the side sleeps and wants its bell rung. Set by the sleeper; cleared by either.
    alignas(64) std::atomic<uint32_t> host_asleep;
    alignas(64) std::atomic<uint32_t> guest_asleep;
    RingHeader submission;
    RingHeader completion;
    RingHeader log;                       // indices count bytes
    alignas(64) std::atomic<uint32_t> log_lost;  // records dropped because the host was slow
    // A sentence for people, UTF-8, NUL-terminated. On the control channel, while the VM shuts down:
    // the name of the driver that is being told.
    alignas(64) char close_text[256];
    // Control channel: for what drivers have registered notify routines, RSL_LISTENS_* of rsl_kernel.h.
    alignas(64) std::atomic<uint32_t> listeners;
};
static_assert(offsetof(ChannelHeader, host_state) == 64);
static_assert(offsetof(ChannelHeader, guest_state) == 128);
static_assert(offsetof(ChannelHeader, host_asleep) == 192);
static_assert(offsetof(ChannelHeader, guest_asleep) == 256);
static_assert(offsetof(ChannelHeader, submission) == 320);
static_assert(offsetof(ChannelHeader, completion) == 448);
static_assert(offsetof(ChannelHeader, log) == 576);
static_assert(offsetof(ChannelHeader, log_lost) == 704);
static_assert(offsetof(ChannelHeader, close_text) == 768);
static_assert(offsetof(ChannelHeader, listeners) == 1024);
static_assert(sizeof(ChannelHeader) <= kHeaderBytes);

/// One entry as the rings see it: what is in it is the protocol's business.
struct alignas(64) RawEntry {
    uint64_t words[8];
};
static_assert(sizeof(RawEntry) == kEntryBytes);

/// Where the parts of a channel lie.
struct Layout {
    uint64_t total_bytes;
    uint32_t submission_offset;
    uint32_t completion_offset;
    uint32_t log_offset;
    uint32_t log_bytes;  // 0: a client's channel
    uint32_t arena_offset;
    uint32_t arena_bytes;

    /// Nothing when the size is not a power of two in range (PCI BARs are powers of two).
    static constexpr std::optional<Layout> of(ChannelKind kind, uint64_t total_bytes) {
        if (kind != ChannelKind::kClient && kind != ChannelKind::kControl) return std::nullopt;
        if (!std::has_single_bit(total_bytes) || total_bytes < kMinChannelBytes ||
            total_bytes > kMaxChannelBytes) {
            return std::nullopt;
        }
        Layout layout{};
        layout.total_bytes = total_bytes;
        layout.submission_offset = kHeaderBytes;
        layout.completion_offset = layout.submission_offset + kSubmissionSlots * kEntryBytes;
        layout.log_offset = layout.completion_offset + kCompletionSlots * kEntryBytes;
        layout.log_bytes = kind == ChannelKind::kControl ? kLogBytes : 0;
        layout.arena_offset = layout.log_offset + layout.log_bytes;
        layout.arena_bytes = static_cast<uint32_t>(total_bytes - layout.arena_offset);
        return layout;
    }
};
static_assert(Layout::of(ChannelKind::kClient, kDefaultChannelBytes)->arena_offset == 100 * 1024);
static_assert(Layout::of(ChannelKind::kClient, kDefaultChannelBytes)->arena_offset % 4096 == 0);

}  // namespace rsl::transport
