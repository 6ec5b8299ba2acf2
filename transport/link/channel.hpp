// SPDX-License-Identifier: GPL-2.0-only
// The host's side of a channel: its sealed memory, the two bells, and what QEMU needs to make an
// ivshmem-doorbell device of them. Bells: the host writes `ring_guest` to interrupt the VM; the VM's
// doorbell write makes `wake` readable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/posix/error.hpp"
#include "base/posix/unique_fd.hpp"
#include "transport/ring/ends.hpp"

namespace rsl::transport {

/// Ids on the ivshmem device. The guest has to be 0 and master, or QEMU refuses snapshots.
inline constexpr uint16_t kGuestPeer = 0;
inline constexpr uint16_t kHostPeer = 1;

/// What a second process needs to use a channel; each descriptor owned.
struct ChannelFds {
    UniqueFd memory;
    UniqueFd ring_guest;
    UniqueFd wake;
};

/// A mapping, unmapped when it goes.
class Mapping {
  public:
    Mapping() = default;
    /// Maps all of `memory`, shared. The size must be `bytes` exactly, and the file sealed against
    /// shrinking: a peer that cut it would kill us by SIGBUS.
    static HostResult<Mapping> map(int memory, uint64_t bytes);
    Mapping(Mapping&& other) noexcept
        : address_(std::exchange(other.address_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    Mapping& operator=(Mapping&& other) noexcept {
        std::swap(address_, other.address_);
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    ~Mapping();
    void* address() const { return address_; }
    uint64_t bytes() const { return bytes_; }

  private:
    Mapping(void* address, uint64_t bytes) : address_(address), bytes_(bytes) {}
    void* address_ = nullptr;
    uint64_t bytes_ = 0;
};

/// A channel that we made: the supervisor keeps one for each device it gave to QEMU.
class Channel {
  public:
    static HostResult<Channel> create(ChannelKind kind, uint64_t bytes, uint32_t spin_limit_us);
    /// The same for a device that is plugged and unplugged: the VM is rung by `slot_bell`, which another
    /// channel made. QEMU 7.2 under TCG cannot let go of a device's own bell: it spins on the closed
    /// descriptor, and crashes when its number is used again.
    static HostResult<Channel> create_pluggable(ChannelKind kind, uint64_t bytes, uint32_t spin_limit_us,
                                                UniqueFd slot_bell);

    /// Makes bells for `count` slots of pluggable channels on this channel's device, which stays. Before
    /// connect_qemu(); the device needs 1 + count vectors.
    HostResult<void> add_slot_bells(uint32_t count);
    /// A duplicate of one, for the channel in that slot.
    HostResult<UniqueFd> slot_bell(uint32_t slot) const;

    ChannelHeader& header() const { return *static_cast<ChannelHeader*>(mapping_.address()); }
    uint64_t bytes() const { return mapping_.bytes(); }
    /// Duplicates for a client (or for ourselves: Client::adopt).
    HostResult<ChannelFds> duplicate() const;
    /// Interrupts the VM.
    void ring_guest() const;
    int wake_fd() const { return fds_.wake.get(); }

    /// The socket for `-chardev socket,fd=`: the ivshmem server's messages already lie in it. QEMU
    /// reads them when it makes the device. Ours to keep open is the other end, inside the Channel.
    HostResult<UniqueFd> connect_qemu();

    /// Says that the client has left; the VM ends its session and sets GuestState::kClosed.
    void detach_client() const;
    /// Clears a closed channel for its next client of the same user. Only in GuestState::kClosed.
    void recycle(uint32_t spin_limit_us) const;

  private:
    Channel(ChannelFds fds, Mapping mapping) : fds_(std::move(fds)), mapping_(std::move(mapping)) {}
    static HostResult<Channel> make(ChannelKind kind, uint64_t bytes, uint32_t spin_limit_us, ChannelFds fds);
    ChannelFds fds_;
    Mapping mapping_;
    UniqueFd ivshmem_;
    bool has_own_bell_ = true;
    std::vector<UniqueFd> slot_bells_;
};

/// How long waiting may spin here: 0 with one processor to run on, else what suits the accelerator.
enum class Emulation : uint8_t { kTcg, kKvm };
uint32_t suitable_spin_us(Emulation emulation);

/// Adds to an eventfd; never blocks.
void ring(int event_fd);
/// Empties an eventfd; never blocks.
void drain(int event_fd);

}  // namespace rsl::transport
