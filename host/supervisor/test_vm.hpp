// SPDX-License-Identifier: GPL-2.0-only
// For tests: a supervisor with the fake QEMU of host/vm, and what a client says to it.
#pragma once

#include <sys/socket.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>

#include "host/supervisor/supervisor.hpp"
#include "transport/link/message_socket.hpp"

namespace rsl::supervisor::testing {

using namespace std::chrono_literals;

inline Supervisor::Config fake_config(const std::string& mode, uint32_t slots) {
    return {.name = "test",
            .options = {.accel = vm::AccelChoice::kTcg, .client_slots = slots, .kernel_arguments = "fake=" + mode},
            .files = {.qemu = RSL_FAKE_QEMU, .firmware = "/f", .share = "/s", .kernel = "/s/k", .archive = "/s/a"}};
}

struct Vm {
    explicit Vm(const std::string& mode, uint32_t slots = 2) {
        auto made = vm::EventLoop::create();
        auto config = fake_config(mode, slots);
        config.first_client = true;
        auto started = Supervisor::start(config);
        if (!made || !started) return;
        loop = std::move(*made);
        self = std::move(*started);
        self->connect(*loop);
    }
    template <typename Condition>
    bool wait_for(Condition condition) {
        const auto limit = std::chrono::steady_clock::now() + 10s;
        while (!condition() && std::chrono::steady_clock::now() < limit) loop->run_once(20ms);
        return condition();
    }
    /// What the guest's server does when it is up.
    void guest_is_ready() {
        auto& header = self->control_channel_for_test().header();
        header.guest_state.store(transport::GuestState::kWaiting);
        transport::ring(self->control_channel_for_test().wake_fd());
    }
    UniqueFd client() {
        std::array<int, 2> pair{};
        (void)!::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair.data());
        self->add_client(UniqueFd(pair[1]));
        return UniqueFd(pair[0]);
    }
    std::unique_ptr<vm::EventLoop> loop;
    std::unique_ptr<Supervisor> self;
};

template <typename T>
void ask(const UniqueFd& socket, const T& body, std::string_view tail = {}, uint32_t sequence = 7) {
    std::array<std::byte, wire::kMaxMessageBytes> buffer;
    const auto message =
        wire::encode(buffer, sequence, body, std::as_bytes(std::span(tail.data(), tail.size())));
    if (message) (void)transport::send_datagram(socket.get(), *message);
}

struct Answer {
    std::array<std::byte, wire::kMaxMessageBytes> buffer{};
    transport::Datagram datagram;
    bool closed = false;
    wire::Id id() const {
        const auto header = wire::decode_header(std::span(buffer).first(datagram.bytes));
        return header ? header->id : wire::Id{};
    }
    std::string failure() const {
        const auto message = wire::decode<wire::Failure>(std::span(buffer).first(datagram.bytes));
        return message ? std::string(message->text(0, message->body.text_bytes)) : std::string();
    }
};

inline Answer answer_to(Vm& vm, const UniqueFd& socket) {
    Answer answer;
    bool arrived = false;
    vm.wait_for([&] {
        if (arrived) return true;
        auto got = transport::receive_datagram(socket.get(), answer.buffer, 0);
        if (!got) return false;
        answer.datagram = std::move(*got);
        answer.closed = answer.datagram.bytes == 0;
        return arrived = true;
    });
    return answer;
}

}  // namespace rsl::supervisor::testing
