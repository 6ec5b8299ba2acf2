// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/accelerator.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>

#include "base/core/result.hpp"
#include "host/vm/boot_cache.hpp"
#include "host/vm/command_line.hpp"
#include "host/vm/confinement.hpp"

namespace rsl::vm {
namespace {

constexpr int kProbePassed = 43;       // accel_probe.S
constexpr int kProbeTimeoutMs = 1500;  // a few milliseconds of work; QEMU's start takes 30 to 100
constexpr const char* kCacheName = "kvm";

std::string first_processor() {
    const UniqueFd file(::open("/proc/cpuinfo", O_RDONLY | O_CLOEXEC));
    char buffer[8192];
    const ssize_t got = file ? ::read(file.get(), buffer, sizeof(buffer)) : 0;
    return std::string(buffer, got > 0 ? static_cast<size_t>(got) : 0);
}

}  // namespace

bool has_virtualization(std::string_view cpuinfo) {
    const size_t flags = cpuinfo.find("\nflags");
    if (flags == std::string_view::npos) return false;
    std::string line(cpuinfo.substr(flags + 1, cpuinfo.find('\n', flags + 1) - flags - 1));
    line += ' ';
    return line.find(" vmx ") != std::string::npos || line.find(" svm ") != std::string::npos;
}

HostResult<void> run_accelerator_probe(Accel accel, const Installation& files, int timeout_ms) {
    const std::string guest = files.share + "/accel_probe.elf";
    ConfinedCommand command{.argv = probe_command_line(accel, files.qemu, files.firmware, guest),
                            .readable = qemu_paths(files),
                            .libraries = files.libraries};
    if (accel == Accel::kKvm) command.devices.push_back("/dev/kvm");
    auto process = RSL_TRY(start_confined(command));
    const auto status = process.wait(timeout_ms);
    if (!status)
        return Error(fmt::format("the test guest did not finish within {} ms", timeout_ms));
    if (WIFEXITED(*status) && WEXITSTATUS(*status) == kProbePassed) return {};
    return Error("the test guest did not compute what it should, or QEMU refused to start it");
}

KvmVerdict judge_kvm(const Installation& files) {
    if (::access("/dev/kvm", F_OK) != 0) return {false, "there is no /dev/kvm"};
    if (::access("/dev/kvm", R_OK | W_OK) != 0) {
        return {
            false,
            "/dev/kvm is not accessible to this user; join its group: sudo usermod -aG kvm $USER"};
    }
    if (!has_virtualization(first_processor())) {
        return {
            false,
            "the processor shows neither vmx nor svm, so /dev/kvm cannot run a guest in hardware"};
    }
    const std::string key = files.qemu + " ";
    if (const auto cached = cached_since_boot(kCacheName); cached && cached->starts_with(key)) {
        const bool usable = cached->substr(key.size()).starts_with("yes ");
        return {usable, cached->substr(key.size() + (usable ? 4 : 3))};
    }
    const auto probe = run_accelerator_probe(Accel::kKvm, files, kProbeTimeoutMs);
    const KvmVerdict verdict =
        probe ? KvmVerdict{true, "a test guest with SSE code ran in time"}
              : KvmVerdict{false, "/dev/kvm opens, but " + probe.failure().text()};
    cache_until_boot(kCacheName, key + (verdict.usable ? "yes " : "no ") + verdict.reason);
    return verdict;
}

HostResult<Accel> choose_accelerator(AccelChoice choice, const Installation& files) {
    if (choice == AccelChoice::kTcg) return Accel::kTcg;
    if (choice == AccelChoice::kAuto) return judge_kvm(files).usable ? Accel::kKvm : Accel::kTcg;
    if (::access("/dev/kvm", R_OK | W_OK) != 0) {
        return Error(
            "--accel kvm needs /dev/kvm, which this user cannot open; use --accel tcg, or join the "
            "group kvm");
    }
    return Accel::kKvm;
}

}  // namespace rsl::vm
