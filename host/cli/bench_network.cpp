// SPDX-License-Identifier: GPL-2.0-only
// What the e1000 sample carries between two network namespaces, against a Linux guest that bridges
// the same adapter in the same QEMU. tests/bench/network/measure.py makes the namespaces and the
// peer, and counts.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/core/result.hpp"
#include "host/cli/bench_rows.hpp"
#include "host/vm/installation.hpp"

namespace rsl::cli {
namespace {

constexpr double kMegabitsOfTransfer = 80;  // ten megabytes
constexpr double kMostTimesOfTransfer = 2;  // half of the throughput
constexpr double kMostTimesOfPing = 1.5;

struct NetworkRow {
    const char* name;
    const char* part;
    const char* samples;
};
constexpr NetworkRow kNetworkRows[] = {{"net_tcp", "tcp", "a_to_b_samples_mbit"},
                                       {"net_tcp_in", "tcp", "b_to_a_samples_mbit"},
                                       {"net_ping", "ping", "samples_ms"}};

HostResult<Json> run_script(const std::string& script) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(
        ::popen(("/usr/bin/python3 '" + script + "' compare").c_str(), "r"), ::pclose);
    if (pipe == nullptr) return Error::from_errno("start " + script);
    std::string text;
    char piece[4096];
    for (size_t got; (got = std::fread(piece, 1, sizeof(piece), pipe.get())) != 0;)
        text.append(piece, got);
    Json told = Json::parse(text, nullptr, false);
    if (told.is_discarded() || !told.contains("rsl"))
        return Error(script + " measured nothing; its own words are above");
    return told;
}

/// Times in milliseconds: of each ping, or of ten megabytes in each second.
Samples samples_of(const Json& side, const NetworkRow& row) {
    Samples samples;
    const bool ping = std::string_view(row.part) == "ping";
    for (const double value : side.at(row.part).at(row.samples)) {
        if (ping)
            samples.add(value);
        else if (value > 0)
            samples.add(kMegabitsOfTransfer / value * 1000);
    }
    return samples;
}

}  // namespace

std::vector<std::string> network_rows() {
    std::vector<std::string> names;
    for (const auto& row : kNetworkRows) names.emplace_back(row.name);
    return names;
}

HostResult<void> bench_network(const BenchContext& context, Output& out,
                               std::vector<BenchRow>& rows) {
    bool any = false;
    for (const auto& row : kNetworkRows) any |= context.wants(row.name);
    if (!any) return {};
    if (::geteuid() != 0 || ::access("/usr/bin/iperf3", X_OK) != 0 ||
        ::access("/usr/bin/busybox", X_OK) != 0) {
        out.line(
            "no rows about networks: they take root, and the packages of tools/install_packages "
            "--linux-guest");
        return {};
    }
    out.progress("network adapters");
    const auto files = RSL_TRY(vm::find_installation());
    const Json told = RSL_TRY(run_script(files.share + "/bench/measure.py"));
    for (const auto& row : kNetworkRows) {
        if (!context.wants(row.name)) continue;
        const Samples peer = samples_of(told.at("linux"), row);
        const bool ping = std::string_view(row.part) == "ping";
        BenchRow made{.name = row.name,
                      .unit = "ms",
                      .accel = "tcg",
                      .ours = samples_of(told.at("rsl"), row),
                      .peer_name = "a Linux guest with the same adapter",
                      .peer = peer};
        made.promise = peer.median() * (ping ? kMostTimesOfPing : kMostTimesOfTransfer);
        rows.push_back(std::move(made));
    }
    return {};
}

}  // namespace rsl::cli
