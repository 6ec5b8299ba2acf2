// SPDX-License-Identifier: GPL-2.0-only
// What stands behind the opaque types of rsl.h.
#pragma once

#include <memory>

#include "shim/api/rsl.h"
#include "shim/client/connection.hpp"

struct rsl_client {
    std::unique_ptr<rsl::client::Connection> connection;
};
