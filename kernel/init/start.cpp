// SPDX-License-Identifier: GPL-2.0-only
// KiSystemStartup: brings the kernel's parts up in the one order that works, then becomes the boot
// processor's idle thread. What needs threads goes on in system_start.cpp.
#include "abi/types/bugcheck.h"
#include "boot/boot_info.h"
#include "kernel/arch/arch.hpp"
#include "kernel/arch/command_line.hpp"
#include "kernel/arch/start.hpp"
#include "kernel/init/init.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/log_sink.hpp"
#include "kernel/ke/startup.hpp"
#include "kernel/ldr/module.hpp"
#include "kernel/mm/init.hpp"
#include "kernel/ob/startup.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/ps/startup.hpp"
#include "kernel/se/startup.hpp"

namespace rsl::init {
namespace {

constinit RslBootInfo saved_boot_info = {};

void say(const char* text) {
    uint64_t length = 0;
    while (text[length] != '\0') ++length;
    arch::console_write(text, length);
}

// Before anything works that a bug check needs.
void check_boot_info(const RslBootInfo& boot) {
    if (boot.magic == RSL_BOOT_MAGIC && boot.info_bytes == sizeof(RslBootInfo)) return;
    say("@fail the boot shim is not of the kernel's build: make both anew\n");
    arch::power_off(RSL_EXIT_BOOT_FAILED);
}

}  // namespace

const RslBootInfo& boot_info() { return saved_boot_info; }

void must(const Result<void>& outcome, const char* what) {
    if (outcome) return;
    ke::bug_check(PHASE0_INITIALIZATION_FAILED, static_cast<uint32_t>(outcome.failure().nt()), 0, 0, 0, {what, nullptr});
}

}  // namespace rsl::init

/// switch.S calls this on the boot stack, interrupts off.
extern "C" [[noreturn]] void rsl_kernel_start(const RslBootInfo* boot) {
    using namespace rsl;
    init::check_boot_info(*boot);
    init::saved_boot_info = *boot;
    arch::start_boot_processor(init::boot_info());
    const auto log = arch::command_line_value(init::boot_info().command_line, "log");
    if (log == "serial" || log == "console") ke::echo_log_to_console();
    ldr::register_kernel(init::boot_info().kernel_virtual_base);
    mm::initialize(init::boot_info());
    init::must(arch::start_interrupts(init::boot_info()), "the local APIC cannot be reached");
    ke::initialize_clock(init::boot_info().command_line);
    init::must(ke::initialize_memory(), "there is no memory for the kernel's shared page");
    init::must(ob::initialize(), "the object namespace cannot be made");
    init::must(se::initialize(), "the system's token cannot be made");
    init::must(mm::create_objects(), "the section of physical memory cannot be made");
    init::must(ps::initialize(), "the system process cannot be made");
    ke::adopt_system_process(ps::system_process());
    ke::start(&init::start_system, nullptr);
}
