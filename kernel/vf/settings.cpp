// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/settings.hpp"

#include "kernel/ke/spin_lock.hpp"
#include "kernel/rtl/unicode.hpp"
#include "kernel/vf/verified_driver.hpp"

namespace rsl::vf {
namespace {

constexpr size_t kMaxSettings = 64, kMaxName = 64;

struct Setting {
    char16_t name[kMaxName];
    size_t length = 0;  // 0: unused
    Options options;
    bool is_for(std::u16string_view service) const {
        return length != 0 && rtl::compare({name, length}, service, rtl::CaseRule::kIgnore) == 0;
    }
};

constinit ke::SpinLock lock{ke::LockRank::kModules};
constinit Setting settings[kMaxSettings] RSL_GUARDED_BY(lock) = {};

}  // namespace

Result<void> set_options(std::u16string_view service, const Options& options) {
    if (service.empty() || service.size() > kMaxName) return Status::kObjectNameInvalid;
    if ((options.flags & ~kKnownFlags) != 0 || options.rate > 10'000)
        return Status::kInvalidParameter;
    {
        ke::SpinLockGuard guard{lock};
        Setting* place = nullptr;
        for (Setting& setting : settings) {
            if (setting.is_for(service)) place = &setting;
        }
        for (Setting& setting : settings) {
            if (place == nullptr && setting.length == 0) place = &setting;
        }
        if (place == nullptr) return Status::kInsufficientResources;
        place->length = service.copy(place->name, kMaxName);
        place->options = options;
    }
    VerifiedDriver::each([&](VerifiedDriver& driver) {
        if (driver.is_named(service)) driver.set_options(options);
    });
    return {};
}

Options options_for(std::u16string_view service) {
    ke::SpinLockGuard guard{lock};
    for (const Setting& setting : settings) {
        if (setting.is_for(service)) return setting.options;
    }
    for (const Setting& setting : settings) {
        if (setting.is_for(u"*")) return setting.options;
    }
    return {};
}

}  // namespace rsl::vf
