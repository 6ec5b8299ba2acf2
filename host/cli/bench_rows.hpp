// SPDX-License-Identifier: GPL-2.0-only
// The groups of rows that `rsl bench` is made of. Each adds the rows that the context wants.
#pragma once

#include <string>
#include <vector>

#include "host/cli/measure.hpp"
#include "host/cli/vm_client.hpp"
#include "host/vm/options.hpp"

namespace rsl::cli {

struct BenchContext {
    std::string filter;  // part of a row's name; empty: all
    std::string accel;
    std::string echo;  // path of samples/echo.sys
    vm::VmOptions options;
    bool wants(std::string_view row) const { return row.find(filter) != std::string_view::npos; }
};

HostResult<void> bench_closes(VmClient& vm, const BenchContext& context,
                              std::vector<BenchRow>& rows);
HostResult<void> bench_ioctls(VmClient& vm, const BenchContext& context,
                              std::vector<BenchRow>& rows);
HostResult<void> bench_warm_start(VmClient& vm, const BenchContext& context,
                                  std::vector<BenchRow>& rows);
HostResult<void> bench_cold_start(const BenchContext& context, Output& out,
                                  std::vector<BenchRow>& rows);
/// Names of the rows that bench_wine() can add.
std::vector<std::string> wine_rows();
HostResult<void> bench_wine(const BenchContext& context, Output& out, std::vector<BenchRow>& rows);
/// Names of the rows that bench_network() can add.
std::vector<std::string> network_rows();
HostResult<void> bench_network(const BenchContext& context, Output& out, std::vector<BenchRow>& rows);
HostResult<void> bench_idle(const BenchContext& context, Output& out, std::vector<BenchRow>& rows);

}  // namespace rsl::cli
