// SPDX-License-Identifier: GPL-2.0-only
#include "bridges/tap/bridge.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "base/core/result.hpp"
#include "bridges/tap/adapter.hpp"
#include "bridges/tap/batch.hpp"
#include "host/net/bridges.hpp"

namespace rsl::tap {
namespace {

constexpr uint64_t kSharedBytes = 2u << 20;  // eight batches, and room for what else is asked
constexpr rsl_status kDeviceBusy = static_cast<rsl_status>(0x80000011u);
// A batch has room for one such frame, and for the byte by which a longer one is seen (fill()).
constexpr ULONG kMostMtu = RSL_NET_BATCH_BYTES - sizeof(RSL_NET_RECORD) - RSL_NET_OVER_MTU(NdisMedium802_3) - 1;

}  // namespace

HostResult<std::unique_ptr<Bridge>> Bridge::create(vm::EventLoop& loop, BridgeOptions options) {
    auto bridge = std::unique_ptr<Bridge>(new Bridge(loop, std::move(options)));
    RSL_TRY(bridge->connect());
    RSL_TRY(bridge->bind());
    bridge->listener_ = RSL_TRY(net::listen_for(bridge->options_.vm, bridge->options_.adapter));
    bridge->tap_ = std::make_unique<Tap>(RSL_TRY(Tap::open(bridge->options_.tap, bridge->options_.frames)));
    RSL_TRY(bridge->set_up_tap(Tap::State::kUp));
    return bridge;
}

std::unique_ptr<Bridge> Bridge::take(vm::EventLoop& loop, BridgeOptions options, Inherited inherited) {
    auto bridge = std::unique_ptr<Bridge>(new Bridge(loop, std::move(options)));
    bridge->kept_ = bridge->waiting_ = true;
    bridge->tap_ = std::make_unique<Tap>(std::move(inherited.tap));
    bridge->listener_ = std::move(inherited.listener);
    bridge->visitors_ = std::move(inherited.visitors);
    bridge->watchers_ = std::move(inherited.watchers);
    bridge->watch_visitors();
    return bridge;
}

HostResult<void> Bridge::find_adapter() {
    if (client_ == nullptr && !vm_runs(options_.vm)) return Error("the VM " + options_.vm + " does not run");
    const auto bound = [this]() -> HostResult<void> {
        if (client_ == nullptr) RSL_TRY(connect());
        if (handle_ == 0) handle_ = RSL_TRY(open_driver(client_.get()));
        options_.adapter = RSL_TRY(index_of(client_.get(), handle_, options_.guid));
        return bind();
    }();
    if (bound || bound.failure().nt_status() == kNoSuchDevice) return bound;
    handle_ = 0;  // whatever it was: anew from the start
    client_.reset();
    return bound;
}

bool Bridge::interface_is_gone() {
    std::array<std::byte, 64> start;
    for (auto got = Tap::Outcome::kDone; got == Tap::Outcome::kDone;) {
        got = tap_->read(start).outcome;
        if (got == Tap::Outcome::kGone) end(Ending::kFailed, "the interface has gone");
    }
    return ended_;
}

Bridge::~Bridge() {
    on_end = nullptr;
    ended_ = true;
    client_.reset();    // the callbacks that are left find ended_
    tap_.reset();       // the interface goes
    listener_ = {};     // the name is free
    visitors_.clear();  // and then those that wait for the end may know
}

HostResult<void> Bridge::connect() {
    rsl_connect_options options{};
    options.size = sizeof(options);
    options.flags = RSL_CONNECT_KEEP_MEMORY;
    options.vm = options_.vm.c_str();
    options.program = "rsl-tap";
    options.memory_bytes = kSharedBytes;
    client_.reset(rsl_connect_with(&options));
    if (client_ == nullptr) return Error(rsl_last_error());
    for (auto* direction : {&reads_, &writes_}) {
        for (Transfer& transfer : *direction) {
            transfer.bridge = this;
            transfer.buffer =
                static_cast<std::byte*>(rsl_alloc(client_.get(), RSL_NET_BATCH_BYTES));
            if (transfer.buffer == nullptr)
                return Error("the memory shared with the VM is too small for a bridge");
        }
    }
    return {};
}

HostResult<void> Bridge::bind() {
    if (handle_ == 0) handle_ = RSL_TRY(open_driver(client_.get()));
    const rsl_status status = rsl_ioctl(client_.get(), handle_, RSL_NET_BIND, &options_.adapter,
                       sizeof(options_.adapter), nullptr, 0, nullptr);
    if (status == kDeviceBusy)
        return Error::refused("somebody else in the VM has the adapter " + options_.device, status);
    if (!RSL_SUCCEEDED(status)) return refused("cannot bind to " + options_.device, status);
    RSL_TRY(ask_state());
    if (state_.Bound == 0) return Error("the adapter " + options_.device + " stopped");
    if ((state_.Adapter.Medium == NdisMediumIP) != (options_.frames == vm::Frames::kIp))
        return Error("the adapter " + options_.device + " has another medium than before; 'rsl net down' it, and up again");
    return {};
}

uint32_t Bridge::mtu() const {
    return std::min(state_.Adapter.Mtu, kMostMtu);
}

HostResult<void> Bridge::set_up_tap(Tap::State state) {
    if (options_.frames == vm::Frames::kEthernet) {
        std::array<uint8_t, 6> address;
        std::copy_n(state_.Adapter.CurrentAddress, address.size(), address.begin());
        RSL_TRY(tap_->set_address(address));
    }
    RSL_TRY(tap_->set_mtu(mtu()));
    follow_state();
    if (state == Tap::State::kUp) RSL_TRY(tap_->bring_up());
    return {};
}

HostResult<void> Bridge::ask_state() {
    size_t bytes = 0;
    const rsl_status status = rsl_ioctl(client_.get(), handle_, RSL_NET_STATE, nullptr, 0, &state_,
                                        sizeof(state_), &bytes);
    if (!RSL_SUCCEEDED(status)) return refused("cannot ask the adapter", status);
    if (bytes != sizeof(state_)) return Error("rslnet.sys answered nonsense");
    seen_ = state_.Events;
    return {};
}

void Bridge::follow_state() {
    tap_->set_carrier(state_.Bound != 0 &&
                      state_.Adapter.MediaConnectState != MediaConnectStateDisconnected);
}

HostResult<void> Bridge::start() {
    if (!kept_) watch_visitors();
    waiting_ = false;
    loop_.watch(rsl_poll_fd(client_.get()), [this] { dispatch(); });
    await_event();
    for (Transfer& transfer : reads_) await_frames(transfer);
    pump_to_adapter();
    dispatch();
    if (ended_) return Error("the adapter " + options_.device + " stopped");
    return {};
}

void Bridge::end(Ending how, const char* why) {
    if (ended_) return;
    answer_askers(false);  // whoever comes next does not know of them
    ended_ = true;
    std::fprintf(stderr, "rsl-tap: %s\n", why);  // seen by who starts it by hand
    if (on_end) on_end(how);
}

void Bridge::dispatch() {
    // Once: what comes later makes the descriptor readable again, and others want their turn.
    if (rsl_dispatch(client_.get(), 0) < 0) end(Ending::kGone, "the VM has gone");
    if (ended_ || !event_came_) return;
    event_came_ = false;
    if (!ask_state() || state_.Bound == 0) return end(Ending::kGone, "the adapter has gone");
    follow_state();
    await_event();
}

rsl_request Bridge::request_of(uint32_t operation) const {
    rsl_request request{};
    request.size = sizeof(request);
    request.operation = operation;
    request.flags = RSL_HAS_OFFSET;  // 0, of which the driver knows nothing; NtReadFile wants one
    request.handle = handle_;
    return request;
}

void Bridge::await_event() {
    rsl_request request = request_of(RSL_OP_IOCTL);
    request.code = RSL_NET_EVENT;
    request.in = &seen_;
    request.in_bytes = sizeof(seen_);
    request.out = &event_;
    request.out_bytes = sizeof(event_);
    const auto callback = [](void* context, uint64_t, const rsl_result*) {
        static_cast<Bridge*>(context)->event_came_ = true;  // dispatch() asks what happened
    };
    if (!RSL_SUCCEEDED(rsl_submit(client_.get(), &request, callback, this, nullptr)))
        end(Ending::kGone, "cannot wait for events");
}

// ---- From the adapter

void Bridge::await_frames(Transfer& transfer) {
    rsl_request request = request_of(RSL_OP_READ);
    request.out = transfer.buffer;
    request.out_bytes = RSL_NET_BATCH_BYTES;
    const auto callback = [](void* context, uint64_t, const rsl_result* result) {
        auto& transfer = *static_cast<Transfer*>(context);
        transfer.bridge->take_frames(transfer, *result);
    };
    if (!RSL_SUCCEEDED(rsl_submit(client_.get(), &request, callback, &transfer, nullptr)))
        end(Ending::kGone, "cannot wait for frames");
}

void Bridge::take_frames(Transfer& transfer, const rsl_result& result) {
    if (ended_) return;
    if (!RSL_SUCCEEDED(result.status)) return end(Ending::kGone, "the adapter gives no more frames");
    BatchReader batch({transfer.buffer, std::min<size_t>(result.information, RSL_NET_BATCH_BYTES)}, least_frame());
    while (const auto frame = batch.next()) {
        if (!tap_->write(*frame)) {
            ++to_linux_drops_;
            continue;
        }
        show_frame(*frame);
        ++to_linux_frames_;
        to_linux_bytes_ += frame->size();
    }
    if (batch.broken()) return end(Ending::kFailed, "the VM sent nonsense");
    await_frames(transfer);
}

// ---- To the adapter

size_t Bridge::fill(Transfer& transfer) {
    const size_t longest = mtu() + RSL_NET_OVER_MTU(state_.Adapter.Medium);
    BatchWriter batch({transfer.buffer, RSL_NET_BATCH_BYTES});
    while (batch.room().size() > longest) {
        // One byte more than a frame may have: Linux cuts what is longer.
        const auto got = tap_->read(batch.room().first(longest + 1));
        if (got.outcome == Tap::Outcome::kGone) end(Ending::kFailed, "the interface has gone");
        if (got.outcome != Tap::Outcome::kDone) break;
        if (got.bytes > longest || got.bytes < least_frame()) {
            ++from_linux_drops_;
            continue;
        }
        ++from_linux_frames_;
        from_linux_bytes_ += got.bytes;
        show_frame(batch.room().first(got.bytes));
        batch.commit(got.bytes);
    }
    return batch.bytes();
}

void Bridge::pump_to_adapter() {
    for (;;) {
        if (ended_) return;
        const auto free = std::find_if(writes_.begin(), writes_.end(),
                                       [](const Transfer& transfer) { return !transfer.busy; });
        watch_tap(free != writes_.end());
        if (free == writes_.end()) return;  // Linux keeps the frames meanwhile
        const size_t bytes = fill(*free);
        if (bytes == 0) return;
        rsl_request request = request_of(RSL_OP_WRITE);
        request.in = free->buffer;
        request.in_bytes = bytes;
        const auto callback = [](void* context, uint64_t, const rsl_result* result) {
            auto& transfer = *static_cast<Transfer*>(context);
            transfer.busy = false;
            if (!RSL_SUCCEEDED(result->status)) ++transfer.bridge->from_linux_drops_;
            transfer.bridge->pump_to_adapter();
        };
        free->busy = true;
        // Nobody waits for its end but who wants its buffer: only the last free one's is waited for.
        if (std::count_if(writes_.begin(), writes_.end(), [](const Transfer& each) { return each.busy; }) < std::ssize(writes_))
            request.flags |= RSL_NO_BELL;
        if (!RSL_SUCCEEDED(rsl_submit(client_.get(), &request, callback, &*free, nullptr)))
            return end(Ending::kGone, "cannot send frames");
    }
}

void Bridge::watch_tap(bool on) {
    if (on == tap_watched_) return;
    tap_watched_ = on;
    if (on)
        loop_.watch(tap_->fd(), [this] {
            dispatch();  // frees the buffers of what has been sent
            pump_to_adapter();
        });
    else
        loop_.unwatch(tap_->fd());
}

}  // namespace rsl::tap
