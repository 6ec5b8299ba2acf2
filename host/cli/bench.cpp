// SPDX-License-Identifier: GPL-2.0-only
// `rsl bench [NAME]`: the promised numbers (docs/promises.md), each beside a peer and the floor of
// this machine, measured in the same run.
#include "host/cli/bench_rows.hpp"
#include "host/cli/local_vm.hpp"
#include "host/cli/verbs.hpp"
#include "host/cli/vm_flags.hpp"
#include "host/vm/accelerator.hpp"

namespace rsl::cli {
namespace {

constexpr std::string_view kRows[] = {"cold_start",        "warm_start",         "zwclose_dense",
                                      "zwclose_paced",     "ioctl_native_0",     "ioctl_native_64",
                                      "ioctl_native_4096", "ioctl_native_65536", "idle_private_mb",
                                      "idle_cpu"};

/// echo.sys: among the installed samples, or the built ones beside our guest files.
HostResult<std::string> find_echo() {
    const std::string share = vm::share_directory();
    for (const auto& path : {share + "/samples/echo.sys", share + "/../../samples/echo.sys"}) {
        if (::access(path.c_str(), R_OK) == 0) return path;
    }
    return Error("the sample driver echo.sys is missing beside " + share +
                 "; build it with 'make guest'");
}

std::vector<std::string> all_rows() {
    std::vector<std::string> rows(std::begin(kRows), std::end(kRows));
    for (auto& row : wine_rows()) rows.push_back(std::move(row));
    for (auto& row : network_rows()) rows.push_back(std::move(row));
    return rows;
}

Json json_of(const Samples& samples) {
    return {{"median", samples.median()}, {"p99", samples.p99()}, {"n", samples.count()}};
}

Json json_of(const BenchRow& row) {
    Json json{{"name", row.name},          {"unit", row.unit}, {"accel", row.accel},
              {"ours", json_of(row.ours)}, {"peer", nullptr},  {"floor", nullptr}};
    if (!row.peer_name.empty()) {
        json["peer"] = {{"name", row.peer_name}};
        json["peer"].update(json_of(row.peer));
    }
    if (row.floor) json["floor"] = *row.floor;
    if (row.promise) json["promise"] = *row.promise;
    return json;
}

void print(const BenchRow& row, size_t name_width, Output& out) {
    std::string line = fmt::format("{:<{}} {:>9.2f} {:<2}  p99 {:>9.2f}  n {:<6}", row.name, name_width,
                                   row.ours.median(), row.unit, row.ours.p99(), row.ours.count());
    if (row.promise)
        line += out.in(row.ours.median() <= *row.promise ? Tone::kGood : Tone::kBad,
                       fmt::format("  promised {:.2f}", *row.promise));
    if (!row.peer_name.empty())
        line += fmt::format("  peer {:.2f} ({})", row.peer.median(), row.peer_name);
    if (row.floor) line += fmt::format("  floor {:.2f} ({})", *row.floor, row.floor_name);
    out.line("{}", line);
}

bool wants_calls(const BenchContext& context) {
    for (const std::string_view name : kRows) {
        if ((name.starts_with("zwclose") || name.starts_with("ioctl") || name == "warm_start") &&
            context.wants(name))
            return true;
    }
    return false;
}

HostResult<void> bench_calls(const BenchContext& context, Output& out,
                             std::vector<BenchRow>& rows) {
    if (!wants_calls(context)) return {};
    out.progress("calls into a VM");
    auto local = RSL_TRY(LocalVm::start(context.options));
    auto vm = RSL_TRY(local->connect());
    RSL_TRY(bench_warm_start(vm, context, rows));
    RSL_TRY(bench_closes(vm, context, rows));
    if (context.filter.empty() ||
        std::string_view("ioctl_native_65536").find(context.filter) != std::string_view::npos ||
        context.filter.starts_with("ioctl")) {
        Bytes echo = RSL_TRY(read_file(context.echo));
        RSL_TRY(vm.load_driver("echo", echo));
        RSL_TRY(bench_ioctls(vm, context, rows));
    }
    return {};
}

}  // namespace

const Verb kBench{
    .path = "bench",
    .summary = "measure the promised numbers on this machine",
    .args = {{"NAME", "only rows whose name contains it, such as zwclose", Count::kOptional}},
    .flags = with_vm_flags({}),
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        BenchContext context{.filter = call.arg("NAME")};
        bool any = false;
        for (const auto& name : all_rows()) any |= context.wants(name);
        if (!any) {
            std::string names;
            for (const auto& name : all_rows()) names += (names.empty() ? "" : ", ") + name;
            return Error::wrong_use("no row of the bench has '" + context.filter +
                                    "' in its name; there are: " + names);
        }
        context.options = RSL_TRY(vm_options_of(call, false));
        const auto files = RSL_TRY(vm::find_installation());
        context.accel = vm::name_of(RSL_TRY(vm::choose_accelerator(context.options.accel, files)));
        context.echo = RSL_TRY(find_echo());
        std::vector<BenchRow> rows;
        RSL_TRY(bench_cold_start(context, out, rows));
        RSL_TRY(bench_calls(context, out, rows));
        RSL_TRY(bench_wine(context, out, rows));
        RSL_TRY(bench_network(context, out, rows));
        RSL_TRY(bench_idle(context, out, rows));
        out.data = Json::array();
        size_t name_width = 0;
        for (const auto& row : rows) name_width = std::max(name_width, row.name.size());
        for (const auto& row : rows) {
            out.data.push_back(json_of(row));
            print(row, name_width, out);
        }
        return {};
    },
};

}  // namespace rsl::cli
