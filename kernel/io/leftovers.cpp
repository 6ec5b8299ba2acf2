// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/leftovers.hpp"

#include "kernel/etw/providers.hpp"
#include "kernel/io/device.hpp"
#include "kernel/io/shutdown.hpp"
#include "kernel/ke/dpc.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ke/timer.hpp"
#include "kernel/ldr/module.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/rtl/format.hpp"

namespace rsl::io {
namespace {

constexpr size_t kMaxTags = 32;  // that one report names

/// Sentences, one after the other, into somebody's buffer.
class Account {
  public:
    Account(const Driver& driver, char* text, size_t capacity)
        : source_(driver.module != nullptr ? driver.module->narrow_name() : "kernel"),
          text_(text),
          capacity_(capacity) {
        if (text_ != nullptr) used_ = std::string_view(text_).size();
    }
    template <typename... Arguments>
    void add(const char* format, Arguments... arguments) {
        char sentence[160];
        const auto written = rtl::print_text(sentence, sizeof(sentence), format, arguments...);
        ke::log_line(ke::LogLevel::kWarn, source_, written);
        if (text_ == nullptr) return;
        const auto whole = rtl::print_text(text_ + used_, capacity_ - used_, "%s%s",
                                           used_ == 0 ? "" : "; ", sentence);
        used_ += whole.size();
    }

  private:
    std::string_view source_;
    char* text_;
    size_t capacity_;
    size_t used_ = 0;
};

/// Any device of the driver that has not been asked to go, with a reference.
Ref<Device> next_device(Driver& driver) {
    ke::SpinLockGuard guard{database_lock};
    for (auto* at = driver.DeviceObject; at != nullptr; at = at->NextDevice) {
        Device& device = device_of(*at);
        if (!device.is_delete_pending()) return Ref<Device>(device);
    }
    return {};
}

bool remove_devices(Driver& driver, Account& account) {
    bool in_use = false;
    while (Ref<Device> device = next_device(driver)) {
        char16_t path[96];
        const size_t length = ob::path_of(device.get(), path);
        UNICODE_STRING shown{static_cast<USHORT>(length * 2), sizeof(path), path};
        account.add("left the device %wZ", length == 0 || length > 96 ? nullptr : &shown);
        if (DEVICE_OBJECT* below = device->extension.AttachedTo) detach(*below);
        in_use |= device->open_files() != 0;
        device->request_deletion();
    }
    return in_use;
}

void stop_timers(const ldr::Module& module, Account& account) {
    const uint32_t timers = ke::stop_timers_of(module.base(), module.bytes());
    if (timers != 0) account.add("left %u timers running", timers);
    ke::flush_dpcs();  // its code runs nowhere any more
}

size_t threads_in(const ldr::Module& module) {
    struct Walk {
        const ldr::Module& module;
        size_t count;
    } walk{module, 0};
    ps::each_thread(ps::system_process(), [](void* context, ps::Thread& thread) {
        auto& state = *static_cast<Walk*>(context);
        const auto start = reinterpret_cast<uint64_t>(thread.start_routine);
        if (state.module.contains(start) && thread.state != ke::ThreadState::kTerminated) ++state.count;
    }, &walk);
    return walk.count;
}

/// What the driver's own code allocated and did not free.
void tell_pool(const ldr::Module& module, Account& account) {
    mm::TagUsage left[kMaxTags];
    const size_t count = mm::pool_owned_by(module.base(), module.bytes(), left, kMaxTags);
    for (size_t i = 0; i < count && i < kMaxTags; ++i) {
        const auto letter = [&](unsigned n) { return static_cast<char>(left[i].tag >> (8 * n)); };
        const char tag[5] = {letter(0), letter(1), letter(2), letter(3), 0};
        account.add("left %llu pool blocks (%llu bytes) with tag '%s'",
                    static_cast<unsigned long long>(left[i].allocations),
                    static_cast<unsigned long long>(left[i].bytes), tag);
    }
}

}  // namespace

bool remove_leftovers(Driver& driver, char* text, size_t capacity) {
    Account account(driver, text, capacity);
    if (driver.module != nullptr) stop_timers(*driver.module, account);  // before what holds them goes
    bool in_use = remove_devices(driver, account);
    forget_reinitializations(driver);
    if (driver.module == nullptr) return in_use;
    if (const size_t left = etw::remove_providers_of(driver.module->base(), driver.module->bytes()); left != 0) {
        account.add("left %u event providers registered", static_cast<unsigned>(left));
    }
    if (const size_t links = links_of(*driver.module, LeftLinks::kRemove); links != 0) {
        account.add("left %u symbolic links", static_cast<unsigned>(links));
    }
    if (const size_t threads = threads_in(*driver.module); threads != 0) {
        account.add("left %u threads running; its image stays in memory", static_cast<unsigned>(threads));
        in_use = true;
    }
    tell_pool(*driver.module, account);
    return in_use;
}

}  // namespace rsl::io
