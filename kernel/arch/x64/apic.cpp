// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/arch/x64/apic.hpp"

#include "kernel/arch/arch.hpp"
#include "kernel/arch/interrupts.hpp"
#include "kernel/arch/x64/cpu.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/mm/virtual.hpp"

namespace rsl::arch {
namespace x64 {
namespace {

// Registers by their byte offset in the page; in x2APIC mode the MSR is 0x800 + offset / 16.
enum Register : uint32_t {
    kId = 0x20, kEndOfInterrupt = 0xB0, kSpurious = 0xF0, kCommandLow = 0x300, kCommandHigh = 0x310,
    kTimerEntry = 0x320, kLine0Entry = 0x350, kLine1Entry = 0x360, kErrorEntry = 0x370,
    kInitialCount = 0x380, kCurrentCount = 0x390, kDivide = 0x3E0, kSelfInterrupt = 0x3F0,
};
constexpr uint64_t kApicPageMask = 0x000FFFFFFFFFF000;
constexpr uint64_t kBaseEnable = 1 << 11, kBaseX2 = 1 << 10;
constexpr uint32_t kSpuriousEnable = 1 << 8;
constexpr uint32_t kMasked = 1 << 16;
constexpr uint32_t kDivideByOne = 0xB;
constexpr uint32_t kTimerOneShot = 0, kTimerTscDeadline = 2 << 17;
constexpr uint32_t kDeliverNmi = 4 << 8, kDeliverInit = 5 << 8, kDeliverStartup = 6 << 8;
constexpr uint32_t kLevelAssert = 1 << 14;
constexpr uint32_t kDeliveryPending = 1 << 12;
constexpr uint32_t kToSelf = 1 << 18;

constinit volatile uint32_t* page = nullptr;  // nullptr: x2APIC
constinit bool tsc_deadline = false;

uint32_t read(Register at) {
    if (page != nullptr) return page[at / 4];
    return static_cast<uint32_t>(read_msr(kMsrX2ApicFirst + at / 16));
}
void write(Register at, uint32_t value) {
    if (page != nullptr) {
        page[at / 4] = value;
    } else {
        write_msr(kMsrX2ApicFirst + at / 16, value);
    }
}

void command(uint32_t target, uint32_t what) {
    if (page == nullptr) {
        write_msr(kMsrX2ApicFirst + kCommandLow / 16, uint64_t{target} << 32 | what);
        return;
    }
    const bool were_on = disable_interrupts();  // the two halves belong together
    while ((page[kCommandLow / 4] & kDeliveryPending) != 0) pause();
    page[kCommandHigh / 4] = target << 24;
    page[kCommandLow / 4] = what;
    restore_interrupts(were_on);
}

}  // namespace

Result<void> find_apic() {
    const CpuidLeaf features = cpuid(1);
    tsc_deadline = (features.c & (1u << 24)) != 0;
    if ((features.c & (1u << 21)) != 0) return {};  // x2APIC
    const uint64_t physical = read_msr(kMsrApicBase) & kApicPageMask;
    const uint64_t address = RSL_TRY(mm::map_physical(
        physical, kPageBytes, {.writable = true, .caching = Caching::kUncached}));
    page = reinterpret_cast<volatile uint32_t*>(address);
    return {};
}

void enable_apic() {
    write_msr(kMsrApicBase, read_msr(kMsrApicBase) | kBaseEnable | (page == nullptr ? kBaseX2 : 0));
    write(kSpurious, kSpuriousEnable | kSpuriousVector);
    write(kLine0Entry, kMasked);
    write(kLine1Entry, kMasked);
    write(kErrorEntry, kMasked);
    write(kDivide, kDivideByOne);
    write(kTimerEntry, kTimerVector | (tsc_deadline ? kTimerTscDeadline : kTimerOneShot));
}

uint32_t apic_id() { return page == nullptr ? read(kId) : read(kId) >> 24; }
void end_of_interrupt() { write(kEndOfInterrupt, 0); }

void send_interrupt(uint32_t target, uint8_t vector) { command(target, vector | kLevelAssert); }
void send_self_interrupt(uint8_t vector) {
    if (page == nullptr) {
        write(kSelfInterrupt, vector);
    } else {
        command(0, vector | kLevelAssert | kToSelf);
    }
}
void send_nmi(uint32_t target) { command(target, kDeliverNmi | kLevelAssert); }
void send_init(uint32_t target) { command(target, kDeliverInit | kLevelAssert); }
void send_startup(uint32_t target, uint8_t start_page) { command(target, kDeliverStartup | kLevelAssert | start_page); }

void start_apic_timer(uint32_t ticks) { write(kInitialCount, ticks); }
uint32_t apic_timer_left() { return read(kCurrentCount); }
bool has_tsc_deadline() { return tsc_deadline; }

}  // namespace x64

uint32_t apic_id_of(uint32_t processor_number) { return ke::processors[processor_number]->apic_id; }

MessageTarget message_target(uint32_t processor_number, uint8_t vector) {
    constexpr uint64_t kMessageBase = 0xFEE00000;
    return {kMessageBase | uint64_t{apic_id_of(processor_number)} << 12, vector};
}

void send_ipi(uint32_t processor_number, Ipi kind) {
    const uint32_t target = apic_id_of(processor_number);
    switch (kind) {
        case Ipi::kReschedule: x64::send_interrupt(target, kRescheduleVector); break;
        case Ipi::kCall: x64::send_interrupt(target, kCallVector); break;
        case Ipi::kFreeze: x64::send_nmi(target); break;
    }
}

void request_dispatch_interrupt() { x64::send_self_interrupt(kDispatchVector); }
void request_apc_interrupt() { x64::send_self_interrupt(kApcVector); }

}  // namespace rsl::arch
