// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/arch/x64/clock.hpp"

#include "kernel/arch/arch.hpp"
#include "kernel/arch/clock_scale.hpp"
#include "kernel/arch/command_line.hpp"
#include "kernel/arch/x64/apic.hpp"
#include "kernel/arch/x64/cpu.hpp"
#include "kernel/arch/x64/descriptors.hpp"
#include "kernel/ke/processor.hpp"

namespace rsl::arch {
namespace x64 {
namespace {

constexpr uint64_t kNsPerSecond = 1'000'000'000;
constexpr uint64_t kApicTimerHz = 1'000'000'000;  // QEMU, KVM and Firecracker: divide by one is a tick a ns
constexpr uint64_t kCalibrationTicks = 2'000'000;
constexpr uint64_t kLongestWaitNs = 4'000'000'000;  // what 32 bits hold

constinit uint64_t hz = kNsPerSecond;
constinit uint64_t start_ticks = 0;
constinit ClockScale ticks_to_ns = {};
constinit ClockScale ns_to_ticks = {};

uint64_t hz_from_cpuid() {
    constexpr uint32_t kTscLeaf = 0x15, kHypervisorTimingLeaf = 0x40000010;
    if (cpuid(0).a >= kTscLeaf) {
        const CpuidLeaf leaf = cpuid(kTscLeaf);
        if (leaf.a != 0 && leaf.b != 0 && leaf.c != 0) return uint64_t{leaf.c} * leaf.b / leaf.a;
    }
    const bool hypervisor = (cpuid(1).c & (1u << 31)) != 0;
    if (hypervisor && cpuid(0x40000000).a >= kHypervisorTimingLeaf) {
        return uint64_t{cpuid(kHypervisorTimingLeaf).a} * 1000;
    }
    return 0;
}

// One reading of both clocks. The host may take the processor away in between, so the tightest of a
// few pairs counts.
struct Reading {
    uint64_t tsc;
    uint64_t apic_left;
};
Reading read_both() {
    Reading best = {};
    uint64_t smallest = ~uint64_t{0};
    for (int i = 0; i < 5; ++i) {
        const uint64_t before = read_tsc();
        const uint32_t left = apic_timer_left();
        const uint64_t after = read_tsc();
        if (after - before >= smallest) continue;
        smallest = after - before;
        best = {before + (after - before) / 2, left};
    }
    return best;
}

uint64_t hz_measured() {
    start_apic_timer(0xFFFFFFFF);
    const Reading first = read_both();
    while (first.apic_left - apic_timer_left() < kCalibrationTicks) pause();
    const Reading last = read_both();
    start_apic_timer(0);
    return (last.tsc - first.tsc) * kApicTimerHz / (first.apic_left - last.apic_left);
}

void arm(uint64_t deadline_ns) {
    if (has_tsc_deadline()) {
        write_msr(kMsrTscDeadline, deadline_ns == 0 ? 0 : start_ticks + ns_to_ticks.convert(deadline_ns) + 1);
        return;
    }
    if (deadline_ns == 0) return start_apic_timer(0);
    const uint64_t now = now_ns();
    const uint64_t wait = deadline_ns <= now ? 1 : deadline_ns - now;
    start_apic_timer(static_cast<uint32_t>(wait < kLongestWaitNs ? wait : kLongestWaitNs));
}

}  // namespace

void start_clock(std::string_view command_line) {
    start_ticks = read_tsc();
    const uint64_t given_khz = command_line_number(command_line, "tsc_khz").value_or(0);
    hz = given_khz != 0 ? given_khz * 1000 : hz_from_cpuid();
    if (hz == 0) {
        const bool deadline = has_tsc_deadline();
        hz = deadline ? 0 : hz_measured();
        if (hz == 0) hz = kNsPerSecond;  // a TSC deadline timer comes with CPUID's frequency in every VM
    }
    ticks_to_ns = ClockScale::between(hz, kNsPerSecond);
    ns_to_ticks = ClockScale::between(kNsPerSecond, hz);
}

void on_timer() {
    ke::Processor& here = processor();
    uint64_t& deadline = area_of(here).timer_deadline_ns;
    if (deadline == 0) return;
    if (now_ns() < deadline) return arm(deadline);
    deadline = 0;
    ++here.timer_interrupts;
    ke::on_timer_interrupt();
}

}  // namespace x64

uint64_t read_tsc() {
    uint32_t low, high;
    asm volatile("lfence; rdtsc" : "=a"(low), "=d"(high)::"memory");
    return uint64_t{high} << 32 | low;
}
uint64_t tsc_hz() { return x64::hz; }
uint64_t now_ns() { return x64::ticks_to_ns.convert(read_tsc() - x64::start_ticks); }

void arm_timer(uint64_t deadline_ns) {
    const bool were_on = disable_interrupts();
    x64::area_of(processor()).timer_deadline_ns = deadline_ns;
    x64::arm(deadline_ns);
    restore_interrupts(were_on);
}

}  // namespace rsl::arch
