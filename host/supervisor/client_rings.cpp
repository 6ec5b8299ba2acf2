// SPDX-License-Identifier: GPL-2.0-only
#include "host/supervisor/client_rings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/core/result.hpp"
#include "host/supervisor/session.hpp"

namespace rsl::supervisor {
namespace {

using transport::Channel;
using transport::ChannelKind;
using transport::GuestState;

constexpr uint64_t kMaxClientBytes = 64 << 20;
constexpr auto kLookAgain = std::chrono::milliseconds(5);
constexpr int kLooksForGuest = 200;
/// Plugging takes the VM's processor for some milliseconds, which whoever has just got a ring needs more.
constexpr auto kUntilSpare = std::chrono::milliseconds(15);

}  // namespace

ClientRings::~ClientRings() {
    if (spare_plan_) loop_->cancel(*spare_plan_);
    for (const Slot& slot : slots_) {
        if (slot.wait) loop_->cancel(*slot.wait);
    }
}

void ClientRings::open() {
    open_ = true;
    attach_waiting();
}

/// Those who have to wait longer line up again.
void ClientRings::attach_waiting() {
    for (const auto& wait : std::exchange(waiting_, {}))
        attach(*wait.session, wait.sequence, wait.bytes);
}

void ClientRings::fail_waiting(const Error& error) {
    for (const auto& wait : std::exchange(waiting_, {})) wait.session->fail(wait.sequence, error);
}

void ClientRings::forget(Session& session) {
    std::erase_if(waiting_, [&](const auto& wait) { return wait.session == &session; });
    if (session.slot) release(*session.slot);
}

uint32_t ClientRings::free_slots() const {
    const auto free = std::count_if(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.state == Slot::State::kFree; });
    return static_cast<uint32_t>(free) + (spare_ ? 1 : 0);
}

void ClientRings::attach(Session& session, uint32_t sequence, uint64_t wanted_bytes) {
    if (session.slot)
        return session.fail(sequence, Error::wrong_use("this client has a ring already"));
    if (!open_) return waiting_.push_back({&session, sequence, wanted_bytes});
    const uint64_t bytes = wanted_bytes == 0 ? transport::kDefaultChannelBytes : wanted_bytes;
    if (bytes > kMaxClientBytes) {
        return session.fail(
            sequence, Error::wrong_use(fmt::format("a ring of {} bytes is too large; at most {}",
                                                   bytes, kMaxClientBytes)));
    }
    HostResult<void> made;
    const bool spare_fits = spare_ && bytes == transport::kDefaultChannelBytes;
    const auto index = spare_fits ? std::exchange(spare_, std::nullopt) : make_ring(bytes, made);
    if (!made) return session.fail(sequence, made.failure());
    if (!index) {
        drop_spare();
        // One that a client has left is free in a moment.
        const bool soon = std::any_of(slots_.begin(), slots_.end(), [](const Slot& s) {
            return (s.state == Slot::State::kUnplugging && !s.slow) ||
                   (s.state == Slot::State::kPlugging && s.session == nullptr);
        });
        if (soon) return waiting_.push_back({&session, sequence, wanted_bytes});
        return session.fail(
            sequence, Error(fmt::format(
                          "all {} rings of the VM are in use; stop a client, or start the VM with "
                          "more (--clients)",
                          slots_.size())));
    }
    session.slot = *index;
    slots_[*index].session = &session;
    slots_[*index].sequence = sequence;
    if (slots_[*index].state == Slot::State::kPlugged) hand_out(*index);
}

/// A ring on its way into the VM; none: no slot is free.
std::optional<uint32_t> ClientRings::make_ring(uint64_t bytes, HostResult<void>& made) {
    const auto slot = std::find_if(slots_.begin(), slots_.end(),
                                   [](const Slot& s) { return s.state == Slot::State::kFree; });
    if (slot == slots_.end()) return std::nullopt;
    const auto index = static_cast<uint32_t>(slot - slots_.begin());
    auto channel = make_channel(index, bytes);
    if (!channel) {
        made = channel.failure();
        return std::nullopt;
    }
    slot->channel = std::move(*channel);
    slot->session = nullptr;
    slot->state = Slot::State::kPlugging;
    ++slot->use;
    plug(index);
    if (slot->state != Slot::State::kFree) return index;
    made = Error("a ring could not be connected to QEMU");
    return std::nullopt;
}

void ClientRings::plan_spare() {
    if (spare_ || spare_plan_) return;
    spare_plan_ = loop_->after(kUntilSpare, [this] {
        spare_plan_.reset();
        keep_spare();
    });
}

void ClientRings::keep_spare() {
    HostResult<void> made;  // a spare that cannot be made is none
    if (!spare_ && open_) spare_ = make_ring(transport::kDefaultChannelBytes, made);
}

/// Somebody needs its slot.
void ClientRings::drop_spare() {
    if (spare_) release(*std::exchange(spare_, std::nullopt));
}

HostResult<std::unique_ptr<Channel>> ClientRings::make_channel(uint32_t slot,
                                                                     uint64_t bytes) const {
    auto bell = RSL_TRY(control_.slot_bell(slot));
    return std::make_unique<Channel>(RSL_TRY(
        Channel::create_pluggable(ChannelKind::kClient, bytes, spin_limit_us_, std::move(bell))));
}

std::string ClientRings::device_id(uint32_t index) const {
    return fmt::format("ring{}-{}", index, slots_[index].use);
}

void ClientRings::plug(uint32_t index) {
    machine_.plug(index, device_id(index), *slots_[index].channel, [this, index](HostResult<void> plugged) {
        Slot& slot = slots_[index];
        if (plugged) {
            slot.state = Slot::State::kPlugged;
            if (slot.session != nullptr) return hand_out(index);
            if (spare_ != index) release(index);  // its client left meanwhile
            return;
        }
        slot.state = Slot::State::kFree;
        slot.channel.reset();
        if (spare_ == index) spare_.reset();
        if (slot.session == nullptr) return;
        slot.session->slot.reset();
        std::exchange(slot.session, nullptr)->fail(slot.sequence, plugged.failure());
    });
}

/// The ring becomes its client's.
void ClientRings::hand_out(uint32_t index) {
    Slot& slot = slots_[index];
    const auto fds = slot.channel->duplicate();
    if (!fds) return slot.session->fail(slot.sequence, fds.failure());
    const std::array<int, wire::kAttachedFds> passed{fds->memory.get(), fds->ring_guest.get(), fds->wake.get()};
    slot.channel->header().host_state.store(transport::HostState::kAttached, std::memory_order_release);
    slot.session->send(slot.sequence, wire::Attached{slot.channel->bytes(), slot.session->id(), spin_limit_us_}, {},
                       passed);
    plan_spare();
}

void ClientRings::release(uint32_t index) {
    Slot& slot = slots_[index];
    slot.session = nullptr;
    if (slot.state != Slot::State::kPlugged) return;
    slot.state = Slot::State::kUnplugging;
    slot.slow = false;
    slot.channel->detach_client();
    unplug_when_seen(index, kLooksForGuest);
}

/// A slot's button that is pressed before the guest has served the device's arrival is lost, and
/// QEMU lets us press it again only after seconds. The guest may lie: it decides about the delay
/// only.
void ClientRings::unplug_when_seen(uint32_t index, int looks) {
    Slot& slot = slots_[index];
    const GuestState guest =
        slot.channel->header().guest_state.load(std::memory_order_acquire);  // pairs with keep()
    if (guest == GuestState::kAbsent && looks > 0) {
        slot.wait = loop_->after(kLookAgain, [this, index, looks] {
            slots_[index].wait.reset();
            unplug_when_seen(index, looks - 1);
        });
        return;
    }
    const auto done = [this, index](HostResult<void> unplugged) {
        Slot& left = slots_[index];
        left.channel.reset();
        left.state = unplugged ? Slot::State::kFree : Slot::State::kStuck;
        if (!open_) return;
        attach_waiting();
        if (unplugged) return;
        warn_(unplugged.failure().text() + "; its ring is not used again");
    };
    const auto slow = [this, index] {
        slots_[index].slow = true;
        attach_waiting();
        warn_(fmt::format("the VM has not let go of the ring of a client that left ({}): a driver keeps one of its requests; the "
                          "ring is not used meanwhile",
                          device_id(index)));
    };
    machine_.unplug(device_id(index), done, slow);
}

}  // namespace rsl::supervisor
