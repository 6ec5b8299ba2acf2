// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/wine_way.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/core/result.hpp"
#include "host/vm/installation.hpp"

namespace rsl::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kPatienceMs = 120000;
constexpr int kLookMs = 200;  // how often it is looked whether the program still runs

int exit_code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

int wait_for(pid_t pid) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    return exit_code_of(status);
}

}  // namespace

WineWay::~WineWay() {
    (void)stop_program();
    (void)end_session();
}

HostResult<pid_t> WineWay::start(const std::vector<std::string>& words, int input, int output) const {
    const pid_t pid = ::fork();
    if (pid < 0) return Error::from_errno("start a process");
    if (pid > 0) return pid;
    ::dup2(input, 0);
    ::dup2(output, 1);
    ::dup2(::open("/dev/null", O_WRONLY | O_CLOEXEC), 2);
    ::setenv("WINEPREFIX", prefix_.c_str(), 1);
    ::setenv("WINEDEBUG", "-all", 1);
    ::setenv("WINEDLLOVERRIDES", "mscoree,mshtml=d", 1);
    ::setenv("XDG_RUNTIME_DIR", folder_.runtime().c_str(), 1);
    ::setenv("XDG_STATE_HOME", folder_.state().c_str(), 1);
    for (const char* name : {"DISPLAY", "LD_PRELOAD", "RSL_VM"}) ::unsetenv(name);
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

HostResult<int> WineWay::run(std::vector<std::string> program) const {
    program.insert(program.begin(), command_.begin(), command_.end());
    return run_here(program);
}

HostResult<int> WineWay::run_here(const std::vector<std::string>& words) const {
    const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    return wait_for(RSL_TRY(start(words, null.get(), null.get())));
}

HostResult<void> WineWay::begin(const std::string& driver) {
    std::vector<std::string> words = command_;
    words.push_back(vm::share_directory() + "/wine_bench.exe");
    if (!driver.empty()) words.push_back(driver);
    int to[2], from[2];
    if (::pipe2(to, O_CLOEXEC) < 0) return Error::from_errno("make a pipe");
    const UniqueFd its_input(to[0]);
    input_ = UniqueFd(to[1]);
    if (::pipe2(from, O_CLOEXEC) < 0) return Error::from_errno("make a pipe");
    output_ = UniqueFd(from[0]);
    const UniqueFd its_output(from[1]);
    program_ = RSL_TRY(start(words, its_input.get(), its_output.get()));
    const std::string line = RSL_TRY(next_line());
    if (line != "ready") return Error(fmt::format("wine_bench.exe under {} said '{}'", command_[0], line));
    return {};
}

HostResult<std::string> WineWay::next_line() {
    for (int waited_ms = 0;;) {
        if (const size_t end = read_ahead_.find('\n'); end != std::string::npos) {
            std::string line = read_ahead_.substr(0, end);
            read_ahead_.erase(0, end + 1);
            if (line.ends_with('\r')) line.pop_back();
            return line;
        }
        pollfd wanted{.fd = output_.get(), .events = POLLIN, .revents = 0};
        char bytes[65536];
        if (::poll(&wanted, 1, kLookMs) > 0) {
            const ssize_t count = ::read(output_.get(), bytes, sizeof(bytes));
            if (count > 0) {
                read_ahead_.append(bytes, static_cast<size_t>(count));
                continue;
            }
        }
        // The end of its output is no sign: services that it made Wine start keep the pipe.
        int status = 0;
        if (::waitpid(program_, &status, WNOHANG) == program_) {
            program_ = 0;
            return Error(fmt::format("wine_bench.exe under {} ended with {}", command_[0], exit_code_of(status)));
        }
        if ((waited_ms += kLookMs) > kPatienceMs)
            return Error(fmt::format("wine_bench.exe under {} has not answered for {} s", command_[0], kPatienceMs / 1000));
    }
}

HostResult<Samples> WineWay::measure(const WineOrder& order) {
    const std::string text =
        fmt::format("{} {} {} {} {} {} {:d}\n", order.kind, order.bytes, order.gap_ms, order.count, order.limit_ms, order.threads, order.overlapped);
    if (::write(input_.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return Error::from_errno("write to wine_bench.exe");
    Samples samples;
    for (;;) {
        const std::string line = RSL_TRY(next_line());
        if (line == "done") return samples;
        samples.add(std::strtod(line.c_str(), nullptr) / 1000);
    }
}

HostResult<void> WineWay::stop_program() {
    if (program_ == 0) return {};
    input_ = UniqueFd();  // it reads the end
    const int code = wait_for(std::exchange(program_, 0));
    output_ = UniqueFd();
    read_ahead_.clear();
    if (code != 0) return Error(fmt::format("wine_bench.exe under {} ended with {}", command_[0], code));
    return {};
}

HostResult<void> WineWay::end() {
    RSL_TRY(stop_program());
    return end_session();
}

HostResult<void> WineWay::end_session() const {
    const fs::path beside = fs::path(loader_).parent_path();
    for (const auto* server : {"wineserver64", "wineserver"}) {
        if (!fs::exists(beside / server)) continue;
        for (const auto* what : {"-k", "-w"}) (void)RSL_TRY(run_here({beside / server, what}));
        return {};
    }
    return {};
}

}  // namespace rsl::cli
