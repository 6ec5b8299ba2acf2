// SPDX-License-Identifier: GPL-2.0-only
// The end of the machine: stop the other processors, call back who asked for it, write the report, power
// off. Nothing here may block, allocate or trust what it looks at.
#include "kernel/ke/bug_check.hpp"

#include <atomic>
#include <span>

#include "base/core/check.hpp"
#include "boot/boot_info.h"
#include "kernel/arch/arch.hpp"
#include "kernel/ke/bug_check_callbacks.hpp"
#include "kernel/ke/inspect.hpp"
#include "kernel/ke/log_sink.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/ldr/module.hpp"
#include "kernel/rtl/exception.hpp"

namespace rsl::ke {
namespace {

constexpr uint32_t kNobody = ~0u;
constexpr size_t kMaxFrames = 48;

constinit std::atomic<uint32_t> reporter = kNobody;  // the processor that writes the report
constinit char report[16 * 1024];
constinit std::atomic<void (*)()> preparation = nullptr;

struct CodeName {
    uint32_t code;
    const char* name;
};
constexpr CodeName kCodeNames[] = {
#define RSL_BUGCHECK(name) {name, #name},
#include "abi/types/bugcheck_names.inc"
#undef RSL_BUGCHECK
};

std::string_view name_of(uint32_t code) {
    for (const CodeName& entry : kCodeNames) {
        if (entry.code == code) return entry.name;
    }
    return "UNKNOWN_BUGCHECK_CODE";
}

bool is_ours(const ldr::Module& module) {
    return module.narrow_name() == "ntoskrnl.exe" || module.narrow_name() == "hal.dll";
}

/// Who is to blame: the driver nearest to the top of the stack.
uint64_t guilty_address(std::span<const uint64_t> frames) {
    for (const uint64_t frame : frames) {
        const ldr::Module* const module = ldr::module_of(frame);
        if (module != nullptr && !is_ours(*module)) return frame;
    }
    return 0;
}

void write_facts(JsonWriter& out, std::string_view lines) {
    out.key("facts");
    out.begin_array();
    while (!lines.empty()) {
        const size_t end = lines.find('\n');
        out.value(lines.substr(0, end));
        lines.remove_prefix(end == lines.npos ? lines.size() : end + 1);
    }
    out.end_array();
}

void write_report(uint32_t code, const uint64_t (&parameters)[4], const BugCheckDetail& detail,
                  std::span<const uint64_t> frames) {
    char text[128];
    JsonWriter out(report, sizeof(report) - 1);
    out.begin_object();
    out.key("code");
    out.value_hex(code);
    out.field("name", name_of(code));
    out.key("parameters");
    out.begin_array();
    for (const uint64_t parameter : parameters) out.value_hex(parameter);
    out.end_array();
    const uint64_t guilty = ldr::module_of(detail.guilty) != nullptr ? detail.guilty : guilty_address(frames);
    if (guilty != 0) out.field("driver", ldr::module_of(guilty)->narrow_name());
    const uint64_t where = guilty != 0 ? guilty : !frames.empty() ? frames[0] : 0;
    out.field("address", ldr::describe_address(where, text));
    if (detail.function != nullptr) out.field("function", std::string_view(detail.function));
    if (detail.explanation != nullptr) out.field("explanation", std::string_view(detail.explanation));
    if (detail.advice != nullptr) out.field("advice", std::string_view(detail.advice));
    if (detail.facts != nullptr) write_facts(out, detail.facts);
    const Processor& here = arch::processor();
    out.field("processor", uint64_t{here.number});
    out.field("irql", uint64_t{arch::irql()});
    out.field("uptime_ns", arch::now_ns());
    out.key("stack");
    out.begin_array();
    for (const uint64_t frame : frames) out.value(ldr::describe_address(frame, text));
    out.end_array();
    out.end_object();
    size_t bytes = out.needed();
    if (bytes > sizeof(report) - 1) bytes = sizeof(report) - 1;  // cut: the host keeps it as text
    arch::console_write("@bugcheck ", 10);
    arch::console_write(report, bytes);
    arch::console_write("\n", 1);
}

[[noreturn]] void report_plainly(uint32_t code) {
    char text[64];
    JsonWriter out(text, sizeof(text));
    out.begin_object();
    out.key("code");
    out.value_hex(code);
    out.field("explanation", std::string_view("bug check within a bug check"));
    out.end_object();
    arch::console_write("@bugcheck ", 10);
    arch::console_write(text, out.needed() < sizeof(text) ? out.needed() : sizeof(text));
    arch::console_write("\n", 1);
    arch::power_off(RSL_EXIT_BUG_CHECK);
}

}  // namespace

void set_report_preparation(void (*prepare)()) { preparation.store(prepare, std::memory_order_relaxed); }

void bug_check(uint32_t code, uint64_t p1, uint64_t p2, uint64_t p3, uint64_t p4,
               const BugCheckDetail& detail) {
    arch::disable_interrupts();
    const uint32_t here = arch::processor().number;
    uint32_t expected = kNobody;
    if (!reporter.compare_exchange_strong(expected, here, std::memory_order_acq_rel)) {
        if (expected == here) report_plainly(code);
        arch::halt_forever();  // somebody else reports already
    }
    arch::send_ipi_to_others(arch::Ipi::kFreeze);
    if (auto* prepare = preparation.load(std::memory_order_relaxed)) prepare();
    uint64_t frames[kMaxFrames];
    const size_t count = detail.context != nullptr ? rtl::walk_stack(*detail.context, frames)
                                                   : rtl::walk_own_stack(frames);
    write_kept_log();
    const uint64_t parameters[] = {p1, p2, p3, p4};
    write_report(code, parameters, detail, {frames, count});
    arch::set_irql(HIGH_LEVEL);
    run_bug_check_callbacks(code);
    arch::power_off(RSL_EXIT_BUG_CHECK);
}

}  // namespace rsl::ke

namespace rsl {

void check_failed(const char* condition, const char* file, int line) {
    ke::bug_check(KERNEL_SECURITY_CHECK_FAILURE, 0, static_cast<uint64_t>(line),
                  reinterpret_cast<uint64_t>(file), reinterpret_cast<uint64_t>(condition),
                  {.explanation = condition, .function = file});
}

}  // namespace rsl
