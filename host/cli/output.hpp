// SPDX-License-Identifier: GPL-2.0-only
// Where a verb's answer goes: lines for people, or with --json one JSON value and nothing else.
// Colours and the progress line only on a terminal.
#pragma once

#include <fmt/color.h>
#include <fmt/format.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/posix/error.hpp"

namespace rsl::cli {

using Json = nlohmann::ordered_json;

enum class Tone { kPlain, kGood, kBad, kDim, kStrong };

class Output {
  public:
    explicit Output(bool json);
    bool json() const { return json_; }

    /// A line for people; not shown with --json.
    template <typename... Args>
    void line(fmt::format_string<Args...> format, Args&&... args) {
        if (!json_) print(fmt::format(format, std::forward<Args>(args)...));
    }
    void blank() {
        if (!json_) print("");
    }
    /// `text` in a tone, if the terminal shows any.
    std::string in(Tone tone, std::string_view text) const;

    /// What --json prints at the end. An object until a verb makes it something else.
    Json data = Json::object();

    /// Text that is the answer itself in either mode, such as a man page or a read's bytes.
    void raw(std::string_view text);
    /// "starting the VM..." on a terminal's error stream, once a step takes over a second. Replaced
    /// by the next, gone at the end.
    void progress(std::string_view step);
    /// A line for the error stream: what drivers print while a verb runs.
    void aside(std::string_view line);
    void end_progress();

    /// Prints data (--json); then, for a failure, the sentence and what stands behind its status.
    int finish(const HostResult<void>& result);

  private:
    void print(std::string_view line);
    bool json_;
    bool colours_;
    bool progress_on_terminal_;
    std::atomic<bool> progress_shown_ = false;  // progress() may run in another thread
};

}  // namespace rsl::cli
