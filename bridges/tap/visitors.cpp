// SPDX-License-Identifier: GPL-2.0-only
// Who talks to a bridge: `rsl net status`, `down` and `capture` (host/net/bridges.hpp).
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <utility>

#include "bridges/tap/bridge.hpp"
#include "host/net/bridges.hpp"
#include "transport/link/message_socket.hpp"

namespace rsl::tap {
namespace {

constexpr size_t kMaxVisitors = 8;
constexpr auto kDriverPatience = std::chrono::seconds(1);  // less than visitors have with us

/// In the order of RSL_NET_COUNTS.
constexpr std::array<const char*, RSL_NET_COUNTERS> kCounters{
    "sent_frames",     "sent_bytes",     "send_errors",    "send_discards",
    "received_frames", "received_bytes", "receive_errors", "receive_discards"};

/// What the driver counts, of which it may leave out anything.
nlohmann::ordered_json json_of(const RSL_NET_COUNTS& counts) {
    auto out = nlohmann::ordered_json::object();
    for (size_t i = 0; i < kCounters.size(); ++i) {
        if ((counts.Counted >> i & 1) != 0) out[kCounters[i]] = counts.Values[i];
    }
    return out;
}

std::string text_of(const WCHAR* text, size_t room) {
    std::string out;
    for (size_t i = 0; i < room && text[i] != 0; ++i)
        out += text[i] < 0x80 ? static_cast<char>(text[i]) : '?';
    return out;
}

std::string address_text(const UCHAR (&address)[6]) {
    char text[18];
    std::snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", address[0], address[1],
                  address[2], address[3], address[4], address[5]);
    return text;
}

}  // namespace

void Bridge::watch_visitors() {
    loop_.watch(listener_.fd(), [this] { accept_visitor(); });
    for (const UniqueFd& visitor : visitors_) {
        const int fd = visitor.get();
        loop_.watch(fd, [this, fd] { hear(fd); });
    }
}

void Bridge::give_visitors(int socket) {
    std::string letters;
    std::vector<int> fds;
    for (const UniqueFd& visitor : visitors_) {
        fds.push_back(visitor.get());
        letters += std::find(watchers_.begin(), watchers_.end(), visitor.get()) != watchers_.end() ? 'w' : 'v';
    }
    if (!fds.empty()) (void)transport::send_datagram(socket, std::as_bytes(std::span(letters)), fds);  // else hung up
}

void Bridge::accept_visitor() {
    if (ended_) return;  // another worker's
    UniqueFd visitor(::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!visitor || visitors_.size() >= kMaxVisitors) return;
    const int fd = visitor.get();
    visitors_.push_back(std::move(visitor));
    loop_.watch(fd, [this, fd] { hear(fd); });
}

void Bridge::hear(int visitor) {
    if (ended_) return;  // what it says is for whoever comes next
    char word[16];
    const ssize_t got = ::recv(visitor, word, sizeof(word), MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    const std::string_view text(word, static_cast<size_t>(std::max<ssize_t>(got, 0)));
    if (text == "down") return end(Ending::kDown, "down, as asked");
    if (text == "capture") {
        watchers_.push_back(visitor);
        return;
    }
    if (text != "status") return hang_up(visitor);
    if (!waiting_ && !ask_state()) {
        if (!kept_) return hang_up(visitor);
        state_.Bound = 0;  // it has gone, which dispatch() is about to find out
    }
    askers_.push_back(visitor);
    if (waiting_ || state_.Bound == 0) return answer_askers(false);
    ask_driver();
}

void Bridge::hang_up(int visitor) {
    loop_.unwatch(visitor);
    std::erase(watchers_, visitor);
    std::erase(askers_, visitor);
    std::erase_if(visitors_, [&](const UniqueFd& fd) { return fd.get() == visitor; });
}

/// The driver may take its time: frames pass meanwhile, and askers wait no longer than is good.
void Bridge::ask_driver() {
    if (patience_ == 0) {
        patience_ = loop_.after(kDriverPatience, [this] {
            patience_ = 0;
            answer_askers(false);
        });
    }
    if (driver_asked_) return;
    rsl_request request = request_of(RSL_OP_IOCTL);
    request.code = RSL_NET_STATISTICS;
    request.out = &counts_;
    request.out_bytes = sizeof(counts_);
    const auto callback = [](void* context, uint64_t, const rsl_result* result) {
        auto& bridge = *static_cast<Bridge*>(context);
        bridge.driver_asked_ = false;
        if (!bridge.ended_)
            bridge.answer_askers(RSL_SUCCEEDED(result->status) && result->information == sizeof(bridge.counts_));
    };
    driver_asked_ = true;
    if (!RSL_SUCCEEDED(rsl_submit(client_.get(), &request, callback, this, nullptr)))
        end(Ending::kGone, "cannot ask the driver");
}

void Bridge::answer_askers(bool driver_answered) {
    if (patience_ != 0) loop_.cancel(std::exchange(patience_, 0));
    const auto askers = std::exchange(askers_, {});
    const std::string answer = askers.empty() ? "" : state_text(driver_answered);
    for (const int visitor : askers) {
        if (::send(visitor, answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL) <= 0) hang_up(visitor);
    }
}

void Bridge::show_frame(std::span<const std::byte> frame) {
    if (watchers_.empty()) return;
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    const auto bytes = static_cast<uint32_t>(frame.size());
    net::CaptureRecord record{static_cast<uint32_t>(now.tv_sec),
                              static_cast<uint32_t>(now.tv_nsec / 1000), bytes, bytes};
    iovec parts[] = {{&record, sizeof(record)}, {const_cast<std::byte*>(frame.data()), bytes}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = std::size(parts);
    for (const int watcher : watchers_) {  // one that does not keep up misses frames
        if (::sendmsg(watcher, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) ++capture_drops_;
    }
}

std::string Bridge::state_text(bool with_counts) const {
    const auto& adapter = state_.Adapter;
    UCHAR address[6];
    const auto tap_address = tap_->address();
    std::copy_n(waiting_ ? tap_address.data() : adapter.CurrentAddress, sizeof(address), address);
    const bool up = !waiting_ && state_.Bound != 0 && adapter.MediaConnectState != MediaConnectStateDisconnected;
    const bool ip = options_.frames == vm::Frames::kIp;
    return nlohmann::ordered_json{{"tap", tap_->name()},
                                  {"frames", ip ? "ip" : "ethernet"},
                                  {"vm", options_.vm},
                                  {"device", options_.device},
                                  {"service", waiting_ ? options_.service : text_of(adapter.Service, std::size(adapter.Service))},
                                  {"adapter", options_.adapter},
                                  {"mac", ip ? "" : address_text(address)},
                                  {"mtu", waiting_ ? tap_->mtu() : mtu()},
                                  {"link", up ? "up" : "down"},
                                  {"waiting", waiting_},
                                  {"promiscuous", (state_.Filter & 0x20) != 0},
                                  {"tx_frames", from_linux_frames_},
                                  {"tx_bytes", from_linux_bytes_},
                                  {"tx_drops", from_linux_drops_ + state_.SendFailures},
                                  {"rx_frames", to_linux_frames_},
                                  {"rx_bytes", to_linux_bytes_},
                                  {"rx_drops", to_linux_drops_ + state_.ReceiveDrops},
                                  {"driver", with_counts ? json_of(counts_) : nlohmann::ordered_json()},
                                  {"capture_drops", capture_drops_},
                                  {"pid", ::getpid()}}
        .dump();
}

}  // namespace rsl::tap
