// SPDX-License-Identifier: GPL-2.0-only
// `rsl doctor`: what this machine has of what RSL needs, and what to do about the rest.
#include <stdio.h>

#include <array>

#include "host/cli/verbs.hpp"
#include "host/supervisor/runtime_directory.hpp"
#include "host/vm/accelerator.hpp"
#include "host/vm/cgroup.hpp"
#include "host/vm/confinement.hpp"

namespace rsl::cli {
namespace {

class Examination {
  public:
    explicit Examination(Output& out) : out_(out) { out_.data = {{"checks", Json::array()}}; }

    /// Something without which RSL does not work.
    void needed(std::string_view what, const HostResult<std::string>& found) {
        note(what, found, true);
    }
    /// Something that makes it better.
    void helpful(std::string_view what, const HostResult<std::string>& found) {
        note(what, found, false);
    }
    HostResult<void> verdict() const {
        if (missing_.empty()) return {};
        return Error("this machine lacks what RSL needs: " + missing_);
    }

  private:
    void note(std::string_view what, const HostResult<std::string>& found, bool is_needed) {
        const std::string text = found ? *found : found.failure().text();
        out_.data["checks"].push_back({{"name", what},
                                       {"ok", static_cast<bool>(found)},
                                       {"needed", is_needed},
                                       {"text", text}});
        const Tone tone = found ? Tone::kGood : is_needed ? Tone::kBad : Tone::kStrong;
        out_.line("{} {:<12} {}",
                  out_.in(tone, found       ? "ok  "
                                : is_needed ? "LACK"
                                            : "note"),
                  what, text);
        if (!found && is_needed) missing_ += (missing_.empty() ? "" : ", ") + std::string(what);
    }
    Output& out_;
    std::string missing_;
};

/// First line of what a program prints; the words are ours, so a shell is safe here.
std::string output_of(const std::string& command, bool all = false) {
    FILE* pipe = ::popen((command + " 2>/dev/null").c_str(), "re");
    if (pipe == nullptr) return {};
    std::string text;
    std::array<char, 4096> buffer;
    for (size_t got; (got = ::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
        text.append(buffer.data(), got);
    ::pclose(pipe);
    return all ? text : text.substr(0, text.find('\n'));
}

HostResult<std::string> check_ivshmem(const std::string& qemu) {
    if (output_of("'" + qemu + "' -device help", true).find("\"ivshmem-doorbell\"") !=
        std::string::npos)
        return std::string("QEMU has the ivshmem-doorbell device");
    return Error(
        "this QEMU was built without the ivshmem-doorbell device, which carries requests into the "
        "VM; use a distribution's full "
        "QEMU (Debian: qemu-system-x86), or name one in RSL_QEMU");
}

HostResult<std::string> check_limits() {
    const auto group = vm::Cgroup::create("doctor", {.cpus = 1, .memory_bytes = 128 << 20});
    if (!group) return group.failure();
    return std::string("--cpus and --memory can be set (control group at ") +
           group->folders().front() + ")";
}

HostResult<std::string> said(const HostResult<void>& result, std::string text) {
    if (!result) return result.failure();
    return text;
}

}  // namespace

const Verb kDoctor{
    .path = "doctor",
    .summary = "say what this machine lacks, and how to get it",
    .run = [](const Invocation&, Output& out) -> HostResult<void> {
        Examination checks(out);
        const auto qemu = vm::find_qemu();
        checks.needed("qemu", qemu ? HostResult<std::string>(*qemu + ": " +
                                                             output_of("'" + *qemu + "' --version"))
                                   : qemu);
        if (qemu) checks.needed("ivshmem", check_ivshmem(*qemu));
        checks.needed("firmware", vm::find_firmware());
        const auto files = vm::find_installation();
        checks.needed("guest files", files ? HostResult<std::string>(files->share)
                                           : HostResult<std::string>(files.failure()));
        const auto runtime = supervisor::prepare_runtime_directory();
        checks.needed("sockets", runtime);
        checks.helpful("confinement",
                       said(vm::namespaces_available(),
                            "QEMU runs in namespaces of its own, without rights or network"));
        if (files && !files->libraries.empty()) {
            checks.helpful("libraries", std::string("those that no VM needs stay out of QEMU, which saves 10 MB"));
        } else if (files) {
            checks.helpful("libraries", Error("QEMU loads all that it is linked to, as this version of it needs more of them than "
                                                   "RSL knows: an idle VM takes some 10 MB more; please report the version"));
        }
        if (files) {
            const auto kvm = vm::judge_kvm(*files);
            checks.helpful("kvm", kvm.usable ? HostResult<std::string>("is used: " + kvm.reason)
                                             : HostResult<std::string>(
                                                   Error("is not used, TCG is: " + kvm.reason)));
        }
        checks.helpful("limits", check_limits());
        return checks.verdict();
    },
};

}  // namespace rsl::cli
