// SPDX-License-Identifier: GPL-2.0-only
#include "host/supervisor/handover.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "base/core/result.hpp"
#include "host/supervisor/session.hpp"
#include "host/supervisor/supervisor.hpp"
#include "protocol/message/object.hpp"
#include "protocol/message/session.hpp"

namespace rsl::supervisor {
namespace {

constexpr uint32_t kSameAccess = 2;  // DUPLICATE_SAME_ACCESS
constexpr size_t kMostHeld = 16384;  // of all programs: what they can make us keep
constexpr int32_t kQuotaExceeded = static_cast<int32_t>(0xC0000044);  // STATUS_QUOTA_EXCEEDED
constexpr int32_t kNotFound = static_cast<int32_t>(0xC0000225);       // STATUS_NOT_FOUND

std::string_view bytes_of(const std::vector<wire::TakenHandle>& handles) {
    return {reinterpret_cast<const char*>(handles.data()),
            handles.size() * sizeof(wire::TakenHandle)};
}

}  // namespace

HostResult<WinePageFile> WinePageFile::create(const std::string& path) {
    constexpr size_t kBytes = sizeof(wire::WinePage);
    WinePageFile file;
    ::unlink(path.c_str());  // of a supervisor that was killed
    const UniqueFd memory{
        ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!memory) return Error::from_errno("make " + path);
    file.path_ = path;
    if (::ftruncate(memory.get(), kBytes) < 0) return Error::from_errno("make " + path);
    void* address = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory.get(), 0);
    if (address == MAP_FAILED) return Error::from_errno("map " + path);
    file.page_ = ::new (address) wire::WinePage{};
    file.page_->version = wire::kVersion;
    file.page_->magic = wire::WinePage::kMagic;
    return file;
}

WinePageFile::~WinePageFile() {
    if (page_ != nullptr) ::munmap(page_, sizeof(wire::WinePage));
    if (!path_.empty()) ::unlink(path_.c_str());
}

void Handover::count(std::atomic<uint32_t>* places, uint32_t process, int by) {
    places[wire::WinePage::place_of(process)].fetch_add(static_cast<uint32_t>(by),
                                                        std::memory_order_release);
}
void Handover::count_waiting(uint32_t process, int by) {
    if (page() != nullptr)
        count(page()->waiting, process, by);  // pairs with handles_wait() in libRSL
}

void Handover::count_tables(uint32_t process, int by) {
    if (page() == nullptr) return;
    count(page()->tables, process, by);
    page()->all_tables.fetch_add(static_cast<uint32_t>(by), std::memory_order_release);
}

void Handover::table(Session& session, uint32_t sequence, const wire::HandleTable& body,
                     UniqueFd memory) {
    auto mapping = transport::Mapping::map(memory.get(), wire::kTableBytes);
    if (!mapping) return session.fail(sequence, mapping.failure());
    if (const auto old = tables_.find(session.id()); old != tables_.end()) {
        count_tables(old->second.process, -1);
        tables_.erase(old);
    }
    tables_.emplace(session.id(), Table{body.process, body.vm_process, std::move(*mapping)});
    count_tables(body.process, 1);
    session.send(sequence, wire::Done{0});
}

void Handover::give(Session& session, uint32_t sequence, uint32_t process,
                    std::vector<wire::GivenHandle> handles) {
    if (handles.empty()) return session.send(sequence, wire::Done{0});
    if (held_.size() + handles.size() > kMostHeld)
        return session.fail(
            sequence, Error::refused("too many handles were given and not taken", kQuotaExceeded));
    const auto giving =
        std::make_shared<Giving>(Giving{session.id(), sequence, process, handles.size(), 0, {}});
    for (const auto& handle : handles) {
        const auto body = [handle](protocol::ArenaSpan) {
            return protocol::encode(
                0, protocol::MessageId::kDuplicate, handle.vm_handle,
                protocol::Duplicate{.options = kSameAccess, .source_process = handle.vm_process});
        };
        calls_.call(body, {}, [this, giving, handle](int32_t status, uint64_t value) {
            if (status < 0) {
                giving->status = status;
            } else {
                giving->held.push_back({giving->owner, giving->process, handle.handle,
                                        static_cast<uint32_t>(value), false});
            }
            if (--giving->unanswered == 0) given(giving);
        });
    }
}

/// Every handle has been duplicated, or not.
void Handover::given(const std::shared_ptr<Giving>& giving) {
    Session* session = supervisor_.find(giving->owner);
    // One that was closed meanwhile is no reason to refuse the others.
    if (session == nullptr || giving->held.empty()) {
        for (const Held& held : giving->held) close_in_vm(held.vm_handle);
        if (session != nullptr)
            session->fail(giving->sequence,
                          Error::refused("the VM did not duplicate a handle", giving->status));
        return;
    }
    for (const Held& held : giving->held) {
        held_.push_back(held);
        count_waiting(held.process, 1);
    }
    session->send(giving->sequence, wire::Done{0});
}

void Handover::find(Session& session, uint32_t sequence, const wire::FindHandle& body) {
    const uint32_t index = body.handle / 4;
    for (const auto& [owner, table] : tables_) {
        if (table.process != body.process || index >= wire::kMostTableHandles) continue;
        auto& place = static_cast<uint32_t*>(table.memory.address())[index];
        const uint32_t vm_handle =
            std::atomic_ref(place).load(std::memory_order_acquire);  // pairs with add_handle()
        if (vm_handle != 0)
            return session.send(sequence, wire::FoundHandle{table.vm_process, vm_handle});
    }
    session.fail(sequence, Error::refused("no handle of RSL's", kNotFound));
}

void Handover::take(Session& session, uint32_t sequence, uint32_t process) {
    std::vector<wire::TakenHandle> handles;
    for (Held& held : held_) {
        if (held.taken || held.process != process || handles.size() == wire::kMostGiven) continue;
        held.taken = true;
        held.owner = session.id();
        count_waiting(process, -1);
        handles.push_back({held.handle, held.vm_handle});
    }
    std::erase_if(held_, [](const Held& held) { return held.taken && held.vm_handle == 0; });
    session.send(sequence,
                 wire::HandlesTaken{calls_.process_id(), static_cast<uint32_t>(handles.size())},
                 bytes_of(handles));
}

void Handover::close_in_vm(uint32_t vm_handle) {
    const auto body = [vm_handle](protocol::ArenaSpan) {
        return protocol::encode(0, protocol::MessageId::kClose, vm_handle, protocol::Nothing{});
    };
    calls_.call(body, {}, [](int32_t, uint64_t) {});
}

void Handover::drop(Session& session, uint32_t sequence, uint32_t vm_handle) {
    const auto held = std::find_if(held_.begin(), held_.end(), [&](const Held& each) {
        return each.owner == session.id() && each.vm_handle == vm_handle && vm_handle != 0;
    });
    if (held == held_.end())
        return session.fail(sequence, Error::refused("this handle is not held", kNotFound));
    if (!held->taken) count_waiting(held->process, -1);
    held_.erase(held);
    const auto body = [vm_handle](protocol::ArenaSpan) {
        return protocol::encode(0, protocol::MessageId::kClose, vm_handle, protocol::Nothing{});
    };
    calls_.call(body, {}, [this, id = session.id(), sequence](int32_t, uint64_t) {
        if (Session* left = supervisor_.find(id)) left->send(sequence, wire::Done{0});
    });
}

void Handover::closed(Session& session, uint32_t sequence, const wire::HandleClosed& body) {
    // It may be one that its process has been given and not seen yet.
    const auto held = std::find_if(held_.begin(), held_.end(), [&](const Held& each) {
        return !each.taken && each.process == body.process && each.handle == body.handle &&
               each.vm_handle != 0;
    });
    if (held != held_.end()) {
        count_waiting(held->process, -1);
        close_in_vm(held->vm_handle);
        held_.erase(held);
    } else if (held_.size() < kMostHeld) {
        held_.push_back({0, body.process, body.handle, 0, false});
        count_waiting(body.process, 1);
    }
    session.send(sequence, wire::Done{0});
}

WinePageFile Handover::hide() {
    for (const Held& held : std::exchange(held_, {})) {
        if (!held.taken) count_waiting(held.process, -1);
    }
    return std::move(page_);
}

void Handover::forget(const Session& session) {
    uint32_t process = 0;
    if (const auto table = tables_.find(session.id()); table != tables_.end()) {
        process = table->second.process;
        count_tables(process, -1);
        tables_.erase(table);
    }
    std::erase_if(held_, [&](const Held& held) {
        const bool news = process != 0 && held.vm_handle == 0 && held.process == process;
        if (held.owner != session.id() && !news) return false;
        if (!held.taken) count_waiting(held.process, -1);
        if (held.vm_handle != 0) close_in_vm(held.vm_handle);
        return true;
    });
}

}  // namespace rsl::supervisor
