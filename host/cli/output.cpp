// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/output.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "host/cli/status_text.hpp"

namespace rsl::cli {
namespace {

bool shows_colours(int fd) {
    const char* no_color = ::getenv("NO_COLOR");
    const char* term = ::getenv("TERM");
    return ::isatty(fd) == 1 && (no_color == nullptr || *no_color == 0) &&
           (term == nullptr || std::string_view(term) != "dumb");
}

}  // namespace

Output::Output(bool json)
    : json_(json),
      colours_(!json && shows_colours(STDOUT_FILENO)),
      progress_on_terminal_(::isatty(STDERR_FILENO) == 1) {}

std::string Output::in(Tone tone, std::string_view text) const {
    if (!colours_ || tone == Tone::kPlain) return std::string(text);
    switch (tone) {
        case Tone::kGood:
            return fmt::format(fmt::fg(fmt::terminal_color::green), "{}", text);
        case Tone::kBad:
            return fmt::format(fmt::fg(fmt::terminal_color::red), "{}", text);
        case Tone::kDim:
            return fmt::format(fmt::emphasis::faint, "{}", text);
        default:
            return fmt::format(fmt::emphasis::bold, "{}", text);
    }
}

void Output::print(std::string_view line) {
    end_progress();
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
}

void Output::raw(std::string_view text) {
    end_progress();
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void Output::progress(std::string_view step) {
    if (!progress_on_terminal_ || json_) return;
    std::fprintf(stderr, "\r\033[K%.*s...", static_cast<int>(step.size()), step.data());
    progress_shown_ = true;
}

void Output::end_progress() {
    if (progress_shown_.exchange(false)) std::fputs("\r\033[K", stderr);
}

void Output::aside(std::string_view line) {
    end_progress();
    std::fflush(stdout);  // so that both streams keep their order on one terminal
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
}

int Output::finish(const HostResult<void>& result) {
    end_progress();
    if (!result) {
        const Error error = result.failure();
        std::string text = error.text();
        if (error.nt_status()) {
            const std::string status = status_text(*error.nt_status());
            if (text.find(status) == std::string::npos) text += " (" + status + ")";
            data["nt_status"] = status_json(*error.nt_status());
        }
        data["error"] = text;
        data["exit_code"] = static_cast<int>(error.exit_code());
        std::fflush(stdout);
        std::fprintf(stderr, "rsl: %s\n", text.c_str());
    }
    if (json_) print(data.dump(2, ' ', false, Json::error_handler_t::replace));
    const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    if (!result) return static_cast<int>(result.failure().exit_code());
    return written ? 0 : static_cast<int>(ExitCode::kVmFailed);
}

}  // namespace rsl::cli
