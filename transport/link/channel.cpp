// SPDX-License-Identifier: GPL-2.0-only
#include "transport/link/channel.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace rsl::transport {
namespace {

constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

HostResult<UniqueFd> make_memory(uint64_t bytes) {
    UniqueFd fd{::memfd_create("rsl-ring", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
    if (!fd) return Error::from_errno("make a ring's memory");
    if (::ftruncate(fd.get(), static_cast<off_t>(bytes)) < 0) {
        return Error::from_errno("size a ring's memory");
    }
    if (::fcntl(fd.get(), F_ADD_SEALS, kSeals) < 0) return Error::from_errno("seal a ring's memory");
    return fd;
}

HostResult<UniqueFd> make_event() {
    UniqueFd fd{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (!fd) return Error::from_errno("make an eventfd");
    return fd;
}

HostResult<UniqueFd> duplicate_fd(const UniqueFd& fd) {
    UniqueFd copy{::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0)};
    if (!copy) return Error::from_errno("duplicate a ring's descriptor");
    return copy;
}

/// One message of the ivshmem server protocol: a number, perhaps with a descriptor.
HostResult<void> send_number(int socket, int64_t number, int fd) {
    iovec part{&number, sizeof(number)};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    if (fd >= 0) {
        message.msg_control = control;
        message.msg_controllen = sizeof(control);
        cmsghdr* head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof(int));
        std::memcpy(CMSG_DATA(head), &fd, sizeof(int));
    }
    if (::sendmsg(socket, &message, MSG_NOSIGNAL) != sizeof(number)) {
        return Error::from_errno("tell QEMU of a ring");
    }
    return {};
}

}  // namespace

HostResult<Mapping> Mapping::map(int memory, uint64_t bytes) {
    struct stat info {};
    if (::fstat(memory, &info) < 0) return Error::from_errno("look at a ring's memory");
    if (static_cast<uint64_t>(info.st_size) != bytes || bytes == 0) {
        return Error("the ring's memory has " + std::to_string(info.st_size) + " bytes, not " +
                     std::to_string(bytes));
    }
    const int seals = ::fcntl(memory, F_GET_SEALS);
    if (seals < 0 || (seals & F_SEAL_SHRINK) == 0) return Error("the ring's memory is not sealed");
    void* address = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    if (address == MAP_FAILED) return Error::from_errno("map a ring's memory");
    return Mapping(address, bytes);
}

Mapping::~Mapping() {
    if (address_ != nullptr) ::munmap(address_, bytes_);
}

HostResult<Channel> Channel::make(ChannelKind kind, uint64_t bytes, uint32_t spin_limit_us, ChannelFds fds) {
    if (!Layout::of(kind, bytes)) {
        return Error::wrong_use("a ring's size is a power of two from " +
                                std::to_string(kMinChannelBytes) + " to " +
                                std::to_string(kMaxChannelBytes) + " bytes");
    }
    fds.memory = RSL_TRY(make_memory(bytes));
    fds.wake = RSL_TRY(make_event());
    Mapping mapping = RSL_TRY(Mapping::map(fds.memory.get(), bytes));
    initialize_channel(mapping.address(), kind, bytes, spin_limit_us);
    return Channel(std::move(fds), std::move(mapping));
}

HostResult<Channel> Channel::create(ChannelKind kind, uint64_t bytes, uint32_t spin_limit_us) {
    ChannelFds fds;
    fds.ring_guest = RSL_TRY(make_event());
    return make(kind, bytes, spin_limit_us, std::move(fds));
}

HostResult<Channel> Channel::create_pluggable(ChannelKind kind, uint64_t bytes, uint32_t spin_limit_us,
                                              UniqueFd slot_bell) {
    ChannelFds fds;
    fds.ring_guest = std::move(slot_bell);
    Channel channel = RSL_TRY(make(kind, bytes, spin_limit_us, std::move(fds)));
    channel.has_own_bell_ = false;
    return channel;
}

HostResult<void> Channel::add_slot_bells(uint32_t count) {
    while (slot_bells_.size() < count) slot_bells_.push_back(RSL_TRY(make_event()));
    return {};
}

HostResult<UniqueFd> Channel::slot_bell(uint32_t slot) const { return duplicate_fd(slot_bells_.at(slot)); }

HostResult<ChannelFds> Channel::duplicate() const {
    ChannelFds copy;
    copy.memory = RSL_TRY(duplicate_fd(fds_.memory));
    copy.ring_guest = RSL_TRY(duplicate_fd(fds_.ring_guest));
    copy.wake = RSL_TRY(duplicate_fd(fds_.wake));
    return copy;
}

void Channel::ring_guest() const { ring(fds_.ring_guest.get()); }

HostResult<UniqueFd> Channel::connect_qemu() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
        return Error::from_errno("make a socket for a ring");
    }
    UniqueFd ours{ends[0]}, theirs{ends[1]};
    // Version; the device's own id; the memory; the bell of peer 1 (us); the device's own bells.
    RSL_TRY(send_number(ours.get(), 0, -1));
    RSL_TRY(send_number(ours.get(), kGuestPeer, -1));
    RSL_TRY(send_number(ours.get(), -1, fds_.memory.get()));
    RSL_TRY(send_number(ours.get(), kHostPeer, fds_.wake.get()));
    if (has_own_bell_) RSL_TRY(send_number(ours.get(), kGuestPeer, fds_.ring_guest.get()));
    for (const UniqueFd& bell : slot_bells_) RSL_TRY(send_number(ours.get(), kGuestPeer, bell.get()));
    ivshmem_ = std::move(ours);
    return theirs;
}

void Channel::detach_client() const {
    header().host_state.store(HostState::kGone, std::memory_order_release);  // pairs: Session::serve
    ring_guest();
}

void Channel::recycle(uint32_t spin_limit_us) const {
    // Nothing of one client is seen by the next. The guest's own state word is the guest's.
    auto* memory = static_cast<std::byte*>(mapping_.address());
    std::memset(memory + kHeaderBytes, 0, bytes() - kHeaderBytes);
    ChannelHeader& words = header();
    for (RingHeader* indices : {&words.submission, &words.completion, &words.log}) {
        indices->tail.store(0, std::memory_order_relaxed);
        indices->head.store(0, std::memory_order_relaxed);
    }
    words.log_lost.store(0, std::memory_order_relaxed);
    words.host_asleep.store(0, std::memory_order_relaxed);
    words.spin_limit_us = spin_limit_us;
    words.host_state.store(HostState::kVacant, std::memory_order_relaxed);
    words.generation.fetch_add(1, std::memory_order_release);  // pairs with the server's look at it
    ring_guest();
}

uint32_t suitable_spin_us(Emulation emulation) {
    cpu_set_t set;
    if (::sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) < 2) return 0;
    return emulation == Emulation::kTcg ? 200 : 30;  // a few times what a wake-up costs
}

void ring(int event_fd) {
    const uint64_t one = 1;
    // Fails only when the counter is full: then it is readable, which is all we want.
    (void)!::write(event_fd, &one, sizeof(one));
}

void drain(int event_fd) {
    uint64_t count;
    (void)!::read(event_fd, &count, sizeof(count));
}

}  // namespace rsl::transport
