// SPDX-License-Identifier: GPL-2.0-only
// Who talks to a bridge: `rsl net status`, `down` and `capture` (host/net/bridges.hpp).
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "bridges/tap/bridge.hpp"
#include "host/net/bridges.hpp"
#include "transport/link/message_socket.hpp"

namespace rsl::tap {
namespace {

constexpr size_t kMaxVisitors = 8;

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
    bool knows = text == "status" && (waiting_ || ask_state());
    if (text == "status" && !knows && kept_) {
        state_.Bound = 0;  // it has gone, which dispatch() is about to find out
        knows = true;
    }
    if (knows) {
        const std::string answer = state_text();
        if (::send(visitor, answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL) > 0) return;
    }
    loop_.unwatch(visitor);
    std::erase(watchers_, visitor);
    std::erase_if(visitors_, [&](const UniqueFd& fd) { return fd.get() == visitor; });
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

std::string Bridge::state_text() const {
    const auto& adapter = state_.Adapter;
    UCHAR address[6];
    const auto tap_address = tap_->address();
    std::copy_n(waiting_ ? tap_address.data() : adapter.CurrentAddress, sizeof(address), address);
    const bool up = !waiting_ && state_.Bound != 0 && adapter.MediaConnectState != MediaConnectStateDisconnected;
    return nlohmann::ordered_json{{"tap", tap_->name()},
                                  {"vm", options_.vm},
                                  {"device", options_.device},
                                  {"service", waiting_ ? options_.service : text_of(adapter.Service, std::size(adapter.Service))},
                                  {"adapter", options_.adapter},
                                  {"mac", address_text(address)},
                                  {"mtu", waiting_ ? tap_->mtu() : adapter.Mtu},
                                  {"link", up ? "up" : "down"},
                                  {"waiting", waiting_},
                                  {"promiscuous", (state_.Filter & 0x20) != 0},
                                  {"tx_frames", from_linux_frames_},
                                  {"tx_bytes", from_linux_bytes_},
                                  {"tx_drops", from_linux_drops_ + state_.SendFailures},
                                  {"rx_frames", to_linux_frames_},
                                  {"rx_bytes", to_linux_bytes_},
                                  {"rx_drops", to_linux_drops_ + state_.ReceiveDrops},
                                  {"capture_drops", capture_drops_},
                                  {"pid", ::getpid()}}
        .dump();
}

}  // namespace rsl::tap
