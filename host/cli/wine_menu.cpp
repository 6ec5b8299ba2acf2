// SPDX-License-Identifier: GPL-2.0-only
// `rsl wine enable` and `rsl wine disable`: programs of a prefix that are started from the
// desktop's menu.
#include <filesystem>

#include "host/cli/verbs.hpp"
#include "host/wine/menu.hpp"
#include "host/wine/wine.hpp"

namespace rsl::cli {
namespace {

HostResult<void> change(const Invocation& call, Output& out, wine_host::MenuState state) {
    const std::string prefix = RSL_TRY(wine_host::find_prefix(call.arg("PREFIX")));
    if (!std::filesystem::is_directory(prefix + "/drive_c")) {
        return Error::wrong_use(fmt::format("{} is no Wine prefix: it has no drive_c", prefix));
    }
    const std::string menu = wine_host::find_menu();
    const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
    const auto change = RSL_TRY(wine_host::set_menu(menu, prefix, state, program));
    const bool on = state == wine_host::MenuState::kThroughRsl;
    out.data = {
        {"prefix", prefix}, {"entries", change.seen}, {"changed", change.changed}, {"enabled", on}};
    if (change.seen == 0) {
        out.line("{} has no entries of this prefix", menu);
    } else {
        out.line("{} of {} menu entries changed: they start {}", change.changed, change.seen,
                 on ? "by rsl wine" : "by Wine alone");
    }
    if (on) out.line("entries that a setup adds later need another 'rsl wine enable'");
    return {};
}

}  // namespace

const Verb kWineEnable{
    .path = "wine enable",
    .summary = "lead a prefix' menu entries through rsl wine",
    .args = {{"PREFIX", "the Wine prefix (default: $WINEPREFIX, or ~/.wine)", Count::kOptional}},
    .run = [](const Invocation& call,
              Output& out) { return change(call, out, wine_host::MenuState::kThroughRsl); },
};

const Verb kWineDisable{
    .path = "wine disable",
    .summary = "lead a prefix' menu entries back to Wine alone",
    .args = {{"PREFIX", "the Wine prefix (default: $WINEPREFIX, or ~/.wine)", Count::kOptional}},
    .run = [](const Invocation& call,
              Output& out) { return change(call, out, wine_host::MenuState::kPlain); },
};

}  // namespace rsl::cli
