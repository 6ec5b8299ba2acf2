// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/stubs.hpp"

#include <cstring>

#include "base/core/bytes.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/mm/virtual.hpp"

extern "C" void rsl_vf_stub_entry();  // kernel/arch/x64/verifier.S

namespace rsl::vf {
namespace {

constexpr uint32_t kStubBytes = 40;
constexpr uint64_t kCodeBytes =
    align_up<uint64_t>(StubPage::kCapacity * kStubBytes, arch::kPageBytes);

/// Machine code, put together byte by byte.
class Code {
  public:
    explicit Code(std::byte* at) : at_(at) {}
    template <typename T>
    Code& put(const T& value) {
        std::memcpy(at_, &value, sizeof(value));
        at_ += sizeof(value);
        return *this;
    }
    Code& move_to_r10(uint64_t value) { return put(uint16_t{0xBA49}).put(value); }
    Code& jump_to(uint64_t target) {  // mov r11, target; jmp r11
        constexpr uint8_t kJump[3] = {0x41, 0xFF, 0xE3};
        return put(uint16_t{0xBB49}).put(target).put(kJump);
    }
    /// mov r11, gs:[188h]; mov [r11 + offset], r10
    Code& keep_r10_in_thread(uint32_t offset) {
        constexpr uint8_t kThread[9] = {0x65, 0x4C, 0x8B, 0x1C, 0x25, 0x88, 0x01, 0x00, 0x00};
        constexpr uint8_t kStore[3] = {0x4D, 0x89, 0x93};
        return put(kThread).put(kStore).put(offset);
    }

  private:
    std::byte* at_;
};

}  // namespace

std::byte* StubPage::place() {
    if (code_ == 0) {
        records_ = static_cast<StubRecord*>(
            mm::allocate(kCapacity * sizeof(StubRecord), mm::pool_tag("VfSt")));
        if (records_ == nullptr) return nullptr;
        const auto code = mm::allocate_system_pages(kCodeBytes, {.writable = true});
        if (!code) {
            mm::free(std::exchange(records_, nullptr));
            return nullptr;
        }
        code_ = *code;
        used_ = 0;
    }
    if (used_ == kCapacity) return nullptr;
    return reinterpret_cast<std::byte*>(code_ + uint64_t{used_++} * kStubBytes);
}

uint64_t StubPage::make(VerifiedDriver& driver, uint64_t thunk) {
    std::byte* at = place();
    if (at == nullptr) return 0;
    Code(at)
        .move_to_r10(reinterpret_cast<uint64_t>(&driver))
        .keep_r10_in_thread(offsetof(ke::Thread, verified_caller))
        .jump_to(thunk);
    return reinterpret_cast<uint64_t>(at);
}

uint64_t StubPage::make(VerifiedDriver& driver, uint64_t target, const Rule& rule,
                        uint8_t pointers) {
    std::byte* at = place();
    if (at == nullptr) return 0;
    StubRecord& record = records_[used_ - 1];
    record = {target, &rule, &driver, pointers};
    Code(at)
        .move_to_r10(reinterpret_cast<uint64_t>(&record))
        .jump_to(reinterpret_cast<uint64_t>(&rsl_vf_stub_entry));
    return reinterpret_cast<uint64_t>(at);
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
