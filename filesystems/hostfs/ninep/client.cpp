// SPDX-License-Identifier: GPL-2.0-only
#include "filesystems/hostfs/ninep/client.hpp"

#include <algorithm>
#include <bit>

#include "abi/types/status.h"

namespace rsl::hostfs {

using ninep::Type;

namespace {

/// The first name of a path, which moves on behind it.
std::string_view take_name(std::string_view& path) {
    const size_t end = std::min(path.find('/'), path.size());
    const std::string_view name = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    return name;
}

}  // namespace

Fid::~Fid() {
    if (client_ != nullptr) client_->clunk(number_);
}

void Fid::abandon() { std::exchange(client_, nullptr)->free_number(number_); }

Result<void> Client::connect(ULONG pci_slot) {
    KeInitializeSpinLock(&lock_);
    used_[0] = 1;  // the root's
    if (const NTSTATUS status = channel_.open(pci_slot); status < 0) return Status(status);
    {
        constexpr std::string_view kVersion = "9P2000.L";
        Channel::Call call(channel_, Type::kVersion);
        call.write().put(Channel::kMessageBytes).put_text(kVersion);
        auto body = RSL_TRY(call.send());
        const auto bytes = RSL_TRY(body.take<uint32_t>());
        const auto version = RSL_TRY(body.take_text());
        if (version != kVersion || bytes != Channel::kMessageBytes) return Status::kNotSupported;
    }
    Channel::Call call(channel_, Type::kAttach);
    call.write().put(kRoot).put(ninep::kNoFid).put_text("").put_text("").put(uint32_t{0});
    RSL_TRY(call.send());
    return {};
}

void Client::disconnect() { channel_.close(); }

Result<Fid> Client::allocate_fid() {
    const KIRQL old = KeAcquireSpinLockRaiseToDpc(&lock_);
    uint32_t number = kMostFids;
    for (uint32_t i = 0; i < kMostFids / 64; ++i) {
        if (used_[i] == ~uint64_t{0}) continue;
        const auto bit = static_cast<uint32_t>(std::countr_one(used_[i]));
        used_[i] |= uint64_t{1} << bit;
        number = i * 64 + bit;
        break;
    }
    KeReleaseSpinLock(&lock_, old);
    if (number == kMostFids) return Status(STATUS_TOO_MANY_OPENED_FILES);
    return Fid(*this, number);
}

void Client::free_number(uint32_t number) {
    const KIRQL old = KeAcquireSpinLockRaiseToDpc(&lock_);
    used_[number / 64] &= ~(uint64_t{1} << number % 64);
    KeReleaseSpinLock(&lock_, old);
}

void Client::clunk(uint32_t number) {
    {
        Channel::Call call(channel_, Type::kClunk);
        call.write().put(number);
        // A number that never came to stand for a file gives an error here, and is free all the same.
        call.send().ignore("the number is free after this, whatever the answer");
    }
    free_number(number);
}

/// As many names of `path` as one message takes, from `from` to a new fid.
Result<Walked> Client::walk_some(uint32_t from, std::string_view& path) {
    Walked out;
    Fid fid = RSL_TRY(allocate_fid());
    Channel::Call call(channel_, Type::kWalk);
    call.write().put(from).put(fid.number());
    uint16_t names = 0;
    for (std::string_view rest = path; names < ninep::kMostWalkNames && !rest.empty(); ++names) take_name(rest);
    call.write().put(names);
    for (uint16_t i = 0; i < names; ++i) call.write().put_text(take_name(path));
    auto answer = call.send();
    if (!answer) {
        // Not even the first name.
        const auto why = answer.failure();
        fid.abandon();
        if (names == 0 || (why != Status::kObjectNameNotFound && why != Status(STATUS_NOT_A_DIRECTORY))) return why;
        return out;
    }
    ninep::Reader body = *answer;
    const auto count = RSL_TRY(body.take<uint16_t>());
    if (count > names) return Status::kProtocolViolation;
    for (uint16_t i = 0; i < count; ++i) {
        out.qid = RSL_TRY(body.take_qid());
        if (out.qid.is_link()) out.met_link = true;
    }
    out.steps = count;
    if (count == names) {
        out.fid = std::move(fid);
    } else {
        fid.abandon();
    }
    return out;
}

Result<Walked> Client::walk(uint32_t from, std::string_view path) {
    Walked all = RSL_TRY(walk_some(from, path));
    while (all.fid && !path.empty()) {
        Walked next = RSL_TRY(walk_some(all.fid.number(), path));
        all.met_link = all.met_link || next.met_link;
        all.steps += next.steps;
        if (next.steps != 0) all.qid = next.qid;
        all.fid = std::move(next.fid);
    }
    return all;
}

Result<Fid> Client::walk_to(uint32_t from, std::string_view path) {
    Walked walked = RSL_TRY(walk(from, path));
    if (!walked.fid) return Status::kObjectNameNotFound;
    return std::move(walked.fid);
}

Result<ninep::Qid> Client::open(const Fid& fid, uint32_t flags) {
    Channel::Call call(channel_, Type::kOpen);
    call.write().put(fid.number()).put(flags);
    return RSL_TRY(call.send()).take_qid();
}

Result<ninep::Qid> Client::create(const Fid& fid, std::string_view name, uint32_t flags, uint32_t mode) {
    Channel::Call call(channel_, Type::kCreate);
    call.write().put(fid.number()).put_text(name).put(flags).put(mode).put(uint32_t{0});
    return RSL_TRY(call.send()).take_qid();
}

Result<void> Client::make_directory(const Fid& parent, std::string_view name, uint32_t mode) {
    Channel::Call call(channel_, Type::kMakeDirectory);
    call.write().put(parent.number()).put_text(name).put(mode).put(uint32_t{0});
    return call.send().status();
}

Result<ninep::Attributes> Client::attributes(uint32_t fid) {
    constexpr uint64_t kBasic = 0x7FF;
    Channel::Call call(channel_, Type::kGetAttributes);
    call.write().put(fid).put(kBasic);
    auto body = RSL_TRY(call.send());
    return ninep::read_attributes(body);
}

Result<void> Client::set_attributes(const Fid& fid, const ninep::AttributeChange& change) {
    Channel::Call call(channel_, Type::kSetAttributes);
    call.write().put(fid.number()).put(change.valid).put(change.mode).put(uint32_t{0}).put(uint32_t{0});
    call.write().put(change.bytes);
    for (const auto& time : {change.accessed, change.modified}) call.write().put(time.seconds).put(time.nanoseconds);
    return call.send().status();
}

Result<uint32_t> Client::read(const Fid& fid, uint64_t offset, const DataRange& to, PIRP irp) {
    for (uint32_t done = 0;;) {
        const uint32_t want = std::min(to.bytes - done, Channel::kMostData);
        if (want == 0) return done;
        Channel::Call call(channel_, Type::kRead, irp);
        call.write().put(fid.number()).put(offset + done).put(want);
        auto body = RSL_TRY(call.send({}, to.part(done, want)));
        const auto got = RSL_TRY(body.take<uint32_t>());
        if (got > want) return Status::kProtocolViolation;
        if (got == 0) return done;
        done += got;
    }
}

Result<uint32_t> Client::write(const Fid& fid, uint64_t offset, const DataRange& from, PIRP irp) {
    for (uint32_t done = 0;;) {
        const uint32_t want = std::min(from.bytes - done, Channel::kMostData);
        if (want == 0) return done;
        Channel::Call call(channel_, Type::kWrite, irp);
        call.write().put(fid.number()).put(offset + done).put(want);
        // A write that fails half-way fails: NT's callers do not look for fewer bytes than they gave.
        auto body = RSL_TRY(call.send(from.part(done, want)));
        const auto written = RSL_TRY(body.take<uint32_t>());
        if (written > want) return Status::kProtocolViolation;
        if (written == 0) return Status(STATUS_DISK_FULL);
        done += written;
    }
}

Result<uint32_t> Client::read_directory(const Fid& fid, uint64_t offset, void* memory, uint32_t bytes) {
    Channel::Call call(channel_, Type::kReadDirectory);
    call.write().put(fid.number()).put(offset).put(bytes);
    auto body = RSL_TRY(call.send({}, {.memory = memory, .bytes = bytes}));
    const auto got = RSL_TRY(body.take<uint32_t>());
    if (got > bytes) return Status::kProtocolViolation;
    return got;
}

Result<void> Client::sync(const Fid& fid) {
    Channel::Call call(channel_, Type::kSync);
    call.write().put(fid.number()).put(uint32_t{0});
    return call.send().status();
}

Result<void> Client::rename(const Fid& from, std::string_view old_name, const Fid& to, std::string_view new_name) {
    Channel::Call call(channel_, Type::kRenameAt);
    call.write().put(from.number()).put_text(old_name).put(to.number()).put_text(new_name);
    return call.send().status();
}

Result<void> Client::unlink(const Fid& parent, std::string_view name, bool directory) {
    Channel::Call call(channel_, Type::kUnlinkAt);
    call.write().put(parent.number()).put_text(name).put(directory ? ninep::kUnlinkDirectory : 0u);
    return call.send().status();
}

Result<void> Client::link(const Fid& parent, const Fid& file, std::string_view name) {
    Channel::Call call(channel_, Type::kLink);
    call.write().put(parent.number()).put(file.number()).put_text(name);
    return call.send().status();
}

Result<ninep::VolumeSize> Client::volume_size() {
    Channel::Call call(channel_, Type::kStatfs);
    call.write().put(kRoot);
    auto body = RSL_TRY(call.send());
    return ninep::read_volume_size(body);
}

}  // namespace rsl::hostfs
