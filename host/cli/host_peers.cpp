// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/host_peers.hpp"

#include <immintrin.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstring>

#include "base/posix/unique_fd.hpp"

namespace rsl::cli {
namespace {

/// A child that runs `body` until it is killed.
class Peer {
  public:
    template <typename Body>
    explicit Peer(Body body) : pid_(::fork()) {
        if (pid_ != 0) return;
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        body();
        ::_exit(0);
    }
    ~Peer() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

  private:
    pid_t pid_;
};

bool read_all(int fd, std::byte* to, size_t bytes) {
    while (bytes > 0) {
        const ssize_t got = ::read(fd, to, bytes);
        if (got <= 0) return false;
        to += got;
        bytes -= static_cast<size_t>(got);
    }
    return true;
}
bool write_all(int fd, const std::byte* from, size_t bytes) {
    while (bytes > 0) {
        const ssize_t put = ::write(fd, from, bytes);
        if (put <= 0) return false;
        from += put;
        bytes -= static_cast<size_t>(put);
    }
    return true;
}

struct SharedPage {
    alignas(64) std::atomic<uint32_t> asked = 0;
    alignas(64) std::atomic<uint32_t> answered = 0;
    alignas(64) std::byte data[2][65536];
};

void spin_until(const std::atomic<uint32_t>& word, uint32_t value) {
    while (word.load(std::memory_order_acquire) != value)
        _mm_pause();  // pairs with the other's store
}

}  // namespace

Samples socket_round_trips(size_t count, size_t bytes, uint64_t gap_us) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return {};
    const UniqueFd ours(ends[0]), theirs(ends[1]);
    const size_t length = std::max<size_t>(bytes, 1);
    const Peer peer([&] {
        std::vector<std::byte> buffer(length);
        while (read_all(theirs.get(), buffer.data(), length) &&
               write_all(theirs.get(), buffer.data(), length)) {
        }
    });
    std::vector<std::byte> buffer(length);
    return time_each(count, gap_us, [&] {
        return write_all(ours.get(), buffer.data(), length) &&
               read_all(ours.get(), buffer.data(), length);
    });
}

double shared_memory_floor_us(size_t bytes) {
    void* memory = ::mmap(nullptr, sizeof(SharedPage), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return 0;
    auto* page = ::new (memory) SharedPage{};
    double median = 0;
    {
        const Peer peer([&] {
            for (uint32_t turn = 1;; ++turn) {
                spin_until(page->asked, turn);
                std::memcpy(page->data[1], page->data[0], bytes);
                page->answered.store(turn, std::memory_order_release);  // pairs with our spin
            }
        });
        std::vector<std::byte> buffer(std::max<size_t>(bytes, 1));
        uint32_t turn = 0;
        median =
            time_each(5000, 0, [&] {
                std::memcpy(page->data[0], buffer.data(), bytes);
                page->asked.store(++turn, std::memory_order_release);  // pairs with the peer's spin
                spin_until(page->answered, turn);
                return true;
            }).median();
    }
    ::munmap(memory, sizeof(SharedPage));
    return median;
}

double eventfd_floor_us(uint64_t gap_us) {
    const UniqueFd there(::eventfd(0, EFD_CLOEXEC)), back(::eventfd(0, EFD_CLOEXEC));
    const Peer peer([&] {
        uint64_t count;
        while (::read(there.get(), &count, sizeof(count)) == sizeof(count) &&
               ::write(back.get(), &count, sizeof(count)) == sizeof(count)) {
        }
    });
    return time_each(500, gap_us,
                     [&] {
                         uint64_t one = 1;
                         return ::write(there.get(), &one, sizeof(one)) == sizeof(one) &&
                                ::read(back.get(), &one, sizeof(one)) == sizeof(one);
                     })
        .median();
}

}  // namespace rsl::cli
