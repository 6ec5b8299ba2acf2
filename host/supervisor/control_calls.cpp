// SPDX-License-Identifier: GPL-2.0-only
#include "host/supervisor/control_calls.hpp"

#include <unistd.h>

#include <bit>
#include <cstring>

#include "base/core/check.hpp"
#include "protocol/message/session.hpp"
#include "transport/ring/sleep_flag.hpp"

namespace rsl::supervisor {
namespace {

constexpr int32_t kDisconnected =
    static_cast<int32_t>(0xC000020C);                            // STATUS_CONNECTION_DISCONNECTED
constexpr int32_t kTooLarge = static_cast<int32_t>(0xC000000D);  // STATUS_INVALID_PARAMETER
constexpr std::u16string_view kName = u"rsld";

transport::ChannelView view_of(transport::Channel& channel) {
    const auto view = transport::ChannelView::of(&channel.header(), channel.bytes());
    RSL_CHECK(view.has_value());
    return *view;
}

}  // namespace

ControlCalls::ControlCalls(transport::Channel& channel)
    : channel_(channel),
      view_(view_of(channel)),
      requests_(view_.submission_producer()),
      replies_(view_.completion_consumer()) {
    for (uint32_t block = 0; (block + 1) * kBlockBytes <= view_.layout().arena_bytes; ++block)
        free_blocks_.push_back(block);
}

void ControlCalls::call(Body body, std::vector<std::byte> data, Answer answer) {
    if (ended_) return answer(kDisconnected, 0);
    if (data.size() > kBlockBytes) return answer(kTooLarge, 0);
    waiting_.push_back({std::move(body), std::move(data), std::move(answer)});
    if (!greeted_) greet();
    if (process_id_ != 0) send_waiting();
}

void ControlCalls::greet() {
    greeted_ = true;
    const uint32_t block = free_blocks_.back();
    free_blocks_.pop_back();
    std::memcpy(view_.arena().data() + block * kBlockBytes, kName.data(), kName.size() * 2);
    channel_.header().host_state.store(transport::HostState::kAttached, std::memory_order_release);
    const protocol::Hello hello{
        .version = protocol::kVersion,
        .client_pid = static_cast<uint32_t>(::getpid()),
        .image_name = {block * kBlockBytes, static_cast<uint32_t>(kName.size() * 2)}};
    const auto greeted = [this](int32_t status, uint64_t value) {
        if (status < 0) return end();
        process_id_ = static_cast<uint32_t>(value);
        send_waiting();
    };
    if (!push(protocol::encode(0, protocol::MessageId::kHello, 0, hello), {greeted, block}))
        return end();
    channel_.ring_guest();  // its server need not sleep yet as clients expect it
}

void ControlCalls::send_waiting() {
    while (!waiting_.empty() && sent_.size() < kMostSent) {
        Call& call = waiting_.front();
        uint32_t block = kNoBlock;
        protocol::ArenaSpan span{};
        if (!call.data.empty()) {
            if (free_blocks_.empty()) return;
            block = free_blocks_.back();
            free_blocks_.pop_back();
            span = {block * kBlockBytes, static_cast<uint32_t>(call.data.size())};
            std::memcpy(view_.arena().data() + span.offset, call.data.data(), call.data.size());
        }
        const auto entry = call.body(span);
        Sent sent{std::move(call.answer), block};
        waiting_.pop_front();
        if (!push(entry, std::move(sent))) return end();
    }
}

bool ControlCalls::push(protocol::RequestEntry entry, Sent sent) {
    entry.request_id = next_id_++;
    const auto pushed = requests_.push(std::bit_cast<transport::RawEntry>(entry));
    sent_.emplace(entry.request_id, std::move(sent));
    if (!pushed || *pushed == transport::PushOutcome::kFull) return false;
    if (transport::must_ring(channel_.header().guest_asleep)) channel_.ring_guest();
    return true;
}

bool ControlCalls::on_bell() {
    if (!greeted_ || ended_) return false;
    constexpr int kBudget = 100;
    for (int i = 0; i < kBudget; ++i) {
        const auto raw = replies_.pop();
        if (!raw) {
            end();
            return false;
        }
        if (!raw->has_value()) break;
        const auto reply = std::bit_cast<protocol::ReplyEntry>(**raw);
        const auto found = sent_.find(reply.request_id);
        if (found == sent_.end() || reply.kind != protocol::ReplyKind::kDone) continue;
        Sent sent = std::move(found->second);
        sent_.erase(found);
        if (sent.block != kNoBlock) free_blocks_.push_back(sent.block);
        sent.answer(reply.status, reply.values[0]);
        if (process_id_ != 0) send_waiting();
    }
    // Pairs with Station::close_channel(): our session there has ended.
    if (channel_.header().guest_state.load(std::memory_order_acquire) ==
        transport::GuestState::kClosed)
        end();
    return !ended_ && replies_.has_entry();
}

void ControlCalls::end() {
    if (std::exchange(ended_, true)) return;
    for (auto& [id, sent] : std::exchange(sent_, {})) sent.answer(kDisconnected, 0);
    for (auto& call : std::exchange(waiting_, {})) call.answer(kDisconnected, 0);
}

}  // namespace rsl::supervisor
