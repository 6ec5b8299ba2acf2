// SPDX-License-Identifier: GPL-2.0-only
// The rows of `rsl bench` about Windows programs: one program, wine_bench.exe, run under stock Wine
// (whose own driver host then runs echo.sys) and under `rsl wine`, one after the other, in a prefix
// made for it.
#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include "host/cli/bench_folder.hpp"
#include "host/cli/bench_rows.hpp"
#include "host/cli/supervisor_client.hpp"
#include "host/vm/installation.hpp"
#include "host/wine/wine.hpp"

namespace rsl::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kProgramStarts = 15, kFirstStarts = 2;

/// A program that reads `input`, its standard output in a file: services that Wine starts would keep
/// a pipe open.
HostResult<pid_t> start_program(const std::vector<std::string>& words, const BenchFolder& folder,
                                const std::string& output, int input) {
    const pid_t pid = ::fork();
    if (pid < 0) return Error::from_errno("start a process");
    if (pid == 0) {
        ::dup2(input, 0);
        ::dup2(::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
        ::dup2(::open("/dev/null", O_WRONLY), 2);
        ::setenv("WINEPREFIX", folder.prefix().c_str(), 1);
        ::setenv("WINEDEBUG", "-all", 1);
        ::setenv("WINEDLLOVERRIDES", "mscoree,mshtml=d", 1);
        ::setenv("XDG_RUNTIME_DIR", folder.runtime().c_str(), 1);
        ::setenv("XDG_STATE_HOME", folder.state().c_str(), 1);
        for (const char* name : {"DISPLAY", "LD_PRELOAD", "RSL_VM"}) ::unsetenv(name);
        std::vector<char*> arguments;
        for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    return pid;
}

int wait_for(pid_t pid) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

HostResult<int> run_program(const std::vector<std::string>& words, const BenchFolder& folder) {
    const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    return wait_for(RSL_TRY(start_program(words, folder, folder.output(), null.get())));
}

std::string own_program() { return fs::read_symlink("/proc/self/exe").string(); }

/// Both ways to run a Windows program.
struct Ways {
    std::string loader;
    std::vector<std::string> stock() const { return {loader}; }
    std::vector<std::string> ours() const { return {own_program(), "wine", "--"}; }
};

HostResult<int> run_windows(std::vector<std::string> way, const std::vector<std::string>& command,
                            const BenchFolder& folder) {
    way.insert(way.end(), command.begin(), command.end());
    return run_program(way, folder);
}

HostResult<void> end_session(const Ways& ways, const BenchFolder& folder) {
    const fs::path beside = fs::path(ways.loader).parent_path();
    for (const auto* server : {"wineserver64", "wineserver"}) {
        if (!fs::exists(beside / server)) continue;
        (void)RSL_TRY(run_program({beside / server, "-k"}, folder));
        (void)RSL_TRY(run_program({beside / server, "-w"}, folder));
        return {};
    }
    return {};
}

/// Ends the prefix' session and its VM, however the measuring ends.
class EndOfBench {
  public:
    EndOfBench(const Ways& ways, const BenchFolder& folder) : ways_(ways), folder_(folder) {}
    EndOfBench(const EndOfBench&) = delete;
    EndOfBench& operator=(const EndOfBench&) = delete;
    ~EndOfBench() {
        (void)end_session(ways_, folder_);
        (void)run_program({own_program(), "stop", "--vm", wine_host::vm_name_of(folder_.prefix())},
                          folder_);
    }

  private:
    const Ways& ways_;
    const BenchFolder& folder_;
};

/// "row NAME", then nanoseconds, one a line.
std::map<std::string, Samples> read_samples(const std::string& file) {
    std::map<std::string, Samples> samples;
    std::ifstream stream(file);
    std::string line, row;
    while (std::getline(stream, line)) {
        if (line.starts_with("row ")) {
            row = line.substr(4, line.find_last_not_of("\r\n ") - 3);
        } else if (!row.empty() && !line.empty()) {
            samples[row].add(std::strtod(line.c_str(), nullptr) / 1000);
        }
    }
    return samples;
}

/// `what` is the driver to measure with, or "other_calls".
HostResult<std::map<std::string, Samples>> measure_calls(const std::vector<std::string>& way,
                                                         const BenchFolder& folder,
                                                         const char* what) {
    const std::string program = vm::share_directory() + "/wine_bench.exe";
    const int code = RSL_TRY(run_windows(way, {program, what}, folder));
    if (code != 0) return Error(fmt::format("{} {} ended with {}", way[0], program, code));
    return read_samples(folder.output());
}

/// While it lives, what is started stays on one processor.
class OneProcessor {
  public:
    OneProcessor() {
        cpu_set_t one;
        CPU_ZERO(&one);
        moved_ = ::sched_getaffinity(0, sizeof(before_), &before_) == 0;
        for (size_t i = 0; moved_ && i < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++i) {
            if (CPU_ISSET(i, &before_)) CPU_SET(i, &one);
        }
        moved_ = moved_ && ::sched_setaffinity(0, sizeof(one), &one) == 0;
    }
    ~OneProcessor() {
        if (moved_) (void)::sched_setaffinity(0, sizeof(before_), &before_);
    }
    OneProcessor(const OneProcessor&) = delete;
    OneProcessor& operator=(const OneProcessor&) = delete;

  private:
    cpu_set_t before_;
    bool moved_ = false;
};

/// A program that waits, so that the session does not end between two others.
class Waiting {
  public:
    static HostResult<Waiting> start(std::vector<std::string> way, const BenchFolder& folder) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) < 0) return Error::from_errno("make a pipe");
        const UniqueFd input(ends[0]);
        UniqueFd end(ends[1]);
        way.push_back("cmd");
        const pid_t pid = RSL_TRY(start_program(way, folder, "/dev/null", input.get()));
        return Waiting(pid, std::move(end));
    }
    Waiting(Waiting&& other) noexcept
        : pid_(std::exchange(other.pid_, 0)), input_(std::move(other.input_)) {}
    Waiting& operator=(Waiting&&) = delete;
    ~Waiting() {
        input_ = UniqueFd();  // it reads the end
        if (pid_ != 0) wait_for(pid_);
    }

  private:
    Waiting(pid_t pid, UniqueFd input) : pid_(pid), input_(std::move(input)) {}
    pid_t pid_;
    UniqueFd input_;
};

/// A program that ends at once, in a session that runs. The first ones wait for the session to be
/// there.
HostResult<Samples> measure_program_start(const std::vector<std::string>& way,
                                          const BenchFolder& folder) {
    const auto waiting = RSL_TRY(Waiting::start(way, folder));
    for (int i = 0; i < kFirstStarts; ++i)
        (void)RSL_TRY(run_windows(way, {"cmd", "/c", "exit"}, folder));
    Samples samples;
    for (int i = 0; i < kProgramStarts; ++i) {
        const uint64_t start = monotonic_ns();
        const int code = RSL_TRY(run_windows(way, {"cmd", "/c", "exit"}, folder));
        if (code != 0) return Error(fmt::format("{} cmd /c exit ended with {}", way[0], code));
        samples.add(static_cast<double>(monotonic_ns() - start) / 1e6);
    }
    return samples;
}

HostResult<void> make_prefix(const Ways& ways, const BenchFolder& folder, const std::string& echo) {
    std::error_code error;
    fs::create_directory(folder.runtime(), error);
    fs::permissions(folder.runtime(), fs::perms::owner_all, error);
    const int code = RSL_TRY(run_windows(ways.stock(), {"wineboot", "-u"}, folder));
    if (code != 0) return Error(fmt::format("wineboot -u, which makes a prefix, ended with {}; try again", code));
    RSL_TRY(end_session(ways, folder));
    fs::copy_file(echo, folder.prefix() + "/drive_c/echo.sys", error);
    if (error) return Error("copy echo.sys into the prefix: " + error.message());
    return {};
}

struct OneWay {
    Samples start;
    std::map<std::string, Samples> calls;
    void add_all(const OneWay& more) {
        start.add_all(more.start);
        for (const auto& [row, samples] : more.calls) calls[row].add_all(samples);
    }
};

HostResult<OneWay> measure(const std::vector<std::string>& way, const Ways& ways,
                           const BenchFolder& folder) {
    OneWay result;
    result.calls = RSL_TRY(measure_calls(way, folder, "C:\\echo.sys"));
    result.start = RSL_TRY(measure_program_start(way, folder));
    RSL_TRY(end_session(ways, folder));
    return result;
}

/// Where program and server run decides these, by a factor of ten: on one processor. And from its first call to its last one
/// session is a tenth faster or slower than the next, whichever way it is: several sessions, by turns.
HostResult<void> measure_other_calls(const Ways& ways, const BenchFolder& folder, OneWay& ours, OneWay& peer) {
    constexpr int kSessions = 5;
    const OneProcessor placed;
    for (int i = 0; i < kSessions * 2; ++i) {
        const bool is_ours = i % 4 == 0 || i % 4 == 3;
        OneWay session;
        session.calls = RSL_TRY(measure_calls(is_ours ? ways.ours() : ways.stock(), folder, "other_calls"));
        (is_ours ? ours : peer).add_all(session);
        RSL_TRY(end_session(ways, folder));
    }
    return {};
}

std::optional<double> promise_of(const std::string& row, const Samples& peer) {
    if (row == "wine_ioctl_0" || row == "wine_ioctl_64") return peer.median() / 20;
    if (row == "wine_ioctl_4096") return peer.median() / 10;
    if (row == "wine_ioctl_65536") return peer.median() / 2.5;
    return peer.median();  // never slower
}

}  // namespace

std::vector<std::string> wine_rows() {
    std::vector<std::string> rows{"wine_start", "wine_open", "wine_program_start",
                                  "wine_other_calls", "wine_ioctl_64_4threads"};
    for (const auto* kind : {"", "_paced", "_overlapped"}) {
        for (const int bytes : {0, 64, 4096, 65536})
            rows.push_back(fmt::format("wine_ioctl_{}{}", bytes, kind));
    }
    return rows;
}

HostResult<void> bench_wine(const BenchContext& context, Output& out, std::vector<BenchRow>& rows) {
    bool any = false;
    for (const auto& row : wine_rows()) any |= context.wants(row);
    if (!any) return {};
    const auto loader = wine_host::find_loader();
    if (!loader) {
        out.line("no rows about Wine: {}", loader.failure().text());
        return {};
    }
    const Ways ways{*loader};
    const BenchFolder folder = RSL_TRY(BenchFolder::create());
    const EndOfBench end(ways, folder);
    out.progress("a Wine prefix");
    RSL_TRY(make_prefix(ways, folder, context.echo));
    out.progress("echo.sys in Wine's own driver host");
    OneWay peer = RSL_TRY(measure(ways.stock(), ways, folder));
    out.progress("echo.sys in RSL");
    OneWay ours = RSL_TRY(measure(ways.ours(), ways, folder));
    // Each way twice, in an order that a machine which gets faster or slower favours nobody by.
    ours.add_all(RSL_TRY(measure(ways.ours(), ways, folder)));
    out.progress("echo.sys in Wine's own driver host, again");
    peer.add_all(RSL_TRY(measure(ways.stock(), ways, folder)));
    out.progress("calls that are not about devices");
    RSL_TRY(measure_other_calls(ways, folder, ours, peer));
    ours.calls["wine_program_start"] = ours.start;
    peer.calls["wine_program_start"] = peer.start;
    for (const auto& name : wine_rows()) {
        if (!context.wants(name)) continue;
        const bool in_ms = name == "wine_program_start";
        BenchRow row{.name = name,
                     .unit = in_ms ? "ms" : "us",
                     .accel = context.accel,
                     .ours = ours.calls[name],
                     .peer_name = "the same program in stock Wine",
                     .peer = peer.calls[name]};
        row.promise = in_ms ? std::optional(peer.start.median() + 5) : promise_of(name, row.peer);
        rows.push_back(std::move(row));
    }
    return {};
}

}  // namespace rsl::cli
