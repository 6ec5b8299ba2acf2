// SPDX-License-Identifier: GPL-2.0-only
#include "host/supervisor/session.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace rsl::supervisor {
namespace {

using Buffer = std::array<std::byte, wire::kMaxMessageBytes>;

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

/// A client that does not read must not make us wait or grow: what does not fit is lost.
bool send_now(int socket, std::span<const std::byte> bytes, std::span<const int> fds) {
    return static_cast<bool>(transport::send_datagram(socket, bytes, fds));
}

// What would make rsld itself break the rules of its ring.
bool is_sound(const wire::ProcessStarted& body) {
    return body.process != 0 && body.image_bytes % 2 == 0 && body.command_line_bytes % 2 == 0;
}
bool is_sound(const wire::ThreadChanged& body) { return body.process != 0 && body.created <= 1; }
bool is_sound(const wire::ImageLoaded& body) { return body.process != 0 && body.path_bytes % 2 == 0; }

}  // namespace

template <typename T>
void Session::send(uint32_t sequence, const T& body, std::string_view tail,
                   std::span<const int> fds) {
    static Buffer buffer;  // one thread
    const auto message = wire::encode(buffer, sequence, body, bytes_of(tail));
    if (message) (void)send_now(socket_.get(), *message, fds);
}
template void Session::send(uint32_t, const wire::Done&, std::string_view, std::span<const int>);
template void Session::send(uint32_t, const wire::Stopped&, std::string_view, std::span<const int>);
template void Session::send(uint32_t, const wire::Attached&, std::string_view,
                            std::span<const int>);
template void Session::send(uint32_t, const wire::FoundHandle&, std::string_view, std::span<const int>);
template void Session::send(uint32_t, const wire::HandlesTaken&, std::string_view, std::span<const int>);

void Session::fail(uint32_t sequence, const Error& error) {
    const std::string_view text = std::string_view(error.text()).substr(0, wire::kMaxTextBytes);
    send(sequence,
         wire::Failure{static_cast<int32_t>(error.exit_code()), error.nt_status().value_or(0),
                       static_cast<uint32_t>(text.size()), 0},
         text);
}

void Session::vm_gone(const vm::MachineEnd& end) {
    const std::string text =
        (end.sentence.empty() ? "the VM was stopped" : end.sentence).substr(0, wire::kMaxTextBytes);
    if (follow_) send(follow_->sequence, wire::LogEnd{0});
    follow_.reset();
    send(0, wire::VmGone{end.exit_code, static_cast<uint32_t>(text.size())}, text);
}

wire::ClientRecord Session::record() const {
    const auto age = std::chrono::steady_clock::now() - since_;
    wire::ClientRecord record{id_,
                              static_cast<uint32_t>(peer_.pid),
                              static_cast<uint64_t>(std::chrono::nanoseconds(age).count()),
                              {}};
    std::memcpy(record.name, name_.data(), std::min(name_.size(), sizeof(record.name) - 1));
    return record;
}

bool Session::on_readable() {
    static Buffer buffer;
    auto datagram = transport::receive_datagram(socket_.get(), buffer, 0);
    if (!datagram || datagram->bytes == 0) return false;
    return handle(std::span(buffer).first(datagram->bytes), std::move(datagram->fds));
}

bool Session::handle(std::span<const std::byte> datagram, std::vector<UniqueFd> fds) {
    const auto header = wire::decode_header(datagram);
    if (!header) return false;
    const uint32_t sequence = header->sequence;
    if (header->version != wire::kVersion) {
        fail(sequence,
             Error(fmt::format(
                 "this VM's supervisor speaks version {} of its protocol, the client version {}; "
                 "install both from one release",
                 wire::kVersion, header->version)));
        return true;
    }
    only_asks_ &= header->id == wire::Id::kPing || header->id == wire::Id::kStatus || header->id == wire::Id::kListClients;
    switch (header->id) {
        case wire::Id::kPing: {
            const auto ping = wire::decode<wire::Ping>(datagram);
            if (!ping) return false;
            send(sequence, wire::Done{ping->body.cookie});
            return true;
        }
        case wire::Id::kAttach: {
            const auto attach = wire::decode<wire::Attach>(datagram);
            if (!attach) return false;
            name_ = attach->text(0, attach->body.name_bytes);
            supervisor_.attach(*this, sequence, attach->body.wanted_bytes);
            return true;
        }
        case wire::Id::kStatus: {
            const auto request = wire::decode<wire::StatusRequest>(datagram);
            if (!request) return false;
            auto reply = supervisor_.status(request->body.flags);
            const std::string detail = supervisor_.status_detail();
            reply.name_bytes = static_cast<uint32_t>(supervisor_.config_.name.size());
            reply.detail_bytes = static_cast<uint32_t>(detail.size());
            send(sequence, reply, supervisor_.config_.name + detail);
            return true;
        }
        case wire::Id::kListClients:
            if (!wire::decode<wire::ListClients>(datagram)) return false;
            list_clients(sequence);
            return true;
        case wire::Id::kStop:
        {
            const auto stop = wire::decode<wire::Stop>(datagram);
            if (!stop) return false;
            supervisor_.stopping_.emplace_back(this, sequence);
            supervisor_.stop(std::chrono::milliseconds(stop->body.grace_ms));
            return true;
        }
        case wire::Id::kPullDisk: {
            const auto pull = wire::decode<wire::PullDisk>(datagram);
            if (!pull) return false;
            supervisor_.pull_disk(*this, sequence, pull->body.index);
            return true;
        }
        case wire::Id::kSetLink: {
            const auto link = wire::decode<wire::SetLink>(datagram);
            if (!link) return false;
            supervisor_.set_link(*this, sequence, link->body.index, link->body.up != 0);
            return true;
        }
        case wire::Id::kLogSubscribe: {
            const auto wanted = wire::decode<wire::LogSubscribe>(datagram);
            if (!wanted) return false;
            subscribe(sequence, wanted->body);
            return true;
        }
        default:
            return handle_wine(*header, datagram, std::move(fds));
    }
}

bool Session::handle_wine(const wire::Header& header, std::span<const std::byte> datagram, std::vector<UniqueFd> fds) {
    const uint32_t sequence = header.sequence;
    Handover& handover = *supervisor_.handover_;
    const auto with = [&]<typename T>(auto&& act) {
        const auto message = wire::decode<T>(datagram);
        if (message) act(*message);
        return message.ok();
    };
    switch (header.id) {
        case wire::Id::kHandleTable:
            if (fds.size() != 1) return false;
            return with.operator()<wire::HandleTable>(
                [&](const auto& message) { handover.table(*this, sequence, message.body, std::move(fds[0])); });
        case wire::Id::kGiveHandles:
            return with.operator()<wire::GiveHandles>([&](const auto& message) {
                if (message.body.count > wire::kMostGiven) return fail(sequence, Error::wrong_use("these are too many at once"));
                std::vector<wire::GivenHandle> handles(message.body.count);
                std::memcpy(handles.data(), message.tail.data(), handles.size() * sizeof(wire::GivenHandle));
                handover.give(*this, sequence, message.body.process, std::move(handles));
            });
        case wire::Id::kFindHandle:
            return with.operator()<wire::FindHandle>(
                [&](const auto& message) { handover.find(*this, sequence, message.body); });
        case wire::Id::kTakeHandles:
            return with.operator()<wire::TakeHandles>(
                [&](const auto& message) { handover.take(*this, sequence, message.body.process); });
        case wire::Id::kDropHandle:
            return with.operator()<wire::DropHandle>(
                [&](const auto& message) { handover.drop(*this, sequence, message.body.vm_handle); });
        case wire::Id::kHandleClosed:
            return with.operator()<wire::HandleClosed>(
                [&](const auto& message) { handover.closed(*this, sequence, message.body); });
        case wire::Id::kProcessStarted:
            return with.operator()<wire::ProcessStarted>([&](const auto& message) {
                if (!is_sound(message.body)) return fail(sequence, Error::wrong_use("this is no Windows process"));
                supervisor_.announcements_->started(*this, sequence, message.body, message.text(0, message.tail.size()));
            });
        case wire::Id::kThreadChanged:
            return with.operator()<wire::ThreadChanged>([&](const auto& message) {
                if (!is_sound(message.body)) return fail(sequence, Error::wrong_use("this is no Windows thread"));
                supervisor_.announcements_->thread(*this, sequence, message.body);
            });
        case wire::Id::kImageLoaded:
            return with.operator()<wire::ImageLoaded>([&](const auto& message) {
                if (!is_sound(message.body)) return fail(sequence, Error::wrong_use("this is no image"));
                supervisor_.announcements_->image(*this, sequence, message.body, message.text(0, message.tail.size()));
            });
        default:
            return false;
    }
}

void Session::list_clients(uint32_t sequence) {
    std::string records;
    uint32_t count = 0, total = 0;
    for (const auto& session : supervisor_.sessions_) {
        if (!session->slot) continue;  // a shell command that only asks is no client
        ++total;
        if (count == wire::kMaxClientsListed) continue;
        ++count;
        const auto record = session->record();
        records.append(reinterpret_cast<const char*>(&record), sizeof(record));
    }
    send(sequence, wire::Clients{count, total}, records);
}

Session::~Session() {
    if (retry_) supervisor_.loop_->cancel(*retry_);
}

void Session::subscribe(uint32_t sequence, const wire::LogSubscribe& wanted) {
    const bool events = (wanted.flags & wire::kLogEvents) != 0;
    const LogBuffer& kept = events ? supervisor_.events_ : supervisor_.log_;
    follow_ = Follow{.sequence = sequence, .level_least = wanted.level_least, .lost = 0, .events = events,
                     .ends = false, .waiting = {}};
    if ((wanted.flags & wire::kLogFromStart) != 0) {
        for (const auto& line : kept.lines()) send_log(line);
    }
    if ((wanted.flags & wire::kLogFollow) != 0) return;
    follow_->ends = true;
    follow_->kept = kept.lines().size();
    send_waiting();
}

void Session::send_log(const LogLine& line) {
    if (!follow_ || follow_->ends || line.level < follow_->level_least) return;
    if (follow_->events != (line.level == LogBuffer::kEventLevel)) return;
    if (follow_->waiting.empty() && send_line(line)) return;
    const size_t bytes = line.source.size() + line.text.size();
    if (follow_->waiting_bytes + bytes > kMaxWaitingBytes) {
        follow_->lost += 1 + line.lost;
        return;
    }
    follow_->waiting_bytes += bytes;
    follow_->waiting.push_back(line);
    retry_later();
}

bool Session::send_line(const LogLine& line) {
    static Buffer buffer;
    const std::string tail = line.source + line.text;
    const auto message =
        wire::encode(buffer, follow_->sequence,
                     wire::LogLine{line.time_ns, line.level, line.lost + follow_->lost,
                                   static_cast<uint32_t>(line.source.size()),
                                   static_cast<uint32_t>(line.text.size())},
                     bytes_of(tail));
    if (!message) return true;
    if (!send_now(socket_.get(), *message, {})) return false;
    follow_->lost = 0;
    return true;
}

/// What a client has not taken yet, as much as it takes now; then the end, if there is one.
void Session::send_waiting() {
    static Buffer buffer;
    while (!follow_->waiting.empty()) {
        const LogLine& line = follow_->waiting.front();
        if (!send_line(line)) return retry_later();
        follow_->waiting_bytes -= line.source.size() + line.text.size();
        follow_->waiting.pop_front();
        retry_delay_ = std::chrono::milliseconds(1);
    }
    if (!follow_->ends) return;
    const auto end = wire::encode(buffer, follow_->sequence, wire::LogEnd{follow_->kept}, {});
    if (end && !send_now(socket_.get(), *end, {})) return retry_later();
    follow_.reset();
}

void Session::retry_later() {
    constexpr std::chrono::milliseconds kSlowest{200};  // for a client that does not read at all
    if (retry_) return;
    retry_ = supervisor_.loop_->after(retry_delay_, [this] {
        retry_.reset();
        if (follow_) send_waiting();
    });
    retry_delay_ = std::min(retry_delay_ * 2, kSlowest);
}

}  // namespace rsl::supervisor
