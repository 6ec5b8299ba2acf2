// SPDX-License-Identifier: GPL-2.0-only
// `rsl exports`: what the kernel offers to drivers, and how complete each is.
#include <map>

#include "host/cli/driver_file.hpp"
#include "host/cli/verbs.hpp"

namespace rsl::cli {

const Verb kExports{
    .path = "exports",
    .summary = "list what the kernel exports, and how complete each export is",
    .args = {{"PATTERN", "only names that contain this", Count::kOptional}},
    .flags = {{"--tsv", "MODULE!FUNCTION, state, header, IRQL, test, note; tab-separated"}},
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        out.data = Json::array();
        std::map<std::string_view, size_t> totals;
        for (const auto& row : export_table()) {
            if (row.name.find(call.arg("PATTERN")) == std::string_view::npos) continue;
            ++totals[row.state];
            if (out.json()) {
                out.data.push_back({{"module", row.module},
                                    {"name", row.name},
                                    {"state", row.state},
                                    {"header", row.header},
                                    {"irql", row.irql},
                                    {"test", row.test},
                                    {"note", row.note}});
            } else if (call.has("tsv")) {
                out.raw(fmt::format("{}!{}\t{}\t{}\t{}\t{}\t{}\n", row.module, row.name, row.state,
                                    row.header, row.irql, row.test, row.note));
            } else {
                out.line("{:<8} {}!{}{}",
                         out.in(row.state == "done"   ? Tone::kGood
                                : row.state == "stub" ? Tone::kBad
                                                      : Tone::kPlain,
                                row.state),
                         row.module, row.name,
                         row.note.empty() ? "" : out.in(Tone::kDim, fmt::format("  {}", row.note)));
            }
        }
        if (!call.has("tsv"))
            out.line("{} done, {} partial, {} stubs", totals["done"], totals["partial"],
                     totals["stub"]);
        return {};
    },
};

}  // namespace rsl::cli
