// SPDX-License-Identifier: GPL-2.0-only
// `rsl log [-f]`: what drivers and kernel print.
#include <array>

#include "host/cli/event_text.hpp"
#include "host/cli/verbs.hpp"
#include "host/cli/vm_client.hpp"

namespace rsl::cli {
namespace {

constexpr std::array<std::string_view, 5> kLevels = {"debug", "trace", "info", "warn", "error"};

HostResult<uint32_t> level_of(const std::string& text) {
    for (uint32_t i = 0; i < kLevels.size(); ++i) {
        if (text == kLevels[i]) return i;
    }
    return Error::wrong_use("there is no log level '" + text +
                            "'; use debug, trace, info, warn or error");
}

void print(const rsl_log_line& line, Output& out, bool follow) {
    const std::string_view level = kLevels[std::min<size_t>(line.level, kLevels.size() - 1)];
    const Json json{{"time_ns", line.time_ns},
                    {"level", level},
                    {"source", line.source},
                    {"text", line.text},
                    {"lost", line.lost}};
    if (out.json() && follow) {
        out.raw(json.dump(-1, ' ', false, Json::error_handler_t::replace) +
                "\n");  // a line each, as they come
    } else if (out.json()) {
        out.data.push_back(json);
    }
    if (line.lost > 0)
        out.line("{}", out.in(Tone::kBad, fmt::format("({} lines were lost here)", line.lost)));
    const Tone tone = line.level >= 4 ? Tone::kBad : line.level >= 3 ? Tone::kStrong : Tone::kPlain;
    out.line("{} {}: {}",
             out.in(Tone::kDim, fmt::format("{:11.6f}", static_cast<double>(line.time_ns) / 1e9)),
             line.source, out.in(tone, line.text));
}

/// An event, and how many were lost since the one before: events count themselves.
class EventPrinter {
  public:
    EventPrinter(Output& out, bool follow) : out_(out), follow_(follow) {}

    void print(const rsl_log_line& line) {
        Json event = Json::parse(line.text, nullptr, false);
        if (!event.is_object()) event = Json{{"malformed", line.text}};
        event["time_ns"] = line.time_ns;
        event["source"] = line.source;
        if (const auto said = strings_in(payload_of(event)); !said.empty() && !event.contains("text")) {
            event["text"] = said;
        }
        const uint64_t lost = lost_before(event);
        event["lost"] = lost;
        if (out_.json() && follow_) {
            out_.raw(event.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
        } else if (out_.json()) {
            out_.data.push_back(event);
        }
        if (lost > 0) out_.line("{}", out_.in(Tone::kBad, fmt::format("({} events were lost here)", lost)));
        out_.line("{} {}: {}",
                  out_.in(Tone::kDim, fmt::format("{:11.6f}", static_cast<double>(line.time_ns) / 1e9)),
                  line.source, event_line(event));
    }

  private:
    uint64_t lost_before(const Json& event) {
        const auto sequence = event.find("seq");
        if (sequence == event.end() || !sequence->is_number_unsigned()) return 0;
        const uint64_t here = sequence->get<uint64_t>();
        const uint64_t lost = here > next_ ? here - next_ : 0;
        if (here >= next_) next_ = here + 1;
        return lost;
    }

    Output& out_;
    bool follow_;
    uint64_t next_ = 0;
};

}  // namespace

const Verb kLog{
    .path = "log",
    .summary = "show what drivers and kernel print, or their trace events",
    .flags = {{"-f,--follow", "go on with new lines as they come"},
              {"--events", "trace events (ETW, WPP) and error log entries instead of lines"},
              {"--level", "the least level: debug, trace, info (default), warn, error", "LEVEL"}},
    .target = Target::kVm,
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        const uint32_t least = RSL_TRY(level_of(call.value_or("level", "info")));
        const std::string name = vm_name(call);
        const bool follow = call.has("follow");
        rsl_connect_options options{};
        options.size = sizeof(options);
        options.vm = name.c_str();
        const bool events = call.has("events");
        rsl_log* log = rsl_log_open(&options, RSL_LOG_FROM_START | (follow ? RSL_LOG_FOLLOW : 0) |
                                                  (events ? RSL_LOG_EVENTS : 0));
        if (log == nullptr) return Error(rsl_last_error());
        out.data = Json::array();
        EventPrinter printer(out, follow);
        rsl_log_line line{};
        for (int got; (got = rsl_log_next(log, -1, &line)) >= 0;) {
            if (got == 1 && events) printer.print(line);
            if (got == 1 && !events && line.level >= least) print(line, out, follow);
            if (follow) std::fflush(stdout);
        }
        rsl_log_close(log);
        return {};
    },
};

}  // namespace rsl::cli
