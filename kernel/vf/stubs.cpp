// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/stubs.hpp"

#include <cstring>

#include "base/core/bytes.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/mm/virtual.hpp"

extern "C" void rsl_vf_stub_entry();  // kernel/arch/x64/verifier.S

namespace rsl::vf {
namespace {

constexpr uint32_t kStubBytes = 24;
constexpr uint64_t kCodeBytes =
    align_up<uint64_t>(StubPage::kCapacity * kStubBytes, arch::kPageBytes);

/// mov r10, record; mov r11, entry; jmp r11
void write_stub(std::byte* place, const StubRecord* record) {
    const auto put = [&](size_t at, uint16_t opcode, uint64_t value) {
        std::memcpy(place + at, &opcode, sizeof(opcode));
        std::memcpy(place + at + 2, &value, sizeof(value));
    };
    put(0, 0xBA49, reinterpret_cast<uint64_t>(record));
    put(10, 0xBB49, reinterpret_cast<uint64_t>(&rsl_vf_stub_entry));
    constexpr uint8_t kJump[3] = {0x41, 0xFF, 0xE3};
    std::memcpy(place + 20, kJump, sizeof(kJump));
}

}  // namespace

uint64_t StubPage::make(uint64_t target, const Rule& rule, uint8_t pointers) {
    if (code_ == 0) {
        records_ = static_cast<StubRecord*>(
            mm::allocate(kCapacity * sizeof(StubRecord), mm::pool_tag("VfSt")));
        if (records_ == nullptr) return 0;
        const auto code = mm::allocate_system_pages(kCodeBytes, {.writable = true});
        if (!code) {
            mm::free(std::exchange(records_, nullptr));
            return 0;
        }
        code_ = *code;
        used_ = 0;
    }
    if (used_ == kCapacity) return 0;
    records_[used_] = {target, &rule, pointers};
    const uint64_t place = code_ + uint64_t{used_} * kStubBytes;
    write_stub(reinterpret_cast<std::byte*>(place), &records_[used_]);
    ++used_;
    return place;
}

Result<void> StubPage::seal() {
    if (code_ == 0) return {};
    return mm::protect_system_pages(code_, kCodeBytes, {.executable = true});
}

void StubPage::release() {
    if (code_ == 0) return;
    mm::free_system_pages(std::exchange(code_, 0), kCodeBytes);
    mm::free(std::exchange(records_, nullptr));
    used_ = 0;
}

}  // namespace rsl::vf
