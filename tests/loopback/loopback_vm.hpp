// SPDX-License-Identifier: GPL-2.0-only
// A "VM" without a VM: the server's engine in threads of this process, over a real channel with real
// eventfds, and a fake NT behind it.
#pragma once

#include <poll.h>
#include <sys/eventfd.h>

#include <memory>
#include <thread>

#include "server/engine/fake_nt.hpp"
#include "server/engine/hosted_crew.hpp"
#include "server/engine/session.hpp"
#include "shim/api/rsl.h"
#include "transport/ring/sleep_flag.hpp"
#include "transport/link/channel.hpp"

namespace rsl {

class LoopbackVm {
  public:
    explicit LoopbackVm(uint32_t spin_us = 0, transport::ChannelKind kind = transport::ChannelKind::kClient)
        : channel_(transport::Channel::create(kind, transport::kDefaultChannelBytes, spin_us).value()),
          fds_(channel_.duplicate().value()), alive_(::eventfd(0, EFD_CLOEXEC)), view_(*transport::ChannelView::of(&channel_.header(), channel_.bytes())) {
        nt.arena = view_.arena();
        nt.complete = [this](uint32_t slot, int32_t status, uint64_t information) {
            session->complete(slot, status, information);
        };
        crew.work = [this] { session->work(); };
        crew.on_ring = [this] { transport::ring(fds_.wake.get()); };
        session = std::make_unique<server::Session>(view_, crew, nt);
        keeper_ = std::thread([this] { keep(); });
    }
    ~LoopbackVm() { stop("the VM was switched off"); }

    /// As the server does: ends the session, says why, wakes the client.
    void stop(const char* why) {
        if (!keeper_.joinable()) return;
        stopping_ = true;
        session->end(transport::CloseReason::kShutdown, why);
        transport::ring(fds_.ring_guest.get());
        keeper_.join();
    }
    /// As QEMU does when it is killed: nothing is said, nothing is answered any more.
    void die() { transport::ring(alive_.get()); }

    rsl_client* connect(uint32_t flags = 0) {
        auto fds = channel_.duplicate().value();
        rsl_ring_fds parts{};
        parts.size = sizeof(parts);
        parts.flags = flags;
        parts.memory = fds.memory.release();
        parts.ring_guest = fds.ring_guest.release();
        parts.wake = fds.wake.release();
        parts.alive = ::dup(alive_.get());
        parts.program = "test";
        parts.timeout_ms = 5000;
        return rsl_adopt(&parts);
    }
    transport::ChannelView& view() { return view_; }
    transport::Channel& channel() { return channel_; }

    server::HostedCrew crew;
    server::FakeNt nt;
    std::unique_ptr<server::Session> session;

  private:
    /// What the driver's keeper thread does: greeting, doorbells, the end.
    void keep() {
        bool greeted = false;
        while (!session->ended()) {
            if (!greeted) {
                auto greeting = session->take_greeting();
                if (greeting) {
                    session->answer_greeting(*greeting, 0, 4321);
                    crew.add_worker();
                    greeted = true;
                } else if (greeting.failure() != Status::kNotFound) {
                    session->end(transport::CloseReason::kViolation, "the first request was no hello");
                }
            }
            pollfd wait{fds_.ring_guest.get(), POLLIN, 0};
            ::poll(&wait, 1, 100);
            transport::drain(fds_.ring_guest.get());
            crew.wake();
        }
        session->cancel_everything();
        crew.join();
        nt.join();
        session->clean_up();
        auto& header = view_.header();
        std::strncpy(header.close_text, session->ending().text, sizeof(header.close_text) - 1);
        header.close_reason = session->ending().reason;
        header.guest_state.store(transport::GuestState::kClosed, std::memory_order_release);
        transport::ring(fds_.wake.get());
    }

    transport::Channel channel_;
    transport::ChannelFds fds_;
    UniqueFd alive_;
    transport::ChannelView view_;
    std::atomic<bool> stopping_ = false;
    std::thread keeper_;
};

/// A client that leaves at the end of its scope.
struct Client {
    rsl_client* get;
    explicit Client(LoopbackVm& vm, uint32_t flags = 0) : get(vm.connect(flags)) {}
    ~Client() {
        if (get != nullptr) rsl_disconnect(get);
    }
    explicit operator bool() const { return get != nullptr; }
};

inline rsl_request control(rsl_handle handle, uint32_t code, const void* in, void* out, size_t bytes) {
    rsl_request request{};
    request.size = sizeof(request);
    request.operation = RSL_OP_IOCTL;
    request.handle = handle;
    request.code = code;
    request.in = in;
    request.in_bytes = bytes;
    request.out = out;
    request.out_bytes = bytes;
    return request;
}

}  // namespace rsl
