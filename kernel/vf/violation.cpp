// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/violation.hpp"

#include <cstdarg>

#include "kernel/arch/arch.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/rtl/format.hpp"

namespace rsl::vf {
namespace {
constinit Facts the_facts;
constexpr size_t kPlaces = 8, kPlaceBytes = 96;
constinit char places[kPlaces][kPlaceBytes] = {};
constinit std::atomic<uint32_t> next_place = 0;
}  // namespace

Facts& Facts::begin() {
    the_facts.used_ = 0;
    the_facts.text_[0] = 0;
    return the_facts;
}

void Facts::print(const char* format, ...) {
    const size_t used = used_;  // once: another processor may have a finding of its own
    const size_t room = sizeof(text_) - used;
    if (room < 2) return;
    va_list arguments;
    va_start(arguments, format);
    const size_t written = rtl::format_text(text_ + used, room - 1, format, arguments).size();
    va_end(arguments);
    text_[used + written] = '\n';
    text_[used + written + 1] = 0;
    used_ = used + written + 1;
}

const char* place_text(uint64_t address) {
    char* text = places[next_place.fetch_add(1, std::memory_order_relaxed) % kPlaces];
    const size_t length = ldr::describe_address(address, {text, kPlaceBytes - 1}).size();
    text[length] = 0;
    return text;
}

void stop(uint64_t guilty, const Finding& finding, const Facts* facts) {
    const auto& p = finding.parameters;
    ke::bug_check(finding.code, p[0], p[1], p[2], p[3],
                  {.explanation = finding.rule,
                   .guilty = guilty,
                   .advice = finding.advice,
                   .facts = facts != nullptr ? facts->text() : nullptr});
}

}  // namespace rsl::vf
