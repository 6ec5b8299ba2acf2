// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/serial_port.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pty.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "base/core/result.hpp"

namespace rsl::vm {
namespace {

constexpr size_t kMostName = 32;

/// Bytes on their way in one direction: read when there are none, written until there are none.
class Batch {
  public:
    bool empty() const { return from_ == to_; }
    void clear() { from_ = to_ = 0; }
    /// False at the end of what is read.
    bool fill(int fd) {
        const ssize_t got = ::read(fd, bytes_.data(), bytes_.size());
        if (got < 0) return errno == EAGAIN || errno == EINTR;
        from_ = 0;
        to_ = static_cast<size_t>(got);
        return got > 0;
    }
    bool drain(int fd) {
        const ssize_t put = ::write(fd, bytes_.data() + from_, to_ - from_);
        if (put < 0) return errno == EAGAIN || errno == EINTR;
        from_ += static_cast<size_t>(put);
        return true;
    }

  private:
    std::array<char, 4096> bytes_{};
    size_t from_ = 0, to_ = 0;
};

/// What the thread works with; the descriptors are the port's.
class Relay {
  public:
    Relay(int master, int socket, int opened, int stop)
        : master_(master), socket_(socket), opened_(opened), stop_(stop) {}

    void run() {
        while (step()) {
        }
    }

  private:
    bool step() {
        // A terminal that nobody has open always polls as hung up: it is left out until inotify
        // tells of an open.
        pollfd fds[] = {{stop_, POLLIN, 0},
                        {socket_, wanted(to_peer_, to_guest_), 0},
                        {peer_ ? master_ : -1, wanted(to_guest_, to_peer_), 0},
                        {peer_ ? -1 : opened_, POLLIN, 0}};
        if (::poll(fds, std::size(fds), -1) < 0) return errno == EINTR;
        if (fds[0].revents != 0) return false;
        if (fds[3].revents != 0) meet_peer();
        if ((fds[1].revents & POLLOUT) != 0 && !to_guest_.drain(socket_)) return false;
        if ((fds[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && to_peer_.empty() &&
            !to_peer_.fill(socket_))
            return false;
        if (!peer_) to_peer_.clear();
        if ((fds[2].revents & POLLOUT) != 0) to_peer_.drain(master_);
        if ((fds[2].revents & POLLIN) != 0 && to_guest_.empty())
            to_guest_.fill(master_);
        else if ((fds[2].revents & (POLLHUP | POLLERR)) != 0 && to_guest_.empty())
            peer_ = false;  // all that it said is read
        return true;
    }

    /// Reads into `in` when that is empty, writes from `out` when that is not.
    static short wanted(const Batch& in, const Batch& out) {
        return static_cast<short>((in.empty() ? POLLIN : 0) | (out.empty() ? 0 : POLLOUT));
    }

    void meet_peer() {
        char events[1024];
        while (::read(opened_, events, sizeof(events)) > 0) {
        }
        peer_ = true;
    }

    int master_, socket_, opened_, stop_;
    bool peer_ = false;
    Batch to_peer_, to_guest_;
};

/// Bytes as they are: the line discipline of a new terminal would echo and translate.
HostResult<void> make_raw(const std::string& path) {
    const UniqueFd slave(::open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
    termios settings{};
    if (!slave || ::tcgetattr(slave.get(), &settings) < 0)
        return Error::from_errno("open the terminal " + path);
    ::cfmakeraw(&settings);
    ::cfsetspeed(&settings, B115200);
    if (::tcsetattr(slave.get(), TCSANOW, &settings) < 0)
        return Error::from_errno("set up the terminal " + path);
    return {};
}

}  // namespace

HostResult<std::string> parse_serial(std::string_view text, size_t index) {
    const size_t equals = text.find('=');
    const std::string_view kind = equals == std::string_view::npos ? text : text.substr(equals + 1);
    const std::string name = equals == std::string_view::npos ? fmt::format("serial{}", index)
                                                              : std::string(text.substr(0, equals));
    if (kind != "pty") {
        return Error::wrong_use(
            "--serial '" + std::string(text) +
            "' is no serial port; write pty, or NAME=pty for one with a name of yours");
    }
    bool good = !name.empty() && name.size() <= kMostName;
    for (const char c : name)
        good = good && (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_');
    if (!good)
        return Error::wrong_use("--serial '" + std::string(text) +
                                "': a name is up to 32 letters, digits, - and _");
    return name;
}

std::vector<std::string> serial_arguments(size_t index, int fd) {
    // COM2 and COM3. The third shares its line with the console's port, which never interrupts.
    static constexpr struct {
        unsigned port, line;
    } kPlaces[kMaxSerialPorts] = {{0x2F8, 3}, {0x3E8, 4}};
    return {"-chardev", fmt::format("socket,id=serial{},fd={}", index, fd), "-device",
            fmt::format("isa-serial,id=uart{0},chardev=serial{0},iobase={1:#x},irq={2}", index,
                        kPlaces[index].port, kPlaces[index].line)};
}

HostResult<SerialPort> SerialPort::create(const std::string& name) {
    SerialPort port;
    port.name_ = name;
    port.master_ = UniqueFd(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
    std::array<char, 64> path{};
    if (!port.master_ || ::grantpt(port.master_.get()) < 0 || ::unlockpt(port.master_.get()) < 0 ||
        ::ptsname_r(port.master_.get(), path.data(), path.size()) != 0) {
        return Error::from_errno("make a terminal for the serial port " + name)
            .within("--serial needs /dev/ptmx and /dev/pts");
    }
    port.path_ = path.data();
    RSL_TRY(make_raw(port.path_));
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return Error::from_errno("make a socket for a serial port");
    port.socket_ = UniqueFd(ends[0]);
    port.qemu_ = UniqueFd(ends[1]);
    ::fcntl(port.socket_.get(), F_SETFL, O_NONBLOCK);
    port.stop_ = UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    port.opened_ = UniqueFd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!port.stop_ || !port.opened_ ||
        ::inotify_add_watch(port.opened_.get(), port.path_.c_str(), IN_OPEN) < 0)
        return Error::from_errno("watch the terminal " + port.path_);
    return port;
}

HostResult<void> SerialPort::start() {
    // Signals are the process' main thread's to take.
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([master = master_.get(), socket = socket_.get(), opened = opened_.get(),
                           stop = stop_.get()] { Relay(master, socket, opened, stop).run(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return {};
}

SerialPort::~SerialPort() {
    if (!thread_.joinable()) return;
    const uint64_t one = 1;
    (void)!::write(stop_.get(), &one, sizeof(one));
    thread_.join();
}

}  // namespace rsl::vm
