// SPDX-License-Identifier: GPL-2.0-only
// A way to run Windows programs that `rsl bench` measures, stock Wine or `rsl wine`, in a prefix of its own, and the measuring
// program in it, wine_bench.exe.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "base/posix/error.hpp"
#include "base/posix/unique_fd.hpp"
#include "host/cli/bench_folder.hpp"
#include "host/cli/measure.hpp"

namespace rsl::cli {

/// What wine_bench.exe is asked to measure.
struct WineOrder {
    const char* kind;   // one of its kinds of calls
    int bytes, gap_ms;  // of a call's data; before each call
    int count, limit_ms;
    int threads = 1;
    bool overlapped = false;
};

class WineWay {
  public:
    /// `command` runs the Windows program that is appended to it; nothing has to be there yet at `prefix`.
    WineWay(std::vector<std::string> command, std::string loader, std::string prefix, const BenchFolder& folder)
        : command_(std::move(command)), loader_(std::move(loader)), prefix_(std::move(prefix)), folder_(folder) {}
    WineWay(const WineWay&) = delete;
    WineWay& operator=(const WineWay&) = delete;
    ~WineWay();

    const std::string& prefix() const { return prefix_; }
    const std::string& loader() const { return loader_; }

    /// Runs a Windows program to its end; its exit code.
    HostResult<int> run(std::vector<std::string> program) const;
    /// The same for a program of the host, with the prefix as its own.
    HostResult<int> run_here(const std::vector<std::string>& words) const;

    /// Starts the measuring program, which starts `driver`, a path in the prefix; empty: none.
    HostResult<void> begin(const std::string& driver);
    /// What it measured, in microseconds.
    HostResult<Samples> measure(const WineOrder& order);
    /// Ends it, and its driver, and then the prefix' session.
    HostResult<void> end();
    HostResult<void> end_session() const;

  private:
    HostResult<pid_t> start(const std::vector<std::string>& words, int input, int output) const;
    /// The next line that the measuring program prints. An error when it ends instead, or says nothing for long.
    HostResult<std::string> next_line();
    HostResult<void> stop_program();

    std::vector<std::string> command_;
    std::string loader_, prefix_;
    const BenchFolder& folder_;
    pid_t program_ = 0;  // the measuring program, while it runs
    UniqueFd input_, output_;
    std::string read_ahead_;
};

}  // namespace rsl::cli
