// SPDX-License-Identifier: GPL-2.0-only
// The rows of `rsl bench` about Windows programs: one program, wine_bench.exe, under stock Wine (whose own driver host then runs
// echo.sys) and under `rsl wine`. Both sessions are there all the time, each in a prefix of its own, and measure by turns: a machine
// that is half as fast for some seconds, as its other users please, favours nobody this way.
#include <sched.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "host/cli/bench_folder.hpp"
#include "host/cli/bench_rows.hpp"
#include "host/cli/wine_way.hpp"
#include "host/wine/wine.hpp"

namespace rsl::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kTurns = 10;  // of each way
constexpr int kProgramStarts = 30, kFirstStarts = 2;
constexpr int kAnyNumber = 20000;  // as many as wine_bench.exe keeps

constexpr std::string_view kProgramStart = "wine_program_start", kOtherCalls = "wine_other_calls";

struct WineRow {
    std::string name;
    WineOrder order;          // of one turn
    double times_faster = 1;  // promised
};

/// Calls of four sizes: back to back and once a millisecond, of one thread and of four, synchronous and overlapped. Promised to be many times
/// faster is what one thread calls back to back, all else to be no slower.
std::vector<WineRow> rows_of_io_controls() {
    constexpr std::pair<int, double> kSizes[] = {{0, 20}, {64, 20}, {4096, 10}, {65536, 2.5}};
    constexpr int kFourThreads = 4;
    std::vector<WineRow> rows;
    enum Kind : unsigned { kPaced = 1, kOverlapped = 2, kThreads = 4, kKinds = 8 };
    for (unsigned kind = 0; kind < kKinds; ++kind) {
        const bool paced = (kind & kPaced) != 0, overlapped = (kind & kOverlapped) != 0, threads = (kind & kThreads) != 0;
        for (const auto& [bytes, times] : kSizes) {
            rows.push_back({fmt::format("wine_ioctl_{}{}{}{}", bytes, threads ? "_4threads" : "", overlapped ? "_overlapped" : "", paced ? "_paced" : ""),
                            {"call", bytes, paced ? 1 : 0, paced ? 60 : kAnyNumber, paced ? 60000 : 100, threads ? kFourThreads : 1, overlapped},
                            kind == 0 ? times : 1});
        }
    }
    return rows;
}

/// The rows that wine_bench.exe measures in a session with the driver.
std::vector<WineRow> rows_of_calls() {
    std::vector<WineRow> rows{{"wine_start", {"start", 0, 0, 2, 60000}}, {"wine_open", {"open", 0, 0, 500, 100}}};
    for (auto& row : rows_of_io_controls()) rows.push_back(std::move(row));
    return rows;
}

std::string own_program() { return fs::read_symlink("/proc/self/exe").string(); }

HostResult<void> make_prefix(const WineWay& way, const std::string& echo) {
    const int code = RSL_TRY(way.run_here({way.loader(), "wineboot", "-u"}));
    if (code != 0) return Error(fmt::format("wineboot -u, which makes a prefix, ended with {}; try again", code));
    RSL_TRY(way.end_session());
    std::error_code error;
    fs::copy_file(echo, way.prefix() + "/drive_c/echo.sys", error);
    if (error) return Error("copy echo.sys into the prefix: " + error.message());
    return {};
}

/// Ends the VM of a prefix, however the measuring ends.
class EndOfVm {
  public:
    explicit EndOfVm(const WineWay& way) : way_(way) {}
    EndOfVm(const EndOfVm&) = delete;
    EndOfVm& operator=(const EndOfVm&) = delete;
    ~EndOfVm() {
        (void)way_.end_session();
        (void)way_.run_here({own_program(), "stop", "--vm", wine_host::vm_name_of(way_.prefix())});
    }

  private:
    const WineWay& way_;
};

struct Ways {
    WineWay &stock, &ours;
};
struct Both {
    Samples peer, ours;
};

/// Asks both ways for samples, `turns` times each, in an order that a machine which gets faster or slower favours nobody by.
template <typename Ask>
HostResult<Both> by_turns(const Ways& ways, int turns, Ask ask) {
    Both both;
    for (int i = 0; i < turns * 2; ++i) {
        const bool is_ours = i % 4 == 1 || i % 4 == 2;
        (is_ours ? both.ours : both.peer).add_all(RSL_TRY(ask(is_ours ? ways.ours : ways.stock)));
    }
    return both;
}

/// A program that ends at once, in a session that runs.
HostResult<Samples> time_program(const WineWay& way) {
    const uint64_t start = monotonic_ns();
    const int code = RSL_TRY(way.run({"cmd", "/c", "exit", "0"}));
    if (code != 0) return Error(fmt::format("cmd /c exit 0 ended with {} in {}", code, way.prefix()));
    Samples samples;
    samples.add(static_cast<double>(monotonic_ns() - start) / 1e6);
    return samples;
}
HostResult<Both> measure_program_start(const Ways& ways) {
    (void)RSL_TRY(by_turns(ways, kFirstStarts, time_program));
    return by_turns(ways, kProgramStarts, time_program);
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

/// Where program and server run decides these, by a factor of ten: on one processor. And from its first call to its last one
/// session is a tenth faster or slower than the next, whichever way it is: a session for each turn. What is promised is that nothing
/// can be measured: not slower than stock Wine is in the slowest of its own turns, `slowest`.
HostResult<Both> measure_other_calls(const Ways& ways, double& slowest) {
    const OneProcessor placed;
    return by_turns(ways, kTurns, [&](WineWay& way) -> HostResult<Samples> {
        RSL_TRY(way.begin({}));
        Samples samples = RSL_TRY(way.measure({"other", 0, 0, 5000, 60000}));
        RSL_TRY(way.end());
        if (&way == &ways.stock) slowest = std::max(slowest, samples.median());
        return samples;
    });
}

class Measuring {
  public:
    Measuring(const BenchContext& context, Output& out, std::vector<BenchRow>& rows)
        : context_(context), out_(out), rows_(rows) {}

    HostResult<void> all(const Ways& ways) {
        for (WineWay* way : {&ways.stock, &ways.ours}) RSL_TRY(way->begin("C:\\echo.sys"));
        for (const auto& row : rows_of_calls()) {
            if (!wants(row.name)) continue;
            Both both = RSL_TRY(by_turns(ways, kTurns, [&](WineWay& way) { return way.measure(row.order); }));
            const double promise = both.peer.median() / row.times_faster;
            add(row.name, "us", std::move(both), promise);
        }
        if (wants(kProgramStart)) {
            auto both = RSL_TRY(measure_program_start(ways));
            const double promise = both.peer.median() + 5;
            add(kProgramStart, "ms", std::move(both), promise);
        }
        for (WineWay* way : {&ways.stock, &ways.ours}) RSL_TRY(way->end());
        if (wants(kOtherCalls)) {
            double promise = 0;
            auto both = RSL_TRY(measure_other_calls(ways, promise));
            add(kOtherCalls, "us", std::move(both), promise);
        }
        return {};
    }

  private:
    bool wants(std::string_view name) {
        if (!context_.wants(name)) return false;
        out_.progress(name);
        return true;
    }
    void add(std::string_view name, const char* unit, Both both, double promise) {
        rows_.push_back({.name = std::string(name),
                         .unit = unit,
                         .accel = context_.accel,
                         .ours = std::move(both.ours),
                         .peer_name = "the same program in stock Wine",
                         .peer = std::move(both.peer),
                         .promise = promise});
    }

    const BenchContext& context_;
    Output& out_;
    std::vector<BenchRow>& rows_;
};

}  // namespace

std::vector<std::string> wine_rows() {
    std::vector<std::string> names;
    for (auto& row : rows_of_calls()) names.push_back(std::move(row.name));
    for (const auto name : {kProgramStart, kOtherCalls}) names.emplace_back(name);
    return names;
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
    const BenchFolder folder = RSL_TRY(BenchFolder::create());
    WineWay stock({*loader}, *loader, RSL_TRY(folder.make("stock")), folder);
    WineWay ours({own_program(), "wine", "--"}, *loader, RSL_TRY(folder.make("ours")), folder);
    const EndOfVm end(ours);
    out.progress("two Wine prefixes");
    for (const auto* way : {&stock, &ours}) RSL_TRY(make_prefix(*way, context.echo));
    return Measuring(context, out, rows).all({stock, ours});
}

}  // namespace rsl::cli
