// SPDX-License-Identifier: GPL-2.0-only
// rsl.h: the log, from a supervisor or from a control ring.
#include <optional>
#include <string>

#include "protocol/message/supervisor.hpp"
#include "shim/api/handle.hpp"
#include "shim/client/attach.hpp"
#include "shim/client/last_error.hpp"
#include "transport/link/message_socket.hpp"

using namespace rsl::client;
namespace supervisor = rsl::protocol::supervisor;
namespace transport = rsl::transport;

struct rsl_log {
    // Either a socket to the supervisor...
    rsl::UniqueFd socket;
    // ... or a control ring.
    Connection* connection = nullptr;
    std::optional<transport::ByteRingReader> reader;
    uint32_t lost_before = 0;

    std::byte buffer[supervisor::kMaxMessageBytes];
    std::string source, text;

    int next_of_socket(int timeout_ms, rsl_log_line* line);
    int next_of_ring(int timeout_ms, rsl_log_line* line);
    int next_record(int timeout_ms, rsl_log_line* line);
    int hand_out(rsl_log_line* line, uint64_t time_ns, uint32_t level, uint32_t lost) {
        *line = {time_ns, level, lost, source.c_str(), text.c_str()};
        return 1;
    }
};

int rsl_log::next_of_socket(int timeout_ms, rsl_log_line* line) {
    for (;;) {
        auto received = transport::receive_datagram(socket.get(), buffer, timeout_ms);
        if (!received) {
            set_last_error(received.failure().text());
            return 0;  // nothing yet
        }
        if (received->bytes == 0) return -1;
        const auto datagram = std::span<const std::byte>(buffer).first(received->bytes);
        if (const auto message = supervisor::decode<supervisor::LogLine>(datagram)) {
            source = message->text(0, message->body.source_bytes);
            text = message->text(message->body.source_bytes, message->body.text_bytes);
            return hand_out(line, message->body.time_ns, message->body.level, message->body.lost);
        }
        if (const auto failure = supervisor::decode<supervisor::Failure>(datagram)) {
            set_last_error(std::string(failure->text(0, failure->body.text_bytes)));
            return -1;
        }
        if (supervisor::decode<supervisor::LogEnd>(datagram)) return -1;
    }
}

int rsl_log::next_of_ring(int timeout_ms, rsl_log_line* line) {
    int got;
    do {
        got = next_record(timeout_ms, line);
    } while (got == 1 && line->level == RSL_LOG_EVENT_LEVEL);  // lines only
    return got;
}

int rsl_log::next_record(int timeout_ms, rsl_log_line* line) {
    std::byte record[transport::kMaxRecordBytes];
    auto bytes = reader->read(record);
    if (bytes && *bytes == 0) {
        switch (connection->wait_for_log(timeout_ms)) {
            case Connection::LogWait::kTimeout: return 0;
            case Connection::LogWait::kEnded: return -1;
            case Connection::LogWait::kRecord: break;
        }
        bytes = reader->read(record);
    }
    transport::LogRecordHead head;
    if (!bytes || *bytes < sizeof(head)) {
        set_last_error("the VM's log ring is damaged");
        return -1;
    }
    std::memcpy(&head, record, sizeof(head));
    if (uint64_t{head.source_bytes} + head.text_bytes != *bytes - sizeof(head)) {
        set_last_error("the VM's log ring is damaged");
        return -1;
    }
    const auto* at = reinterpret_cast<const char*>(record) + sizeof(head);
    source.assign(at, head.source_bytes);
    text.assign(at + head.source_bytes, head.text_bytes);
    const uint32_t lost = connection->channel().header().log_lost.load(std::memory_order_relaxed);
    const uint32_t before = std::exchange(lost_before, lost);
    return hand_out(line, head.time_ns, head.level, lost - before);
}

extern "C" {

rsl_log* rsl_log_open(const rsl_connect_options* options, uint32_t flags) {
    AttachOptions attach_options;
    if (options != nullptr && options->vm != nullptr) attach_options.vm = options->vm;
    if (options != nullptr && options->socket_path != nullptr) attach_options.socket_path = options->socket_path;
    auto socket = connect_supervisor(attach_options);
    if (!socket) {
        set_last_error(socket.failure().text());
        return nullptr;
    }
    auto log = std::make_unique<rsl_log>();
    log->socket = std::move(socket).value();
    const auto request = supervisor::encode(std::span(log->buffer), 1,
                                            supervisor::LogSubscribe{.flags = flags & 7, .level_least = 0});
    if (auto sent = transport::send_datagram(log->socket.get(), *request); !sent) {
        set_last_error(sent.failure().text());
        return nullptr;
    }
    return log.release();
}

rsl_log* rsl_log_of(rsl_client* client) {
    const auto& channel = client->connection->channel();
    if (channel.kind() != transport::ChannelKind::kControl) {
        set_last_error("only a control ring carries the log");
        return nullptr;
    }
    auto log = std::make_unique<rsl_log>();
    log->connection = client->connection.get();
    log->reader.emplace(channel.log_reader());
    return log.release();
}

int rsl_log_next(rsl_log* log, int timeout_ms, rsl_log_line* line) {
    return log->connection != nullptr ? log->next_of_ring(timeout_ms, line) : log->next_of_socket(timeout_ms, line);
}

void rsl_log_close(rsl_log* log) { delete log; }

}  // extern "C"
