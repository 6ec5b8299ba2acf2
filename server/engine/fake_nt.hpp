// SPDX-License-Identifier: GPL-2.0-only
// For tests: a little NT with one device, \??\Echo, whose driver echoes, blocks or keeps requests by
// control code.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/engine/nt_calls.hpp"
#include "server/engine/status.hpp"

namespace rsl::server {

class FakeNt final : public NtCalls {
  public:
    static constexpr uint32_t kEcho = 0x222000;       // output = input
    static constexpr uint32_t kHold = 0x222004;       // pending until cancelled or let_go()
    static constexpr uint32_t kBlock = 0x222008;      // blocks the thread until cancelled
    static constexpr uint32_t kLater = 0x22200C;      // pending, completed by another thread
    static constexpr uint32_t kSooner = 0x222010;     // completed before the call returns pending
    static constexpr uint32_t kTouch = 0x222014;      // runs on_touch
    static constexpr int32_t kInvalidHandle = static_cast<int32_t>(0xC0000008);
    static constexpr int32_t kNameNotFound = static_cast<int32_t>(0xC0000034);
    static constexpr int32_t kCancelled = static_cast<int32_t>(0xC0000120);
    static constexpr int32_t kTimeout = 0x102;

    std::span<std::byte> arena;                                   // the client's
    std::function<void(uint32_t, int32_t, uint64_t)> complete;    // Session::complete

    ~FakeNt() { join(); }
    /// Nothing blocks from now on: as the keeper of a session that cancels again and again.
    void cancel_for_ever() {
        std::lock_guard guard{mutex_};
        over_ = true;
        changed_.notify_all();
    }
    /// Waits for what completes requests on its own; before the session goes.
    void join() {
        std::vector<std::thread> helpers;
        {
            std::lock_guard guard{mutex_};
            helpers.swap(helpers_);
        }
        for (auto& thread : helpers) thread.join();
    }

    Outcome open(Target, const protocol::Open& body, const std::atomic<bool>&) override {
        const std::u16string path(reinterpret_cast<const char16_t*>(arena.data() + body.path.offset),
                                  body.path.bytes / 2);
        if (path != u"\\??\\Echo") return {kNameNotFound};
        return {0, 1, insert()};
    }
    Outcome close(uint32_t handle) override {
        std::lock_guard guard{mutex_};
        return {handles_.erase(handle) != 0 ? 0 : kInvalidHandle};
    }
    Outcome duplicate(Target target, const protocol::Duplicate&) override {
        return has(target.handle) ? Outcome{0, 0, insert()} : Outcome{kInvalidHandle};
    }
    Outcome read(Target target, const protocol::Transfer& body) override {
        if (!has(target.handle)) return {kInvalidHandle};
        std::lock_guard guard{mutex_};
        const auto at = std::min<size_t>(static_cast<size_t>(body.offset), content_.size());
        const size_t bytes = std::min<size_t>(body.buffer.bytes, content_.size() - at);
        std::copy_n(content_.begin() + static_cast<ptrdiff_t>(at), bytes, arena.begin() + body.buffer.offset);
        return {0, bytes};
    }
    Outcome write(Target target, const protocol::Transfer& body) override {
        if (!has(target.handle)) return {kInvalidHandle};
        std::lock_guard guard{mutex_};
        content_.resize(std::max<size_t>(content_.size(), static_cast<size_t>(body.offset) + body.buffer.bytes));
        std::copy_n(arena.begin() + body.buffer.offset, body.buffer.bytes, content_.begin() + body.offset);
        return {0, body.buffer.bytes};
    }
    Outcome io_control(Target target, const protocol::Control& body) override {
        if (!has(target.handle)) return {kInvalidHandle};
        const uint32_t bytes = std::min(body.input.bytes, body.output.bytes);
        switch (body.code) {
            case kEcho: echo(body, bytes); return {0, bytes};
            case kSooner:
                echo(body, bytes);
                complete(target.slot, 0, bytes);
                return {status::kPending};
            case kLater: {
                std::lock_guard guard{mutex_};
                helpers_.emplace_back([=, this] {
                    echo(body, bytes);
                    complete(target.slot, 0, bytes);
                });
                return {status::kPending};
            }
            case kHold: {
                std::lock_guard guard{mutex_};
                held_.push_back(target.slot);
                return {status::kPending};
            }
            case kBlock: return block(target.slot);
            case kTouch: return on_touch();
            default: return {Status::kInvalidDeviceRequest.nt()};
        }
    }
    Outcome wait(Target target, const protocol::Wait& body) override {
        std::unique_lock lock{mutex_};
        const auto deadline = std::chrono::steady_clock::now() +
                              std::chrono::microseconds((body.flags & protocol::kHasTimeout) != 0
                                                            ? -body.timeout_100ns / 10 : 60'000'000);
        while (handles_.contains(target.handle) && !handles_[target.handle].signalled) {
            if (std::erase(cancelled_, target.slot) != 0) return {kCancelled};
            if (changed_.wait_until(lock, deadline) == std::cv_status::timeout) return {kTimeout};
        }
        return {handles_.contains(target.handle) ? 0 : kInvalidHandle};
    }
    Outcome create_event(Target, const protocol::CreateEvent& body) override {
        const uint32_t handle = insert();
        std::lock_guard guard{mutex_};
        handles_[handle].signalled = body.initial != 0;
        return {0, 0, handle};
    }
    Outcome signal_event(Target target, const protocol::SignalEvent& body) override {
        std::lock_guard guard{mutex_};
        if (!handles_.contains(target.handle)) return {kInvalidHandle};
        const bool before = handles_[target.handle].signalled;
        handles_[target.handle].signalled = body.operation == protocol::SignalOperation::kSet;
        changed_.notify_all();
        return {0, 0, before};
    }
    Outcome signal_own_object(const protocol::SignalOwnObject& body) override {
        std::lock_guard guard{mutex_};
        if (body.id != own_object) return {status::kNotFound};
        return {0, 0, body.signal == protocol::OwnObjectSignal::kSet};
    }
    Outcome cancel(Target target, protocol::MessageId) override {
        {
            std::lock_guard guard{mutex_};
            if (std::erase(held_, target.slot) == 0) {
                if (std::find(blocked_.begin(), blocked_.end(), target.slot) == blocked_.end()) {
                    return {status::kNotFound};
                }
                cancelled_.push_back(target.slot);
                changed_.notify_all();
                return {0};
            }
        }
        complete(target.slot, kCancelled, 0);
        return {0};
    }
    Outcome load_driver(Bytes service_name, Bytes image, protocol::ArenaSpan report) override {
        std::lock_guard guard{mutex_};
        drivers_[std::string(reinterpret_cast<const char*>(service_name.data()), service_name.size())] =
            image.size();
        protocol::DriverReport head{.image_bytes = image.size(), .text_bytes = 2};
        std::memcpy(arena.data() + report.offset, &head, sizeof(head));
        std::memcpy(arena.data() + report.offset + sizeof(head), "ok", 2);
        return {0, sizeof(head) + 2};
    }
    Outcome unload_driver(Bytes service_name, protocol::ArenaSpan) override {
        std::lock_guard guard{mutex_};
        return {drivers_.erase(std::string(reinterpret_cast<const char*>(service_name.data()),
                                           service_name.size())) != 0 ? 0 : kNameNotFound};
    }
    Outcome verify_driver(Bytes service_name, const protocol::VerifyDriver& body) override {
        std::lock_guard guard{mutex_};
        verified_[std::string(reinterpret_cast<const char*>(service_name.data()), service_name.size())] = body.flags;
        return {0};
    }
    Outcome inspect(Bytes path, protocol::ArenaSpan buffer) override {
        const std::string json = "{\"path\":\"" + std::string(reinterpret_cast<const char*>(path.data()), path.size()) + "\"}";
        if (json.size() > buffer.bytes) return {Status::kBufferTooSmall.nt(), 0, json.size()};
        std::memcpy(arena.data() + buffer.offset, json.data(), json.size());
        return {0, json.size(), json.size()};
    }
    Outcome query_directory(Target, const protocol::QueryDirectory& body) override {
        static constexpr const char16_t* kNames[] = {u"Echo", u"Null"};
        if (body.context >= 2) return {static_cast<int32_t>(0x8000001A)};
        std::byte* at = arena.data() + body.buffer.offset;
        const protocol::DirectoryRecord record{8, 12};
        std::memcpy(at, &record, sizeof(record));
        std::memcpy(at + 8, kNames[body.context], 8);
        std::memcpy(at + 16, u"Device", 12);
        return {0, record.total_bytes(), body.context + 1};
    }
    Outcome list_drivers(const protocol::ListDrivers& body) override {
        return query_directory({}, {.buffer = body.buffer, .context = body.context});
    }
    Outcome open_directory(Target, const protocol::OpenNamed&) override { return {0, 0, insert()}; }
    Outcome open_symbolic_link(Target, const protocol::OpenNamed&) override { return {0, 0, insert()}; }
    Outcome query_symbolic_link(Target, const protocol::QuerySymbolicLink& body) override {
        std::memcpy(arena.data() + body.buffer.offset, u"\\Device\\Echo", 24);
        return {0, 24};
    }
    Outcome flush(Target target) override { return {has(target.handle) ? 0 : kInvalidHandle}; }
    Outcome fs_control(Target target, const protocol::Control& body) override { return io_control(target, body); }
    Outcome query_information(Target, const protocol::Information& body) override { return fill(body); }
    Outcome set_information(Target, const protocol::Information&) override { return {0}; }
    Outcome query_volume(Target, const protocol::Information& body) override { return fill(body); }
    Outcome query_system(Target, const protocol::Information& body) override { return fill(body); }
    Outcome set_volume(Target, const protocol::Information&) override { return {0}; }
    Outcome query_directory_file(Target, const protocol::QueryDirectoryFile&) override {
        return {static_cast<int32_t>(0x80000006)};
    }
    Outcome query_object(Target, const protocol::Information& body) override { return fill(body); }
    Outcome store_driver(Bytes service_name, Bytes image) override {
        return load_driver(service_name, image, {});
    }
    Outcome process_started(const protocol::ProcessStarted& body) override { return {0, body.process}; }
    Outcome process_ended(const protocol::ProcessEnded&) override { return {0}; }
    Outcome thread_changed(const protocol::ThreadChanged&) override { return {0}; }
    Outcome image_loaded(const protocol::ImageLoaded&) override { return {0}; }
    Outcome set_registry_value(Target, const protocol::SetRegistryValue& body) override { return {0, body.data.bytes}; }
    Outcome query_registry_value(Target, const protocol::QueryRegistryValue& body) override {
        const uint32_t bytes = std::min(body.buffer.bytes, 4u);
        std::memcpy(arena.data() + body.buffer.offset, "data", bytes);
        return {0, bytes, (uint64_t{3} << 32) | 4};
    }
    /// One change of one key: that it was made, told once.
    Outcome watch_registry(Target, const protocol::WatchRegistry& body) override {
        std::lock_guard guard{mutex_};
        registry_changed_ = (body.flags & protocol::kForget) == 0;
        changed_.notify_all();
        return {0, 0, 7};
    }
    Outcome registry_changes(Target target, const protocol::RegistryChanges& body) override {
        std::unique_lock lock{mutex_};
        if ((body.flags & protocol::kWaitForChange) != 0) {
            blocked_.push_back(target.slot);
            changed_.wait(lock, [&] { return registry_changed_ || std::find(cancelled_.begin(), cancelled_.end(), target.slot) != cancelled_.end(); });
            std::erase(blocked_, target.slot);
            return {std::erase(cancelled_, target.slot) != 0 ? kCancelled : 0};
        }
        if (!std::exchange(registry_changed_, false)) return {static_cast<int32_t>(0x8000001A)};
        const protocol::RegistryRecord record{7, protocol::RegistryChange::kKeyMade, 4, 0};
        if (record.total_bytes() > body.buffer.bytes) return {Status::kBufferTooSmall.nt()};
        std::memcpy(arena.data() + body.buffer.offset, &record, sizeof(record));
        std::memcpy(arena.data() + body.buffer.offset + sizeof(record), u"ab", 4);
        return {0, record.total_bytes()};
    }
    Outcome device_action(Target, const protocol::DeviceAction& body) override {
        return {body.operation == protocol::DeviceOperation::kScan ? 0 : kInvalidHandle};
    }
    std::function<Outcome()> on_touch;
    uint32_t own_object = ~0u;  // the id of the one that a driver has
    std::function<void()> on_return_memory = [] {};
    void begin_memory(uint32_t, const protocol::Control*, Others) override {}
    void return_memory(uint32_t, Request, Others) override { on_return_memory(); }
    void* allocate(uint64_t bytes) override { return std::malloc(bytes); }
    void free(void* memory) override { std::free(memory); }

    size_t open_handles() {
        std::lock_guard guard{mutex_};
        return handles_.size();
    }
    size_t held() {
        std::lock_guard guard{mutex_};
        return held_.size();
    }
    size_t blocked() {
        std::lock_guard guard{mutex_};
        return blocked_.size();
    }
    /// The device finishes what it kept.
    void let_go() {
        std::vector<uint32_t> slots;
        {
            std::lock_guard guard{mutex_};
            slots.swap(held_);
        }
        for (const uint32_t slot : slots) complete(slot, 0, 0);
    }
    /// The same for the oldest, as soon as there is one.
    void let_one_go() {
        uint32_t slot;
        for (;;) {
            std::unique_lock lock{mutex_};
            if (!held_.empty()) {
                slot = held_.front();
                held_.erase(held_.begin());
                break;
            }
            lock.unlock();
            std::this_thread::yield();
        }
        complete(slot, 0, 0);
    }

  private:
    struct Object {
        bool signalled = false;
    };
    uint32_t insert() {
        std::lock_guard guard{mutex_};
        handles_[next_ += 4] = {};
        return next_;
    }
    bool has(uint32_t handle) {
        std::lock_guard guard{mutex_};
        return handles_.contains(handle);
    }
    void echo(const protocol::Control& body, uint32_t bytes) {
        std::memmove(arena.data() + body.output.offset, arena.data() + body.input.offset, bytes);
    }
    Outcome fill(const protocol::Information& body) {
        std::memset(arena.data() + body.buffer.offset, static_cast<int>(body.information_class), body.buffer.bytes);
        return {0, body.buffer.bytes};
    }
    Outcome block(uint32_t slot) {
        std::unique_lock lock{mutex_};
        blocked_.push_back(slot);
        changed_.wait(lock, [&] { return std::erase(cancelled_, slot) != 0 || over_; });
        std::erase(blocked_, slot);
        return {kCancelled};
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<uint32_t, Object> handles_;
    std::map<std::string, size_t> drivers_;
    std::map<std::string, uint32_t> verified_;
    std::vector<uint32_t> held_, blocked_, cancelled_;
    bool registry_changed_ = false, over_ = false;
    std::vector<std::byte> content_;
    std::vector<std::thread> helpers_;
    uint32_t next_ = 0;
};

}  // namespace rsl::server
