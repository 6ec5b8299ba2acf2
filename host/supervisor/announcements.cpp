// SPDX-License-Identifier: GPL-2.0-only
#include "host/supervisor/announcements.hpp"

#include <algorithm>

#include "host/supervisor/session.hpp"
#include "host/supervisor/supervisor.hpp"
#include "protocol/message/process.hpp"

namespace rsl::supervisor {
namespace {

using protocol::ArenaSpan;
using protocol::MessageId;

constexpr size_t kMostProcesses = 4096,
                 kMostThreads = 4096;  // what programs can make us and the VM keep
constexpr int32_t kQuotaExceeded = static_cast<int32_t>(0xC0000044);  // STATUS_QUOTA_EXCEEDED

std::vector<std::byte> copy_of(std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
    return {bytes.begin(), bytes.end()};
}

}  // namespace

/// Passes the VM's status on to whoever asked.
ControlCalls::Answer Announcements::answer(const Session& session, uint32_t sequence) {
    return [this, id = session.id(), sequence](int32_t status, uint64_t) {
        Session* asker = supervisor_.find(id);
        if (asker == nullptr) return;
        if (status >= 0) return asker->send(sequence, wire::Done{0});
        asker->fail(sequence, Error::refused("the VM refused it", status));
    };
}

void Announcements::started(Session& session, uint32_t sequence, const wire::ProcessStarted& body,
                            std::string_view text) {
    const bool known = processes_.contains(body.process);
    if (known && (body.flags & wire::kUnlessKnown) != 0)
        return session.send(sequence, wire::Done{0});
    if (known) ended(body.process);  // ids are used again
    if (processes_.size() >= kMostProcesses)
        return session.fail(sequence,
                            Error::refused("these are too many processes", kQuotaExceeded));
    processes_[body.process] = {session.id(), {}};
    if (body.thread != 0) processes_[body.process].threads.insert(body.thread);
    const auto request = [body](ArenaSpan data) {
        return protocol::encode(
            0, MessageId::kProcessStarted, 0,
            protocol::ProcessStarted{
                .process = body.process,
                .thread = body.thread,
                .parent = body.parent,
                .creator_process = body.creator_process,
                .creator_thread = body.creator_thread,
                .image = {data.offset, body.image_bytes},
                .command_line = {data.offset + body.image_bytes, body.command_line_bytes}});
    };
    const auto answered = [this, process = body.process, tell = answer(session, sequence)](
                              int32_t status, uint64_t value) {
        if (status < 0) processes_.erase(process);  // it will not run
        tell(status, value);
    };
    calls_.call(request, copy_of(text), answered);
}

void Announcements::thread(Session& session, uint32_t sequence, const wire::ThreadChanged& body) {
    if (const auto process = processes_.find(body.process); process != processes_.end()) {
        auto& threads = process->second.threads;
        if (body.created != 0) {
            if (threads.size() < kMostThreads) threads.insert(body.thread);
        } else if (threads.erase(body.thread) == 0)
            return session.send(sequence, wire::Done{0});  // told already
    }
    const auto request = [body](ArenaSpan) {
        return protocol::encode(
            0, MessageId::kThreadChanged, 0,
            protocol::ThreadChanged{
                .process = body.process, .thread = body.thread, .created = body.created});
    };
    calls_.call(request, {}, answer(session, sequence));
}

void Announcements::image(Session& session, uint32_t sequence, const wire::ImageLoaded& body,
                          std::string_view path) {
    const auto request = [body](ArenaSpan data) {
        return protocol::encode(
            0, MessageId::kImageLoaded, 0,
            protocol::ImageLoaded{
                .base = body.base, .bytes = body.bytes, .process = body.process, .path = data});
    };
    calls_.call(request, copy_of(path), answer(session, sequence));
}

/// Its threads first, as in NT.
void Announcements::ended(uint32_t process) {
    const auto known = processes_.extract(process);
    if (known.empty()) return;
    const auto nobody = [](int32_t, uint64_t) {};
    for (const uint32_t thread : known.mapped().threads) {
        calls_.call(
            [process, thread](ArenaSpan) {
                return protocol::encode(
                    0, MessageId::kThreadChanged, 0,
                    protocol::ThreadChanged{.process = process, .thread = thread, .created = 0});
            },
            {}, nobody);
    }
    calls_.call(
        [process](ArenaSpan) {
            return protocol::encode(0, MessageId::kProcessEnded, 0,
                                    protocol::ProcessEnded{process, 0});
        },
        {}, nobody);
}

void Announcements::forget(const Session& session) {
    std::vector<uint32_t> gone;
    for (const auto& [id, process] : processes_) {
        if (process.owner == session.id()) gone.push_back(id);
    }
    for (const uint32_t id : gone) ended(id);
}

}  // namespace rsl::supervisor
