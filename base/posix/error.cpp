// SPDX-License-Identifier: GPL-2.0-only
#include "base/posix/error.hpp"

#include <cerrno>
#include <system_error>

namespace rsl {

Error Error::from_errno(std::string what) {
    const int code = errno;
    return Error(std::move(what) + ": " + std::generic_category().message(code));
}

}  // namespace rsl
