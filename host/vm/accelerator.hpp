// SPDX-License-Identifier: GPL-2.0-only
// Chooses KVM or TCG. A /dev/kvm that merely opens is not believed: on machines without vmx or svm
// it interprets about a million guest instructions a second and knows no SSE. KVM is taken when the
// processor has the extension and a small guest has done SSE work in time; the verdict is kept
// until the next boot.
#pragma once

#include <string>
#include <string_view>

#include "host/vm/installation.hpp"
#include "host/vm/options.hpp"

namespace rsl::vm {

struct KvmVerdict {
    bool usable = false;
    std::string reason;  // one sentence, either way
};

/// Whether the first processor of a /proc/cpuinfo text has vmx or svm.
bool has_virtualization(std::string_view cpuinfo);

/// Judges KVM: device, processor flags, the verdict kept since boot, the test guest.
KvmVerdict judge_kvm(const Installation& files);

/// What to run with. `choice` kvm or tcg is taken as it is; kKvm without the device is an error.
HostResult<Accel> choose_accelerator(AccelChoice choice, const Installation& files);

/// Runs the test guest; a reason when it fails. Public for `rsl doctor` and tests (with TCG).
HostResult<void> run_accelerator_probe(Accel accel, const Installation& files, int timeout_ms);

}  // namespace rsl::vm
