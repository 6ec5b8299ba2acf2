// SPDX-License-Identifier: GPL-2.0-only
#include "bridges/tap/rights.hpp"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/core/result.hpp"

namespace rsl::tap {

namespace {

constexpr uid_t kNobody = 65534;  // as QEMU's (host/vm/confinement.hpp)

/// Files that root owns are root's without any capability.
HostResult<void> become_nobody() {
    if (::geteuid() != 0) return {};
    if (::setgroups(0, nullptr) == 0 && ::setresgid(kNobody, kNobody, kNobody) == 0 &&
        ::setresuid(kNobody, kNobody, kNobody) == 0)
        return {};
    // A user namespace without that id: its root is somebody's plain user outside. Or a root that
    // may not change its id.
    if (errno == EINVAL || errno == EPERM) return {};
    return Error::from_errno("become uid 65534");
}

}  // namespace

HostResult<void> drop_rights() {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return Error::from_errno("forbid new privileges");
    RSL_TRY(become_nobody());
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct nothing[2] = {};
    if (::syscall(SYS_capset, &header, nothing) < 0) return Error::from_errno("drop capabilities");
    return {};
}

}  // namespace rsl::tap
